// Grades that are a clinician's: forms sent by a button, and a page that shows what became of them.
import * as act from "./act.js";
import { instantOf } from "./clocktime.js";
import { clock, hear, now, say, tick } from "./time.js";

hear(document.body.dataset.serverTime);
setInterval(() => {
  tick(document, now());
  say(document.getElementById("clock"), clock(now(), true));
}, 1000);
act.readTimesWith(instantOf);
act.start();
