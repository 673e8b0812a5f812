// A course is set up: one form per act, days and times of the site's zone, and protocols that fit the regimen.
import * as act from "./act.js";
import { instantIn, instantOf, shownAt } from "./clocktime.js";
import { start as startSecond } from "./second.js";
import { clock, hear, now, say } from "./time.js";

hear(document.body.dataset.serverTime);
setInterval(() => say(document.getElementById("clock"), clock(now(), true)), 1000);

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
