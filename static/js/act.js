// Forms that do something: opened by a button, sent by a button, never by the Enter key; the draft stays when refused.
import { Sender, sentence } from "./api.js";
import { queue } from "./outbox.js";
import { now } from "./time.js";

const sender = new Sender();

/** Wire every form with data-act on the page; `onDone(form, answer)` runs after an act that was recorded, `onRefused` after one that was not. */
export function start(onDone = then, onRefused = () => {}) {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener) return open(opener);
    const closer = event.target.closest("[data-close]");
    if (closer) return closer.closest("dialog").close();
    const button = event.target.closest("[data-send]");
    if (button) send(button.closest("form"), button, onDone, onRefused);
  });
  document.addEventListener("keydown", enterMovesOn);
  document.addEventListener("submit", (event) => event.target.matches("[data-act]") && event.preventDefault());
  document.body.dataset.listening = "yes"; // buttons answer from here on
}

function enterMovesOn(event) {
  const field = event.target;
  if (event.key !== "Enter" || event.isComposing || !field.matches("form[data-act] input")) return;
  event.preventDefault();
  const fields = [...field.form.querySelectorAll("input:not([type=hidden]), select, textarea")].filter((one) => one.offsetParent);
  fields[fields.indexOf(field) + 1]?.focus();
}

function open(opener) {
  const dialog = document.getElementById(opener.dataset.open);
  const form = dialog.querySelector("form");
  if (form.querySelector("[name=outcome_token]")) bind(form);
  if (opener.dataset.alert) {
    form.dataset.act = `/api/v1/alerts/${opener.dataset.alert}/acknowledge`;
    form.querySelector("[data-alert-text]").textContent = opener.dataset.alertText;
  }
  tell(form, "", "");
  dialog.showModal();
}

/** The act is bound to the outcome on the screen at this moment, and to no other. */
function bind(form) {
  const living = document.querySelector(".living");
  form.querySelector("[name=outcome_token]").value = living?.dataset.token ?? "";
  const said = form.querySelector("[data-outcome-text]");
  if (said) said.textContent = living?.dataset.said ?? "";
  notice(form, false);
}

function notice(form, hasChanged) {
  const changed = form.querySelector("[data-changed]");
  if (changed) changed.hidden = !hasChanged;
  for (const button of form.querySelectorAll("[data-send]")) if (form.querySelector("[name=outcome_token]")) button.disabled = hasChanged;
}

/** Called when the picture behind an open dialog moved: another outcome than the one it was opened on cannot be sent. */
export function outcomeMoved() {
  const token = document.querySelector(".living")?.dataset.token;
  for (const form of document.querySelectorAll("dialog[open] form[data-act]")) {
    const bound = form.querySelector("[name=outcome_token]");
    if (bound && bound.value !== token) notice(form, true);
  }
}

async function send(form, button, onDone, onRefused) {
  const bound = form.elements.outcome_token;
  // A token that came with its form is of a slot that lies behind: nothing is given on it, so the page need not live.
  if (bound && bound.dataset.seen === undefined && document.body.dataset.live !== "yes") {
    return tell(form, "bad", "This page is not live: nothing is given or decided from it. Nothing was sent.");
  }
  if (button.dataset.setPlan) form.elements.plan.value = button.dataset.setPlan;
  if (form.elements.outcome_token && !form.elements.outcome_token.value) {
    return tell(form, "bad", "This dose has not been assessed yet. Nothing was sent.");
  }
  const { body, missing } = read(form);
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  if (missing) {
    missing.setAttribute("aria-invalid", "true");
    missing.focus();
    return tell(form, "bad", `${nameOf(missing)} is needed.`);
  }
  busy(form, true);
  tell(form, "busy", "Sending…");
  const answer = await sender.post(form.dataset.act, body);
  busy(form, false);
  if (!answer.heard && form.dataset.fact && (await queue(answer, form.dataset.act, form.dataset.fact))) return wait(form, answer);
  if (!answer.ok) {
    refuse(form, answer);
    return onRefused(form, answer);
  }
  tell(form, "good", "Recorded.");
  for (const secret of form.querySelectorAll("input[type=password]")) secret.value = "";
  onDone(form, answer);
}

