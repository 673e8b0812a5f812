// A shared tablet locks when nobody touches it. What was typed waits for the same person, and for nobody else.
import { csrf } from "./api.js";
import { forgetDraftsOf, keepDraft, restoreDraft } from "./draft.js";

const page = document.body;
const AFTER_MS = Number(page.dataset.lockS) * 1000;
const TELL_EVERY_MS = Math.min(20000, AFTER_MS / 3);
const AGAIN_MS = 3000;

let touchedAt = Date.now();
let steadyAt = performance.now();
let toldAt = Date.now();
let isLocking = false;

for (const kind of ["pointerdown", "keydown", "input", "wheel", "touchmove"]) addEventListener(kind, touched, { capture: true, passive: true });

function touched() {
  touchedAt = Date.now();
  steadyAt = performance.now();
  if (Date.now() - toldAt > TELL_EVERY_MS) {
    toldAt = Date.now();
    post("/tablet/here/", "").then((answer) => answer?.status === 403 && lock());
  }
}

const post = (path, body) =>
  fetch(path, {
    method: "POST", body, credentials: "same-origin", redirect: "manual", signal: AbortSignal.timeout(5000),
    headers: { "Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": csrf() },
  }).catch(() => null);

// Two clocks: one stands still while the tablet sleeps, the other can be set back.
const alone = () => Math.max(Date.now() - touchedAt, performance.now() - steadyAt);
const look = () => alone() >= AFTER_MS && lock();
setInterval(look, 1000);
document.addEventListener("visibilitychange", look);

/** Cover the page at once; leave it when the server has signed the person out. */
async function lock() {
  if (isLocking) return;
  isLocking = true;
  keepDraft(page.dataset.who);
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  page.dataset.locked = "yes";
  const path = location.pathname + location.search;
  for (;;) {
    const answer = await post("/tablet/lock/", new URLSearchParams({ next: path }).toString());
    if (answer) break;
    await new Promise((done) => setTimeout(done, AGAIN_MS));
  }
  location.replace("/tablet/");
}

for (const button of document.querySelectorAll("[data-lock]")) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    lock();
  });
}
document.querySelector("[data-sign-out]")?.addEventListener("submit", () => forgetDraftsOf(page.dataset.who));
restoreDraft(page.dataset.who);
