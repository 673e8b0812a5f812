// What time is it on the server, and how old is everything on the page? Ticks the clock, ages, countdowns and freshness.

let serverAt = null; // server time in ms at the instant `heardAt` of the monotonic clock
let heardAt = 0;
let wallAt = 0;

export const mono = () => performance.now();

export function hear(isoTime) {
  serverAt = Date.parse(isoTime);
  heardAt = mono();
  wallAt = Date.now();
}

/** Server time in ms; null before the server was heard. */
export function now() {
  return serverAt === null ? null : serverAt + (mono() - heardAt);
}

/** True when the machine slept or its clock jumped since the server was last heard: our idea of the time is worth nothing. */
export function isAdrift() {
  return serverAt !== null && Math.abs(Date.now() - wallAt - (mono() - heardAt)) > 3000;
}

const zone = () => document.body.dataset.zone || undefined;

export function clock(ms, withSeconds = false) {
  const form = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone() };
  if (withSeconds) form.second = "2-digit";
  return new Intl.DateTimeFormat("en-GB", form).format(ms);
}

/** "now", "13 min", "1 h 38", "31 h", "3 days": the same words as the server's. */
export function span(ms) {
  const minutes = Math.floor(ms / 60000);
  if (minutes < 1) return "now";
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours < 10) return rest ? `${hours} h ${String(rest).padStart(2, "0")}` : `${hours} h`;
  return hours < 72 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
}

function away(ms) {
  const minutes = Math.floor(Math.abs(ms) / 60000);
  const text = `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
  return ms >= 0 ? `in ${text}` : `${text} late`;
}

export function say(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

/** Bring everything on the page that depends on the time to `at`. */
export function tick(root, at) {
  for (const one of root.querySelectorAll("[data-age]")) say(one, span(at - Date.parse(one.dataset.age)));
  for (const one of root.querySelectorAll("[data-until]")) say(one, away(Date.parse(one.dataset.until) - at));
  for (const one of root.querySelectorAll("[data-fresh-until]")) {
    if (at > Date.parse(one.dataset.freshUntil)) one.classList.add("stale");
  }
}
