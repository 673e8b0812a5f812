// The ward board: the tally on top, the alarms' sound and what is said of it, and a screen that stays on.
import { pause, readOpen, silent, standing, step } from "./alarm.js";
import { csrf } from "./api.js";
import { stayAwake } from "./awake.js";
import { silence, start } from "./live.js";
import * as sound from "./sound.js";
import { clock, mono, now, say } from "./time.js";

const find = (id) => document.getElementById(id);
let alarms = silent;
let open = new Map();
let answer = ""; // what came of the last test: "", "asking", "unheard"

function onPicture(board) {
  const count = board.querySelectorAll(".bed").length;
  say(find("tally"), `${count} ${count === 1 ? "bed" : "beds"}${board.dataset.tally ? ` · ${board.dataset.tally}` : ""}`);
  open = readOpen([...board.querySelectorAll(".bed[data-alarms]")].map((bed) => bed.dataset.alarms).join(" "));
  // All borders flash together: out of step, many slow ones would make a fast one.
  for (const bed of board.querySelectorAll(".bed[data-loud]")) for (const flash of bed.getAnimations()) flash.startTime = 0;
  sounds();
}

function sounds() {
  const { state, sound: due } = step(alarms, { open, at: mono(), deadForMs: silence() });
  alarms = state;
  if (due) sound.play(due);
}

function onTick() {
  sounds();
  tellSound();
  tellAlarms();
}

const BARS = {
  off: ["SOUND IS OFF on this screen", "Start sound"],
  unheard: ["SOUND IS OFF on this screen: nobody heard the test tone. Turn the volume up.", "Test sound again"],
  untested: ["SOUND NOT TESTED on this screen since the last shift", "Test sound"],
};

function tellSound() {
  const state = sound.state();
  const bar = find("sound-off");
  const isAsking = answer === "asking" && state !== "off";
  find("sound-asked").hidden = !isAsking;
  const shown = BARS[answer === "unheard" ? "unheard" : state];
  bar.hidden = isAsking || (state === "on" && !shown);
  if (shown) {
    say(find("sound-off-text"), shown[0]);
    say(find("start-sound"), shown[1]);
  }
  const isOn = bar.hidden && !isAsking;
  find("test-sound").hidden = !isOn;
  say(find("sound-on"), isOn ? `♪ Sound on, heard ${clock(sound.heardAt())}` : "");
}

function tellAlarms() {
  const { kind, count } = standing(alarms, mono());
  const bar = find("alarm-bar");
  bar.hidden = kind === "quiet" || sound.state() === "off"; // what cannot sound need not be paused
  if (bar.hidden) return;
  const until = clock(now() + alarms.pausedUntil - mono(), true);
  const alerts = `${count} ${count === 1 ? "alert" : "alerts"} not acknowledged`;
  say(find("alarm-text"), kind === "paused" ? `◫ SOUND PAUSED until ${until} · ${alerts}` : `▲ ALARM · ${alerts}`);
  find("pause-sound").hidden = kind === "paused";
}

async function test() {
  answer = (await sound.test()) ? "asking" : "unheard";
  if (answer === "unheard") await keep(false);
  tellSound();
}

async function heard(isHeard) {
  answer = isHeard ? "" : "unheard";
  await keep(isHeard);
  tellSound();
}

/** On this screen for the next twelve hours, and in the log; without a network the screen still knows. */
async function keep(isHeard) {
  sound.keepHeard(isHeard);
  const body = new URLSearchParams({ heard: isHeard ? "yes" : "no" });
  const sent = await fetch(document.body.dataset.sound, { method: "POST", body, headers: { "X-CSRFToken": csrf() } }).catch(() => null);
  find("sound-kept").hidden = sent?.ok ?? false;
}

find("start-sound").addEventListener("click", test);
find("test-sound").addEventListener("click", test);
find("heard").addEventListener("click", () => heard(true));
find("not-heard").addEventListener("click", () => heard(false));
find("pause-sound").addEventListener("click", () => {
  alarms = pause(alarms, mono());
  tellAlarms();
});
sound.open();
stayAwake((isHeld) => { find("may-sleep").hidden = isHeld; });
start({ onPicture, onTick });
tellSound();
tellAlarms();
