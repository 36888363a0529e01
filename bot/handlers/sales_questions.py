"""The open question of the sales screen: what it is about, how it looks, and leaving it."""

from dataclasses import dataclass

from aiogram import Bot
from aiogram.fsm.context import FSMContext

from bot import return_windows, sales_windows
from bot.answers import show
from bot.cards import Rendered
from bot.handlers.sales_frame import show_again
from bot.i18n import Translator
from bot.keyboards.sales_taps import Origin
from bot.states import SalesAsked
from domain.errors import RejectedError
from models.staff import StaffMember
from services import sale_lists
from services.card_places import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a question is about, as it is kept while it is open. Ids of 0: none."""

    sale_id: int
    return_id: int = 0
    line_id: int = 0
    origin: str = ""

    @property
    def list(self) -> Origin:
        return Origin.read(self.origin)


async def question(
    asked: str | None, subject: Subject, t: Translator, problem: str = ""
) -> Rendered:
    """The question as it is now. ``problem``: what was wrong with the last answer.

    Raises:
        NotFoundError, NothingLeftError: it is pointless now.
    """
    if asked == SalesAsked.settled_sum.state:
        sale = await sale_lists.outstanding(subject.sale_id)
        return sales_windows.ask_settled(sale, t, origin=subject.list, problem=problem)
    view = await sale_lists.open_return(subject.return_id)
    if asked == SalesAsked.returned_sum.state:
        return return_windows.ask_amount(view, t, origin=subject.list, problem=problem)
    return return_windows.ask_quantity(
        view.content,
        subject.line_id,
        t,
        takes_fractions=await sale_lists.counts_fractions(subject.line_id),
        origin=subject.list,
        problem=problem,
    )


async def screen_below(asked: str | None, subject: Subject, t: Translator) -> Rendered:
    """The screen that the question was asked from, as it is now."""
    if asked == SalesAsked.settled_sum.state:
        sale = await sale_lists.outstanding(subject.sale_id)
        accounts = await sale_lists.real_accounts()
        return sales_windows.settle(sale, accounts, t, origin=subject.list)
    view = await sale_lists.open_return(subject.return_id)
    if asked == SalesAsked.returned_sum.state:
        return return_windows.goods(view, t, origin=subject.list)
    return return_windows.line(view.content, subject.line_id, t, origin=subject.list)


async def subject_of(state: FSMContext, chat_id: int) -> tuple[Subject, Place]:
    """What the open question is about, and the message it stands in."""
    data = await state.get_data()
    subject = Subject(
        sale_id=data["sale_id"],
        return_id=data["return_id"],
        line_id=data["line_id"],
        origin=data["origin"],
    )
    return subject, Place(chat_id, 0, data["screen_id"], is_group=False)


async def cancel(bot: Bot, state: FSMContext, staff: StaffMember, t: Translator) -> bool:
    """Leave the open question, and everything as it was; False when none was asked here."""
    asked = await state.get_state()
    if asked not in SalesAsked.__all_states_names__:
        return False
    subject, place = await subject_of(state, state.key.chat_id)
    await state.clear()
    try:
        await show(bot, place, await screen_below(asked, subject, t))
    except RejectedError:
        await show_again(bot, place, subject.sale_id, staff, t, subject.origin)
    return True
