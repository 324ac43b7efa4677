// How numbers, times and states are said. Nothing here touches the page.

export const CATEGORIES = [
  ["", "All"], ["person", "People"], ["film", "Films"], ["show", "Shows"],
  ["song,album,group", "Music"], ["franchise", "Franchises"], ["event", "Events"],
];

export const CATEGORY_WORD = {
  person: "Person", film: "Film", show: "Show", song: "Song", album: "Album",
  group: "Group", franchise: "Franchise", event: "Event",
};

export const STATE_WORD = {
  building: "Building", open: "Alerted", confirmed: "Trade has it", cooling: "Cooling",
  retracted: "Taken back",
};

export const STEP_WORD = {
  opened: "Opened", updated: "Update", confirmed: "Trade has it", cooled: "Cooled", retracted: "Taken back",
};

export const TYPE_WORD = {
  social: "Social", search: "Search", "short-video": "Short video", video: "Video",
  reference: "Wikipedia", news: "News", charts: "Charts", trade: "Trade",
};

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hour12: false });
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const longDay = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short", year: "numeric" });
const zone = new Intl.DateTimeFormat(undefined, { hour: "2-digit", timeZoneName: "short" });

export function hour(ms) {
  return clock.format(ms);
}

export function moment(ms, now) {
  const same = day.format(ms) === day.format(now);
  return same ? clock.format(ms) : `${day.format(ms)} ${clock.format(ms)}`;
}

export function asOf(ms) {
  const part = zone.formatToParts(ms).find((p) => p.type === "timeZoneName");
  return { time: `${clock.format(ms)} ${part ? part.value : ""}`.trim(), day: longDay.format(ms) };
}

export function span(ms) {
  const minutes = Math.round(Math.abs(ms) / 60000);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 && hours < 10 ? `${hours} h ${minutes % 60} m` : `${hours} h`;
  return `${Math.round(hours / 24)} d`;
}

export function ago(ms, now) {
  return now - ms < 60000 ? "just now" : `${span(now - ms)} ago`;
}

export function lead(ms) {
  if (ms === null || ms === undefined) return "";
  return ms >= 0 ? `${span(ms)} after us` : `${span(ms)} before us`;
}

// Only plain web addresses become links: scraped ones may be anything.
export function safeLink(text) {
  try {
    const url = new URL(text);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}
