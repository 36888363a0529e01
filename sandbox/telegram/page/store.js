// What the page knows, kept up to date by server-sent events.

const store = {
  bot: null, users: new Map(), chats: new Map(), me: 0, chatId: null, topic: null,
  read: new Map(),     // "person chat" -> the last message id they have seen
  typing: new Map(),   // chat -> when the bot stops typing
  replyTo: null, hiddenKeyboard: null,
};

const chatOf = (id) => store.chats.get(Number(id));
const current = () => chatOf(store.chatId);
const readKey = (person, chat) => `${person} ${chat.id}`;
const messagesOf = (chat) => [...chat.messages.values()];
const lastOf = (chat) => messagesOf(chat).at(-1);
const chatsOf = (person) => [...store.chats.values()]
  .filter((chat) => chat.members.includes(person) && !chat.migrated_to)
  .sort((a, b) => (lastOf(b)?.date ?? 0) - (lastOf(a)?.date ?? 0));

function unread(person, chat) {
  const seen = store.read.get(readKey(person, chat)) ?? 0;
  return messagesOf(chat).filter((m) => m.message_id > seen && m.from.id !== person && !isService(m)).length;
}

function markRead(person, chat) {
  store.read.set(readKey(person, chat), Math.max(0, ...chat.messages.keys()));
}

function keepState(state) {
  const isFirst = store.bot === null;
  store.bot = state.bot;
  store.descriptions = state.descriptions;
  store.users = new Map(state.users.map((user) => [user.id, user]));
  store.chats = new Map(state.chats.map((chat) => [
    chat.id, { ...chat, messages: new Map(chat.messages.map((message) => [message.message_id, message])) },
  ]));
  if (!isFirst) return;
  for (const chat of store.chats.values()) for (const person of chat.members) markRead(person, chat);
}

// Calls back with ("state"), or with the event's name, its chat and its message. The stream begins
// with the whole state, also when it is opened again: nothing can happen unseen before or between.
function listen(onChange) {
  const source = new EventSource("/sandbox/events");
  source.onmessage = ({ data }) => {
    const { event, chat_id: chatId, message, state } = JSON.parse(data);
    if (event === "state") { keepState(state); onChange("state"); return; }
    const chat = chatOf(chatId);
    if (event === "typing") {
      store.typing.set(chatId, Date.now() + 5000);
      setTimeout(() => onChange("typing", chat), 5050);
    } else if (event === "deleted") {
      chat.messages.delete(message.message_id);
    } else {
      chat.messages.set(message.message_id, message);
      if (message.from.id === store.bot.id) store.typing.delete(chatId);
    }
    onChange(event, chat, message);
  };
}

// The reply keyboard and the forced reply that this person has in front of them.
function keyboardState(chat) {
  const found = { keyboard: null, force: null };
  const mine = `@${store.users.get(store.me)?.username || " "}`;
  let answered = false;
  for (const message of messagesOf(chat).reverse()) {
    if (message.from.id === store.me) answered = true;
    const markup = message.reply_markup;
    if (!markup || markup.inline_keyboard) continue;
    const isNamed = (message.entities || []).some((entity) => entity.user?.id === store.me);
    const isForMe = isNamed || message.reply_to_message?.from.id === store.me || (message.text || "").includes(mine);
    if (markup.selective && chat.type !== "private" && !isForMe) continue;
    if (markup.force_reply) {
      if (!answered && !found.force) found.force = message;
      continue;
    }
    if (markup.keyboard) found.keyboard = { message, isUsed: answered && markup.one_time_keyboard };
    break;
  }
  return found;
}

function deepLinkPayload(url) {
  const link = new RegExp(`^(?:https?://)?(?:t\\.me|telegram\\.me)/${store.bot.username}/?\\?start=([\\w-]{0,64})$`, "i");
  return url.match(link)?.[1] ?? null;
}
