// The board: one row for each entity, opened to show all reasons and receipts.

import { byId, element } from "/static/dom.js";
import { componentBar, heatColour, meter, sparkline } from "/static/charts.js";
import { ago, CATEGORY_WORD, moment, safeLink, STATE_WORD, TYPE_WORD } from "/static/words.js";

const HOUR = 3600000;
const opened = new Set();
const shown = new Map();
const still = window.matchMedia("(prefers-reduced-motion: reduce)");

// Redraw what changed, move what moved. Rows keep their element, so focus stays where it is.
export function drawRows(state, rows) {
  const list = byId("rows");
  const before = new Map([...shown].map(([id, held]) => [id, held.node.getBoundingClientRect().top]));
  const wanted = new Set(rows.map((row) => row.entity_id));
  for (const [id, held] of shown) {
    if (!wanted.has(id)) {
      held.node.remove();
      shown.delete(id);
    }
  }
  rows.forEach((row, index) => {
    const node = drawRow(state, row, index + 1);
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  });
  if (!still.matches) slide(before);
}

function slide(before) {
  for (const [id, held] of shown) {
    const from = before.get(id);
    const shift = from === undefined ? 0 : from - held.node.getBoundingClientRect().top;
    if (shift) held.node.animate([{ transform: `translateY(${shift}px)` }, { transform: "none" }], { duration: 260, easing: "ease-out" });
  }
}

function drawRow(state, row, rank) {
  const stamp = `${row.id} ${rank} ${Object.values(state.parts)} ${Math.floor(state.asOf / 60000)} ${opened.has(row.entity_id)}`;
  const held = shown.get(row.entity_id);
  if (held?.stamp === stamp) return held.node;
  const node = held?.node ?? element("li", { class: "row", "data-entity": row.entity_id });
  const focused = node.contains(document.activeElement);
  node.replaceChildren(...contents(state, row, rank));
  if (focused) node.querySelector("button")?.focus({ preventScroll: true });
  if (held && row.fresh) flash(node);
  row.fresh = false;
  shown.set(row.entity_id, { node, stamp });
  return node;
}

function flash(node) {
  node.classList.remove("changed");
  if (!still.matches) requestAnimationFrame(() => node.classList.add("changed"));
}

function contents(state, row, rank) {
  const open = opened.has(row.entity_id);
  const line = element("div", { class: "line" },
    element("span", { class: "rank", "aria-label": `Rank ${rank}` }, String(rank)),
    tile(row), name(state, row, open), parts(state, row), trend(row, state.asOf), why(row, state.asOf));
  return open ? [line, detail(row, state.asOf)] : [line];
}

function tile(row) {
  const node = element("span", { class: "tile", title: `heat ${row.heat.toFixed(2)} of 2.5` }, String(Math.round(row.display)));
  const colour = heatColour(row.display);
  node.style.backgroundColor = colour.ground;
  node.style.color = colour.text;
  return node;
}

function name(state, row, open) {
  const button = element("button", { type: "button", class: "name", "aria-expanded": String(open), "aria-controls": open ? `detail-${row.entity_id}` : null }, row.entity_name);
  button.addEventListener("click", () => {
    if (!opened.delete(row.entity_id)) opened.add(row.entity_id);
    drawRow(state, row, Number(button.closest("li").querySelector(".rank").textContent));
  });
  const badge = STATE_WORD[row.episode_state];
  return element("div", { class: "who" }, element("h3", {}, button),
    element("p", { class: "tags" },
      element("span", { class: "dim" }, CATEGORY_WORD[row.entity_type] ?? row.entity_type),
      badge ? element("span", { class: `badge ${row.episode_state}` }, badge) : null));
}

function parts(state, row) {
  const types = row.types.filter((type) => type.mentions > 0).length;
  const figure = (part, text) => element("span", { class: `figure ${part}${state.parts[part] ? "" : " off"}` }, text);
  return element("div", { class: "parts" }, componentBar(state.shares(row), state.parts),
    element("p", { class: "figures" },
      figure("velocity", `${row.velocity_z.toFixed(1)} σ`),
      figure("spread", types === 1 ? "1 type" : `${types} types`),
      figure("affect", `feeling ${row.affect.toFixed(2)}`)));
}

