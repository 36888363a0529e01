// One message as DOM.

function bubble(message, { me, inGroup, actions }) {
  if (isService(message)) {
    return h("div", { class: "pill", testid: "service", dir: "auto", "data-message-id": message.message_id }, serviceText(message));
  }
  const own = message.from.id === me;
  const row = h("div", {
    class: own ? "row own" : "row", testid: "message",
    "data-message-id": message.message_id, "data-from": message.from.id,
    ondblclick: () => actions.replyTo(message),
    oncontextmenu: (event) => {
      if (event.pointerType === "touch") { event.preventDefault(); actions.replyTo(message); }
    },
  });
  if (inGroup && !own) row.append(avatar(message.from.id, message.from.first_name));
  const box = h("div", { class: "bubble" });
  if (inGroup && !own) {
    box.append(h("span", { class: "author", style: `color:${coloursOf(message.from.id)[2]}`, dir: "auto" }, message.from.first_name));
  }
  if (message.forward_origin) {
    box.append(h("span", { class: "author dim" }, `Forwarded from ${message.forward_origin.sender_user.first_name}`));
  }
  if (message.via_bot) box.append(h("span", { class: "author dim", dir: "auto" }, `via @${message.via_bot.username}`));
  if (message.reply_to_message) box.append(quote(message.reply_to_message, actions));
  const text = message.text ?? message.caption ?? "";
  if (message.photo) box.append(photo(message.photo.at(-1), !text));
  if (message.document) box.append(file(message.document));
  if (text) {
    const entities = message.text ? message.entities : message.caption_entities;
    const body = h("div", { class: "text", dir: "auto", testid: "text" }, formatted(text, entities, actions));
    const shown = preview(message.link_preview_options, actions);
    if (shown && !message.link_preview_options.show_above_text) box.append(body, shown, meta(message, own));
    else {
      body.append(meta(message, own));
      box.append(...(shown ? [shown] : []), body);
    }
  } else {
    box.append(meta(message, own));
  }
  if (message.reactions?.length) box.append(h("span", { class: "reactions" }, ...message.reactions));
  const column = h("div", {}, box);
  const keys = message.reply_markup?.inline_keyboard;
  if (keys) {
    row.classList.add("has-keys");
    column.append(inlineKeys(message, keys, actions));
  }
  row.append(column, h("button", { class: "answer icon", testid: "reply", "aria-label": "Reply", onclick: () => actions.replyTo(message) }, icon("reply")));
  return row;
}

const isService = (message) => !message.text && !message.photo && !message.document && !message.caption;

function meta(message, own) {
  const node = h("span", { class: "meta", testid: "meta" });
  if (message.silent && !own) node.append(icon("mute"));
  if (message.edit_date) node.append("edited ");
  node.append(clock(message.date));
  if (own) node.append(icon("ticks"));
  return node;
}

function quote(message, actions) {
  return h("button", { class: "quote", testid: "quote", onclick: () => actions.show(message.message_id) },
    h("b", { class: "cut", dir: "auto" }, message.from.first_name),
    h("div", { class: "cut", dir: "auto" }, summary(message)));
}

function photo(picture, only) {
  const source = `/sandbox/files/${encodeURIComponent(picture.file_id)}`;
  const image = h("img", { src: source, alt: "Photo", width: picture.width, height: picture.height, style: "height:auto" });
  return h("a", { class: only ? "photo only" : "photo", href: source, target: "_blank", testid: "photo" }, image);
}

// Telegram fetches a picture for itself; this page asks for those of this machine only.
function preview(options, actions) {
  if (!options?.url || options.is_disabled) return null;
  let url;
  try { url = new URL(options.url); } catch { return null; }
  if (!/^https?:$/.test(url.protocol)) return null;
  const card = h("a", {
    class: options.prefer_small_media ? "preview" : "preview large", href: url.href, target: "_blank",
    rel: "noopener noreferrer", testid: "preview",
  }, h("b", { class: "cut" }, url.hostname));
  if (/^(127\.0\.0\.1|localhost|\[::1\])$/.test(url.hostname)) {
    card.append(h("img", { src: url.href, alt: "", onload: actions.grew, onerror: () => card.remove() }));
  }
  return card;
}

function file(document) {
  const source = `/sandbox/files/${encodeURIComponent(document.file_id)}`;
  return h("a", { class: "file", href: source, download: document.file_name, testid: "document" },
    h("span", {}, icon("down")),
    h("span", {}, h("b", { dir: "auto" }, document.file_name), h("small", {}, size(document.file_size))));
}

function inlineKeys(message, rows, actions) {
  return h("div", { class: "keys" }, ...rows.map((row, rowIndex) =>
    h("div", {}, ...row.map((button, column) => {
      const kind = [button.style, button.disabled && "disabled"].filter(Boolean).join(" ");
      const key = h("button", {
        type: "button", class: kind, dir: "auto", testid: "inline-button", "data-style": button.style,
        onclick: (event) => actions.tap(message, rowIndex, column, button, event.currentTarget),
      }, button.text);
      if (button.url) key.append(icon("link"));
      if (button.copy_text) key.append(icon("copy"));
      return key;
    }))));
}
