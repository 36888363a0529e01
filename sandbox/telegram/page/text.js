// A text with its entities as DOM. Offsets are in UTF-16 units, which is what JavaScript counts.

const TAGS = { bold: "b", italic: "i", underline: "u", strikethrough: "s" };
const SAFE_LINK = /^(https?|tg|mailto|tel):/i;

function formatted(text, entities, actions) {
  const sorted = [...(entities || [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const fragment = document.createDocumentFragment();
  fill(fragment, text, 0, text.length, sorted, actions);
  return fragment;
}

// Blocks bring their own line break; the one beside them in the text must not double it.
const isBlock = (entity) => /^(pre|blockquote|expandable_blockquote)$/.test(entity.type);

function fill(parent, text, begin, end, entities, actions) {
  let at = begin;
  for (let index = 0; index < entities.length; index += 1) {
    const entity = entities[index];
    const from = Math.max(entity.offset, at);
    const to = Math.min(entity.offset + entity.length, end);
    if (to <= from) continue;
    let before = text.slice(at, from);
    if (isBlock(entity)) before = before.replace(/\n$/, "");
    if (before) parent.append(before);
    const inner = [];
    while (index + 1 < entities.length && entities[index + 1].offset < to) inner.push(entities[(index += 1)]);
    const [outside, inside] = element(entity, text.slice(from, to), actions);
    fill(inside, text, from, to, inner, actions);
    parent.append(outside);
    at = isBlock(entity) && text[to] === "\n" ? to + 1 : to;
  }
  if (at < end) parent.append(text.slice(at, end));
}

function element(entity, text, actions) {
  const same = (node) => [node, node];
  const link = (href) => {
    if (!SAFE_LINK.test(href)) return same(h("span", { class: "tap" }));
    const open = (event) => { if (actions.followLink(href)) event.preventDefault(); };
    return same(h("a", { href, target: "_blank", rel: "noopener noreferrer", title: href, onclick: open }));
  };
  switch (entity.type) {
    case "bold": case "italic": case "underline": case "strikethrough":
      return same(h(TAGS[entity.type]));
    case "code":
      return same(h("code", { onclick: () => actions.copy(text) }));
    case "pre":
      return same(h("pre"));
    case "spoiler":
      return same(h("span", { class: "spoiler", onclick: (event) => event.currentTarget.classList.add("shown") }));
    case "blockquote":
      return same(h("blockquote"));
    case "expandable_blockquote": {
      const inside = h("div");
      const toggle = (event) => event.currentTarget.classList.toggle("open");
      return [h("blockquote", { class: "folds", testid: "expandable", onclick: toggle }, inside, icon("hide")), inside];
    }
    case "text_link": return link(entity.url);
    case "url": return link(text);
    case "email": return link(`mailto:${text}`);
    case "phone_number":
      return same(h("span", { class: "tap", testid: "phone", onclick: () => actions.copy(text) }));
    case "bot_command":
      return same(h("span", { class: "tap", onclick: () => actions.say(text) }));
    case "mention": case "hashtag": case "text_mention":
      return same(h("span", { class: "tap" }));
    default:
      return same(h("span"));
  }
}
