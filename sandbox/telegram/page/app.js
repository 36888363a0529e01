// Screens, taps and typing.

const actions = {
  replyTo(message) {
    store.replyTo = message;
    renderComposer();
    $("input").focus();
  },
  show(messageId) {
    const node = row(messageId);
    if (!node) return;
    node.scrollIntoView({ block: "center", behavior: "smooth" });
    node.classList.remove("flash");
    requestAnimationFrame(() => node.classList.add("flash"));
  },
  copy(text) {
    navigator.clipboard?.writeText(text).catch(() => {});
    toast("Copied to clipboard");
  },
  say: (text) => say({ text }),
  grew() { if (isFollowing) scrollDown(); },
  followLink(url) {
    const payload = deepLinkPayload(url);
    if (payload === null) return false;
    openChat(store.me);
    attempt(post("deep_links", { as: store.me, payload }));
    return true;
  },
  async tap(message, rowIndex, column, button, node) {
    if (button.disabled || node.classList.contains("busy")) return;
    if (button.copy_text) { actions.copy(button.copy_text.text); return; }
    if (button.url) { openLink(button.url); return; }
    node.classList.add("busy");
    const body = { as: store.me, chat_id: message.chat.id, message_id: message.message_id, row: rowIndex, column };
    const answer = await attempt(post("taps", body));
    node.classList.remove("busy");
    if (!answer?.answered) return;
    if (answer.url) openLink(answer.url);
    else if (answer.text && answer.show_alert) alertBox(answer.text);
    else if (answer.text) toast(answer.text);
  },
};

function openLink(url) {
  if (!actions.followLink(url) && SAFE_LINK.test(url)) window.open(url, "_blank", "noopener");
}

async function attempt(promise) {
  try { return await promise; } catch (error) { toast(error.message); return null; }
}

let toastTimer = 0;
function toast(text) {
  $("toast").textContent = text;
  $("toast").classList.add("on");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => $("toast").classList.remove("on"), 2600);
}

function alertBox(text) {
  $("alert-text").textContent = text;
  $("alert").showModal();
}

let bannerTimer = 0;
function banner(chat, message) {
  const name = chat.type === "private" ? chat.title : `${message.from.first_name} · ${chat.title}`;
  $("banner").replaceChildren(avatar(avatarId(chat), chat.title),
    h("div", {}, h("b", { class: "cut", dir: "auto" }, name), h("span", { class: "cut", dir: "auto" }, summary(message))));
  $("banner").onclick = () => openChat(chat.id);
  $("banner").classList.add("on");
  clearTimeout(bannerTimer);
  bannerTimer = setTimeout(() => $("banner").classList.remove("on"), 3500);
}

// People and chats

const avatarId = (chat) => (chat.type === "private" ? store.bot.id : chat.id);

function renderPeople() {
  $("people").replaceChildren(...[...store.users.values()].map((user) => {
    const waiting = chatsOf(user.id).reduce((sum, chat) => sum + unread(user.id, chat), 0);
    return h("button", {
      role: "tab", testid: `person-${user.id}`, "aria-selected": String(user.id === store.me), onclick: () => become(user.id),
    }, avatar(user.id, user.first_name), user.first_name, waiting ? h("span", { class: "badge" }, String(waiting)) : null);
  }));
}

function renderList() {
  $("chats").replaceChildren(...chatsOf(store.me).map((chat) => {
    const last = lastOf(chat);
    const waiting = unread(store.me, chat);
    const author = last && chat.type !== "private" && !isService(last)
      ? h("i", {}, last.from.id === store.me ? "You: " : `${last.from.first_name}: `) : null;
    return h("button", { class: "entry", testid: `chat-${chat.id}`, onclick: () => openChat(chat.id) },
      avatar(avatarId(chat), chat.title),
      h("b", { class: "cut", dir: "auto" }, chat.title),
      h("span", { class: "when dim" }, last ? clock(last.date) : ""),
      h("span", { class: "last dim cut", dir: "auto" }, author, last ? summary(last) : "No messages yet"),
      waiting ? h("span", { class: "badge" }, String(waiting)) : h("span"));
  }));
}

function become(person) {
  store.me = person;
  const stays = current()?.members.includes(person) && current().type !== "private";
  const wasInPrivate = current()?.type === "private";
  if (stays) openChat(store.chatId);
  else if (wasInPrivate && chatOf(person)) openChat(person);
  else closeChat();
}

function openChat(chatId) {
  const isSame = store.chatId === chatId;
  store.chatId = chatId;
  store.replyTo = null;
  if (!isSame) store.topic = null;
  $("commands").replaceChildren();
  $("phone").classList.add("in-chat");
  markRead(store.me, current());
  renderAll();
  renderHistory();
}

