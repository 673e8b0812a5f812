// The bedside check: nothing preselected, any part of it can be saved, and the button says what will be.
import { Sender, sentence } from "./api.js";
import { instantOf } from "./clocktime.js";
import { queue } from "./outbox.js";
import { clock, hear, now, say, tick } from "./time.js";

const form = document.getElementById("findings");
const save = document.getElementById("save");
const said = document.getElementById("said");
const observed = document.getElementById("observed");
const sender = new Sender();
const questions = [...form.querySelectorAll("[data-question]")];
let sent = null;

hear(document.body.dataset.serverTime);
setInterval(() => {
  tick(document, now());
  say(document.getElementById("clock"), clock(now(), true));
}, 1000);

const counted = (count) => `${count} ${count === 1 ? "finding" : "findings"}`;
const chosen = () => questions.map((question) => question.querySelector("input:checked")).filter(Boolean);

function refresh() {
  const count = chosen().length;
  save.disabled = count === 0;
  say(save, count === 0 ? "Nothing to save" : `Save ${count} of ${questions.length} findings as ${form.dataset.who}`);
  for (const question of questions) question.dataset.answered = question.querySelector("input:checked") ? "yes" : "no";
}

form.addEventListener("change", refresh);
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("input")) event.preventDefault();
});

save.addEventListener("click", async () => {
  const answers = chosen().map((input) => ({ question: input.name, option: input.value }));
  const text = observed.value.trim();
  const at = text ? instantOf(text) : new Date(now()).toISOString();
  if (!at) return tell("bad", `“${text}” is no time of day.`);
  const typed = JSON.stringify([answers, text]);
  // What got no answer is sent again with its own time, so that it is the same request.
  const body = sent?.typed === typed ? sent.body : { observed_at: at, answers };
  save.disabled = true;
  tell("busy", "Saving…");
  const answer = await sender.post(form.dataset.path, body);
  sent = answer.heard ? null : { typed, body };
  const label = `${counted(answers.length)}, bed ${form.dataset.bed}`;
  if (answer.ok) settle(answers.length, `saved ${clock(now())}`, "good");
  else if (!answer.heard && (await queue(answer, form.dataset.path, label))) {
    sender.forget(form.dataset.path, answer.text);
    sent = null;
    settle(answers.length, `queued ${clock(now())}, NOT SAVED yet: sent when the network is back`, "bad");
  } else tell("bad", sentence(answer));
  refresh();
});

function settle(count, became, kind) {
  for (const input of chosen()) {
    const text = input.closest("label").textContent.trim();
    say(input.closest("fieldset").querySelector(".before"), `${became}: ${text}`);
    input.checked = false;
  }
  tell(kind, `${counted(count)} ${became}.`);
}

function tell(kind, text) {
  said.dataset.kind = kind;
  say(said, text);
}

refresh();
