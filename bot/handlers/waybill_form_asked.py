"""What is typed into a waybill's form. The question stands in the form's own message."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from aiogram import Bot, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message
from tortoise.timezone import now

from bot import carrier_texts, texts, waybill_questions
from bot.answers import answer_tap, remove, show, tapped
from bot.cards import Rendered
from bot.handlers import questions
from bot.handlers import waybill_form_frame as frame
from bot.i18n import Translator
from bot.keyboards.waybill_form import FormField, FormFieldTap, FormValueTap, is_street_ref
from bot.keyboards.waybill_taps import Origin
from bot.states import IS_TYPED, WaybillFormAsked
from domain import boxes
from domain.doors import building_and_flat
from domain.errors import IntegrationError, NotFoundError, TypedError
from models.staff import StaffMember
from services import waybill_forms
from services.card_places import Place
from services.waybill_forms import Door, FormView
from sync import directory
from sync.carrier_desk import CarrierDesk

_IN_A_CITY = frozenset({FormField.BRANCH, FormField.STREET, FormField.BUILDING})
_SEARCHES = frozenset({FormField.CITY, FormField.BRANCH, FormField.STREET})


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a question is about, as it is kept while it is open.

    ``streets``: those found last, their names by Ref. ``street``: Ref and name of the chosen one.
    ``piece``: of the parcel, counted from 1; 0: all.
    """

    order_id: int
    origin: Origin
    field: FormField
    streets: dict[str, str]
    street: tuple[str, str]
    piece: int

    @classmethod
    def of(cls, data: dict[str, Any]) -> "Subject":
        ref, name = data.get("street") or ("", "")
        return cls(
            order_id=data["order_id"],
            origin=Origin(data["origin"]),
            field=FormField(data["field"]),
            streets=data.get("streets", {}),
            street=(ref, name),
            piece=data.get("piece", 0),
        )

    def kept(self, screen_id: int) -> dict[str, Any]:
        return {
            "order_id": self.order_id,
            "screen_id": screen_id,
            "origin": self.origin.value,
            "field": self.field.value,
            "streets": self.streets,
            "street": list(self.street),
            "piece": self.piece,
        }


def first_of_all(view: FormView, field: FormField) -> FormField:
    """What has to be asked before: without a city there is nothing to look in."""
    return FormField.CITY if field in _IN_A_CITY and view.city is None else field


async def ask(
    query: CallbackQuery,
    field: FormField,
    view: FormView,
    origin: Origin,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
    *,
    street: tuple[str, str] = ("", ""),
    piece: int = 0,
) -> None:
    """Ask in the form's message; a question that was open elsewhere is left.

    ``street``: Ref and name, when its BUILDING is asked for. ``piece``: as in ``Subject``.
    """
    subject = Subject(
        order_id=view.order.order.id,
        origin=origin,
        field=first_of_all(view, field),
        streets={},
        street=street,
        piece=piece if piece <= len(view.seats) else 0,
    )
    await answer_tap(query)
    await questions.leave(bot, state, staff, t)
    place = await show(bot, tapped(query), _question(view, subject, t))
    await state.set_data(subject.kept(place.message_id))
    await state.set_state(WaybillFormAsked.value)


def _question(view: FormView, subject: Subject, t: Translator, problem: str = "") -> Rendered:
    return waybill_questions.ask(
        view,
        subject.field,
        t,
        now=now(),
        origin=subject.origin,
        problem=problem,
        street=subject.street[1],
        piece=subject.piece,
    )


async def ask_field(
    query: CallbackQuery,
    callback_data: FormFieldTap,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
) -> None:
    view = await waybill_forms.form_view(callback_data.order_id, by=staff)
    field, origin = callback_data.field, callback_data.origin
    if field is FormField.BUILDING:  # only a street that was just found has buildings
        field = FormField.STREET
    await ask(query, field, view, origin, bot, state, staff, t, piece=callback_data.piece)


async def choose_value(
    query: CallbackQuery,
    callback_data: FormValueTap,
    bot: Bot,
    staff: StaffMember,
    t: Translator,
    desk: CarrierDesk,
) -> None:
    """A usual answer, as if it had been typed."""
    order_id, origin = callback_data.order_id, callback_data.origin
    field, piece = callback_data.field, callback_data.piece
    await _fill(order_id, field, callback_data.value, staff, piece=piece)
    await answer_tap(query, texts.saved(t))
    place = tapped(query)
    await frame.draw_priced(bot, place, order_id, origin, staff, t, desk)


async def _fill(
    order_id: int,
    field: FormField,
    text: str,
    by: StaffMember,
    *,
    street: tuple[str, str] = ("", ""),
    piece: int = 0,
) -> None:
    """Change one line of the form.

    Raises:
        TypedError: the text cannot be used; what was there stays.
        NotFoundError and others: as ``waybill_forms.open_form``.
    """
    match field:
        case FormField.RECIPIENT:
            await waybill_forms.set_recipient(order_id, text, by=by)
        case FormField.PHONE:
            await waybill_forms.set_phone(order_id, text, by=by)
        case FormField.PARCEL:
            await _fill_parcel(order_id, text, piece, by)
        case FormField.DECLARED_VALUE:
            await waybill_forms.set_declared_value(order_id, text, by=by)
        case FormField.COD:
            await waybill_forms.set_cod(order_id, text, by=by)
        case FormField.DESCRIPTION:
            await waybill_forms.set_description(order_id, text, by=by)
        case FormField.BUILDING:
            door = Door(*street, *building_and_flat(text))
            await waybill_forms.choose_door(order_id, door, by=by)
        case FormField.CITY | FormField.BRANCH | FormField.STREET:
            raise ValueError(field)  # these are answered by a list


