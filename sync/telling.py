"""What happens to orders here is told to their shops."""

import structlog

from domain.errors import IntegrationError
from integrations.base import ShopApi, TakesNotes, TakesWaybills
from services import shop_effects, telling, told_notes, told_waybills
from services.shops import ConnectedShop
from services.telling import Telling
from sync.office import ShopOffice, account, asked_for, refusal_of, trouble_of

logger = structlog.get_logger(__name__)

# One after another, and then the shop's other business has its turn.
PART = 20


async def tell_statuses(office: ShopOffice, shop: ConnectedShop) -> bool:
    """Tell a shop what became of its orders, as far as that is due; whether anything was done.

    The number of a parcel goes before the status of its order.

    Raises:
        IntegrationError: the shop cannot be asked at present, whatever it is asked.
    """
    api = office.api(shop)
    if api is None:
        return False
    usual = office.platforms[shop.platform].usual_statuses
    order_ids = await telling.due(shop.id, PART)
    for order_id in order_ids:
        await _tell_waybill(api, shop, order_id)
        takes_notes = isinstance(api, TakesNotes)
        intent = await telling.intend(order_id, usual, takes_notes=takes_notes)
        if intent is not None:
            await _tell(api, shop, intent)
    is_noted = isinstance(api, TakesNotes) and await _leave_notes(office, api, shop)
    return is_noted or bool(order_ids)


async def _tell_waybill(api: ShopApi, shop: ConnectedShop, order_id: int) -> None:
    intent = await told_waybills.intend(order_id, is_wanted=isinstance(api, TakesWaybills))
    if intent is None or not isinstance(api, TakesWaybills):
        return
    try:
        await api.tell_waybill(account(shop), intent.external_id, intent.number)
    except IntegrationError as error:
        refusal = refusal_of(error)
        if refusal is None:
            await told_waybills.failed(intent, trouble_of(error), at_least=asked_for(error))
            raise
        logger.info("a waybill was refused", shop_id=shop.id, order_id=order_id)
        await told_waybills.refused(intent, refusal)
    else:
        await told_waybills.answered(intent)


async def _tell(api: ShopApi, shop: ConnectedShop, intent: Telling) -> None:
    try:
        answer = await api.tell_status(
            account(shop), intent.external_id, intent.status, reason=intent.reason
        )
    except IntegrationError as error:
        refusal = refusal_of(error)
        if refusal is None:
            await telling.failed(intent, trouble_of(error), at_least=asked_for(error))
            raise
        logger.info("a status was refused", shop_id=shop.id, order_id=intent.order_id)
        await telling.refused(intent, refusal)
    else:
        await telling.answered(intent, answer)


async def _leave_notes(office: ShopOffice, api: TakesNotes, shop: ConnectedShop) -> bool:
    """Leave the notes that are due, as far as the shop can be asked; whether any were."""
    notes = await told_notes.due(shop.id, PART)
    for effect in notes:
        note = await told_notes.intend(effect)
        if note is not None and not await _leave(office, api, shop, note):
            break
    return bool(notes)


async def _leave(
    office: ShopOffice, api: TakesNotes, shop: ConnectedShop, note: told_notes.Note
) -> bool:
    """Leave a note; whether the shop can be asked. A note is not worth any more trouble."""
    text = office.note(note.step)
    try:
        await api.add_note(account(shop), note.external_id, text, may_be_there=note.is_repeat)
    except IntegrationError as error:
        if refusal_of(error) is None:
            logger.info("a note has to wait", shop_id=shop.id, problem=str(error))
            await told_notes.wait(note, at_least=asked_for(error))
            return False
        logger.info("a note was refused", shop_id=shop.id, problem=str(error))
    await shop_effects.settle([note.effect.id])
    return True
