// Is what stands on this page still true? The socket only hints; the picture is fetched over HTTP; silence covers it.
import { clock, hear, isAdrift, mono, now, say, tick } from "./time.js";
import { patch } from "./patch.js";
import { turn } from "./turn.js";

const COVER_AFTER_MS = 12000;
const POLL_MS = 15000;
const POLL_WITHOUT_SOCKET_MS = 5000;
const ANSWER_WITHIN_MS = 4000;
const GRACE_MS = 250;

const page = document.body;
const picture = document.getElementById("picture");
const state = { number: -1, build: "", confirmedAt: mono(), since: null, socket: null, tries: 0, polledAt: mono(), busy: false, again: false };

export function start({ onPicture = () => {}, onTick = () => {} } = {}) {
  take(picture.firstElementChild, onPicture);
  connect(onPicture);
  setInterval(() => beat(onPicture, onTick), 1000);
  addEventListener("pageshow", (event) => event.persisted && blank(onPicture));
  addEventListener("online", () => refetch(onPicture));
  document.addEventListener("freeze", () => show("blank"));
  document.addEventListener("resume", () => refetch(onPicture));
  document.addEventListener("visibilitychange", () => wake(onPicture));
}

function wake(onPicture) {
  if (document.visibilityState !== "visible") return;
  if (isAdrift() || mono() - state.confirmedAt > COVER_AFTER_MS) cover();
  refetch(onPicture);
}

function blank(onPicture) {
  show("blank");
  refetch(onPicture);
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
  const silent = mono() - state.confirmedAt;
  if (silent > COVER_AFTER_MS || isAdrift()) cover();
  if (at !== null) {
    tick(picture, at);
    say(document.getElementById("clock"), clock(at, true));
    if (turn(picture, at)) refetch(onPicture);
  }
  tell(silent);
  const every = isOpen() ? POLL_MS : POLL_WITHOUT_SOCKET_MS;
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
  const answer = await fetch(page.dataset.cards, {
    cache: "no-store", credentials: "same-origin", redirect: "manual", signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  if (answer.type === "opaqueredirect" || [401, 403, 404].includes(answer.status)) return leave();
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(`<div id="picture">${await answer.text()}</div>`, "text/html");
  const element = fresh.getElementById("picture");
  if (element.firstElementChild?.dataset.number === undefined) return;
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
  socket.onopen = () => {
    state.tries = 0;
    refetch(onPicture);
  };
  socket.onmessage = (event) => hearHint(JSON.parse(event.data), onPicture);
  socket.onclose = (event) => {
    if (event.code === 4401 || event.code === 4403) return leave();
    state.tries += 1;
    const wait = Math.min(5000, 400 * 2 ** Math.min(state.tries, 4)) * (0.7 + Math.random() * 0.6);
    setTimeout(() => connect(onPicture), wait);
  };
}

function hearHint(message, onPicture) {
  if (message.type === "heartbeat") {
    hear(message.server_time);
    if (message.build !== state.build) return renew();
    if (message.number === state.number) return confirm();
  }
  // A value is most often graded within this moment: one picture shows both.
  if (message.number !== state.number) setTimeout(() => refetch(onPicture), GRACE_MS);
}

/** The server runs another build: load its pages, but never in a loop and never over an open dialog. */
function renew() {
  const last = Number(sessionStorage.getItem("renewed") ?? 0);
  if (document.querySelector("dialog[open]") || Date.now() - last < 60000) return;
  sessionStorage.setItem("renewed", String(Date.now()));
  location.reload();
}
