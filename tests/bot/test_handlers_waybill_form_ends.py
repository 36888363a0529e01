"""How a waybill's form is left: by Back, /cancel, a dead carrier, a colleague, a second tap."""

import asyncio

import pytest

from domain.carriers import WaybillState
from domain.rights import Role
from models.carriers import CarrierAccount, Waybill, WaybillDraft
from models.drafts import SaleDraft
from models.staff import StaffMember
from models.telegram import DialogueState
from sandbox.novaposhta import NovaPoshta
from services import sales
from tests.bot.conftest import Scene
from tests.bot.waybill_chat import Chat
from tests.carriers import make_account


@pytest.fixture
async def chat(post: NovaPoshta, scene: Scene) -> Chat:
    """The seller's; the carrier is there before the bot starts."""
    return Chat(scene, scene.seller)


async def test_a_dead_carrier_leaves_the_form_without_place_and_price(
    post: NovaPoshta, chat: Chat
) -> None:
    await chat.order()
    await post.stop()

    await chat.form()
    await chat.shows("🔎 the order says", "⚠ Choose the city.")
    await chat.type_in("Recipient", "surname", "Шевченко Ольга")
    await chat.shows("👤 Шевченко Ольга", button="Payer")
    await chat.type_in("City", "Type the city", "Львів")
    await chat.shows("⚠", "Type the city")
    assert "There is no city" not in chat.window.text


async def test_a_price_that_cannot_be_asked_says_why(post: NovaPoshta, chat: Chat) -> None:
    await chat.order()
    await chat.form()
    await chat.shows("💵 Delivery", button="It is right")
    await post.stop()

    await chat.tap("Weight and size", "2 kg")

    await chat.shows("⚖️ 2 kg", "💵 The price is not known.", button="It is right: create")


async def test_back_leads_to_the_window_which_keeps_the_form(chat: Chat) -> None:
    await chat.order()
    await chat.form()
    await chat.type_in("Description", "what is in the parcel", "Чохол")
    await chat.shows("🏷 Чохол", button="Payer")

    await chat.tap("Back")
    await chat.shows("Sale for order 1234", button="Add sale")
    await chat.form()

    await chat.shows("🏷 Чохол", button="Payer")


async def test_cancel_leaves_the_question_and_shows_the_form(chat: Chat) -> None:
    await chat.order()
    await chat.form()
    await chat.shows("🔎 found by")
    await chat.tap("Phone")
    await chat.shows("Type the recipient's phone number.")

    await chat.who.send("/cancel")

    await chat.scene.message(chat.who.chat, "Left as it was.")
    await chat.shows("📞 +380671234567", button="Payer")
    assert "Type the recipient's" not in chat.window.text
    assert not await DialogueState.exists()


async def test_a_picture_answers_nothing(chat: Chat) -> None:
    await chat.order()
    await chat.form()
    await chat.tap("Phone")
    await chat.shows("Type the recipient's phone number.")

    await chat.who.send("/nonsense")

    form = await chat.scene.message(chat.who.chat, "Please answer with a text", button="Back")
    await chat.scene.telegram.wait_for(lambda: form is chat.window or chat.window.deleted)


async def test_the_question_moves_below_what_came_meanwhile(chat: Chat) -> None:
    order = await chat.order()
    await chat.form()
    await chat.tap("Phone")
    await chat.shows("Type the recipient's phone number.")
    await chat.scene.new_order(("A", 1), number="77")
    card = await chat.scene.message(chat.who.chat, "Order 77")

    await chat.who.send("050 111 22 33")

    form = await chat.scene.message(chat.who.chat, "+380501112233", button="Payer", after=card)
    await chat.scene.telegram.wait_for(lambda: chat.window.deleted)

    async def is_followed() -> bool:
        form_is_here = await WaybillDraft.exists(order_id=order.id, message_id=form.message_id)
        return form_is_here and await SaleDraft.exists(message_id=form.message_id)

    await chat.scene.telegram.wait_for(is_followed)
    await chat.scene.tap(chat.who, form, "Back")
    await chat.scene.message(chat.who.chat, "Sale for order 1234", button="Add sale", after=card)


async def test_confirm_on_the_card_leaves_the_question(chat: Chat) -> None:
    await chat.order()
    await chat.form()
    await chat.tap("Phone")
    await chat.shows("Type the recipient's phone number.")

    card = await chat.scene.message(chat.who.chat, button="Confirm")
    await chat.scene.tap(chat.who, card, "Confirm")
    await chat.scene.telegram.wait_for(lambda: chat.window.deleted)
    await chat.who.send("050 111 22 33")

    await chat.scene.message(chat.who.chat, "Nothing found.")
    assert (await WaybillDraft.get()).phone is None


