"""Chats: private ones, basic groups, supergroups and forums; what happens to a group."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sandbox.telegram.errors import SandboxError
from sandbox.telegram.model import Json, Message, Update
from sandbox.telegram.view import member_json

if TYPE_CHECKING:
    from sandbox.telegram.people import BotAccount, User
    from sandbox.telegram.world import World

GroupType = Literal["group", "supergroup"]
_COMMAND = re.compile(r"/\w+(?:@(?P<bot>\w+))?(?:\s|$)")


class Chat:
    """A chat and its history. A private chat belongs to one person and the bot."""

    def __init__(self, chat_id: int, kind: Literal["private", "group", "supergroup"]) -> None:
        self.id = chat_id
        self.type = kind
        self.history: dict[int, Message] = {}  # deleted messages too
        self.pinned: list[int] = []

    @property
    def messages(self) -> list[Message]:
        """The visible messages, oldest first."""
        return [message for message in self.history.values() if not message.deleted]

    def message(self, message_id: int) -> Message | None:
        """A visible message by its id."""
        message = self.history.get(message_id)
        return None if message is None or message.deleted else message

    def as_json(self) -> Json:
        """The chat as a Chat of the Bot API."""
        raise NotImplementedError

    def holds(self, user: User) -> bool:
        """Whether the person reads and writes here."""
        raise NotImplementedError

    def bot_sees(self, message: Message, bot: BotAccount) -> bool:
        """Whether the bot gets this message."""
        raise NotImplementedError


class PrivateChat(Chat):
    """The chat of one person with the bot; its id is the person's."""

    def __init__(self, user: User) -> None:
        super().__init__(user.id, "private")
        self._user = user

    def as_json(self) -> Json:
        """A Chat of type private."""
        names = {key: value for key, value in self._user.as_json().items() if "name" in key}
        return {"id": self.id, "type": "private", **names}

    def holds(self, user: User) -> bool:
        """Only its own person."""
        return user is self._user

    def bot_sees(self, message: Message, bot: BotAccount) -> bool:
        """Everything."""
        return True


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of a forum; its id is that of the service message that opened it."""

    id: int
    name: str


class Group(Chat):
    """A basic group or a supergroup. The first member is its creator."""

    def __init__(
        self, world: World, chat_id: int, title: str, kind: GroupType, *, is_forum: bool
    ) -> None:
        super().__init__(chat_id, kind)
        self.title = title
        self.is_forum = is_forum
        self.members: list[User] = []
        self.topics: dict[int, Topic] = {}
        self.bot_status = "left"
        self.migrated_to: int | None = None
        self._world = world

    @property
    def bot_is_in(self) -> bool:
        """Whether the bot is a member now."""
        return self.bot_status in ("member", "administrator")

    @property
    def creator(self) -> User:
        """Who made the group."""
        return self.members[0]

    def as_json(self) -> Json:
        """A Chat of type group or supergroup."""
        forum = {"is_forum": True} if self.is_forum else {}
        return {"id": self.id, "type": self.type, "title": self.title, **forum}

    def holds(self, user: User) -> bool:
        """Members only."""
        return user in self.members

    def bot_sees(self, message: Message, bot: BotAccount) -> bool:
        """With privacy mode on: service messages, commands, replies to the bot's messages,
        and what was sent through the bot.

        https://core.telegram.org/bots/features#privacy-mode
        """
        if not self.bot_is_in:
            return False
        if message.service or self.bot_status == "administrator" or bot.reads_all_group_messages:
            return True
        if message.via_bot is bot:
            return True
        if message.reply_to is not None and message.reply_to.sender is bot:
            return True
        command = _COMMAND.match(message.text)
        return command is not None and command["bot"] in (None, bot.username)

    def add_topic(self, name: str) -> Topic:
        """Open a topic in a forum."""
        if not self.is_forum:
            raise SandboxError("topics exist in forums only")
        service = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        message = self._world.post(self, self.creator, service=service)
        message.thread_id = message.message_id
        topic = Topic(message.message_id, name)
        self.topics[topic.id] = topic
        self._world.tell_message(message)
        self._world.announce("chat", self)
        return topic

    def close_topic(self, topic: Topic) -> None:
        """Delete a topic; the bot can no longer write there."""
        del self.topics[topic.id]
        self._world.announce("chat", self)

    def add_member(self, user: User) -> None:
        """Let one more person in."""
        self.members.append(user)
        message = self._world.post(
            self, self.creator, service={"new_chat_members": [user.as_json()]}
        )
        self._world.tell_message(message)
        self._world.announce("chat", self)

    def add_bot(self, by: User | None = None) -> Update:
        """Add the bot. It gets my_chat_member and the service message."""
        update = self._set_bot_status("member", by)
        service = {"new_chat_members": [self._world.bot.as_json()]}
        self._world.tell_message(self._world.post(self, by or self.creator, service=service))
        return update

    def kick_bot(self, by: User | None = None) -> Update:
        """Remove the bot."""
        return self._set_bot_status("kicked", by)

    def promote_bot(self, by: User | None = None) -> Update:
        """Make the bot an administrator; it then sees all messages."""
        return self._set_bot_status("administrator", by)

    def bot_leaves(self) -> Update:
        """The bot goes by itself (leaveChat)."""
        return self._set_bot_status("left", None)

    def migrate(self) -> Group:
        """Upgrade a basic group to a supergroup with a new id. Returns the supergroup."""
        if self.type != "group" or self.migrated_to is not None:
            raise SandboxError("only a basic group can be upgraded, once")
        world = self._world
        new = Group(world, -1_000_000_000_000 + self.id, self.title, "supergroup", is_forum=False)
        new.members = self.members.copy()
        world.chats[new.id] = new
        status = self.bot_status
        farewell = world.post(self, self.creator, service={"migrate_to_chat_id": new.id})
        world.tell_message(farewell)
        new._set_bot_status(status, None)
        arrival = world.post(new, self.creator, service={"migrate_from_chat_id": self.id})
        world.tell_message(arrival)
        self.migrated_to = new.id
        self._set_bot_status("left", None)
        return new

    def _set_bot_status(self, status: str, by: User | None) -> Update:
        before, self.bot_status = self.bot_status, status
        bot = self._world.bot
        return self._world.tell_membership(
            self, by or self.creator, member_json(bot, before), member_json(bot, status)
        )
