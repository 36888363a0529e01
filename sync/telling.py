"""What happens to orders here is told to their shops."""

import structlog

from domain.errors import IntegrationError, RequestRefusedError
from integrations.base import ShopApi, TakesNotes
from services import shop_effects, telling, told_notes
from services.shops import ConnectedShop
from services.telling import Telling
from sync.office import ShopOffice, account, asked_for, trouble_of

logger = structlog.get_logger(__name__)

# One after another, and then the shop's other business has its turn.
PART = 20


async def tell_statuses(office: ShopOffice, shop: ConnectedShop) -> bool:
    """Tell a shop what became of its orders, as far as that is due; whether anything was done.

    Raises:
        IntegrationError: the shop cannot be asked at present, whatever it is asked.
    """
    api = office.api(shop)
    if api is None:
        return False
    order_ids = await telling.due(shop.id, PART)
    for order_id in order_ids:
        intent = await telling.intend(order_id, office.platforms[shop.platform].usual_statuses)
        if intent is not None:
            await _tell(api, shop, intent)
    notes = await told_notes.due(shop.id, PART)
    for effect in notes:
        note = await told_notes.intend(effect)
        if note is not None and not await _leave(office, api, shop, note):
            break
    return bool(order_ids or notes)


async def _tell(api: ShopApi, shop: ConnectedShop, intent: Telling) -> None:
    try:
        answer = await api.tell_status(account(shop), intent.external_id, intent.status)
    except RequestRefusedError as error:
        logger.info("a status was refused", shop_id=shop.id, order_id=intent.order_id)
        await telling.refused(intent, error.words)
    except IntegrationError as error:
        await telling.failed(intent, trouble_of(error), at_least=asked_for(error))
        raise
    else:
        await telling.answered(intent, answer)


async def _leave(
    office: ShopOffice, api: ShopApi, shop: ConnectedShop, note: told_notes.Note
) -> bool:
    """Leave a note; whether the shop can be asked. A note is not worth any more trouble."""
    text = office.note(note.step)
    try:
        if isinstance(api, TakesNotes):
            await api.add_note(account(shop), note.external_id, text, may_be_there=note.is_repeat)
    except RequestRefusedError as error:
        logger.info("a note was refused", shop_id=shop.id, problem=str(error))
    except IntegrationError as error:
        logger.info("a note has to wait", shop_id=shop.id, problem=str(error))
        await told_notes.wait(note, at_least=asked_for(error))
        return False
    await shop_effects.settle([note.effect.id])
    return True
