"""What is typed on the sales screen. The question stands in the message it was asked from."""

from decimal import Decimal

from aiogram import Bot, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, Message

from bot import sales_texts, sales_windows, texts
from bot.answers import answer_tap, remove, show, tapped
from bot.cards import Rendered
from bot.handlers import questions, sales_questions
from bot.handlers.sales_frame import move_down, show_again
from bot.handlers.sales_questions import Subject
from bot.i18n import Translator
from bot.states import IS_TYPED, SalesAsked
from domain import typed
from domain.errors import RejectedError, TooMuchError, TypedError, TypedProblem
from models.staff import StaffMember
from services import return_lines, returns, sale_lists
from services.card_places import Place


async def ask(
    asked: State,
    subject: Subject,
    query: CallbackQuery,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> None:
    """Ask in the tapped message; a question that was open elsewhere is left."""
    question = await sales_questions.question(asked.state, subject, t)
    await answer_tap(query)
    await questions.leave(bot, state, staff, t)
    place = await show(bot, tapped(query), question)
    await _keep(state, asked, subject, place)


async def _keep(state: FSMContext, asked: State, subject: Subject, place: Place) -> None:
    await state.set_data(
        {
            "screen_id": place.message_id,
            "sale_id": subject.sale_id,
            "return_id": subject.return_id,
            "line_id": subject.line_id,
            "origin": subject.origin,
        }
    )
    await state.set_state(asked)


async def _answered(
    asked: str | None, subject: Subject, text: str, staff: StaffMember, t: Translator
) -> Rendered:
    """What comes after a good answer.

    Raises:
        TypedError, TooMuchError: the answer cannot be used.
        NotFoundError, NothingLeftError: the question is pointless now.
        NotAllowedError: not this person's to do any more.
    """
    if asked == SalesAsked.settled_sum.state:
        return await _settled_part(typed.amount(text), text, subject, t)
    if asked == SalesAsked.returned_sum.state:
        await returns.set_amount(subject.return_id, typed.amount(text), by=staff)
    else:
        takes_fractions = await sale_lists.counts_fractions(subject.line_id)
        quantity = typed.quantity(text, takes_fractions=takes_fractions)
        await return_lines.set_quantity(subject.return_id, subject.line_id, quantity, by=staff)
    return await sales_questions.screen_below(asked, subject, t)


async def _settled_part(amount: Decimal, text: str, subject: Subject, t: Translator) -> Rendered:
    sale = await sale_lists.outstanding(subject.sale_id)
    if not amount:
        raise TypedError(TypedProblem.NOT_POSITIVE, text)
    if amount > sale.sale.outstanding:
        raise TooMuchError(sale.sale.outstanding, sale.sale.currency)
    accounts = await sale_lists.real_accounts()
    return sales_windows.settle(sale, accounts, t, amount=amount, origin=subject.list)


def _problem(asked: str | None, error: RejectedError, t: Translator) -> str:
    if asked == SalesAsked.settled_sum.state:
        return sales_texts.settled_sum_problem(error, t)
    if asked == SalesAsked.returned_quantity.state:
        return sales_texts.quantity_problem(error, t)
    return texts.explain(error, t)


async def read(
    message: Message, bot: Bot, state: FSMContext, staff: StaffMember, t: Translator
) -> None:
    """A good answer leads on; after a bad one it is asked again, saying why.

    Either way its message disappears, and the question's own stays the last one.
    """
    asked = await state.get_state()
    subject, place = await sales_questions.subject_of(state, message.chat.id)
    is_answered = True
    try:
        try:
            screen = await _answered(asked, subject, message.text or "", staff, t)
        except (TypedError, TooMuchError) as error:
            is_answered = False
            screen = await sales_questions.question(asked, subject, t, _problem(asked, error, t))
    except RejectedError:
        await state.clear()
        await show_again(bot, place, subject.sale_id, staff, t, subject.origin)
        raise
    if is_answered:
        await state.clear()
    place = await move_down(bot, place, screen)
    if not is_answered:
        await state.update_data(screen_id=place.message_id)
    await remove(bot, message.chat.id, message.message_id)


async def want_text(message: Message, bot: Bot, state: FSMContext, t: Translator) -> None:
    """Neither a picture nor a command answers a question; it stays open."""
    subject, place = await sales_questions.subject_of(state, message.chat.id)
    screen = await sales_questions.question(
        await state.get_state(), subject, t, texts.text_expected(t)
    )
    place = await move_down(bot, place, screen)
    await state.update_data(screen_id=place.message_id)


def build_router() -> Router:
    router = Router(name=__name__)
    router.message.register(read, StateFilter(SalesAsked), IS_TYPED)
    router.message.register(want_text, StateFilter(SalesAsked))
    return router
