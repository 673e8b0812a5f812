// Was the wristband read by a scanner or the camera, or its number typed? A scanner types faster than any hand and ends with Enter.

import { offer } from "./camera.js";

const SCANNER_MS = 45;
const SHORTEST = 4;

/** Watch one field; says whose number it is, and notes in the hidden field beside it how it came. */
export function watch(box) {
  const field = box.querySelector("input:not([type=hidden])");
  const kind = box.querySelector("input[type=hidden]");
  let times = [];
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") return finish();
    if (event.key.length === 1) times.push(event.timeStamp);
    else times = [];
  });
  field.addEventListener("input", () => {
    kind.value = "typed";
    tell(box, field.value);
  });
  offer(box, (text) => {
    field.value = text;
    kind.value = "wristband";
    tell(box, text);
  });
  const finish = () => {
    const gaps = times.slice(1).map((time, place) => time - times[place]);
    const isScan = times.length >= SHORTEST && times.length >= field.value.length && gaps.every((gap) => gap <= SCANNER_MS);
    kind.value = isScan ? "wristband" : "typed";
    times = [];
    tell(box, field.value);
  };
}

function tell(box, text) {
  const says = box.querySelector("[data-wedge-says]");
  const given = text.trim();
  if (given.length < Math.min(SHORTEST, box.dataset.mrn.length)) says.textContent = "";
  else if (given === box.dataset.mrn) says.textContent = `✓ ${box.dataset.patient}`;
  else if (box.dataset.mrn.startsWith(given)) says.textContent = "…";
  else says.textContent = `✕ Not this patient's number. This page is ${box.dataset.patient}.`;
}
