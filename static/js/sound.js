// Can this screen be heard? A browser stays mute until somebody touches it, so the page says so until a person has heard it.
import { pulsesOf, soundState } from "./alarm.js";

const KEPT = "il2ward-sound-heard-at";
const LOUD_ENOUGH = 0.02;
// A busy or slow device needs longer to open its loudspeaker; a person who touched "Start sound" waits no longer than this.
const PATIENCE_MS = 4000;
let context = null;
let meter = null;

export const isRunning = () => context !== null && context.state === "running";

/** "off", "untested" or "on". */
export const state = () => soundState({ isRunning: isRunning(), heardAt: heardAt(), at: Date.now() });

/** When a person last heard this screen's test tone, in ms of its own clock; null for never. */
export function heardAt() {
  return Number(localStorage.getItem(KEPT)) || null;
}

export function keepHeard(isHeard) {
  if (isHeard) localStorage.setItem(KEPT, String(Date.now()));
  else localStorage.removeItem(KEPT);
}

/** A kiosk browser needs no touch; any other leaves the sound off until `test` is called from one. */
export function open() {
  if (context) return;
  context = new AudioContext();
  meter = context.createAnalyser();
  meter.connect(context.destination);
}

/** Play the test tone from a touch and measure it; false when no tone left the machinery. */
export async function test() {
  open();
  await Promise.race([context.resume(), wait(PATIENCE_MS)]);
  if (!isRunning()) return false;
  play("test");
  return isLoud(lastsFor("test"));
}

/** Sound one pattern; silence when the sound is off. */
export function play(sound) {
  if (isRunning()) for (const pulse of pulsesOf(sound)) tone(pulse);
}

/** Whether a tone passes within `forS` seconds of the loudspeaker's own clock, which a busy device holds back. */
async function isLoud(forS) {
  const samples = new Float32Array(meter.fftSize);
  const ends = context.currentTime + forS;
  for (const until = performance.now() + PATIENCE_MS; context.currentTime < ends && performance.now() < until; ) {
    meter.getFloatTimeDomainData(samples);
    if (samples.some((one) => Math.abs(one) > LOUD_ENOUGH)) return true;
    await wait(20);
  }
  return false;
}

const wait = (forMs) => new Promise((done) => setTimeout(done, forMs));

const lastsFor = (sound) => Math.max(...pulsesOf(sound).map(({ at, length }) => at + length)) + 0.1;

function tone({ at, length, pitch }) {
  const source = context.createOscillator();
  const volume = context.createGain();
  const from = context.currentTime + 0.02 + at;
  source.frequency.value = pitch;
  volume.gain.setValueAtTime(0, from);
  volume.gain.linearRampToValueAtTime(0.3, from + 0.02);
  volume.gain.setValueAtTime(0.3, from + length - 0.03);
  volume.gain.linearRampToValueAtTime(0, from + length);
  source.connect(volume).connect(meter);
  source.start(from);
  source.stop(from + length);
}
