// A course is set up: one form per act, days and times of the site's zone, and protocols that fit the regimen.
import * as act from "./act.js";
import { instantOf } from "./clocktime.js";
import { start as startSecond } from "./second.js";
import { clock, hear, now, say } from "./time.js";

hear(document.body.dataset.serverTime);
setInterval(() => say(document.getElementById("clock"), clock(now(), true)), 1000);

const zone = document.body.dataset.zone || undefined;
const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" });

/** "2026-11-22 08:00" as the site's clock shows the instant `ms`. */
function shownAt(ms) {
  const found = Object.fromEntries(parts.formatToParts(ms).map((part) => [part.type, part.value]));
  return `${found.year}-${found.month}-${found.day} ${found.hour}:${found.minute}`;
}

/** The instant at which the site's clock shows `day` and `time`; null when it never does. */
function instantIn(day, time) {
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

for (const day of document.querySelectorAll("input[data-day]")) day.value = shownAt(now()).slice(0, 10);

/** A protocol written for another way of giving cannot be chosen with the regimen; the server refuses it anyway. */
function fit() {
  const chosen = document.querySelector("input[name=regimen]:checked");
  const fitting = chosen?.dataset.protocols.split(" ");
  for (const protocol of document.querySelectorAll("input[name=protocol]")) {
    const doesFit = !fitting || fitting.includes(protocol.value);
    protocol.disabled = protocol.dataset.unsigned !== undefined || !doesFit;
    protocol.closest("label").classList.toggle("apart", protocol.disabled);
    if (protocol.disabled) protocol.checked = false;
  }
  const note = document.querySelector("[data-fit]");
  if (note) note.hidden = !chosen;
}
for (const regimen of document.querySelectorAll("input[name=regimen]")) regimen.addEventListener("change", fit);
fit();

act.readTimesWith((text, field) => {
  const day = field.dataset.dayOf ? document.getElementById(field.dataset.dayOf).value : null;
  return day === null ? instantOf(text) : instantIn(day, text);
});
startSecond();
act.start((form, answer) => {
  if (form.dataset.then === "setup") location.assign(`/courses/${answer.body.id}/setup/`);
  else location.reload();
});