function closeChat() {
  store.chatId = null;
  $("phone").classList.remove("in-chat");
  renderAll();
}

function renderAll() {
  $("banner").classList.remove("on");
  const place = new URLSearchParams({ as: store.me, ...(store.chatId && { chat: store.chatId }) });
  history.replaceState(null, "", `?${place}`);
  renderPeople();
  renderList();
  if (!current()) return;
  renderHead();
  renderComposer();
}

function renderHead() {
  const chat = current();
  const isTyping = (store.typing.get(chat.id) ?? 0) > Date.now();
  const rest = chat.type === "private" ? "bot" : `${chat.members.length + (chat.bot_status !== "left" && chat.bot_status !== "kicked" ? 1 : 0)} members`;
  const line = isTyping
    ? h("span", { class: "typing dots", testid: "typing" }, chat.type === "private" ? "typing" : `${store.bot.first_name} is typing`)
    : h("span", { class: "dim" }, rest);
  $("head").replaceChildren(avatar(avatarId(chat), chat.title), h("div", { class: "cut" }, h("b", { class: "cut", dir: "auto" }, chat.title), line));
  const choose = (topic) => () => { store.topic = topic; renderHead(); renderHistory(); };
  $("topics").replaceChildren(...(chat.topics.length
    ? [{ id: null, name: "All" }, ...chat.topics].map((topic) =>
      h("button", { class: store.topic === topic.id ? "on" : "", testid: `topic-${topic.id}`, onclick: choose(topic.id) }, topic.name))
    : []));
  const pinned = chat.messages.get(chat.pinned.at(-1));
  $("pinned").replaceChildren(...(pinned ? [h("div", {}, h("b", {}, "Pinned message"), h("span", { class: "cut dim", dir: "auto" }, summary(pinned).slice(0, 60)))] : []));
  $("pinned").onclick = () => pinned && actions.show(pinned.message_id);
}

// History

const row = (messageId) => $("messages").querySelector(`[data-message-id="${messageId}"]`);
const isNearBottom = () => $("history").scrollHeight - $("history").scrollTop - $("history").clientHeight < 90;

// Whether the reader follows the newest messages: until they scroll up, and again at the bottom.
let isFollowing = true;
let lastTop = 0;
function onScroll() {
  const top = $("history").scrollTop;
  if (isNearBottom()) isFollowing = true;
  else if (top < lastTop - 2) isFollowing = false;
  lastTop = top;
  renderToBottom();
}

const isHere = (message) => store.topic === null || message.message_thread_id === store.topic;

function scrollDown(smooth = false) {
  isFollowing = true;
  $("history").scrollTo({ top: $("history").scrollHeight, behavior: smooth ? "smooth" : "instant" });
}

function makeBubble(message) {
  return bubble(message, { me: store.me, inGroup: current().type !== "private", actions });
}

function renderHistory() {
  const nodes = [];
  let lastDay = "";
  for (const message of messagesOf(current()).filter(isHere)) {
    if (day(message.date) !== lastDay) nodes.push(h("div", { class: "pill", "data-day": true }, (lastDay = day(message.date))));
    nodes.push(makeBubble(message));
  }
  const about = store.descriptions[store.users.get(store.me).language_code] ?? store.descriptions[""];
  if (!nodes.length && current().type === "private" && about) {
    nodes.push(h("div", { class: "welcome", dir: "auto" }, h("b", {}, "What can this bot do?"), about));
  }
  $("messages").replaceChildren(...nodes);
  joinBubbles();
  scrollDown();
  renderToBottom();
}

// Bubbles of one author in a row stand close, and only the last has a tail and an avatar.
function joinBubbles() {
  let previous = null;
  for (const node of $("messages").children) {
    const joins = previous?.dataset.from !== undefined && previous.dataset.from === node.dataset.from;
    node.classList.toggle("joined", joins);
    node.querySelector(".author")?.toggleAttribute("hidden", joins);
    previous?.classList.toggle("joined-next", joins);
    previous = node;
  }
  previous?.classList.remove("joined-next");
}

function appendMessage(message) {
  $("messages").querySelector(".welcome")?.remove();
  const pills = $("messages").querySelectorAll("[data-day]");
  if (pills[pills.length - 1]?.textContent !== day(message.date)) {
    $("messages").append(h("div", { class: "pill", "data-day": true }, day(message.date)));
  }
  const node = makeBubble(message);
  node.classList.add("new");
  $("messages").append(node);
  joinBubbles();
  if (isFollowing || message.from.id === store.me) scrollDown(true);
}