/** What happened lies in this tablet's outbox; what is asked for (a start, a hold) never does. */
function wait(form, answer) {
  sender.forget(form.dataset.act, answer.text);
  for (const field of form.querySelectorAll("input:not([type=hidden], [type=radio]), textarea")) field.value = "";
  tell(form, "bad", "No connection. Queued on this tablet, NOT SAVED yet. It is sent when the network is back.");
}

function refuse(form, answer) {
  tell(form, "bad", sentence(answer));
  if (answer.body?.code === "outcome-changed") notice(form, true);
  for (const error of answer.body?.errors ?? []) {
    const field = form.elements[error.path.replace(/^\$\.?/, "")];
    if (field instanceof Element) field.setAttribute("aria-invalid", "true");
  }
}

const nameOf = (field) => {
  if (field.dataset.says) return field.dataset.says;
  const legend = field.closest("fieldset")?.querySelector("legend");
  const label = field.type === "radio" ? legend : field.labels?.[0];
  return (label?.textContent ?? field.name).trim();
};

/** Read the form into JSON; "checker.username" nests, "lines.0.iu" is a list, data-number becomes an integer, an empty data-now is a moment ago, another empty optional field is left out. */
export function read(form) {
  const body = {};
  let missing = null;
  for (const field of form.elements) {
    if (!field.name || field.name === "csrfmiddlewaretoken" || field.disabled || field.dataset.aside !== undefined) continue;
    if (field.type === "radio") {
      const chosen = form.querySelector(`input[name="${field.name}"]:checked`);
      if (!chosen) missing ??= field;
      else put(body, field.name, convert(chosen, chosen.value));
      continue;
    }
    const value = field.type === "password" ? field.value : field.value.trim();
    if (!value && field.dataset.now !== undefined) {
      put(body, field.name, aMomentAgo(field).toISOString());
      continue;
    }
    if (!value && field.dataset.optional !== undefined) continue;
    if (!value) missing ??= field;
    else put(body, field.name, convert(field, value));
  }
  return { body, missing };
}

/** A second ago, so that it is never ahead of the server; but not before what it must follow (data-not-before). */
function aMomentAgo(field) {
  const earliest = field.dataset.notBefore ? Date.parse(field.dataset.notBefore) + 1 : 0; // whole milliseconds here, microseconds there
  return new Date(Math.max((now() ?? Date.now()) - 1000, earliest));
}

function convert(field, value) {
  if (field.dataset.number !== undefined) return Number(value);
  if (field.dataset.millions !== undefined) return units(value) ?? value;
  if (field.dataset.whole !== undefined) return whole(value) ?? value;
  if (field.dataset.clock !== undefined) return instantOf(value, field) ?? value;
  return value;
}

/** "43.5" million units as a whole number of units, exactly; null when it is no such number. */
function units(text) {
  const found = /^(\d{1,4})(?:\.(\d{1,6}))?$/.exec(text.replaceAll(",", ""));
  return found ? Number(found[1] + (found[2] ?? "").padEnd(6, "0")) : null;
}

/** "600,000" units as a whole number; null when it is no such number. */
export function whole(text) {
  const digits = text.replaceAll(",", "");
  return /^\d{1,10}$/.test(digits) ? Number(digits) : null;
}

let instantOf = () => null;
export function readTimesWith(reader) {
  instantOf = reader;
}

function put(body, path, value) {
  const names = path.split(".");
  const last = names.pop();
  let place = body;
  names.forEach((name, index) => (place = place[name] ??= /^\d+$/.test(names[index + 1] ?? last) ? [] : {}));
  place[last] = value;
}

function busy(form, isBusy) {
  for (const button of form.querySelectorAll("[data-send]")) button.disabled = isBusy;
}

export function tell(form, kind, text) {
  const state = form.querySelector("[data-state]");
  state.dataset.kind = kind;
  state.textContent = text;
}

function then(form) {
  if (form.dataset.then === "reload") location.reload();
  else if (form.dataset.then?.startsWith("/")) location.assign(form.dataset.then);
  else form.closest("dialog")?.close();
}
