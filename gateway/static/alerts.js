// The alerts, newest first, each with the steps it went through.

import { byId, element } from "/static/dom.js";
import { heatColour } from "/static/charts.js";
import { receiptLine } from "/static/rows.js";
import { ago, CATEGORY_WORD, lead, moment, safeLink, STEP_WORD } from "/static/words.js";

export function drawAlerts(alerts, asOf) {
  const list = byId("alerts");
  if (!alerts.length) {
    list.replaceChildren(element("li", { class: "quiet dim" }, "No alert in the feed. One opens when enough independent sources hold above their bar."));
    return;
  }
  list.replaceChildren(...alerts.map((alert) => drawAlert(alert, asOf)));
}

function drawAlert(alert, asOf) {
  const mark = element("span", { class: "mark", "aria-hidden": "true" });
  mark.style.backgroundColor = heatColour(alert.display).ground;
  const node = element("li", { class: `alert ${alert.kind}`, "data-alert": alert.alert_id }, mark,
    element("div", { class: "alert-head" },
      element("h3", {}, alert.entity_name),
      element("time", { datetime: new Date(alert.known_time).toISOString(), title: moment(alert.known_time, asOf) }, ago(alert.known_time, asOf))),
    element("p", { class: "tags" },
      element("span", { class: "dim" }, CATEGORY_WORD[alert.entity_type] ?? alert.entity_type),
      element("span", { class: `badge ${alert.kind}` }, STEP_WORD[alert.kind] ?? alert.kind),
      element("span", { class: "dim" }, `heat ${Math.round(alert.display)}`)),
    others(alert),
    alert.headline === `${alert.entity_name} spiking now` ? null : element("p", { class: "headline" }, alert.headline),
    alert.reasons.length ? element("p", { class: "reason" }, alert.reasons[0].text) : null,
    alert.receipts.length ? receiptLine(alert.receipts[0], asOf) : null,
    trade(alert.trade), steps(alert.steps, asOf));
  return node;
}

// The other names of the story; the alert is filed under the first.
function others(alert) {
  const names = alert.entities.slice(1).map((entity) => entity.name);
  return names.length ? element("p", { class: "also dim" }, `also: ${names.join(", ")}`) : null;
}

function trade(pickup) {
  if (!pickup) return null;
  const href = pickup.url ? safeLink(pickup.url) : null;
  const title = href ? element("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, pickup.title) : pickup.title;
  const said = lead(pickup.lead_ms);
  return element("p", { class: "trade" }, element("b", {}, pickup.outlet), said ? ` ${said}: ` : ": ", title);
}

function steps(told, asOf) {
  return element("ol", { class: "steps", "aria-label": "Steps" }, ...told.map((step) =>
    element("li", { class: step.kind }, element("span", {}, STEP_WORD[step.kind] ?? step.kind), " ",
      element("time", { class: "dim", datetime: new Date(step.known_time).toISOString() }, moment(step.known_time, asOf)))));
}
