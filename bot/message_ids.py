"""The newest message ids this process has seen: where a message of unknown outcome can lie.

Telegram numbers messages upwards. A supergroup counts for itself; all private chats and basic
groups of one bot share a single counter.
"""

from collections import OrderedDict, defaultdict

_SUPERGROUPS_BELOW = -1_000_000_000_000
_REMEMBERED = 1_000  # ids a counter keeps; a lost message is looked for among far fewer


def counter_of(chat_id: int) -> int:
    """Which counter numbers a chat's messages: its own id for a supergroup, else 0."""
    return chat_id if chat_id < _SUPERGROUPS_BELOW else 0


class MessageIds:
    """Ids from Telegram's answers and updates. Chats are named by their Telegram id."""

    def __init__(self) -> None:
        self._newest: defaultdict[int, int] = defaultdict(int)
        self._seen: defaultdict[int, OrderedDict[int, None]] = defaultdict(OrderedDict)
        self._unkept: dict[int, int] = {}

    def note(self, chat_id: int, message_id: int) -> None:
        """There is a message of this id, and we know whose it is."""
        self._unkept[chat_id] = max(self._unkept.get(chat_id, 0), message_id)
        self.note_newest(chat_id, message_id)
        seen = self._seen[counter_of(chat_id)]
        seen[message_id] = None
        if len(seen) > _REMEMBERED:
            seen.popitem(last=False)

    def note_newest(self, chat_id: int, message_id: int) -> None:
        """This id was given out, and nobody knows to what."""
        counter = counter_of(chat_id)
        self._newest[counter] = max(self._newest[counter], message_id)

    def take_unkept(self) -> dict[int, int]:
        """The newest id of each chat with news since the last call, to be kept for a restart."""
        unkept, self._unkept = self._unkept, {}
        return unkept

    def newest(self, chat_id: int) -> int:
        """The newest id that the chat's counter is known to have given out; 0: none."""
        return self._newest[counter_of(chat_id)]

    def is_known(self, chat_id: int, message_id: int) -> bool:
        """Whether the message of this id is one whose sender and place we have seen."""
        return message_id in self._seen[counter_of(chat_id)]
