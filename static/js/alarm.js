// When does a board sound, and how? Decisions only, without a clock, a page or a loudspeaker of their own.

const PRIORITIES = ["high", "medium", "low"];
const PAUSE_MS = 120000;
const DEAD_AFTER_MS = 30000;
const SHIFT_MS = 12 * 3600000;
// High and medium sound until somebody acknowledges; low says it once. The gaps are this project's own choice.
const AGAIN_AFTER_MS = { high: 10000, medium: 30000, low: Infinity, dead: 30000 };
// [number of pulses, pitch in Hz, pause after in pulses] one after the other: high 3 + 2 pulses twice, medium 3, low 1.
const HIGH = [[3, 880, 1], [2, 988, 2]];
const GROUPS = { high: [...HIGH, ...HIGH], medium: [[3, 660, 0]], low: [[1, 520, 0]], dead: [[1, 440, 0], [1, 330, 0]], test: [[1, 660, 0], [1, 880, 0]] };
const PULSE_S = { high: 0.15, medium: 0.2, low: 0.25, dead: 0.4, test: 0.25 };

export const silent = { open: new Map(), soundedAt: {}, pausedUntil: 0 };

/** The pulses of a sound: [{at, length, pitch}] in seconds and Hz. */
export function pulsesOf(sound) {
  const length = PULSE_S[sound];
  const pulses = [];
  let place = 0;
  for (const [count, pitch, pause] of GROUPS[sound]) {
    for (let one = 0; one < count; one += 1) pulses.push({ at: (place + one) * length * 1.6, length, pitch });
    place += count + pause;
  }
  return pulses;
}

const rank = (level) => PRIORITIES.indexOf(level);
const worstOf = (levels) => PRIORITIES.find((level) => levels.includes(level)) ?? "";

/** "12:high 15:low" as a map from alert to priority. */
export function readOpen(text) {
  return new Map(text.split(" ").filter(Boolean).map((pair) => pair.split(":")));
}

/**
 * What sounds at `at` (ms), given every alert that nobody has acknowledged and since when the page is not live (null: it is).
 * Returns the next state and the sound ("" for silence). A new or worse alert ends a pause; numbers that move do not sound.
 */
export function step(state, { open, at, deadForMs = 0 }) {
  const fresh = [...open].filter(([alert, level]) => !state.open.has(alert) || rank(level) < rank(state.open.get(alert)));
  const isDead = deadForMs > DEAD_AFTER_MS;
  const breaksPause = fresh.some(([, level]) => level !== "low");
  const pausedUntil = breaksPause ? 0 : state.pausedUntil;
  const next = { open: new Map(open), soundedAt: { ...state.soundedAt }, pausedUntil };
  const isNew = worstOf(fresh.map(([, level]) => level));
  const sound = at < pausedUntil ? "" : isNew || due(next, at, isDead);
  if (sound) next.soundedAt[sound] = at;
  return { state: next, sound };
}

/** Which alarm has been silent for too long; the worst open alert speaks for all. */
function due(state, at, isDead) {
  const worst = isDead ? "dead" : worstOf([...state.open.values()]);
  if (!worst) return "";
  const last = state.soundedAt[worst];
  return last === undefined || at - last >= AGAIN_AFTER_MS[worst] ? worst : "";
}

/** Quiet for two minutes; there is no switching off. */
export const pause = (state, at) => ({ ...state, pausedUntil: at + PAUSE_MS });

/** What the page says of its alarms: {kind: "quiet" | "sounding" | "paused", worst, count}. */
export function standing(state, at) {
  const levels = [...state.open.values()];
  const worst = worstOf(levels);
  const kind = at < state.pausedUntil ? "paused" : worst && worst !== "low" ? "sounding" : "quiet";
  return { kind, worst, count: levels.length };
}

/** Whether this screen may be believed to be heard: "off", "untested" since a shift, or "on". */
export function soundState({ isRunning, heardAt, at }) {
  if (!isRunning) return "off";
  return heardAt !== null && at >= heardAt && at - heardAt < SHIFT_MS ? "on" : "untested";
}
