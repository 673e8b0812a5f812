// The ward board: the tally on top, the sound of a new alert, and the bar that says when nobody would hear it.
import { start } from "./live.js";
import { isOn, ring, startSound } from "./sound.js";
import { say } from "./time.js";

let loudBefore = null;

function onPicture(board) {
  const count = board.querySelectorAll(".bed").length;
  say(document.getElementById("tally"), `${count} ${count === 1 ? "bed" : "beds"}${board.dataset.tally ? ` · ${board.dataset.tally}` : ""}`);
  const loud = new Map();
  for (const bed of board.querySelectorAll(".bed[data-loud]")) if (bed.dataset.loud) loud.set(bed.dataset.course, bed.dataset.loud);
  if (loudBefore) ringFor(loud);
  loudBefore = loud;
}

/** Only what is new or worse sounds; a feed that changes numbers does not. */
function ringFor(loud) {
  const order = ["high", "medium", "low"];
  const fresh = [...loud].filter(([course, level]) => {
    const before = loudBefore.get(course);
    return !before || order.indexOf(level) < order.indexOf(before);
  });
  const worst = order.find((level) => fresh.some(([, its]) => its === level));
  if (worst) ring(worst);
}

const soundBar = document.getElementById("sound-off");
document.getElementById("start-sound").addEventListener("click", () => startSound());
start({ onPicture, onTick: () => { soundBar.hidden = isOn(); } });
