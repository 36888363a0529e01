// Small helpers. Text enters the page through text nodes only, never as HTML.

const $ = (id) => document.getElementById(id);

function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name === "testid" ? "data-testid" : name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", `i i-${name}`);
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

const COLOURS = [
  ["#ff885e", "#ff516a", "#d45246"], ["#ffcd6a", "#ffa85c", "#c87f1a"], ["#82b1ff", "#665fff", "#6b62d6"],
  ["#a0de7e", "#54cb68", "#3d9a44"], ["#53edd6", "#28c9b7", "#12978a"], ["#72d5fd", "#2a9ef1", "#2f84c4"],
  ["#e0a2f3", "#d669ed", "#b652c9"],
];
const coloursOf = (id) => COLOURS[[...String(id)].reduce((sum, digit) => sum + (Number(digit) || 0), 0) % COLOURS.length];

function avatar(id, name) {
  const [top, bottom] = coloursOf(id);
  const letters = [...(name || "?").trim()];
  return h("div", { class: "avatar", style: `background:linear-gradient(${top},${bottom})` }, (letters[0] || "?").toUpperCase());
}

const clock = (seconds) =>
  new Date(seconds * 1000).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });

function day(seconds) {
  const date = new Date(seconds * 1000);
  if (date.toDateString() === new Date().toDateString()) return "Today";
  return date.toLocaleDateString("en-GB", { day: "numeric", month: "long" });
}

function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1048576 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

// What a message says in one line, for lists, quotes and banners.
function summary(message) {
  const text = message.text || message.caption;
  if (message.photo) return text ? `🖼 ${text}` : "🖼 Photo";
  if (message.document) return `📎 ${message.document.file_name}`;
  return text ? text.replace(/\s+/g, " ") : serviceText(message);
}

function serviceText(message) {
  const who = message.from.first_name;
  if (message.new_chat_members) return `${who} added ${message.new_chat_members.map((m) => m.first_name).join(", ")}`;
  if (message.migrate_to_chat_id) return "The group was upgraded to a supergroup";
  if (message.migrate_from_chat_id) return "This group was upgraded to a supergroup";
  if (message.pinned_message) return `${who} pinned “${summary(message.pinned_message).slice(0, 40)}”`;
  if (message.forum_topic_created) return `Topic “${message.forum_topic_created.name}” was created`;
  return "";
}

async function post(name, body) {
  const response = await fetch(`/sandbox/${name}`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error || response.statusText);
  return answer;
}