function trend(row, asOf) {
  const change = changeInHour(row);
  const sign = change > 0 ? "+" : "−";
  const said = change === 0 ? "steady" : `${sign}${Math.abs(change)} in 1 h`;
  const sort = change > 0 ? "up" : change < 0 ? "down" : "flat";
  return element("div", { class: "trend" }, sparkline(row.history, asOf),
    element("span", { class: `change ${sort}` }, said));
}

function changeInHour(row) {
  const from = row.known_time - HOUR;
  const earlier = row.history.filter(([ms]) => ms <= from);
  const [, was] = earlier.length ? earlier[earlier.length - 1] : row.history[0];
  return Math.round(row.display) - Math.round(was);
}

function why(row, asOf) {
  const best = row.reasons[0];
  const receipt = row.receipts[0];
  return element("div", { class: "why" },
    element("p", { class: "reason" }, best ? best.text : "No reason was given"),
    receipt ? receiptLine(receipt, asOf) : element("p", { class: "receipt dim" }, "No receipts"));
}

export function receiptLine(receipt, asOf) {
  const href = receipt.url ? safeLink(receipt.url) : null;
  const title = receipt.title || "(no title)";
  const link = href
    ? element("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, title)
    : element("span", { class: "unlinked", title: "This receipt has no web address" }, title);
  const time = element("time", { datetime: new Date(receipt.event_time).toISOString(), title: moment(receipt.event_time, asOf) }, ago(receipt.event_time, asOf));
  return element("p", { class: "receipt" }, element("span", { class: "outlet" }, receipt.outlet || receipt.source), " ", link, " ", time);
}

function detail(row, asOf) {
  const types = [...row.types].filter((t) => t.mentions > 0).sort((a, b) => b.slow_z - a.slow_z);
  return element("div", { class: "detail", id: `detail-${row.entity_id}` },
    block("Why", element("ul", {}, ...row.reasons.map((reason) => element("li", {}, reason.text)))),
    block("By source type, 12 h", types.length ? typeTable(types) : element("p", { class: "dim" }, "No counted mentions")),
    block("Receipts", row.receipts.length ? element("div", {}, ...row.receipts.map((r) => receiptLine(r, asOf))) : element("p", { class: "dim" }, "None")),
    element("p", { class: "small dim" }, `heat ${row.heat.toFixed(2)} = raw ${row.raw_heat.toFixed(2)} × freshness ${row.freshness.toFixed(2)} · detection score ${row.detection_score.toFixed(1)} · measured ${moment(row.known_time, asOf)} · ${row.entity_id}`));
}

function block(title, content) {
  return element("section", {}, element("h4", {}, title), content);
}

function typeTable(types) {
  const head = element("tr", {}, ...["Type", "Mentions", "People", "Usual", "σ", ""].map((text, n) => element("th", { scope: "col", class: n ? "number" : null }, text)));
  const lines = types.map((type) => element("tr", {},
    element("th", { scope: "row" }, TYPE_WORD[type.source_type] ?? type.source_type, type.baseline === "prior" ? element("span", { class: "dim", title: "Measured against what is assumed of a new name: too little history of its own" }, " *") : null),
    ...[type.mentions, type.authors, type.usual.toFixed(1), type.slow_z.toFixed(1)].map((value) => element("td", { class: "number" }, String(value))),
    element("td", { class: "metered" }, meter(type.slow_z, 6))));
  return element("table", {}, element("thead", {}, head), element("tbody", {}, ...lines));
}

// Arrow keys go from row to row; Escape closes the one that has the focus.
export function listenForKeys() {
  byId("rows").addEventListener("keydown", (event) => {
    const names = [...document.querySelectorAll("#rows button.name")];
    const at = names.indexOf(document.activeElement);
    if (at < 0) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      names[at + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
      event.preventDefault();
    } else if (event.key === "Escape" && names[at].getAttribute("aria-expanded") === "true") {
      names[at].click();
    }
  });
}
