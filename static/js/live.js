// Is what stands on this page still true? The socket only hints; the picture is fetched over HTTP; silence covers it.
import { keepDraft, restoreDraft } from "./draft.js";
import { clock, hear, isAdrift, mono, now, say, tick } from "./time.js";
import { patch } from "./patch.js";
import { turn } from "./turn.js";

// Covered 12 s after the last sign of the server at the latest: the beat looks once a second.
const COVER_AFTER_MS = 11000;
const SOCKET_SILENT_AFTER_MS = 11000;
const POLL_MS = 15000;
const POLL_WITHOUT_SOCKET_MS = 5000;
const POLL_COVERED_MS = 3000;
const ANSWER_WITHIN_MS = 4000;
const GRACE_MS = 250;

const page = document.body;
const picture = document.getElementById("picture");
const state = {
  number: -1, build: "", confirmedAt: mono(), since: null, polledAt: mono(), busy: false, again: false,
  socket: null, tries: 0, spokeAt: mono(),
  // After a freeze only a picture asked for afterwards counts: hints and answers that lay waiting are as old as it.
  isBlank: false, era: 0,
};

export function start({ onPicture = () => {}, onTick = () => {} } = {}) {
  restoreDraft(page.dataset.who);
  take(picture.firstElementChild, onPicture);
  connect(onPicture);
  setInterval(() => beat(onPicture, onTick), 1000);
  addEventListener("pageshow", (event) => event.persisted && blank(onPicture));
  addEventListener("online", () => refetch(onPicture));
  document.addEventListener("freeze", () => distrust());
  document.addEventListener("resume", () => blank(onPicture));
  document.addEventListener("visibilitychange", () => wake(onPicture));
}

function wake(onPicture) {
  if (document.visibilityState !== "visible") return;
  if (isAdrift() || silence() > COVER_AFTER_MS) cover();
  refetch(onPicture);
}

function blank(onPicture) {
  distrust();
  refetch(onPicture);
}

/** Show nothing until a picture has come that was asked for from now on. */
function distrust() {
  state.isBlank = true;
  state.era += 1;
  show("blank");
}

/** Believe a picture: remember how far it goes and what time it is on the server. */
function take(element, onPicture) {
  state.number = Number(element.dataset.number);
  if (!state.build) state.build = element.dataset.build;
  hear(element.dataset.serverTime);
  confirm();
  tick(picture, now());
  onPicture(element);
}

/** For how long nothing has confirmed the picture, in ms. */
export const silence = () => mono() - state.confirmedAt;

function confirm() {
  state.confirmedAt = mono();
  state.since = now();
  show("yes");
  document.getElementById("dead-man")?.classList.toggle("again");
}

function show(live) {
  if (page.dataset.live !== live) page.dataset.live = live;
}

function cover() {
  show("no");
  say(document.getElementById("notlive-text"), `✕ NOT LIVE since ${clock(state.since ?? Date.now(), true)}`);
}

function beat(onPicture, onTick) {
  const at = now();
  const silent = silence();
  if (silent > COVER_AFTER_MS || isAdrift()) cover();
  if (state.socket?.readyState <= WebSocket.OPEN && mono() - state.spokeAt > SOCKET_SILENT_AFTER_MS) hangUp(onPicture);
  if (at !== null) {
    tick(picture, at);
    say(document.getElementById("clock"), clock(at, true));
    if (turn(picture, at)) refetch(onPicture);
  }
  tell(silent);
  const every = page.dataset.live !== "yes" ? POLL_COVERED_MS : isOpen() ? POLL_MS : POLL_WITHOUT_SOCKET_MS;
  if (mono() - state.polledAt >= every) refetch(onPicture);
  onTick(page.dataset.live === "yes");
}

function tell(silent) {
  const pill = document.getElementById("live");
  const isLive = page.dataset.live === "yes";
  pill?.classList.toggle("warn", !isLive);
  const how = isOpen() ? "LIVE" : "LIVE by polling";
  say(document.getElementById("live-text"), isLive ? `${how} · ${Math.floor(silent / 1000)} s ago` : "NOT LIVE");
}

const isOpen = () => state.socket?.readyState === WebSocket.OPEN;

/** Fetch the picture; one at a time, and once more when something changed meanwhile. */
export async function refetch(onPicture = () => {}) {
  if (state.busy) {
    state.again = true;
    return;
  }
  state.busy = true;
  state.polledAt = mono();
  try {
    await fetchPicture(onPicture);
  } catch {
    // No answer: the picture stays as old as it was, and the cover comes by itself.
  }
  state.busy = false;
  if (state.again) {
    state.again = false;
    setTimeout(() => refetch(onPicture), GRACE_MS);
  }
}

async function fetchPicture(onPicture) {
  const { era } = state;
  const answer = await fetch(page.dataset.cards, {
    cache: "no-store", credentials: "same-origin", redirect: "manual", signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  if (answer.type === "opaqueredirect" || [401, 403, 404].includes(answer.status)) return leave();
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(`<div id="picture">${await answer.text()}</div>`, "text/html");
  const element = fresh.getElementById("picture");
  if (element.firstElementChild?.dataset.number === undefined) return;
  if (era !== state.era) {
    state.again = true;
    return;
  }
  if (element.firstElementChild.dataset.build !== state.build) renew();
  state.isBlank = false;
  patch(picture, element);
  take(picture.firstElementChild, onPicture);
}

function leave() {
  show("blank");
  location.reload();
}

function connect(onPicture) {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const socket = new WebSocket(`${scheme}://${location.host}/ws/wards/${page.dataset.ward}/`);
  state.socket = socket;
  state.spokeAt = mono();
  socket.onopen = () => {
    state.tries = 0;
    state.spokeAt = mono();
    refetch(onPicture);
  };
  socket.onmessage = (event) => {
    state.spokeAt = mono();
    hearHint(JSON.parse(event.data), onPicture);
  };
  socket.onclose = (event) => {
    if (event.code === 4401 || event.code === 4403) return leave();
    connectAgain(onPicture);
  };
}

function connectAgain(onPicture) {
  state.tries += 1;
  const wait = Math.min(5000, 400 * 2 ** Math.min(state.tries, 4)) * (0.7 + Math.random() * 0.6);
  setTimeout(() => connect(onPicture), wait);
}

/** The socket neither speaks nor closes: a half-dead one never does by itself. Leave it and take a new one. */
function hangUp(onPicture) {
  const { socket } = state;
  socket.onopen = socket.onmessage = socket.onclose = null;
  socket.close();
  state.socket = null;
  connectAgain(onPicture);
}

function hearHint(message, onPicture) {
  if (message.type === "heartbeat") {
    if (message.build !== state.build) renew();
    // Old heartbeats come in a heap when a page wakes: after a silence only a fetched picture counts.
    if (state.isBlank || isAdrift() || silence() > COVER_AFTER_MS) return refetch(onPicture);
    hear(message.server_time);
    if (message.number === state.number) return confirm();
  }
  // A value is most often graded within this moment: one picture shows both.
  if (message.number !== state.number) setTimeout(() => refetch(onPicture), GRACE_MS);
}

/** The server runs another build: load its pages, never in a loop, never over an open dialog, and what was typed stays. */
function renew() {
  const last = Number(sessionStorage.getItem("renewed") ?? 0);
  if (document.querySelector("dialog[open]") || Date.now() - last < 60000) return;
  sessionStorage.setItem("renewed", String(Date.now()));
  keepDraft(page.dataset.who);
  location.reload();
}
