// The KPIs of each day: small multiples against the mission's targets, and a table of the same.

import { byId, element, svg } from "/static/dom.js";

const WIDTH = 420, HEIGHT = 150, LEFT = 42, RIGHT = 8, TOP = 10, FLOOR = 126;
const percent = (value) => `${Math.round(value * 100)} %`;
const hours = (value) => `${value.toFixed(1)} h`;
const points = (value) => `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.round(Math.abs(value) * 100)} pts`;
const count = (value) => String(Math.round(value * 10) / 10);

const CHARTS = [
  { name: "lead_hours", title: "Lead over the trades, median", say: hours, span: [0, 6] },
  { name: "early_minus_chance", title: "Early, minus chance", say: points, span: [-0.2, 0.4] },
  { name: "useful", title: "Useful, of the voted", say: percent, span: [0, 1] },
  { name: "false_alerts", title: "False alerts", say: percent, span: [0, 0.4] },
  { name: "alerts", title: "Alerts a day", say: count, span: [0, 5] },
  { name: "voted", title: "Alerts with a vote", say: percent, span: [0, 1] },
];

function figure(day, name) {
  if (name === "alerts") return { value: day.alerts, low: null, high: null, n: day.alerts };
  return day.figures[name] || { value: null, low: null, high: null, n: 0 };
}

function spanOf(chart, days, target) {
  const told = days.map((day) => figure(day, chart.name)).flatMap((f) => [f.low, f.value, f.high]);
  const values = [...chart.span, ...told, target].filter((v) => v !== null && v !== undefined);
  return [Math.min(...values), Math.max(...values)];
}

function scales(chart, days, target) {
  const [low, high] = spanOf(chart, days, target);
  const step = (WIDTH - LEFT - RIGHT) / days.length;
  return {
    low, high,
    x: (n) => LEFT + (n + 0.5) * step,
    y: (value) => FLOOR - ((value - low) / (high - low)) * (FLOOR - TOP),
  };
}

function level(value, y, words, kind) {
  return [
    svg("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value), class: kind }),
    svg("text", { x: LEFT - 5, y: y(value) + 4, "text-anchor": "end" }, words),
  ];
}

function mark(day, told, x, y) {
  const parts = [];
  if (told.low !== null && told.high !== null) {
    parts.push(svg("line", { x1: x, x2: x, y1: y(told.low), y2: y(told.high), class: "interval" }));
  }
  const kind = day.state === "final" ? "dot" : "dot provisional";
  return [...parts, svg("circle", { cx: x, cy: y(told.value), r: 3.5, class: kind })];
}

function plot(chart, days, target) {
  const { x, y, low, high } = scales(chart, days, target);
  const marks = days.flatMap((day, n) => {
    const told = figure(day, chart.name);
    return told.value === null ? [] : mark(day, told, x(n), y);
  });
  const levels = [...new Set([low, high])].flatMap((value) => level(value, y, chart.say(value).replace(/ pts$/, ""), "zero"));
  const short = (day) => day.day.slice(5);
  return svg("svg", { class: "plot", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" },
    ...levels,
    low < 0 && high > 0 ? svg("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(0), y2: y(0), class: "zero" }) : null,
    target === undefined ? null : svg("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(target), y2: y(target), class: "target" }),
    ...marks,
    svg("text", { x: LEFT, y: HEIGHT - 6 }, short(days[0])),
    days.length > 1 ? svg("text", { x: WIDTH - RIGHT, y: HEIGHT - 6, "text-anchor": "end" }, short(days[days.length - 1])) : null);
}

function words(chart, told) {
  if (told.value === null) return "no case";
  const interval = told.low === null || chart.name === "alerts" ? "" : ` (${chart.say(told.low)} to ${chart.say(told.high)}, n ${told.n})`;
  return chart.say(told.value) + interval;
}

function card(chart, days, targets) {
  const aim = targets[chart.name];
  const last = [...days].reverse().find((day) => figure(day, chart.name).value !== null);
  const newest = last ? words(chart, figure(last, chart.name)) : "no case yet";
  const [value, ...rest] = newest.split(/(?= \()/);
  const goal = aim ? `target ${aim.good === "above" ? "≥" : "≤"} ${chart.say(aim.value)}` : "";
  const note = [last ? last.day : "", goal].filter(Boolean).join(" · ");
  return element("section", { class: "chart" },
    element("h3", {}, chart.title),
    element("p", { class: "newest" }, value, element("small", {}, rest.join(""))),
    element("p", { class: "dim small" }, note),
    plot(chart, days, aim ? aim.value : undefined));
}

function table(days) {
  const cell = (text) => element("td", { class: "number" }, text);
  const head = element("tr", {}, element("th", { scope: "col" }, "Day"), element("th", { scope: "col" }, "State"),
    ...CHARTS.map((chart) => element("th", { scope: "col", class: "number" }, chart.title)),
    element("th", { scope: "col", class: "number" }, "Cost per useful alert"));
  const rows = [...days].reverse().map((day) => element("tr", {},
    element("th", { scope: "row" }, day.day), element("td", {}, day.state),
    ...CHARTS.map((chart) => cell(words(chart, figure(day, chart.name)))),
    cell(day.cost_per_useful === null ? "none" : `$${day.cost_per_useful.toFixed(2)}`)));
  byId("table").replaceChildren(element("caption", { class: "unseen" }, "KPIs by day, the newest first"),
    element("thead", {}, head), element("tbody", {}, ...rows));
}

function show({ items: days, targets, simulated }) {
  byId("simulated").hidden = !simulated;
  const some = days.length > 0;
  byId("empty").hidden = some;
  byId("legend").hidden = byId("table-part").hidden = !some;
  byId("kpis-note").textContent = some ? `${days.length} ${days.length === 1 ? "day" : "days"}` : "";
  if (!some) {
    byId("empty").replaceChildren(element("h3", {}, "No day was judged yet"),
      element("p", {}, "The first figures come seven hours after the first day is over, and are final three days later."));
    return;
  }
  byId("charts").replaceChildren(...CHARTS.map((chart) => card(chart, days, targets)));
  table(days);
}

async function begin() {
  try {
    const answer = await fetch(`/kpis${location.search}`);
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.detail);
    show(told);
  } catch (failure) {
    byId("kpis-note").textContent = `The KPIs could not be read: ${failure.message}`;
  }
}

begin();