async def _fill_parcel(order_id: int, text: str, piece: int, by: StaffMember) -> None:
    """The weight of a piece, the size of its box, or both; with 0 of all of them."""
    seats = (await waybill_forms.form_view(order_id, by=by)).seats
    weight, box = boxes.weight_and_box(text)
    changes: dict[str, Any] = asdict(box) if box else {}
    if weight is not None:
        changes["weight_kg"] = weight
    changed = [
        replace(seat, **changes) if piece in (0, at) else seat for at, seat in enumerate(seats, 1)
    ]
    await waybill_forms.set_seats(order_id, changed, by=by)


async def read(
    message: Message,
    bot: Bot,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
    desk: CarrierDesk,
) -> None:
    """The answer goes into the form, and its message disappears: the form stays the last."""
    subject, place = await _asked(message, state)
    order_id, origin = subject.order_id, subject.origin
    try:
        view = await waybill_forms.form_view(order_id, by=staff)
        screen = await _next_question(message.text or "", subject, view, state, staff, t, desk)
        if screen is None:
            await state.clear()
            await remove(bot, message.chat.id, message.message_id)
            await frame.draw_priced(bot, place, order_id, origin, staff, t, desk, is_typed=True)
            return
    except frame.OUTDATED as error:
        await state.clear()
        await frame.show_instead(bot, place, order_id, origin, error, staff, t)
        raise
    place = await frame.put(bot, place, view, origin, screen, staff, is_typed=True)
    await state.update_data(screen_id=place.message_id)
    await remove(bot, message.chat.id, message.message_id)


async def _asked(message: Message, state: FSMContext) -> tuple[Subject, Place]:
    data = await state.get_data()
    return Subject.of(data), Place(message.chat.id, 0, data["screen_id"], is_group=False)


async def _next_question(
    text: str,
    subject: Subject,
    view: FormView,
    state: FSMContext,
    staff: StaffMember,
    t: Translator,
    desk: CarrierDesk,
) -> Rendered | None:
    """What an answer leads to: what was found by it, or the same question with the problem.

    None: it was taken, and the form has changed.
    """
    if subject.field in _SEARCHES:
        return await _search(text, subject, view, state, t, desk)
    try:
        order_id, field = subject.order_id, subject.field
        await _fill(order_id, field, text, staff, street=subject.street, piece=subject.piece)
    except TypedError as error:
        return _question(view, subject, t, texts.explain(error, t))
    return None


async def _search(
    text: str,
    subject: Subject,
    view: FormView,
    state: FSMContext,
    t: Translator,
    desk: CarrierDesk,
) -> Rendered:
    try:
        found = await _found(text, subject, view, state, t, desk)
    except IntegrationError as error:
        return _question(view, subject, t, carrier_texts.why_not(error, t))
    return found or _question(
        view, subject, t, waybill_questions.nothing_found(subject.field, text, t)
    )


async def _found(
    text: str,
    subject: Subject,
    view: FormView,
    state: FSMContext,
    t: Translator,
    desk: CarrierDesk,
) -> Rendered | None:
    """The list that a search leads to; None: nothing was found."""
    origin = subject.origin
    if subject.field is FormField.CITY:
        cities = await directory.find_cities(desk, text)
        screen = waybill_questions.cities(view, text, cities, t, now=now(), origin=origin)
        return screen if cities else None
    if view.city is None:
        raise NotFoundError("city")
    if subject.field is FormField.BRANCH:
        points = await directory.find_points(desk, view.city.id, text)
        screen = waybill_questions.points(view, text, points, t, now=now(), origin=origin)
        return screen if points else None
    streets = await directory.find_streets(desk, view.city.id, text)
    streets = [street for street in streets if is_street_ref(street.ref)]
    await state.update_data(streets={street.ref: street.name for street in streets})
    screen = waybill_questions.streets(view, text, streets, t, now=now(), origin=origin)
    return screen if streets else None


async def want_text(
    message: Message, bot: Bot, state: FSMContext, staff: StaffMember, t: Translator
) -> None:
    """Neither a picture nor a command answers a question; it stays open."""
    subject, place = await _asked(message, state)
    order_id, origin = subject.order_id, subject.origin
    try:
        view = await waybill_forms.form_view(order_id, by=staff)
        question = _question(view, subject, t, texts.text_expected(t))
        place = await frame.put(bot, place, view, origin, question, staff, is_typed=True)
    except frame.OUTDATED as error:
        await state.clear()
        await frame.show_instead(bot, place, order_id, origin, error, staff, t)
        raise
    await state.update_data(screen_id=place.message_id)


def build_router() -> Router:
    router = Router(name=__name__)
    router.callback_query.middleware(frame.around_taps)
    router.callback_query.register(ask_field, FormFieldTap.filter())
    router.callback_query.register(choose_value, FormValueTap.filter())
    router.message.register(read, StateFilter(WaybillFormAsked.value), IS_TYPED)
    router.message.register(want_text, StateFilter(WaybillFormAsked.value))
    return router