// An edit must not move what the reader looks at: keep the bottom, or else the place.
function replaceMessage(message, old) {
  const box = $("history");
  const isAbove = old.getBoundingClientRect().bottom < box.getBoundingClientRect().top;
  const height = box.scrollHeight;
  const open = old.querySelector("blockquote.folds.open") !== null;
  const node = makeBubble(message);
  if (open) node.querySelector("blockquote.folds")?.classList.add("open");
  old.replaceWith(node);
  joinBubbles();
  if (isFollowing) scrollDown();
  else if (isAbove) box.scrollTop += box.scrollHeight - height;
}

function renderToBottom() {
  $("to-bottom").hidden = isFollowing || isNearBottom();
}

// Composer

function renderComposer() {
  const chat = current();
  const isBlocked = chat.type === "private" && chat.bot_status === "kicked";
  const isNew = chat.type === "private" && chat.messages.size === 0;
  $("start").hidden = !(isBlocked || isNew);
  $("start").textContent = isBlocked ? "RESTART BOT" : "START";
  $("composer").hidden = isBlocked || isNew;
  const { keyboard, force } = keyboardState(chat);
  const reply = store.replyTo ?? force;
  $("replying").replaceChildren(...(reply && !isBlocked ? [
    icon("reply"),
    h("div", { testid: "replying" }, h("b", { class: "cut" }, `Reply to ${reply.from.first_name}`), h("span", { class: "cut", dir: "auto" }, summary(reply))),
    h("button", { class: "icon", type: "button", "aria-label": "Do not reply", onclick: () => dropReply(reply) }, icon("close")),
  ] : []));
  const isShown = keyboard && !isBlocked && store.hiddenKeyboard !== keyboard.message && !keyboard.isUsed && !store.replyTo;
  const placeholder = (reply && reply === force ? force : isShown ? keyboard.message : null)?.reply_markup.input_field_placeholder;
  $("input").placeholder = placeholder || "Message";
  $("toggle").hidden = !keyboard || $("input").value !== "";
  $("toggle").replaceChildren(icon(isShown ? "hide" : "keys"));
  $("toggle").onclick = () => { store.hiddenKeyboard = isShown ? keyboard.message : null; if (keyboard.isUsed) keyboard.isUsed = false; renderComposer(); };
  $("keyboard").replaceChildren(...(isShown ? keyboard.message.reply_markup.keyboard.map((keys) =>
    h("div", {}, ...keys.map((key) => h("button", {
      type: "button", class: key.style ?? "", dir: "auto", testid: "reply-button",
      onclick: () => say({ text: key.text, reply_to: chat.type === "private" ? undefined : keyboard.message.message_id }),
    }, key.text)))) : []));
  const hasText = $("input").value.trim() !== "";
  $("send").hidden = !hasText;
  $("attach").hidden = hasText;
  $("menu").hidden = !(chat.commands[store.me]?.length) || hasText;
}

function dropReply(reply) {
  if (store.replyTo) store.replyTo = null;
  else delete reply.reply_markup;
  renderComposer();
}

async function say({ text, document, reply_to: replyTo }) {
  const chat = current();
  const { force } = keyboardState(chat);
  const target = replyTo ?? (store.replyTo ?? force)?.message_id;
  store.replyTo = null;
  $("commands").replaceChildren();
  await attempt(post("messages", { as: store.me, chat_id: chat.id, text, document, reply_to: target, topic: store.topic }));
}

function renderCommands(filter) {
  const known = current().commands[store.me] ?? [];
  const fitting = known.filter((command) => command.command.startsWith(filter));
  $("commands").replaceChildren(...fitting.map((command) => h("button", {
    type: "button", testid: `command-${command.command}`,
    onclick: () => { $("input").value = ""; resize(); say({ text: `/${command.command}` }); renderComposer(); },
  }, h("span", { class: "cut", dir: "auto" }, command.description), h("span", { class: "dim" }, `/${command.command}`))));
}

// Inline mode: what is typed after the bot's name is offered as results; a tap sends one.

let inlineTurn = 0;
let inlineTimer = 0;

function inlineQuery() {
  const [, name, query] = $("input").value.match(/^@(\w+) (.*)$/s) ?? [];
  return name?.toLowerCase() === store.bot.username.toLowerCase() ? query : null;
}

function renderInline() {
  clearTimeout(inlineTimer);
  inlineTimer = setTimeout(async () => {
    const turn = ++inlineTurn;
    const query = inlineQuery();
    if (query === null) return;
    const chat = current();
    const answer = await attempt(post("inline_queries", { as: store.me, chat_id: chat.id, query }));
    if (turn !== inlineTurn || inlineQuery() !== query || chat !== current()) return;
    $("commands").replaceChildren(...(answer?.results ?? []).map((result) => h("button", {
      type: "button", class: "result", testid: `result-${result.id}`, onclick: () => choose(chat, result),
    }, h("b", { class: "cut", dir: "auto" }, result.title), h("span", { class: "dim cut", dir: "auto" }, result.description))));
  }, 200);
}

