// Charting values: what each would mean is said while it is typed, and each says for itself whether it was saved.
import { Sender, sentence } from "./api.js";
import { instantOf } from "./clocktime.js";
import { meaning } from "./limits.js";
import { queue } from "./outbox.js";
import { clock, hear, now, say, tick } from "./time.js";

const form = document.getElementById("values");
const save = document.getElementById("save");
const said = document.getElementById("said");
const known = JSON.parse(document.getElementById("meanings").textContent);
const sender = new Sender();
const PATH = "/api/v1/observations";
const counted = (count) => `${count} ${count === 1 ? "value" : "values"}`;
const part = (name, observable) => form.querySelector(`[data-${name}-of="${observable}"]`);
const unitOf = (field) => part("unit", field.dataset.observable)?.value ?? field.dataset.unit;

hear(document.body.dataset.serverTime);
setInterval(() => {
  tick(document, now());
  say(document.getElementById("clock"), clock(now(), true));
}, 1000);

function filled() {
  return [...form.querySelectorAll("[data-observable]")].filter((field) =>
    field.type === "radio" || field.type === "checkbox" ? field.checked : field.value.trim() !== "");
}

function refresh() {
  const count = filled().length;
  save.disabled = count === 0;
  say(save, count === 0 ? "Nothing to save" : `Save ${counted(count)} as ${form.dataset.who}`);
}

function explain(field) {
  const says = form.querySelector(`[data-meaning="${field.dataset.observable}"]`);
  if (!says) return;
  const text = field.value.trim();
  const found = text ? meaning(known, field.dataset.observable, text, unitOf(field) === field.dataset.unit) : { kind: "", text: says.dataset.before };
  says.dataset.kind = found.kind;
  say(says, found.text);
}

form.addEventListener("input", (event) => {
  if (event.target.dataset.observable) {
    refuse(event.target.dataset.observable, "");
    explain(event.target);
  }
  excludePressors(event.target);
  refresh();
});
form.addEventListener("change", (event) => {
  const of = event.target.dataset.unitOf;
  if (of) explain(form.querySelector(`[data-observable="${of}"]`));
});
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("input")) return;
  event.preventDefault();
  const fields = [...form.querySelectorAll("input, select")].filter((one) => one.offsetParent);
  fields[fields.indexOf(event.target) + 1]?.focus();
});

/** "None is running" and a rate contradict each other: the later entry stands. */
function excludePressors(field) {
  const none = form.querySelector("[data-observable=vasopressors_none]");
  const rates = [...form.querySelectorAll("input[data-observable$=_rate]")].filter((one) => !["heart_rate", "resp_rate"].includes(one.dataset.observable));
  if (field === none && none.checked) for (const rate of rates) { rate.value = ""; explain(rate); }
  if (rates.includes(field) && field.value.trim()) none.checked = false;
}

function refuse(observable, text) {
  const says = form.querySelector(`[data-says="${observable}"]`);
  if (!says) return;
  says.hidden = !text;
  says.textContent = text;
  for (const field of form.querySelectorAll(`[data-observable="${observable}"]`)) field.toggleAttribute("aria-invalid", Boolean(text));
}

/** One item of the interface; throws a sentence when a time cannot be read. */
function itemOf(field, at) {
  const observable = field.dataset.observable;
  const item = { patient: { id: form.dataset.patient }, observable, observed_at: at };
  if (field.type === "radio" || field.type === "checkbox") return { ...item, coded: field.value };
  Object.assign(item, { value: field.value.trim(), unit: unitOf(field) });
  const high = part("high", observable)?.value.trim();
  if (high) item.range_high = high;
  const from = part("from", observable);
  if (!from) return item;
  const until = part("until", observable).value.trim();
  item.observed_at = until ? time(until) : at;
  item.interval_start = time(from.value);
  return item;
}

function time(text) {
  const instant = instantOf(text);
  if (!instant) throw new Error(`“${text}” is no time of day.`);
  return instant;
}

function items(fields) {
  const observed = document.getElementById("observed").value.trim();
  const at = observed ? time(observed) : new Date(now()).toISOString();
  return fields.map((field) => {
    try {
      return itemOf(field, at);
    } catch (error) {
      refuse(field.dataset.observable, error.message);
      throw error;
    }
  });
}

let draft = null;

save.addEventListener("click", async () => {
  const fields = filled();
  let body;
  try {
    body = { observations: items(fields) };
  } catch (error) {
    return tell("bad", error.message);
  }
  body = sameAsUnanswered(body, fields);
  save.disabled = true;
  tell("busy", "Saving…");
  const answer = await sender.post(PATH, body);
  draft = answer.heard ? null : { typed: typed(fields), body };
  if (!answer.heard && (await queue(answer, PATH, `${counted(fields.length)}, bed ${form.dataset.bed}`))) wait(fields, answer);
  else if (!answer.body?.results) tell("bad", sentence(answer));
  else settle(fields, answer.body.results);
  refresh();
});

/** The values lie in this tablet's outbox; the page says so and never that they are saved. */
function wait(fields, answer) {
  sender.forget(PATH, answer.text);
  draft = null;
  const at = clock(now());
  for (const field of fields) settled(field, { text: `queued ${at}, NOT SAVED yet: ${field.value}`, kind: "odd" });
  tell("bad", `No connection. ${counted(fields.length)} queued ${at}, NOT SAVED yet. Sent when the network is back.`);
}

const typed = (fields) => JSON.stringify(fields.map((field) => [field.dataset.observable, field.value, document.getElementById("observed").value]));

/** What got no answer is sent again as it was, with its own time, so that it cannot be stored twice. */
function sameAsUnanswered(body, fields) {
  return draft && draft.typed === typed(fields) ? draft.body : body;
}

function settle(fields, results) {
  const at = clock(now());
  let stored = 0;
  for (const result of results) {
    const field = fields[result.index];
    if (result.result === "refused") {
      refuse(field.dataset.observable, (result.errors ?? []).map((error) => `${error.value}: ${error.allowed}`).join("; ") || result.why || "refused");
      continue;
    }
    stored += 1;
    const isUsable = result.result !== "not_gradable";
    settled(field, isUsable ? { text: `saved ${at}: ${field.value}`, kind: "" } : { text: `saved ${at}, but not usable: ${result.why}`, kind: "odd" });
  }
  const refused = results.length - stored;
  if (refused) tell("bad", `${stored} saved, ${refused} refused: see the marked fields.`);
  else tell("good", `${counted(stored)} saved ${at}.`);
}

function settled(field, { text, kind }) {
  const says = form.querySelector(`[data-meaning="${field.dataset.observable}"]`);
  if (field.type === "radio" || field.type === "checkbox") field.checked = false;
  else field.value = "";
  if (!says) return;
  says.dataset.before = text;
  says.dataset.kind = kind;
  say(says, text);
}

function tell(kind, text) {
  said.dataset.kind = kind;
  say(said, text);
}

refresh();
