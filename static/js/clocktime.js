// "14:02" on the site's clock as an instant: the last time the clock showed it.
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
