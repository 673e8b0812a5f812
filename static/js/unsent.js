// What has not been sent yet, on every page: queued, sent or refused with the reason; sent as soon as the server answers.
import { csrf, sentence } from "./api.js";
import { all, put, remove } from "./outbox.js";
import { clock } from "./time.js";

const AGAIN_MS = 8000;
const HEARD_WITHIN_MS = 15000;
const me = document.body.dataset.who;
const sentNow = [];

const bar = document.createElement("section");
bar.className = "unsent";
bar.id = "unsent";
bar.hidden = true;
bar.setAttribute("aria-label", "Entries not sent yet");
bar.innerHTML = '<h2></h2><ul role="status"></ul>';
document.getElementById("main").before(bar);

async function post(fact) {
  try {
    const answer = await fetch(fact.path, {
      method: "POST", body: fact.text, credentials: "same-origin", redirect: "manual", signal: AbortSignal.timeout(HEARD_WITHIN_MS),
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrf(), "Idempotency-Key": fact.id },
    });
    return { heard: true, ok: answer.ok, status: answer.status, body: await answer.json().catch(() => null) };
  } catch {
    return { heard: false, ok: false, status: 0, body: null };
  }
}

/** What became of a fact: "wait" (ask again later), "sent", or why it was refused. */
function verdict(answer) {
  const code = answer.body?.code;
  const isDoor = answer.status === 0 || answer.status === 401 || (code === "not-allowed" && answer.body.detail?.startsWith("CSRF"));
  if (!answer.heard || isDoor || answer.status === 429 || answer.status >= 500 || code === "still-running") return "wait";
  if (!answer.ok) return sentence(answer);
  const refused = (answer.body?.results ?? []).filter((one) => one.result === "refused" || one.result === "conflict");
  if (!refused.length) return "sent";
  const why = refused.flatMap((one) => one.errors ?? []).map((error) => `${error.value}: ${error.allowed}`).join("; ");
  return `${refused.length} of ${answer.body.results.length} refused, the others are saved. ${why}`;
}

// Without https there are no locks; the key of each request keeps two pages from recording it twice.
const alone = (act) => (navigator.locks ? navigator.locks.request("il2ward-unsent", { ifAvailable: true }, act) : act(true));

/** One page of this browser sends at a time, oldest first; it stops at the first that gets no answer. */
async function drain() {
  await alone(async (lock) => {
    if (!lock) return;
    for (const fact of (await all()).filter((one) => one.who === me && one.state === "queued")) {
      const became = verdict(await post(fact));
      if (became === "wait") break;
      if (became === "sent") {
        await remove(fact.id);
        sentNow.push({ ...fact, sentAt: Date.now() });
      } else await put({ ...fact, state: "refused", why: became });
    }
  });
  await show();
}

async function show() {
  const facts = await all();
  const mine = facts.filter((one) => one.who === me);
  const others = facts.length - mine.length;
  const waiting = mine.filter((one) => one.state === "queued").length;
  bar.hidden = facts.length + sentNow.length === 0;
  bar.dataset.kind = mine.length ? "waiting" : "sent";
  bar.querySelector("h2").textContent = title(waiting, mine.length - waiting, others);
  bar.querySelector("ul").replaceChildren(...mine.map(line), ...sentNow.map(sentLine));
}

function title(waiting, refused, others) {
  const parts = [];
  if (waiting) parts.push(`${waiting} ${waiting === 1 ? "entry" : "entries"} NOT SAVED yet: waiting for the network`);
  if (refused) parts.push(`${refused} refused`);
  if (others) parts.push(`${others} of somebody else: sent when they sign in on this tablet`);
  return parts.join(" · ") || "All entries of this tablet are saved";
}

function line(fact) {
  const item = document.createElement("li");
  item.dataset.state = fact.state;
  const text = document.createElement("span");
  text.textContent = fact.state === "queued" ? `Queued ${clock(fact.madeAt)}: ${fact.label}` : `Refused, made ${clock(fact.madeAt)}: ${fact.label}. ${fact.why}`;
  item.append(text);
  if (fact.state === "refused") item.append(button("Seen, remove", () => remove(fact.id).then(show)));
  return item;
}

function sentLine(fact) {
  const item = document.createElement("li");
  item.dataset.state = "sent";
  item.textContent = `Sent ${clock(fact.sentAt)}, saved: ${fact.label} (made ${clock(fact.madeAt)})`;
  return item;
}

function button(text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

document.addEventListener("unsent", show);
addEventListener("online", drain);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && drain());
setInterval(async () => (await all()).some((one) => one.who === me && one.state === "queued") && drain(), AGAIN_MS);
drain();
navigator.serviceWorker?.register("/service-worker.js").catch(() => {}); // without it a lost network shows the browser's own page
