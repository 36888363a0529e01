"""Drawing what a chat is to be shown, from the present state."""

import html
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from aiogram.enums import ParseMode
from aiogram.types import InlineKeyboardMarkup
from tortoise.timezone import now

from bot import cards as rendering
from bot.cards import DigestLine, Rendered
from bot.i18n import Translator
from domain.errors import KramarError
from models.telegram import Chat
from services import cards, order_views, staff
from services.cards import CardIntent, Intent

_PLAIN_LIMIT = 1_000
_TAG = re.compile(r"<[^>]*>")


class DrawingError(KramarError):
    """Something so odd that it cannot be shown: a mistake of ours."""


@contextmanager
def drawing(what: str) -> Iterator[None]:
    """Around code that makes a text of what was read.

    Raises:
        DrawingError: whatever goes wrong there.
    """
    try:
        yield
    except Exception as error:
        raise DrawingError(what) from error


async def draw_card(order_id: int, chat: Chat, t: Translator) -> Rendered:
    """The order's card as it is now, with what the chat's reader may do.

    Raises:
        NotFoundError: there is no such order.
        DrawingError: its card cannot be made.
    """
    view = await order_views.order_view(order_id)
    role = await staff.reader(chat)
    with drawing(f"order {order_id}"):
        return rendering.order_card(view, t, now=now(), role=role)


async def draw_digest(order_ids: Collection[int], t: Translator) -> Rendered:
    """These orders as lines, as they are now.

    Raises:
        DrawingError: one of them cannot be shown.
    """
    lines = [
        DigestLine(
            order_id=view.order.id,
            number=view.order.number,
            customer_name=view.order.customer_name,
            total=view.order.total,
            currency=view.order.currency,
            status=view.status,
            is_short=view.is_short,
        )
        for view in await order_views.brief_views(order_ids)
    ]
    with drawing(f"a digest of {len(lines)} orders"):
        return rendering.digest(lines, t)


async def draw_intended(intent: Intent, chat: Chat, t: Translator) -> Rendered:
    """What a message of unknown fate is to show now.

    Raises:
        NotFoundError, DrawingError: as ``draw_card`` and ``draw_digest``.
    """
    if isinstance(intent, CardIntent):
        return await draw_card(intent.order_id, chat, t)
    return await draw_digest(await cards.digest_order_ids(intent.digest_id), t)


def simplified(
    rendered: Rendered, plainness: int
) -> tuple[str, InlineKeyboardMarkup | None, ParseMode | None]:
    """Text, buttons and parse mode; a card that was refused is shown plainer and shorter."""
    if plainness == 0:
        return rendered.text, rendered.keyboard, ParseMode.HTML
    text = html.unescape(_TAG.sub("", rendered.text))[:_PLAIN_LIMIT]
    return text, rendered.keyboard if plainness == 1 else None, None
