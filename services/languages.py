"""The language a person has chosen for what this program says to them."""

from models.staff import StaffMember
from models.telegram import Chat
from services import outbox, redrawing
from services.transactions import transaction

AS_TELEGRAM = ""


async def choose(language: str, *, shown: str, by: StaffMember) -> None:
    """Remember the choice (``AS_TELEGRAM``: none); the private chat speaks ``shown`` from now on.

    The newest cards of open orders there are owed in it, and its live board.
    """
    async with transaction():
        await StaffMember.filter(id=by.id).update(language=language)
        chat = await Chat.get_or_none(telegram_id=by.telegram_id, topic_id=0)
        if chat is None or chat.language == shown:
            return
        await Chat.filter(id=chat.id).update(language=shown)
        await redrawing.owe_newest(chat.id)
        if chat.has_board:
            await outbox.owe_boards([chat.id])
