"""Settings, Delivery: Nova Poshta is connected in the chat, set up, looked after and left."""

from datetime import timedelta
from decimal import Decimal

from tortoise import connections
from tortoise.timezone import now

from domain.carriers import CodKind, Payer
from domain.payments import AccountKind
from models.carriers import CarrierAccount
from models.money import MoneyAccount
from models.telegram import DialogueState
from sandbox.novaposhta import NovaPoshta
from sandbox.novaposhta.directory import DNIPRO, DNIPRO_1, KHRESHCHATYK, KYIV
from sandbox.novaposhta.model import Address
from tests.bot.delivery import MENU, OTHER, Owner, labels, owner, post
from tests.carriers import CARRIER, make_account
from tests.factories import BOX

PROM = "0123456789abcdef0123456789abcdef01234567"

__all__ = ["owner", "post"]


async def is_nowhere(key: str, owner: Owner) -> None:
    """Neither in a message of any chat nor in a column of any table."""
    told = [
        each.text
        for user in (owner.scene.owner, owner.scene.seller)
        for each in user.chat.messages
        if not (each.sender is user and each.deleted)
    ]
    assert not any(key in text for text in told)
    connection = connections.get("default")
    if connection.capabilities.dialect == "sqlite":
        tables = await connection.execute_query_dict(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
        )
    else:
        tables = await connection.execute_query_dict(
            "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()"
        )
    assert len(tables) > 30
    for table in tables:
        rows = await connection.execute_query_dict(f'SELECT * FROM "{table["name"]}"')
        assert key not in str([dict(row) for row in rows]), table["name"]


async def no_question() -> bool:
    return not await DialogueState.filter(state__isnull=False).exists()


async def test_a_carrier_is_set_up_by_a_key_a_place_and_three_taps(
    owner: Owner, post: NovaPoshta
) -> None:
    cash = await MoneyAccount.get(kind=AccountKind.CASH)
    screen = await owner.delivery()
    assert labels(screen) == ["➕ Connect Nova Poshta", "📖 Guide", "⬅️ Back"]
    await owner.tap(screen, "Connect Nova Poshta")
    await owner.says(screen, "Connect Nova Poshta", "Налаштування → Безпека", "deleted at once")
    assert labels(screen) == ["⬅️ Back"]
    await owner.type(f"ключ: {post.key.upper()}.")

    # One sender, one contact, one kind of cash on delivery: only the place is asked for.
    await owner.says(screen, "✅ Nova Poshta is connected.", "Which city do you send from?")
    await owner.type("дніп")
    await owner.says(screen, "Choose the city, or type another one.")
    await owner.tap(screen, "Дніпро")
    await owner.says(screen, "Дніпро", "Which branch?")
    await owner.scene.restart()
    await owner.type("малин")
    await owner.says(screen, "Choose the branch, or type another one.")
    assert labels(screen)[1:] == ["🏙 Another city", "⬅️ Back"]
    await owner.tap(screen, "Відділення №1")

    await owner.says(screen, "✅ Waybills can be made now.", "Where does cash on delivery arrive?")
    assert labels(screen) == ["Cash", "Card", "IBAN", "✓ By hand, in Sales", "⬅️ Back"]
    await owner.tap(screen, "Cash")
    await owner.says(
        screen,
        "🟢 Nova Poshta",
        "Sender: ФОП Гончар Микола Степанович",
        "Contact person: Гончар Микола Степанович · +380",
        "Sent from: Дніпро, Відділення №1: вул. Маршала Малиновського, 114",
        "Cash on delivery: payment control → Cash",
        "Delivery is paid by: the recipient",
        "Usual parcel: 0.5 kg, 30×20×10 cm",
        "Description: Товари",
        "The key's last day is not noted.",
    )
    assert "Go on" not in str(labels(screen))
    account = await CarrierAccount.get()
    assert BOX.decrypt(account.secrets) == {"api_key": post.key}
    assert (account.carrier, account.is_active) == (CARRIER, True)
    assert (account.city_ref, account.place_ref) == (DNIPRO.ref, DNIPRO_1)
    assert (account.cod_kind, account.cod_account_id) == (CodKind.CONTROL, cash.id)
    assert not account.from_door
    await owner.is_tidy()
    await is_nowhere(post.key, owner)
    assert await no_question()


