"""From Confirm to a waybill's form that is full, by taps and typing."""

from decimal import Decimal

import pytest

from bot.keyboards.waybill_form import FormField, FormFieldTap
from bot.keyboards.waybill_taps import Origin
from domain.carriers import Payer, WaybillState
from models.carriers import Waybill, WaybillDraft
from models.telegram import DialogueState
from sandbox.novaposhta import NovaPoshta
from sandbox.novaposhta.directory import KHRESHCHATYK, KYIV_5
from tests.bot.conftest import Scene
from tests.bot.waybill_chat import Chat


@pytest.fixture
async def chat(post: NovaPoshta, scene: Scene) -> Chat:
    """The seller's; the carrier is there before the bot starts."""
    return Chat(scene, scene.seller)


async def test_from_confirm_to_a_waybill_that_is_asked_for(chat: Chat) -> None:
    order = await chat.order()

    await chat.form()
    await chat.shows(
        "👤 Коваль Олена",
        "📞 +380671234567",
        "🏤 Відділення №5",
        "🏙 м. Київ",
        "🔎 found by “Київ, Відділення №5” — is it right?",
        "💰 Cash on delivery ₴10.00 · payment control",
        "💵 Delivery ₴",
        "arrives",
        "⚠ Check the place",
    )
    assert "✅ Create" not in str(chat.window.buttons)
    await chat.tap("It is right: create")

    await chat.shows("⏳ It is being made…", button="Refresh")
    await chat.scene.telegram.wait_for(Waybill.exists)
    waybill = await Waybill.get()
    assert (waybill.state, waybill.order_id) == (WaybillState.ASKED, order.id)
    assert (waybill.chat_id, waybill.message_id) == (chat.who.chat.id, chat.window.message_id)
    assert waybill.request["destination"]["place_ref"] == KYIV_5
    assert (await WaybillDraft.get()).is_confirmed


async def test_every_line_can_be_typed(chat: Chat) -> None:
    await chat.order(customer_name="Olena", phone="")
    await chat.form()
    await chat.shows("⚠ The recipient needs a first and a last name.")

    await chat.type_in("Recipient", "surname, name and patronymic", "Olena")
    await chat.shows("“Olena” is not a full name")
    await chat.who.send("Шевченко Ольга <b>")
    await chat.shows("is not a full name")
    await chat.who.send("Шевченко Ольга Іванівна")
    await chat.shows("👤 Шевченко Ольга Іванівна", "⚠ The recipient needs a phone", button="Payer")
    await chat.type_in("Phone", "recipient's phone number", "050 111 22 33")
    await chat.shows("📞 +380501112233", button="Payer")
    await chat.type_in("Weight and size", "what one piece weighs", "1,5")
    await chat.shows("⚖️ 1.5 kg · 30 × 20 × 10 cm", button="Payer")
    await chat.type_in("Weight and size", "what one piece weighs", "30x20")
    await chat.shows("“30x20” is not")
    await chat.who.send("40х30х5")
    await chat.shows("⚖️ 1.5 kg · 40 × 30 × 5 cm", button="Payer")
    await chat.type_in("Weight and size", "what one piece weighs", "2,5 кг, 50 x 40 x 30 см")
    await chat.shows("⚖️ 2.5 kg · 50 × 40 × 30 cm", button="Payer")
    await chat.type_in("Weight and size", "what one piece weighs", "багато 20x20x20")
    await chat.shows("“багато” is not a weight", "⚖️ 2.5 kg · 50 × 40 × 30 cm")
    await chat.who.send("1 кг 20 20 20")
    await chat.shows("“1 кг 20 20 20” is not")
    await chat.who.send("60 40 30")
    await chat.shows("⚖️ 2.5 kg · 60 × 40 × 30 cm", button="Payer")
    await chat.type_in("Declared value", "in whole hryvnias", "500")
    await chat.shows("🛡 Declared value ₴500.00", button="Payer")
    await chat.type_in("Cash on delivery", "pays on delivery", "12,50")
    await chat.shows("has kopiykas")
    await chat.who.send("450")
    await chat.shows("💰 Cash on delivery ₴450.00", button="Payer")
    await chat.type_in("Description", "what is in the parcel", "Чохол")
    await chat.shows("🏷 Чохол", button="Payer")
    assert not await DialogueState.exists()
    await chat.tap("💳 Payer", "Sender")
    await chat.shows("💳 Payer: Sender", button="Description")

    draft = await WaybillDraft.get()
    assert (draft.recipient_name, draft.phone) == ("Шевченко Ольга Іванівна", "+380501112233")
    assert draft.seats == [["2.5", 40, 60, 30]]
    assert (draft.declared_value, draft.cod_amount) == (Decimal(500), Decimal(450))
    assert (draft.description, draft.payer) == ("Чохол", Payer.SENDER)
    await chat.scene.telegram.wait_for(lambda: chat.who.chat.messages[-1] is chat.window)
    assert not await DialogueState.exists()


