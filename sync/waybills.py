"""Waybills are made, looked for after a lost answer, deleted and printed at their carrier."""

import asyncio
from collections.abc import Sequence

import structlog

from domain.carriers import (
    CarrierProblem,
    CreatedWaybill,
    LabelFormat,
    ParcelState,
    WaybillRequest,
)
from domain.errors import (
    CarrierRefusedError,
    IntegrationError,
    KeyRefusedError,
    NotFoundError,
    OutcomeUnknownError,
    UnavailableError,
)
from domain.rights import Right, demand
from integrations.carriers import Carrier
from models.carriers import Waybill
from models.staff import StaffMember
from services import carrier_trouble, live_waybills, waybills
from services.carrier_accounts import OpenAccount
from sync.carrier_desk import CarrierDesk

logger = structlog.get_logger(__name__)

# Somebody waits with the phone in hand: a carrier that cannot be asked is asked so often again.
RETRIES_S = (1.0, 3.0)
_NOWHERE = frozenset({ParcelState.DELETED, ParcelState.UNKNOWN})


async def go_on(desk: CarrierDesk, waybill: Waybill) -> Waybill | None:
    """Make a waybill that was asked for, or look for one whose fate is unknown.

    Returns it once its fate is known; None: to be looked at again later.
    """
    try:
        account = await desk.account(waybill.carrier)
    except NotFoundError:  # nobody can be asked any more what became of it
        is_asked = waybill.sent_at is None
        problem = CarrierProblem.NO_ACCOUNT if is_asked else CarrierProblem.LOST
        return await waybills.failed(waybill.id, problem, "")
    except KeyRefusedError as error:  # we cannot read it ourselves
        if waybill.sent_at is None:
            return await waybills.failed(waybill.id, error.reason, "")
        await waybills.looking(waybill.id)
        return None
    if waybill.sent_at is None:
        return await _make(desk, account, waybill)
    return await _look_for(desk, account, waybill)


async def _make(desk: CarrierDesk, account: OpenAccount, waybill: Waybill) -> Waybill | None:
    request = await waybills.sending(waybill.id)
    if request is None:
        return None
    try:
        created = await _create(desk, account, request)
    except OutcomeUnknownError as error:
        logger.warning("whether a waybill was made is not known", id=waybill.id, problem=str(error))
        return None
    except KeyRefusedError as error:
        await carrier_trouble.note_refused(account.account.id, error)
        return await waybills.failed(waybill.id, error.reason, str(error))
    except CarrierRefusedError as error:
        logger.info("a waybill is refused", id=waybill.id, problem=str(error))
        return await waybills.failed(waybill.id, error.reason, error.words, detail=error.detail)
    except UnavailableError as error:
        logger.warning("a carrier cannot be asked", id=waybill.id, problem=str(error))
        return await waybills.failed(waybill.id, CarrierProblem.UNREACHABLE, "")
    await carrier_trouble.note_accepted(account.account.id)
    look_in = desk.carriers[waybill.carrier].track_every
    return await waybills.made(waybill.id, created, look_in=look_in)


async def _create(
    desk: CarrierDesk, account: OpenAccount, request: WaybillRequest
) -> CreatedWaybill:
    """Tried again only while surely nothing was made."""
    carrier = desk.carriers[account.account.carrier]
    for pause_s in RETRIES_S:
        try:
            return await carrier.create_waybill(account.keys, request)
        except UnavailableError:
            await asyncio.sleep(pause_s)
    return await carrier.create_waybill(account.keys, request)


async def _look_for(desk: CarrierDesk, account: OpenAccount, waybill: Waybill) -> Waybill | None:
    """A carrier that cannot be asked is asked again for ever: nothing else tells whether it is
    there.
    """
    waybill = await waybills.looking(waybill.id)
    request = waybills.request_of(waybill)
    carrier = desk.carriers[waybill.carrier]
    try:
        found = await carrier.find_waybill(account.keys, request.reference, request.ship_on)
    except IntegrationError as error:
        logger.warning("a waybill cannot be looked for", id=waybill.id, problem=str(error))
        if isinstance(error, KeyRefusedError):
            await carrier_trouble.note_refused(account.account.id, error)
        return None
    if found is not None:
        return await waybills.made(waybill.id, found, look_in=carrier.track_every)
    if waybills.is_hopeless(await waybills.not_found(waybill.id)):
        return await waybills.failed(waybill.id, CarrierProblem.LOST, "")
    return None


async def delete(desk: CarrierDesk, order_id: int, *, by: StaffMember) -> Waybill:
    """Delete the order's waybill at the carrier, and here.

    Raises:
        IntegrationError: the carrier cannot be asked, or it is too late.
        NotFoundError: the order has none that we made.
        NotAllowedError: not this person's to do.
    """
    demand(by.role, Right.SELL)
    waybill = await live_waybills.live(order_id)
    if waybill is None or not waybill.is_ours:
        raise NotFoundError("waybill")
    account = await desk.account(waybill.carrier)
    carrier = desk.carriers[waybill.carrier]
    try:
        if not await carrier.delete_waybill(account.keys, waybill.external_id):
            await _require_gone(carrier, account, waybill)
    except KeyRefusedError as error:
        await carrier_trouble.note_refused(account.account.id, error)
        raise
    return await waybills.deleted(waybill.id, by=by)


async def _require_gone(carrier: Carrier, account: OpenAccount, waybill: Waybill) -> None:
    """An account is not told of another one's waybills, yet where any parcel is."""
    parcel = (waybill.number, waybill.recipient_phone)
    said = await carrier.track(account.keys, [parcel])
    if not all(status.state in _NOWHERE for status in said):
        raise CarrierRefusedError(CarrierProblem.FOREIGN, "", "it is another account's")
    if not said:
        raise UnavailableError("whether a waybill is gone was not told")


async def labels(desk: CarrierDesk, chosen: Sequence[Waybill], paper: LabelFormat) -> bytes:
    """One PDF with these waybills of one carrier, in this order. They count as printed
    (``services.waybills.printed``) once it is in somebody's hands.

    Raises:
        IntegrationError: the carrier cannot be asked, or said no.
    """
    name = chosen[0].carrier
    account = await desk.account(name)
    numbers = [each.number for each in chosen]
    return await desk.carriers[name].labels(account.keys, numbers, paper)
