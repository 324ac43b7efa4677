// The page as a whole: controls, clock, notices, and when to draw what.

import { drawAlerts } from "/static/alerts.js";
import "/static/catalogue.js";
import { byId, element } from "/static/dom.js";
import { drawRows, listenForKeys } from "/static/rows.js";
import { State } from "/static/state.js";
import { ask, Link } from "/static/stream.js";
import { asOf, CATEGORIES, span, TYPE_WORD } from "/static/words.js";

const SHOWN = 20;
const DRAW_EVERY = 250;
const LOOK_EVERY = 30000;
const STALE = 20 * 60000;
const CONNECTION = { connecting: "Connecting", live: "Live", reconnecting: "Reconnecting", offline: "Offline, trying again", starting: "Gateway is starting" };

const state = new State();
const asked = new URLSearchParams(location.hash.slice(1));
let category = CATEGORIES.some(([value]) => value === asked.get("category")) ? asked.get("category") : "";
let drawing = null;
let connected = "connecting";

const link = new Link(state, () => (category ? { category } : {}), {
  loaded: () => draw(),
  event: (event) => {
    if (event.type !== "event") return;
    const changed = state.fold(event);
    if (changed && event.kind === "alerts" && event.data.kind === "opened") say(`New alert: ${event.data.headline}`);
    drawing ??= setTimeout(draw, DRAW_EVERY);
  },
  connection: (word) => {
    connected = word;
    const node = byId("connection");
    node.dataset.state = word;
    node.textContent = CONNECTION[word];
    drawEmpty(state.top(1).length);
  },
});

function draw() {
  clearTimeout(drawing);
  drawing = null;
  const rows = state.top(SHOWN);
  drawRows(state, rows);
  const alerts = state.latestAlerts();
  drawAlerts(alerts, state.asOf ?? 0);
  byId("alerts-count").textContent = String(alerts.length);
  byId("alerts-note").textContent = alerts.length ? `${alerts.length} in the feed` : "";
  drawHeading(rows.length);
  drawClock();
  drawEmpty(rows.length);
  byId("simulated").hidden = !state.simulated;
  if (state.clockSpeed !== 1) byId("simulated-detail").textContent = `Nothing on this page happened, and its clock runs ${state.clockSpeed} times as fast as ours.`;
}

function drawHeading(count) {
  const chosen = CATEGORIES.find(([value]) => value === category)[1];
  const off = Object.entries(state.parts).filter(([, on]) => !on).map(([part]) => part);
  byId("board-title").textContent = category ? `Top ${SHOWN} by heat: ${chosen}` : `Top ${SHOWN} by heat`;
  byId("board-note").textContent = off.length ? `ranked without ${off.join(" and ")}` : count ? `${count} shown` : "";
}

function drawClock() {
  if (state.asOf === null) return;
  const said = asOf(state.asOf);
  const node = byId("as-of");
  node.textContent = said.time;
  node.dateTime = new Date(state.asOf).toISOString();
  node.title = said.day;
  const behind = Date.now() - state.asOf;
  const age = byId("age");
  age.hidden = state.simulated || behind < STALE;
  age.textContent = age.hidden ? "" : `nothing new for ${span(behind)}`;
}

function drawEmpty(count) {
  const node = byId("empty");
  node.hidden = count > 0;
  if (count) return;
  node.replaceChildren(...emptyWords().map((text, n) => element(n ? "p" : "h3", {}, text)));
}

function emptyWords() {
  if (connected === "offline") return ["The gateway does not answer", "This page keeps trying and fills itself as soon as it is back."];
  if (connected === "starting") return ["The gateway is reading the log", "It rebuilds the board from Kafka after a start. This takes a few seconds."];
  if (state.asOf === null && connected === "connecting") return ["Asking the gateway…"];
  if (state.asOf === null) {
    return ["Nothing has been measured yet", "Sources bring mentions, the workers resolve them to names and measure each one every five minutes. The first names appear here by themselves; a calm start can take a few polls.", "If this stays empty, look at the log of the producers and workers: heat status names each role and where its log is."];
  }
  if (category) return ["Nothing in this category is hot", "The board fills by itself. Choose All to see the rest."];
  return ["All quiet", "Nothing is above its usual level at the moment."];
}

function say(text) {
  byId("spoken").textContent = text;
}

function chip(label, pressed, className, act) {
  const node = element("button", { type: "button", class: className, "aria-pressed": String(pressed) }, label);
  node.addEventListener("click", () => act(node));
  return node;
}

// The page brings the board with it: no empty table while the stream is being opened.
function drawFirst() {
  if (category) return;
  try {
    const { trends, alerts } = JSON.parse(byId("first").textContent);
    if (trends.as_of === null) return;
    state.load(trends, alerts);
    draw();
  } catch {
    // Without it the page fills itself a moment later.
  }
}

function drawCategories() {
  const chips = CATEGORIES.map(([value, label]) => chip(label, value === category, "chip", () => {
    category = value;
    history.replaceState(null, "", value ? `#category=${encodeURIComponent(value)}` : location.pathname);
    for (const [n, node] of chips.entries()) node.setAttribute("aria-pressed", String(CATEGORIES[n][0] === value));
    link.restart();
  }));
  byId("categories").replaceChildren(...chips);
}

function drawComponents() {
  byId("components").replaceChildren(...Object.keys(state.parts).map((part) =>
    chip(part[0].toUpperCase() + part.slice(1), true, `chip part ${part}`, (node) => {
      const others = Object.entries(state.parts).some(([name, on]) => name !== part && on);
      if (state.parts[part] && !others) return say("One component has to stay");
      state.parts[part] = !state.parts[part];
      node.setAttribute("aria-pressed", String(state.parts[part]));
      return draw();
    })));
}

async function drawEyes() {
  try {
    const { items } = await ask("/sources");
    byId("eyes").hidden = !items.length;
    const open = items.filter((type) => type.state === "ok" || type.state === "degraded").length;
    byId("eyes").replaceChildren(element("span", { class: "dim" }, `${open} of ${items.length} eyes open`), ...items.map(eye));
  } catch {
    byId("eyes").hidden = true; // The connection line says that the gateway is away.
  }
}

function eye(type) {
  const told = type.sources.map((s) => `${s.source}: ${s.state}${s.reason ? ` (${s.reason})` : ""}`).join("\n");
  return element("span", { class: `eye ${type.state}`, title: told }, element("i", { "aria-hidden": "true" }), TYPE_WORD[type.source_type] ?? type.source_type, element("span", { class: "unseen" }, ` ${type.state}`));
}

drawCategories();
drawFirst();
drawComponents();
listenForKeys();
link.restart();
drawEyes();
setInterval(() => {
  drawEyes();
  drawClock();
}, LOOK_EVERY);
