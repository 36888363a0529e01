"""Whether a carrier accepts our key, and what the owners hear of it."""

from domain.carriers import CarrierNoticeKind
from domain.errors import KeyRefusedError
from models.carriers import CarrierAccount
from services import carrier_notices, staff
from services.transactions import transaction

_LONGEST_WORDS = 300


async def note_refused(account_id: int, error: KeyRefusedError) -> None:
    """A carrier does not accept our key: only a person can mend that, so the owners are told at
    once. One telling lasts until the key was accepted again.
    """
    async with transaction():
        locked = CarrierAccount.filter(id=account_id, is_active=True)
        account = await locked.select_for_update(no_key=True).first()
        if account is None:
            return
        reason, text = error.reason.value, str(error)[:_LONGEST_WORDS]
        await CarrierAccount.filter(id=account_id).update(
            trouble=reason, trouble_text=text, is_trouble_told=True
        )
        if not account.is_trouble_told:
            owner_ids, data = await staff.owner_ids(), {"problem": reason, "text": text}
            await carrier_notices.tell(CarrierNoticeKind.TROUBLE, account_id, owner_ids, **data)


async def note_accepted(account_id: int) -> None:
    """A carrier has accepted our key. Who heard of its trouble hears of this."""
    if not await CarrierAccount.exists(id=account_id, trouble__not=""):
        return
    async with transaction():
        locked = CarrierAccount.filter(id=account_id).select_for_update(no_key=True)
        await end(await locked.get())


async def end(account: CarrierAccount, *, heard_by: int = 0) -> None:
    """Its trouble is over, if there was any. ``account`` is locked, in the caller's transaction.

    ``heard_by``: the Telegram id of somebody who knows, because they ended it.
    """
    await forget(account.id)
    if account.is_trouble_told:
        others = [each for each in await staff.owner_ids() if each != heard_by]
        await carrier_notices.tell(CarrierNoticeKind.BACK, account.id, others)


async def forget(account_id: int) -> None:
    """Without a word: nobody uses the key any more. In the caller's transaction."""
    await CarrierAccount.filter(id=account_id).update(
        trouble="", trouble_text="", is_trouble_told=False
    )