function choose(chat, result) {
  $("input").value = "";
  $("commands").replaceChildren();
  resize();
  renderComposer();
  attempt(post("inline_choices", { as: store.me, chat_id: chat.id, id: result.id }));
}

function resize() {
  $("input").style.height = "auto";
  $("input").style.height = `${$("input").scrollHeight}px`;
}

function submit() {
  const text = $("input").value.trim();
  if (!text) return;
  $("input").value = "";
  resize();
  say({ text });
  renderComposer();
}

async function attach(chosen) {
  const bytes = new Uint8Array(await chosen.arrayBuffer());
  let binary = "";
  for (let at = 0; at < bytes.length; at += 32768) binary += String.fromCharCode(...bytes.subarray(at, at + 32768));
  const isPhoto = /^image\/(png|jpeg)$/.test(chosen.type);
  await say({ text: "", document: { name: chosen.name, base64: btoa(binary), as_photo: isPhoto } });
}

// Changes

function onChange(event, chat, message) {
  if (event === "state") {
    if (!store.me) { openPlace(); return; }
    if (!store.users.has(store.me)) store.me = store.users.keys().next().value ?? 0;
    const place = isFollowing ? null : $("history").scrollTop;
    if (store.chatId && !current()?.members.includes(store.me)) closeChat();
    else if (current()?.migrated_to) openChat(current().migrated_to);
    else { renderAll(); if (current()) renderHistory(); }
    if (place !== null && current()) { isFollowing = false; $("history").scrollTop = place; }
    return;
  }
  const isOpen = chat.id === store.chatId;
  if (isOpen && event === "message") {
    if (isHere(message)) appendMessage(message);
    if (message.from.id !== store.me) store.hiddenKeyboard = message.reply_markup?.keyboard ? null : store.hiddenKeyboard;
  }
  if (isOpen && event === "edited") { const old = row(message.message_id); if (old) replaceMessage(message, old); }
  if (isOpen && event === "deleted") { row(message.message_id)?.remove(); joinBubbles(); }
  if (isOpen) { markRead(store.me, chat); renderHead(); renderComposer(); renderToBottom(); }
  else if (event === "message" && chat.members.includes(store.me) && message.from.id !== store.me && !message.silent && !isService(message)) banner(chat, message);
  if (event !== "typing") { renderPeople(); renderList(); }
}

// Where the address says: ?as=<person>&chat=<chat>.
function openPlace() {
  const place = new URLSearchParams(location.search);
  store.me = store.users.has(Number(place.get("as"))) ? Number(place.get("as")) : store.users.keys().next().value ?? 0;
  if (chatOf(place.get("chat"))?.members.includes(store.me)) openChat(Number(place.get("chat")));
  else renderAll();
}

function begin() {
  for (const [id, name] of [["back", "back"], ["send", "send"], ["to-bottom", "hide"]]) $(id).append(icon(name));
  $("attach").append(icon("attach"));
  $("menu").append(icon("menu"), "Menu");
  $("back").onclick = closeChat;
  $("to-bottom").onclick = () => scrollDown(true);
  $("history").onscroll = onScroll;
  $("alert").querySelector("button").onclick = () => $("alert").close();
  $("menu").onclick = () => ($("commands").childElementCount ? $("commands").replaceChildren() : renderCommands(""));
  $("attach").querySelector("input").onchange = (event) => {
    const [chosen] = event.target.files;
    if (chosen) attach(chosen);
    event.target.value = "";
  };
  $("composer").onsubmit = (event) => { event.preventDefault(); submit(); };
  $("input").onkeydown = (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); submit(); }
  };
  $("input").oninput = () => {
    resize();
    renderComposer();
    if (/^\/\w*$/.test($("input").value)) renderCommands($("input").value.slice(1));
    else if (inlineQuery() === null) $("commands").replaceChildren();
    renderInline();
  };
  $("start").onclick = async () => {
    if (current().bot_status === "kicked") await attempt(post("block", { as: store.me, blocked: false }));
    say({ text: "/start" });
  };
  new ResizeObserver(() => {
    $("phone").style.setProperty("--foot", `${document.querySelector("#chat footer").offsetHeight}px`);
    if (current() && isFollowing) scrollDown();
  }).observe($("history"));
  listen(onChange);
}

begin();
