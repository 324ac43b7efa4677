// Sparkline, component bar and the heat scale, as SVG made by hand.

import { svg } from "/static/dom.js";
import { hour } from "/static/words.js";

const HOTTEST = 2.5;
const STOPS = [
  [0, [44, 52, 84]], [20, [84, 44, 125]], [40, [150, 44, 110]],
  [60, [214, 74, 58]], [80, [246, 140, 32]], [100, [252, 203, 60]],
];

export function heatColour(display) {
  const value = Math.min(100, Math.max(0, display));
  const upper = STOPS.findIndex(([at]) => at >= value);
  const [low, from] = STOPS[Math.max(0, upper - 1)];
  const [high, to] = STOPS[upper];
  const t = high === low ? 0 : (value - low) / (high - low);
  const mixed = from.map((channel, n) => Math.round(channel + (to[n] - channel) * t));
  return { ground: `rgb(${mixed.join(" ")})`, text: value >= 66 ? "#16100a" : "#ffffff" };
}

export function sparkline(history, asOf) {
  const width = 132, height = 34, pad = 3;
  const first = history[0][0];
  const length = Math.max(asOf - first, 3600000);
  const start = asOf - length;
  const x = (ms) => pad + ((ms - start) / length) * (width - 2 * pad);
  const y = (value) => height - pad - (Math.min(100, value) / 100) * (height - 2 * pad);
  const points = history.map(([ms, value]) => `${x(ms).toFixed(1)} ${y(value).toFixed(1)}`);
  const [lastMs, last] = history[history.length - 1];
  const line = `M${points.join("L")}H${x(asOf).toFixed(1)}`;
  const colour = heatColour(Math.max(last, 35)).ground;
  const floor = height - pad;
  const told = `Heat from ${Math.round(history[0][1])} at ${hour(first)} to ${Math.round(last)} at ${hour(lastMs)}`;
  return svg("svg", { class: "spark", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": told },
    svg("line", { x1: pad, x2: width - pad, y1: floor, y2: floor, class: "axis" }),
    svg("path", { d: `${line}V${floor}H${x(first).toFixed(1)}Z`, fill: colour, opacity: 0.16 }),
    svg("path", { d: line, fill: "none", stroke: colour, "stroke-width": 1.6, "stroke-linejoin": "round" }),
    svg("circle", { cx: x(asOf), cy: y(last), r: 2.4, fill: colour }));
}

export function componentBar(shares, parts) {
  const width = 200, height = 8;
  let at = 0;
  const told = [];
  const segments = [];
  for (const [part, share] of Object.entries(shares)) {
    told.push(`${part} ${share.toFixed(2)}`);
    if (!parts[part]) continue;
    const size = (share / HOTTEST) * width;
    segments.push(svg("rect", { x: at.toFixed(2), y: 0, width: Math.max(0, size - 1).toFixed(2), height, class: part }));
    at += size;
  }
  return svg("svg", { class: "bar", viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", role: "img", "aria-label": `Share of heat: ${told.join(", ")}` },
    svg("rect", { x: 0, y: 0, width, height, class: "track" }), ...segments);
}

export function meter(value, most) {
  const width = 100, height = 6;
  const size = Math.min(1, Math.max(0, value / most)) * width;
  return svg("svg", { class: "meter", viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("rect", { x: 0, y: 0, width, height, class: "track" }),
    svg("rect", { x: 0, y: 0, width: size.toFixed(1), height, class: "velocity" }));
}