async def test_a_colleague_who_takes_the_window_over_has_the_form(chat: Chat) -> None:
    await chat.order()
    await chat.form()
    await chat.tap("Phone")
    await chat.shows("Type the recipient's phone number.")
    owner = chat.scene.owner
    card = await chat.scene.message(owner.chat, "1234", button="Підтвердити")
    await chat.scene.tap(owner, card, "Підтвердити")
    question = await chat.scene.message(owner.chat, button="Перебрати на себе")
    await chat.scene.tap(owner, question, "Перебрати на себе")
    await chat.shows("has taken this sale over")

    await chat.who.send("050 111 22 33")

    await chat.scene.message(chat.who.chat, "is in this sale window", "You can take it over")
    assert (await WaybillDraft.get()).phone is None
    assert not await DialogueState.exists()


async def test_two_taps_on_create_ask_for_one_waybill(chat: Chat) -> None:
    await chat.order()
    await chat.form()
    await chat.shows("💵 Delivery", button="It is right: create")

    answers = await asyncio.gather(chat.tap("It is right"), chat.tap("It is right"))

    assert sorted(bool(answer.text) for answer in answers) == [False, True]
    assert await Waybill.all().count() == 1
    await chat.shows("⏳ It is being made…")
    await chat.scene.settled()
    assert "Asked for by" not in chat.window.text  # what comes of it is not to be overwritten


async def test_a_waybill_that_is_being_made_has_its_own_screen(chat: Chat) -> None:
    await chat.order()
    await chat.form()
    await chat.shows("💵 Delivery", button="It is right: create")
    await chat.tap("It is right")
    await chat.shows("⏳")
    await chat.tap("Back")
    await chat.shows("Sale for order 1234", button="Add sale")

    await chat.tap("Waybill")

    await chat.shows("It is being made…", "Asked for by", button="Refresh")
    assert "Existing number" not in str(chat.window.buttons)
    await Waybill.all().update(state=WaybillState.NAMED, number="20451600012345")
    await chat.tap("Back")
    await chat.shows("Sale for order 1234", button="Add sale")
    await chat.tap("Waybill")
    await chat.shows("Which waybill?", button="Existing number")


async def test_of_a_sale_that_was_added_the_form_leads_back_to_the_receipt(chat: Chat) -> None:
    order = await chat.order()
    await chat.tap("Add sale")
    await chat.shows("Added by", button="Undo")

    await chat.tap("Waybill", "Create")
    await chat.shows("Waybill for order 1234 · Nova Poshta", "💵 Delivery", button="Payer")
    await chat.tap("Back")

    await chat.shows("Added by", button="Waybill")
    assert await WaybillDraft.exists(order_id=order.id)


async def test_without_a_carrier_the_form_says_who_sets_it_up(chat: Chat) -> None:
    await chat.order()
    await CarrierAccount.all().delete()

    await chat.tap("Waybill", "Create")

    await chat.shows("No carrier is set up", button="Back")
    assert "🚚 Delivery" not in str(chat.window.buttons)
    await chat.tap("Back")
    await chat.shows("Sale for order 1234", button="Add sale")
    await StaffMember.filter(telegram_id=chat.who.id).update(role=Role.OWNER)
    await make_account(NovaPoshta(), place_ref="")
    await chat.tap("Waybill", "Create")
    await chat.shows("No carrier is set up", button="🚚 Delivery")


async def test_an_old_form_of_an_order_that_was_sold_shows_the_receipt(chat: Chat) -> None:
    order = await chat.order()
    await chat.form()
    await chat.shows("🔎 found by")
    by = await chat.scene.member(chat.who)
    await sales.add_sale(order.id, by=by)
    await WaybillDraft.all().delete()

    await chat.tap("It is right")

    await chat.shows("Added by", button="Undo")


async def test_a_packer_makes_no_waybills(chat: Chat) -> None:
    await chat.order()
    await chat.form()
    await chat.shows("🔎 found by")
    await StaffMember.filter(telegram_id=chat.who.id).update(role=Role.PACKER)

    refused = await chat.tap("It is right")

    assert refused.text.startswith("Your role does not include this")
    assert not (await WaybillDraft.get()).is_confirmed
