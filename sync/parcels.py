"""Carriers are asked where parcels are."""

from collections.abc import Sequence
from datetime import timedelta

import structlog
from tortoise.timezone import now

from domain.carriers import CarrierProblem
from domain.errors import CarrierRefusedError, IntegrationError, KeyRefusedError, NotFoundError
from integrations.carriers import Carrier
from services import carrier_trouble, parcels
from services.carrier_accounts import OpenAccount
from services.parcels import Followed
from sync.carrier_desk import CarrierDesk

logger = structlog.get_logger(__name__)

SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(minutes=30)
UNTOLD_PAUSE = timedelta(hours=1)
REFUSED_PAUSE = timedelta(days=1)
_MOST_REFUSALS = 20  # of a hundred parcels; finding one among them takes seven


async def track(desk: CarrierDesk) -> int:
    """Ask for all parcels that are due, and note what is said; returns how many were asked for.

    A carrier that cannot be asked is left in peace for a while; this raises nothing then.
    """
    asked = 0
    for name, carrier in desk.carriers.items():
        try:
            account = await desk.account(name)
        except NotFoundError:
            continue
        except KeyRefusedError as error:
            await _leave_in_peace(name, error)
            continue
        try:
            while batch := await parcels.due(name, carrier.most_tracked):
                asked += len(batch)
                await _ask(carrier, account, batch)
        except IntegrationError as error:
            if isinstance(error, KeyRefusedError):
                await carrier_trouble.note_refused(account.account.id, error)
            await _leave_in_peace(name, error)
    return asked


async def track_one(desk: CarrierDesk, waybill_id: int) -> bool:
    """Ask for one parcel now; whether there is news.

    Raises:
        NotFoundError: it is not followed, or we have no account with its carrier.
        IntegrationError: the carrier cannot be asked, or said no.
    """
    found = await parcels.one(waybill_id)
    if found is None:
        raise NotFoundError("waybill")
    name, parcel = found
    account, carrier = await desk.account(name), desk.carriers.get(name)
    if carrier is None:
        raise NotFoundError("carrier")
    try:
        return await _note(carrier, account, [parcel]) > 0
    except KeyRefusedError as error:
        await carrier_trouble.note_refused(account.account.id, error)
        raise


async def _ask(carrier: Carrier, account: OpenAccount, batch: Sequence[Followed]) -> None:
    """Ask for parcels together; when one of them is refused, for the others without it.

    After ``_MOST_REFUSALS`` of these it is rather not about them: they are asked for later.
    """
    parts, refusals = [batch], 0
    while parts:
        part = parts.pop()
        ids, pause = [parcel.waybill_id for parcel in part], UNTOLD_PAUSE
        try:
            await _note(carrier, account, part)
        except CarrierRefusedError as error:
            parcels.tracked_total.labels("refused").inc()
            refusals += 1
            if len(part) > 1 and refusals < _MOST_REFUSALS:
                middle = len(part) // 2
                parts += [part[middle:], part[:middle]]
                continue
            logger.warning("a parcel cannot be tracked", waybill_ids=ids, problem=str(error))
            if len(part) == 1 and error.reason is CarrierProblem.NO_WAYBILL:
                pause = REFUSED_PAUSE
        except IntegrationError:
            raise
        except Exception:  # those that could not be noted
            await parcels.postpone(ids, pause)
            raise
        await parcels.postpone(ids, pause)  # those of which nothing was learnt


async def _note(carrier: Carrier, account: OpenAccount, batch: Sequence[Followed]) -> int:
    """Ask, and note what is said; returns for how many there is news."""
    asked_at = now()
    answer = await carrier.track(account.keys, [(each.number, each.phone) for each in batch])
    parcels.tracked_total.labels("answered").inc()
    await carrier_trouble.note_accepted(account.account.id)
    said = {status.number: status for status in answer}
    news, failures = 0, []
    for each in (each for each in batch if each.number in said):
        try:
            news += await parcels.record(
                each.waybill_id, said[each.number], asked_at=asked_at, usual=carrier.track_every
            )
        except Exception as error:  # noqa: BLE001  (raised once the others were noted)
            failures.append(error)
    if failures:
        raise failures[0]
    return news


async def _leave_in_peace(name: str, error: IntegrationError) -> None:
    """Ask again when it may help: soon after a hiccup, ever later while it lasts."""
    logger.warning("parcels cannot be tracked", carrier=name, problem=str(error))
    if isinstance(error, KeyRefusedError):
        parcels.tracked_total.labels("key_refused").inc()
        await parcels.postpone_all(name, LONGEST_PAUSE)
        return
    parcels.tracked_total.labels("unavailable").inc()
    wanted = timedelta(seconds=getattr(error, "retry_after_s", None) or 0)
    pause = min(max(await parcels.silent_for(name) / 2, SHORTEST_PAUSE), LONGEST_PAUSE)
    await parcels.postpone_all(name, max(pause, wanted))