async def test_all_that_was_chosen_can_be_changed_in_ukrainian_too(
    owner: Owner, post: NovaPoshta
) -> None:
    await make_account(post)
    them = Owner(owner.scene, owner.scene.owner)
    screen = await them.delivery(label="Доставка", menu="⚙️ Налаштування")
    await them.says(screen, "🟢 Нова пошта", "Післяплата: контроль оплати → вручну")

    await them.tap(screen, "Хто платить")
    await them.says(screen, "Хто зазвичай платить за доставку?")
    assert labels(screen) == ["✓ Отримувач", "Ми", "⬅️ Назад"]
    await them.tap(screen, "Ми")
    await them.says(screen, "За доставку платить: ми")

    await them.tap(screen, "Вага")
    await them.says(screen, "Зараз: 0,5 кг")
    await them.type("багато")
    await them.says(screen, "«багато» – це не вага")
    await them.type("1,2 кг")
    await them.says(screen, "Звичайна посилка: 1,2 кг, 30×20×10 см")

    await them.tap(screen, "Коробка")
    await them.says(screen, "Зараз: 30×20×10 см")
    await them.type("40х30")
    await them.says(screen, "«40х30» – це не розмір коробки")
    await them.type("40 х 30*20")
    await them.says(screen, "1,2 кг, 40×30×20 см")

    await them.tap(screen, "Опис")
    await them.says(screen, "Зараз: Аксесуари")
    await them.type("а" * 51)
    await them.says(screen, "Задовго")
    await them.type("Чохли й <скло>")
    await them.says(screen, "Опис: Чохли й <скло>")
    await them.tap(screen, "Опис")
    await them.tap(screen, "Товари")
    await them.says(screen, "Опис: Товари")

    account = await CarrierAccount.get()
    assert (account.payer, account.weight_kg) == (Payer.SENDER, Decimal("1.2"))
    assert (account.length_cm, account.width_cm, account.height_cm) == (40, 30, 20)
    await them.is_tidy()
    assert await no_question()


async def test_money_and_the_keys_day_are_changed_and_all_is_in_the_audit_log(
    owner: Owner, post: NovaPoshta
) -> None:
    await make_account(post)
    them = Owner(owner.scene, owner.scene.owner)
    screen = await them.delivery(label="Доставка", menu="⚙️ Налаштування")
    await them.tap(screen, "Рахунок")
    await them.says(screen, "Куди надходить післяплата?")
    await them.tap(screen, "Картка")
    await them.says(screen, "контроль оплати → Картка")
    await them.tap(screen, "Рахунок")
    await them.tap(screen, "Вручну, у «Продажах»")
    await them.says(screen, "контроль оплати → вручну")

    await them.tap(screen, "Термін дії ключа")
    await them.says(screen, "До якого дня діє ключ?")
    await them.type("вчора")
    await them.says(screen, "«вчора»")
    ends_on = (now() + timedelta(days=300)).date()
    await them.type(f"{ends_on:%d.%m.%Y}")
    await them.says(screen, "Ключ діє до", "днів")
    account = await CarrierAccount.get()
    assert account.key_ends_on == ends_on
    await them.tap(screen, "Термін дії ключа")
    await them.tap(screen, "Не знаю")
    await them.says(screen, "До якого дня діє ключ, не вказано.")
    await them.is_tidy()
    assert await no_question()

    log = await them.scene.message(them.user.chat, "🚚 Доставка")
    await them.tap(log, "Назад")
    await them.tap(log, "Журнал змін")
    await them.says(
        log,
        "Нова пошта: післяплату відмічають вручну",
        "Нова пошта: невідомо, доки діє ключ",
    )


