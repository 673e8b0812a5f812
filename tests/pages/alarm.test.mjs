// When does a board sound? Each sentence of static/js/alarm.js on both sides of its limits.
import assert from "node:assert/strict";
import { test } from "node:test";
import { pause, pulsesOf, readOpen, silent, soundState, standing, step } from "../../static/js/alarm.js";

const alerts = (text) => readOpen(text);
/** Walk through [at, open, deadForMs] and return the sounds, "-" for silence. */
function walk(steps, from = silent) {
  let state = from;
  return steps.map(([at, text, deadForMs = 0]) => {
    const done = step(state, { open: alerts(text), at, deadForMs });
    state = done.state;
    return done.sound || "-";
  });
}

test("high is three and two pulses, twice; medium three; low one", () => {
  assert.deepEqual(["high", "medium", "low"].map((level) => pulsesOf(level).length), [10, 3, 1]);
  const gaps = pulsesOf("high").slice(1).map((pulse, place) => Math.round((pulse.at - pulsesOf("high")[place].at) * 100));
  assert.deepEqual(gaps, [24, 24, 48, 24, 72, 24, 24, 48, 24]);
});

test("an alert that stands when the page opens sounds at once", () => {
  assert.deepEqual(walk([[0, "1:high"]]), ["high"]);
});

test("high sounds again after ten seconds and medium after thirty, until acknowledged", () => {
  assert.deepEqual(walk([[0, "1:high"], [9999, "1:high"], [10000, "1:high"], [20000, ""]]), ["high", "-", "high", "-"]);
  assert.deepEqual(walk([[0, "1:medium"], [29999, "1:medium"], [30000, "1:medium"]]), ["medium", "-", "medium"]);
});

test("low sounds once", () => {
  assert.deepEqual(walk([[0, "1:low"], [3600000, "1:low"]]), ["low", "-"]);
});

test("a second alert beside the first sounds at once, the same one does not", () => {
  assert.deepEqual(walk([[0, "1:medium"], [1000, "1:medium"], [2000, "1:medium 2:medium"]]), ["medium", "-", "medium"]);
});

test("the worst open alert speaks for all", () => {
  assert.deepEqual(walk([[0, "1:high 2:medium"], [10000, "1:high 2:medium"]]), ["high", "high"]);
});

test("an alert that becomes worse sounds at once, one that becomes milder does not", () => {
  assert.deepEqual(walk([[0, "1:medium"], [1000, "1:high"], [2000, "1:medium"]]), ["medium", "high", "-"]);
});

test("a pause lasts two minutes and not a moment longer", () => {
  const { state } = step(silent, { open: alerts("1:high"), at: 0 });
  const paused = pause(state, 1000);
  assert.deepEqual(walk([[120999, "1:high"], [121000, "1:high"]], paused), ["-", "high"]);
});

test("a new alert ends a pause, a new low one does not", () => {
  const { state } = step(silent, { open: alerts("1:high"), at: 0 });
  assert.deepEqual(walk([[2000, "1:high 2:medium"]], pause(state, 1000)), ["medium"]);
  assert.deepEqual(walk([[2000, "1:high 2:low"], [3000, "1:high 2:low"]], pause(state, 1000)), ["-", "-"]);
});

test("an alert whose acknowledgement expired is new again", () => {
  assert.deepEqual(walk([[0, "1:high"], [1000, ""], [2000, "1:high"]]), ["high", "-", "high"]);
});

test("a page that is not live says so by sound after thirty seconds, whatever was open", () => {
  assert.deepEqual(walk([[0, "", 30000], [1000, "", 30001], [30999, "", 60000], [31000, "", 60001]]), ["-", "dead", "-", "dead"]);
});

test("what the page says of its alarms", () => {
  const { state } = step(silent, { open: alerts("1:high 2:low"), at: 0 });
  assert.deepEqual(standing(state, 1), { kind: "sounding", worst: "high", count: 2 });
  assert.equal(standing(pause(state, 1), 2).kind, "paused");
  assert.equal(standing(step(silent, { open: alerts("3:low"), at: 0 }).state, 1).kind, "quiet");
});

test("a screen counts as heard for one shift after somebody heard it, and only while it can sound", () => {
  const hour = 3600000;
  assert.equal(soundState({ isRunning: false, heardAt: 0, at: 1 }), "off");
  assert.equal(soundState({ isRunning: true, heardAt: null, at: 1 }), "untested");
  assert.equal(soundState({ isRunning: true, heardAt: 0, at: 12 * hour - 1 }), "on");
  assert.equal(soundState({ isRunning: true, heardAt: 0, at: 12 * hour }), "untested");
  assert.equal(soundState({ isRunning: true, heardAt: 5, at: 4 }), "untested");
});
