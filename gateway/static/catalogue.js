// New names that the news brought up, and the questions that a person may answer.

import { byId, element } from "/static/dom.js";
import { ask } from "/static/stream.js";
import { CATEGORY_WORD, safeLink } from "/static/words.js";

const LOOK_EVERY = 30000;
const SHOWN = 8;
const STATE_WORD = { discovered: "new", trending: "trending", steady: "steady", failed: "did not last", dormant: "quiet", returned: "back" };
let picking = false;

function receipt(found) {
  if (!found) return null;
  const href = found.url ? safeLink(found.url) : null;
  const title = href ? element("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, found.title) : found.title;
  return element("p", { class: "reason" }, title);
}

function name(found) {
  const page = found.page ? safeLink(found.page) : null;
  const title = page ? element("a", { href: page, target: "_blank", rel: "noopener noreferrer" }, found.name) : found.name;
  return element("li", { class: "found" },
    element("h3", {}, title),
    element("p", { class: "tags" },
      element("span", { class: "dim" }, CATEGORY_WORD[found.entity_type] ?? found.entity_type),
      element("span", { class: `badge ${found.state === "trending" ? "building" : ""}` }, STATE_WORD[found.state] ?? found.state),
      element("span", { class: "dim" }, found.verified ? "verified" : "unverified"),
      element("span", { class: "dim" }, `${found.authors} voices in ${found.source_types.join(" and ") || "no type"}`)),
    receipt(found.receipts[0]));
}

function question(asked) {
  const said = element("span", { class: "dim", role: "status" }, asked.picked ? `answered: ${asked.picked}` : "");
  const choices = [...asked.options.map((option) => [option.entity_id, option.entity_id]), ["new", "somebody new"], ["none", "nobody"]];
  const buttons = choices.map(([value, label]) => {
    const button = element("button", { type: "button", class: "chip", "aria-label": `${asked.surface} means ${label}` }, label);
    button.disabled = Boolean(asked.picked);
    button.addEventListener("click", () => pick(asked, value, buttons, said));
    return button;
  });
  return element("li", { class: "question" },
    element("h3", {}, `Whom does “${asked.surface}” mean?`),
    element("p", { class: "tags" }, element("span", { class: "dim" }, `${asked.authors} voices wait`), element("span", { class: "dim" }, asked.reason)),
    receipt(asked.receipts[0]),
    element("div", { class: "chips", role: "group", "aria-label": `Answers for ${asked.surface}` }, ...buttons), said);
}

async function pick(asked, value, buttons, said) {
  picking = true;
  for (const button of buttons) button.disabled = true;
  try {
    const answer = await fetch(`/resolve/queue/${encodeURIComponent(asked.id)}/pick`, {
      method: "POST", headers: { "content-type": "application/json" },
      body: JSON.stringify({ entity_id: value, actor: "dashboard" }),
    });
    if (!answer.ok) throw new Error((await answer.json()).detail);
    said.textContent = `answered: ${value}; the catalogue follows`;
  } catch (error) {
    said.textContent = `not kept: ${error.message}`;
    for (const button of buttons) button.disabled = false;
  } finally {
    picking = false;
  }
}

function fill(part, items, draw) {
  byId(`${part}-part`).hidden = !items.length;
  byId(part).replaceChildren(...items.slice(0, SHOWN).map(draw));
}

// A list that is being answered is left alone, so that no button moves under a finger.
async function look() {
  const questions = byId("questions");
  if (picking || questions.contains(document.activeElement)) return;
  const shown = byId("simulated").hidden ? "" : "?test=true";
  try {
    const [found, asked] = await Promise.all([ask(`/discoveries/recent${shown}`), ask(`/resolve/queue${shown}`)]);
    fill("found", found.items, name);
    fill("questions", asked.items, question);
  } catch {
    // The connection line says that the gateway is away.
  }
}

look();
setInterval(look, LOOK_EVERY);