async def test_a_key_that_is_not_accepted_is_explained_and_asked_for_again(
    owner: Owner, post: NovaPoshta
) -> None:
    screen = await owner.delivery()
    await owner.tap(screen, "Connect Nova Poshta")
    await owner.says(screen, "3. Send it here.")
    await owner.type("what key?")
    await owner.says(screen, "There is no key in it.")
    await owner.type(PROM)
    await owner.says(screen, "That is a key of Prom.ua; here one of Nova Poshta is needed.")
    assert not post.requests
    await owner.type(OTHER)
    await owner.says(screen, "Nova Poshta does not know this key.", "3. Send it here.")
    post.expire_key()
    await owner.type(post.key)
    await owner.says(screen, "This key has expired.")
    post.deactivate_key()
    await owner.type(post.key)
    await owner.says(screen, "This key is switched off in the cabinet.")
    post.renew_key()
    post.answer_with(502, "<html>", times=None)
    await owner.type(post.key)
    await owner.says(screen, "The carrier does not answer now.", "3. Send it here.")
    assert not await CarrierAccount.exists()
    post.behave()
    await owner.type(post.key)
    await owner.says(screen, "Nova Poshta is connected.")
    await owner.is_tidy()
    for key in (post.key, OTHER, PROM):
        await is_nowhere(key, owner)


async def test_a_key_that_nobody_asked_for_does_not_stay_in_the_chat(
    owner: Owner, post: NovaPoshta
) -> None:
    await owner.type(f"here: {post.key}")
    told = await owner.scene.message(owner.user.chat, "That was a key of Nova Poshta")
    await owner.is_tidy()
    assert not post.requests

    # Asked for a token of Prom.ua, nobody sends it a key of Nova Poshta.
    await owner.user.send("/settings")
    shops = await owner.scene.message(owner.user.chat, MENU, button="Shops", after=told)
    await owner.tap(shops, "Shops")
    await owner.tap(shops, "Connect Prom.ua")
    await owner.says(shops, "Управління API-токенами")
    await owner.type(post.key)
    await owner.scene.message(owner.user.chat, "That was a key of Nova Poshta", after=shops)
    await owner.type(PROM[:39])  # no key of anybody's, and no question is lost
    await owner.says(shops, "🔎")
    await is_nowhere(post.key, owner)


async def test_of_several_senders_one_is_chosen_with_what_belongs_to_them(
    owner: Owner, post: NovaPoshta
) -> None:
    private = post.add_sender("Іваненко Іван Іванович", phone="380671112233")
    firm = next(each for each in post.accounts[post.key].senders.values() if not each.is_private)
    post.accounts[post.key].addresses["d1"] = Address(
        ref="d1d1d1d1-0000-11ea-9c59-005056b24375",
        counterparty_ref=private.ref,
        street=KHRESHCHATYK,
        building="7",
        flat="",
        note="",
    )
    screen = await owner.delivery()
    await owner.tap(screen, "Connect Nova Poshta")
    await owner.says(screen, "3. Send it here.")
    await owner.type(post.key)
    await owner.says(screen, "Nova Poshta is connected.", "Who sends?")
    assert [label[:8] for label in labels(screen)] == ["ФОП Гонч", "Іваненко", "⬅️ Back"]

    # What is not finished is shown so, and goes on from there.
    await owner.tap(screen, "Back")
    await owner.says(screen, "🟠 Nova Poshta", "Sender: —", "Something is not chosen yet")
    await owner.scene.restart()
    await owner.tap(screen, "Go on")
    await owner.tap(screen, "Іваненко")
    await owner.says(screen, "Where are parcels sent from?")
    assert labels(screen)[0] == "🏤 From a branch"
    await owner.tap(screen, "Хрещатик")
    await owner.says(screen, "Where does cash on delivery arrive?")
    await owner.tap(screen, "By hand, in Sales")
    await owner.says(
        screen,
        "🟢 Nova Poshta",
        "Contact person: Іваненко Іван Іванович · +380671112233",
        "Sent from: Київ, Хрещатик вул. 7, fetched by a courier",
        "money transfer → by hand",
    )
    account = await CarrierAccount.get()
    assert (account.from_door, account.city_ref) == (True, KYIV.ref)

    # Another sender has another contact, another kind of payment, and not this door.
    await owner.tap(screen, "Sender")
    await owner.says(screen, "Who sends?")
    await owner.tap(screen, "Гончар")
    await owner.says(screen, "Which city do you send from?")
    account = await CarrierAccount.get()
    assert account.sender_ref == firm.ref
    assert (account.place_ref, account.from_door, account.cod_kind) == ("", False, "")
    assert "Гончар" in account.contact_name


