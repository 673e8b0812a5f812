// Can this screen be heard? A browser stays mute until somebody touches it, so the page says so until it sounds.

let context = null;

export const isOn = () => context !== null && context.state === "running";

/** Start sound from a touch, with a test tone. */
export async function startSound() {
  context ??= new AudioContext();
  await context.resume();
  if (isOn()) pulses([660, 880], 0.12);
}

/** High priority: three and two pulses; medium: three; low: one. */
export function ring(priority) {
  if (!isOn()) return;
  const pattern = { high: [880, 880, 880, 0, 988, 988], medium: [660, 660, 660], low: [520] }[priority] ?? [520];
  pulses(pattern, 0.15);
}

function pulses(pattern, length) {
  pattern.forEach((pitch, place) => {
    if (!pitch) return;
    const tone = context.createOscillator();
    const volume = context.createGain();
    const from = context.currentTime + 0.02 + place * length * 1.6;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0, from);
    volume.gain.linearRampToValueAtTime(0.3, from + 0.02);
    volume.gain.setValueAtTime(0.3, from + length - 0.03);
    volume.gain.linearRampToValueAtTime(0, from + length);
    tone.connect(volume).connect(context.destination);
    tone.start(from);
    tone.stop(from + length);
  });
}
