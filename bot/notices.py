"""What owners are told about the program's own affairs."""

from collections.abc import Sequence

from bot.i18n import Translator
from bot.markup import quoted

_LONGEST_TITLE = 60


def lost_groups(titles: Sequence[str], t: Translator) -> str:
    """For owners: these groups no longer let the bot write."""
    lines = [f"• {quoted(title, _LONGEST_TITLE)}" for title in titles]
    what = t("These groups no longer let the bot write, so no orders appear there:")
    then = t("Add the bot again and send /here in the group: what was missed will then follow.")
    return "\n".join([f"⚠ {what}", *lines, then])