async def test_both_kinds_of_payment_are_offered_the_likelier_first(
    owner: Owner, post: NovaPoshta
) -> None:
    await make_account(post)
    sender = next(iter(post.accounts[post.key].senders.values()))
    sender.is_private = True
    screen = await owner.delivery()
    await owner.tap(screen, "Cash on delivery")
    await owner.says(screen, "How does cash on delivery come back?", "Money transfer: for private")
    assert labels(screen) == [
        "✓ Payment control (likely yours)",
        "Money transfer",
        "⬅️ Back",
    ]
    await owner.tap(screen, "Money transfer")
    await owner.says(screen, "Cash on delivery: money transfer → by hand")
    assert (await CarrierAccount.get()).cod_kind == CodKind.TRANSFER


async def test_every_question_is_left_by_back_and_by_cancel(owner: Owner, post: NovaPoshta) -> None:
    screen = await owner.delivery()
    await owner.tap(screen, "Connect Nova Poshta")
    await owner.says(screen, "3. Send it here.")
    await owner.tap(screen, "Back")
    await owner.says(screen, "Connect a carrier")
    assert await no_question()
    await owner.type("not asked")  # and so is no key
    await make_account(post)

    for label, question in (
        ("Another key", "Another key of Nova Poshta"),
        ("Key's last day", "Until which day does the key work?"),
        ("Sent from", "Which city do you send from?"),
        ("Weight", "How heavy is a usual parcel?"),
        ("Box", "How large is a usual box?"),
        ("Description", "What is usually in a parcel?"),
    ):
        screen = await owner.delivery()
        await owner.tap(screen, label)
        await owner.says(screen, question)
        await owner.tap(screen, "Back")
        await owner.says(screen, "🟢 Nova Poshta")
        assert await no_question()
        await owner.tap(screen, label)
        await owner.says(screen, question)
        await owner.user.send("/cancel")
        await owner.says(screen, MENU)
        assert await no_question()
    before = await CarrierAccount.get()
    assert before.place_ref == DNIPRO_1


async def test_nothing_found_and_a_silent_carrier_are_told_and_typing_goes_on(
    owner: Owner, post: NovaPoshta
) -> None:
    await make_account(post, place_ref="", place_name="", city_ref="", city_name="")
    screen = await owner.delivery()
    post.answer_with(502, "<html>", times=None)
    await owner.tap(screen, "Go on")
    await owner.says(screen, "The carrier does not answer now.")
    assert labels(screen) == ["🔄 Try again", "⬅️ Back"]
    post.behave()
    await owner.tap(screen, "Try again")
    await owner.says(screen, "Which city do you send from?")
    await owner.type("Атлантида")
    await owner.says(screen, "Nothing was found for “Атлантида”.")
    post.answer_with(502, "<html>", times=None)
    await owner.type("Полтава")
    await owner.says(screen, "The carrier does not answer now.", "Which city")
    post.behave()
    await owner.type("Полтава")
    await owner.tap(screen, "Полтава")
    await owner.says(screen, "Which branch?")
    await owner.type("999")
    await owner.says(screen, "Nothing was found for “999”.", "Which branch?")
    await owner.type("12")
    await owner.says(screen, "Choose the branch")
    assert not any("Поштомат" in label for label in labels(screen))
    await owner.tap(screen, "Відділення №12")
    await owner.says(screen, "Where does cash on delivery arrive?")
    await owner.tap(screen, "Back")
    await owner.says(screen, "Sent from: Полтава, Відділення №12")
