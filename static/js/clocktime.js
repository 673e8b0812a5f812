// A time on the site's clock as an instant: the last time it showed "14:02", or when it showed it on a certain day.
import { clock, now } from "./time.js";

/** ISO text of the latest instant, not after now, at which the site's clock showed `text`; null when it is no time. */
export function instantOf(text) {
  const found = /^([01]?\d|2[0-3])[:.]?([0-5]\d)$/.exec(text.trim());
  const at = now() ?? Date.now();
  if (!found) return null;
  const wanted = `${found[1].padStart(2, "0")}:${found[2]}`;
  const minutes = (hhmm) => Number(hhmm.slice(0, 2)) * 60 + Number(hhmm.slice(3));
  const ago = (minutes(clock(at)) - minutes(wanted) + 1440) % 1440;
  const whole = Math.floor(at / 60000) * 60000;
  // Where the clocks were put forward or back in between, the plain difference is an hour off.
  const fits = [0, -60, 60].map((shift) => whole - (ago + shift) * 60000).find((ms) => ms <= at && clock(ms) === wanted);
  return fits === undefined ? null : new Date(fits).toISOString();
}

const zone = document.body.dataset.zone || undefined;
const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" });

/** "2026-11-22 08:00" as the site's clock shows the instant `ms`. */
export function shownAt(ms) {
  const found = Object.fromEntries(parts.formatToParts(ms).map((part) => [part.type, part.value]));
  return `${found.year}-${found.month}-${found.day} ${found.hour}:${found.minute}`;
}

/** The instant at which the site's clock shows `day` and `time`; null when it never does. */
export function instantIn(day, time) {
  const found = /^([01]?\d|2[0-3])[:.]?([0-5]\d)$/.exec(time.trim());
  if (!found || !day) return null;
  const wanted = `${day} ${found[1].padStart(2, "0")}:${found[2]}`;
  const plain = Date.parse(`${wanted.replace(" ", "T")}:00Z`);
  // No zone is further from UTC than 14 h, and every offset is a multiple of a quarter of an hour.
  for (let shift = -14 * 4; shift <= 14 * 4; shift += 1) {
    const ms = plain + shift * 900000;
    if (shownAt(ms) === wanted) return new Date(ms).toISOString();
  }
  return null;
}
