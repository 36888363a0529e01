"""What the screens of a shop share: itself, the list it stands in, and what they show of today."""

from datetime import UTC, date, datetime, time

from tortoise.timezone import now

from bot.cards import Rendered
from bot.i18n import Translator
from bot.settings_screens import shops as screens
from domain.rights import Right, may
from models.staff import StaffMember
from services import shop_views
from services.shop_views import ShopDetails
from sync.office import ShopOffice


def today(t: Translator) -> date:
    """The day it is in the shop's zone."""
    return t.local_day(now())


def _midnight(t: Translator) -> datetime:
    """When today began in the shop's zone."""
    return datetime.combine(today(t), time.min, t.zone).astimezone(UTC)


async def list_screen(staff: StaffMember, t: Translator, news: str = "") -> Rendered:
    """All shops. ``news`` (HTML): what was just done."""
    listed = await shop_views.listed(_midnight(t))
    is_owner = may(staff.role, Right.EDIT_SHOPS)
    return screens.shops(listed, t, now=now(), is_owner=is_owner, news=news)


async def details(shop_id: int, t: Translator) -> ShopDetails:
    """All about a connected shop.

    Raises:
        NotFoundError: it is not connected (any more).
    """
    return await shop_views.details(shop_id, _midnight(t))


async def shop_screen(shop_id: int, t: Translator, office: ShopOffice, news: str = "") -> Rendered:
    """One shop. ``news`` (HTML): what was just found out.

    Raises:
        NotFoundError: it is not connected (any more).
    """
    known = await details(shop_id, t)
    return screens.shop(known, office.apis.get(known.facts.platform), t, now=now(), news=news)
