// What was charted: one form for a value, one for a bedside answer and one to take either back, filled for the fact that was chosen.
import * as act from "./act.js";
import { instantIn, shownAt } from "./clocktime.js";
import { clock, hear, now, say, tick } from "./time.js";

const forms = JSON.parse(document.getElementById("forms").textContent);
const me = document.body.dataset.who;
const course = document.body.dataset.course;
const KEPT = `draft ${me} correction ${course}`;
const dialogs = Object.fromEntries(["correct", "answer", "take-back"].map((id) => [id, document.getElementById(id)]));
let chosen = null; // {kind: "values" or "answers", key}
let isDone = false;

hear(document.body.dataset.serverTime);
setInterval(() => {
  tick(document, now());
  say(document.getElementById("clock"), clock(now(), true));
}, 1000);

const of = ({ kind, key }) => forms[kind]?.[key];
const field = (form, name) => form.querySelector(`[data-part="${name}"]`);
const whenOf = (key) => document.querySelector(`#fact-${CSS.escape(key)} .fact-when .num`)?.textContent;
const told = (fact, when) => `${fact.name}: ${fact.stands}${when ? `, ${when}` : ""}`;

function fill(form, fact, key) {
  form.reset();
  act.tell(form, "", "");
  const again = form.querySelector("[data-again]");
  if (again) again.hidden = true;
  say(field(form, "stands"), told(fact, whenOf(key)));
}

/** Which time stands is shown and left alone: what is not typed anew is not sent, so that its seconds stay too. */
function times(form, name, iso, otherwise = iso) {
  const [day, time] = shownAt(Date.parse(iso || otherwise)).split(" ");
  field(form, `${name}-day`).value = day;
  field(form, name).placeholder = iso ? time : "";
}

function option(value, text) {
  const made = document.createElement("option");
  Object.assign(made, { value, textContent: text });
  return made;
}

function radio(name, value, text, checked = false) {
  const label = document.createElement("label");
  label.className = "choice";
  const input = document.createElement("input");
  Object.assign(input, { type: "radio", name, value, checked });
  input.dataset.noDraft = "";
  const said = document.createElement("span");
  said.textContent = text;
  label.append(input, said);
  return label;
}

function toCorrect(key) {
  const fact = forms.values[key];
  const form = dialogs.correct.querySelector("form");
  fill(form, fact, key);
  form.dataset.act = `/api/v1/observations/${key}/correction`;
  form.elements.seen.value = fact.seen;
  const isCoded = fact.codes.length > 0;
  show(field(form, "number"), !isCoded);
  show(field(form, "coded"), isCoded);
  field(form, "codes").replaceChildren(...fact.codes.map(([code, text]) => radio("coded", code, text, code === fact.code)));
  field(form, "units").replaceChildren(...fact.units.map(([unit, text]) => option(unit, text)));
  field(form, "value").placeholder = fact.value;
  show(field(form, "range"), fact.takes_range);
  field(form, "range-high").placeholder = fact.range_high || "none";
  times(form, "at", fact.observed_at);
  show(field(form, "interval"), fact.takes_interval);
  say(field(form, "at-label"), fact.takes_interval ? "Collected until" : "Measured at");
  times(form, "from", fact.interval_start, fact.observed_at);
  return dialogs.correct;
}

/** What is hidden is not sent either. */
function show(box, isShown) {
  box.hidden = !isShown;
  for (const one of box.querySelectorAll("input, select")) one.disabled = !isShown;
}

function toAnswer(key) {
  const fact = forms.answers[key];
  const form = dialogs.answer.querySelector("form");
  fill(form, fact, key);
  form.elements.round.value = fact.round;
  form.elements.question.value = fact.question;
  field(form, "choices").replaceChildren(...fact.choices.filter(([id]) => id !== fact.option).map(([id, text]) => radio("option", id, text)));
  return dialogs.answer;
}

function toTakeBack({ kind, key }) {
  const fact = of({ kind, key });
  const form = dialogs["take-back"].querySelector("form");
  fill(form, fact, key);
  const isValue = kind === "values";
  form.dataset.act = isValue ? `/api/v1/observations/${key}/correction` : dialogs.answer.querySelector("form").dataset.act;
  form.elements.seen.value = isValue ? fact.seen : "";
  form.elements.status.value = isValue ? "entered-in-error" : "";
  form.elements.round.value = isValue ? "" : fact.round;
  form.elements.question.value = isValue ? "" : fact.question;
  return dialogs["take-back"];
}

function open(what, fact) {
  chosen = fact;
  const dialog = what === "take-back" ? toTakeBack(fact) : fact.kind === "values" ? toCorrect(fact.key) : toAnswer(fact.key);
  for (const other of Object.values(dialogs)) if (other !== dialog) other.close();
  if (!dialog.open) dialog.showModal();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-fact-key]");
  if (opener) return open(opener.dataset.does, { kind: opener.dataset.kind, key: opener.dataset.factKey });
  if (event.target.closest("[data-never-was]")) {
    const reason = event.target.closest("form").elements.reason.value;
    open("take-back", chosen);
    dialogs["take-back"].querySelector("form").elements.reason.value = reason;
  }
  if (event.target.closest("[data-again]")) location.reload();
});

// A new day alone would be lost: the time that stands goes with it.
document.addEventListener("change", (event) => {
  const name = event.target.dataset.dayOfField;
  const time = name && field(event.target.closest("form"), name);
  if (time && !time.value) time.value = time.placeholder;
});

const nameOf = (one) => one.dataset.part ?? one.name;
const isTyped = (one) => {
  if (one.type === "date") return field(one.form, one.dataset.dayOfField).value !== "";
  return one.tagName === "SELECT" ? one.selectedIndex > 0 : one.value !== "";
};
const typedIn = (form) => [...form.querySelectorAll("input:not([type=hidden], [type=radio]), select")].filter(isTyped).map((one) => [nameOf(one), one.value]);

/** The page may go while a form is open: another version is to be looked at, or the tablet locks. What was typed comes back. */
function keep() {
  const dialog = Object.values(dialogs).find((one) => one?.open);
  if (!dialog || isDone) return;
  const typed = typedIn(dialog.querySelector("form"));
  sessionStorage.setItem(KEPT, JSON.stringify({ at: Date.now(), what: dialog.id, chosen, seen: of(chosen).seen, typed }));
}

function giveBack() {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  sessionStorage.removeItem(KEPT);
  if (!kept || !of(kept.chosen)) return;
  open(kept.what, kept.chosen);
  const form = dialogs[kept.what].querySelector("form");
  for (const [name, value] of kept.typed) (field(form, name) ?? form.elements[name]).value = value;
  const moved = of(kept.chosen).seen !== kept.seen;
  act.tell(form, "bad", `${moved ? "Another version stands now: look at it above. " : ""}What you had typed is back. It has not been sent.`);
}

if (dialogs.correct) {
  act.readTimesWith((text, one) => instantIn(field(one.form, `${one.dataset.part}-day`).value, text));
  act.start(
    () => {
      isDone = true;
      location.reload();
    },
    (form, answer) => {
      const again = form.querySelector("[data-again]");
      if (again) again.hidden = !(answer.body?.code ?? "").startsWith("another-");
    },
  );
  addEventListener("pagehide", keep);
  giveBack();
}