async def test_usual_answers_are_taps(chat: Chat) -> None:
    await chat.order()
    await chat.form()

    await chat.tap("Weight and size", "2 kg")
    await chat.shows("⚖️ 2 kg", button="Payer")
    await chat.tap("Cash on delivery", "Nothing")
    await chat.shows("💰 No cash on delivery", button="Payer")
    await chat.tap("Declared value", "₴10.00")
    await chat.shows("🛡 Declared value ₴10.00", button="Payer")


async def test_another_branch_is_found_by_its_number(chat: Chat) -> None:
    await chat.order()
    await chat.form()
    await chat.shows("🔎 found by")

    await chat.tap("Another place")
    await chat.shows("Type the number or the street")
    await chat.who.send("777")
    await chat.shows("Nothing found by “777” in this city")
    await chat.who.send("1")
    await chat.shows("Which branch or parcel locker?", button="🏤 №1 · вул. Пирогівський шлях, 135")
    assert any("🏤 №112 · " in each for row in chat.window.buttons for each in row)
    await chat.tap("🏤 №112 ·")

    await chat.shows("🏤 Відділення №112", "💵 Delivery", button="Payer")
    assert "🔎" not in chat.window.text
    assert not await DialogueState.exists()


async def test_another_city_asks_for_its_branch_at_once(chat: Chat) -> None:
    await chat.order()
    await chat.form()

    await chat.type_in("🏙 City", "Type the city", "Хххххх")
    await chat.shows("There is no city “Хххххх”")
    await chat.who.send("Льв")
    await chat.tap("м. Львів")
    await chat.shows("🏙 м. Львів", "Type the number or the street")
    await chat.who.send("Зразкова")
    await chat.tap("📦 №40001 ·")

    await chat.shows("📦 Поштомат", "№40001", "🏙 м. Львів", button="Payer")


async def test_a_locker_takes_one_piece(chat: Chat) -> None:
    await chat.order(delivery_address="Поштомат №20318")
    await chat.form()
    await chat.shows("📦 Поштомат", "🔎 found by", button="It is right: create")

    await chat.tap("Weight and size", "➕ Piece")
    await chat.shows("⚖️ 2 pieces × 0.5 kg · 30 × 20 × 10 cm = 1 kg", button="➖ Piece")
    await chat.tap("Back")
    await chat.shows("⚠ Check the place", button="✅ Create")
    await chat.tap("It is right")
    await chat.shows("⚠ A parcel locker takes one piece", button="Payer")
    assert "It is right" not in str(chat.window.buttons)
    refused = await chat.tap("Create")
    assert refused.text.startswith("A parcel locker takes one piece.")
    assert not await Waybill.exists()
    await chat.tap("Weight and size", "➖ Piece")
    await chat.shows("⚖️ 0.5 kg", "what one piece weighs")
    assert "➖" not in str(chat.window.buttons)
    await chat.who.send("0.7")
    await chat.shows("⚖️ 0.7 kg", "💵 Delivery", button="Payer")


async def test_each_piece_has_a_weight_and_a_box_of_its_own(chat: Chat) -> None:
    await chat.order()
    await chat.form()
    await chat.shows("🔎 found by")

    await chat.tap("Weight and size", "➕ Piece")
    await chat.shows("what one piece weighs", button="2. 0.5 kg")
    await chat.tap("2. 0.5 kg")
    await chat.shows("Choose what piece 2 weighs", button="All pieces")
    await chat.who.send("40x40x40")
    await chat.shows("1. 0.5 kg · 30 × 20 × 10 cm", "2. 0.5 kg · 40 × 40 × 40 cm", button="Payer")
    await chat.tap("Weight and size", "2. 0.5 kg")
    await chat.shows("Choose what piece 2 weighs", button="All pieces")
    await chat.tap("5 kg")
    await chat.shows("2 pieces, 5.5 kg", "1. 0.5 kg", "2. 5 kg · 40 × 40 × 40 cm", button="Payer")
    await chat.tap("Weight and size", "1. 0.5 kg", "All pieces")
    await chat.shows("what one piece weighs", button="➖ Piece")
    await chat.tap("2 kg")
    await chat.shows("1. 2 kg · 30 × 20 × 10 cm", "2. 2 kg · 40 × 40 × 40 cm", button="Payer")


