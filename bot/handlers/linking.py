"""``Link product`` on a card: which product is a line that we do not know?

The question covers the card. In a private chat whatever is typed searches; in a group only a reply
is heard, which ``Search`` asks for.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aiogram import Bot, F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message, TelegramObject
from tortoise.timezone import now

from bot import answers, linking_windows
from bot.answers import answer_tap, is_group, remove, show, tapped
from bot.handlers import forms, questions
from bot.handlers.errors import tell_tapper
from bot.i18n import Translator
from bot.keyboards.linking import LinkAction, LinkTap
from bot.keyboards.orders import OrderAction, OrderTap
from bot.states import IS_TYPED, Asked
from domain.errors import AlreadyLinkedError, InvalidTransitionError, NotFoundError
from domain.rights import Right, demand
from models.orders import OrderLine
from models.staff import StaffMember
from models.stock import Product
from services import card_places, draft_lines, linking, order_views, suggestions
from services.card_places import Place
from sync.office import ShopOffice

OUTDATED = (AlreadyLinkedError, InvalidTransitionError, NotFoundError)


async def ask(
    query: CallbackQuery,
    callback_data: OrderTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> None:
    """Which line, where there are several; else which product."""
    demand(staff.role, Right.LINK)
    order_id, card = callback_data.order_id, tapped(query)
    view = await order_views.open_order(order_id)
    lines = linking_windows.unlinked(view)
    if len(lines) == 1:
        await _ask_product(query, order_id, lines[0].line.id, bot, state, staff, t)
        return
    await _leave(order_id, bot, state, staff, t)
    if not lines:  # an old copy of the card
        await answer_tap(query, linking_windows.all_linked(t))
        await card_places.uncover(order_id, card)
        return
    await answer_tap(query)
    shown = await show(bot, card, linking_windows.which_line(view, t, now=now()))
    await card_places.cover(order_id, shown, revision=view.order.revision)


async def choose_line(
    query: CallbackQuery,
    callback_data: LinkTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> None:
    demand(staff.role, Right.LINK)
    order_id, line_id = callback_data.order_id, callback_data.line_id
    await _ask_product(query, order_id, line_id, bot, state, staff, t)


async def _ask_product(
    query: CallbackQuery,
    order_id: int,
    line_id: int,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> None:
    """What comes nearest is offered at once, before anything is typed."""
    line, card = await linking.waiting_line(line_id), tapped(query)
    found = await suggestions.suggest(line.name, line.sku)
    await answer_tap(query)
    await _leave(order_id, bot, state, staff, t)
    card = await _put(line, found, bot, card, t)
    if not card.is_group:
        await _listen(order_id, line_id, card, state)


async def _leave(
    order_id: int, bot: Bot, state: FSMContext, staff: StaffMember, t: Translator
) -> None:
    """Ask nothing else any more; a card that is about to show another question stays covered."""
    await forms.drop_about(order_id, bot, state)
    await questions.leave(bot, state, staff, t)


async def _put(
    line: OrderLine, found: Sequence[Product], bot: Bot, card: Place, t: Translator, query: str = ""
) -> Place:
    """Ask in the card's message; returns where it is now."""
    view = await order_views.open_order(line.order_id)
    question = linking_windows.which_product(
        view, line, found, t, now=now(), is_group=card.is_group, query=query
    )
    shown = await show(bot, card, question)
    await card_places.cover(line.order_id, shown, revision=view.order.revision)
    return shown


async def _listen(
    order_id: int, line_id: int, card: Place, state: FSMContext, **about: object
) -> None:
    place = {"card_id": card.message_id, "topic_id": card.topic_id}
    await state.set_data({"order_id": order_id, "line_id": line_id, **place, **about})
    await state.set_state(Asked.linked_product)


async def ask_reply(
    query: CallbackQuery,
    callback_data: LinkTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> None:
    """In a group: a reply to this says what to search."""
    demand(staff.role, Right.LINK)
    order_id, line_id, card = callback_data.order_id, callback_data.line_id, tapped(query)
    await linking.waiting_line(line_id)
    await answer_tap(query)
    await _leave(order_id, bot, state, staff, t)
    asked, hint = linking_windows.ask_product(t), linking_windows.product_placeholder(t)
    sent = await answers.ask(bot, card, query.from_user, asked, placeholder=hint)
    await _listen(order_id, line_id, card, state, question_id=sent.message_id)


async def search(
    message: Message, bot: Bot, state: FSMContext, staff: StaffMember, t: Translator
) -> None:
    """What was typed is searched; the question stays open, to be answered by a tap."""
    data = await state.get_data()
    card = Place(message.chat.id, data["topic_id"], data["card_id"], is_group(message.chat))
    text = message.text or ""
    try:
        demand(staff.role, Right.LINK)
        line = await linking.waiting_line(data["line_id"])
        found = await draft_lines.find_products(text, limit=suggestions.SUGGESTED)
        card = await _put(line, found, bot, card, t, text)
    except BaseException:
        await forms.drop(bot, state)
        await card_places.uncover(data["order_id"], card)
        raise
    await state.update_data(card_id=card.message_id)
    if not card.is_group:
        await remove(bot, message.chat.id, message.message_id)


async def link(
    query: CallbackQuery,
    callback_data: LinkTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> None:
    product_id, line_id = callback_data.product_id, callback_data.line_id
    linked = await linking.link_line(line_id, product_id, by=staff)
    await _tell(linked, query, callback_data, bot, state, t)


async def make(
    query: CallbackQuery,
    callback_data: LinkTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
    office: ShopOffice,
) -> None:
    linked = await linking.make_product_of_line(
        callback_data.line_id, by=staff, currency=office.currency
    )
    await _tell(linked, query, callback_data, bot, state, t)


async def _tell(
    linked: linking.Linked,
    query: CallbackQuery,
    callback_data: LinkTap,
    bot: Bot,
    state: FSMContext,
    t: Translator,
) -> None:
    """Answer the tap; the card comes back, with the goods it holds now."""
    await answer_tap(query, linking_windows.linked(linked, t))
    await forms.drop_about(callback_data.order_id, bot, state)
    await card_places.uncover(callback_data.order_id, tapped(query))


async def around_taps(
    handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
    event: TelegramObject,
    data: dict[str, Any],
) -> Any:
    """Around every tap on the question: where it is pointless by now, the card comes back."""
    tap = data.get("callback_data")
    if not isinstance(event, CallbackQuery) or not isinstance(tap, LinkTap):
        return await handler(event, data)
    try:
        return await handler(event, data)
    except OUTDATED as error:
        await tell_tapper(event, error, data["t"])
        await forms.drop_about(tap.order_id, data["bot"], data["state"])
        await card_places.uncover(tap.order_id, tapped(event))
        return None


def build_router() -> Router:
    router = Router(name=__name__)
    router.callback_query.middleware(around_taps)
    tap = router.callback_query.register
    tap(ask, OrderTap.filter(F.action == OrderAction.LINK))
    tap(choose_line, LinkTap.filter(F.action == LinkAction.LINE))
    tap(ask_reply, LinkTap.filter(F.action == LinkAction.TYPE))
    tap(link, LinkTap.filter(F.action == LinkAction.PRODUCT))
    tap(make, LinkTap.filter(F.action == LinkAction.MAKE))
    typed = StateFilter(Asked.linked_product)
    router.message.register(search, typed, IS_TYPED, forms.is_answer)
    return router
