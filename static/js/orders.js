// What stands in a course: one form per word, and the slot chosen says where a smaller dose is sent.
import * as act from "./act.js";
import { instantOf } from "./clocktime.js";
import { start as startSecond } from "./second.js";
import { clock, hear, now, say, tick } from "./time.js";

hear(document.body.dataset.serverTime);
setInterval(() => {
  tick(document, now());
  say(document.getElementById("clock"), clock(now(), true));
}, 1000);

for (const slot of document.querySelectorAll("select[data-slot]")) {
  slot.addEventListener("change", () => (slot.form.dataset.act = `/api/v1/doses/${slot.value}/reduction`));
}

act.readTimesWith(instantOf);
startSecond();
act.start(() => location.reload());