async def test_a_piece_that_was_taken_away_is_asked_for_no_more(chat: Chat) -> None:
    order = await chat.order()
    await chat.form()
    await chat.shows("🔎 found by")
    await chat.tap("Weight and size", "➕ Piece")
    await chat.tap("2. 0.5 kg")
    await chat.shows("Choose what piece 2 weighs")
    seen = FormFieldTap(
        field=FormField.PARCEL, order_id=order.id, origin=Origin.WINDOW, piece=2
    ).pack()
    await chat.tap("All pieces", "➖ Piece")
    await chat.shows("⚖️ 0.5 kg", "what one piece weighs")

    await chat.who.tap_button(chat.window, {"text": "2. 0.5 kg", "callback_data": seen})

    await chat.shows("⚖️ 0.5 kg", "what one piece weighs")


async def test_a_parcel_is_brought_to_a_door(chat: Chat) -> None:
    await chat.order()
    await chat.form()
    await chat.shows("🔎 found by")

    await chat.tap("Branch or address", "To an address")
    await chat.shows("beginning of the street's name")
    await chat.who.send("Ххххх")
    await chat.shows("There is no street “Ххххх” in this city")
    await chat.who.send("Хрещ")
    await chat.shows("Which street?")
    await chat.tap("Хрещатик")
    await chat.shows("Хрещатик: type the building and the flat")
    await chat.who.send(",")
    await chat.shows("Type something", "type the building and the flat")
    await chat.scene.restart()
    await chat.who.send("22, кв. 3")

    await chat.shows("🚪 вул. Хрещатик, 22, flat 3", "🏙 м. Київ", "💵 Delivery", button="Payer")
    draft = await WaybillDraft.get()
    assert (draft.street_ref, draft.building, draft.flat) == (KHRESHCHATYK.ref, "22", "3")
    assert draft.point_id is None


async def test_a_waybill_to_the_door_that_the_order_names_is_one_tap(chat: Chat) -> None:
    address = "вул. Хрещатик, 10, кв. 4, 01001"
    await chat.order(delivery_method="Нова пошта (кур'єр)", delivery_address=address)
    await chat.form()
    await chat.shows(
        "🚪 вул. Хрещатик, 10, flat 4",
        "🏙 м. Київ",
        f"🔎 found by “Київ, {address}” — is it right?",
        "💵 Delivery ₴",
        "⚠ Check the place",
    )
    assert "✅ Create" not in str(chat.window.buttons)

    await chat.tap("It is right: create")

    await chat.shows("⏳ It is being made…", button="Refresh")
    await chat.scene.telegram.wait_for(Waybill.exists)
    waybill = await Waybill.get()
    where = waybill.request["destination"]
    assert (where["street_ref"], where["building"], where["flat"]) == (KHRESHCHATYK.ref, "10", "4")
    assert waybill.place == "Київ, вул. Хрещатик, 10, кв. 4"


async def test_a_street_of_a_list_that_nobody_remembers_is_asked_for_again(chat: Chat) -> None:
    await chat.order()
    await chat.form()
    await chat.tap("Branch or address", "To an address")
    await chat.shows("beginning of the street's name")
    await chat.who.send("Хрещ")
    await chat.shows("Which street?")
    await DialogueState.all().delete()

    await chat.tap("Хрещатик")

    await chat.shows("beginning of the street's name")


async def test_without_a_city_the_city_is_asked_for_first(chat: Chat) -> None:
    await chat.order(delivery_city="", delivery_address="куди-небудь")
    await chat.form()
    await chat.shows("🔎 the order says: “куди-небудь”", "⚠ Choose the city.")

    await chat.tap("Branch or address")

    await chat.shows("Type the city")
