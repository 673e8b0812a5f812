// One dose: living, with acts bound to the outcome they were opened on, and the wristband field.
import * as act from "./act.js";
import { instantOf } from "./clocktime.js";
import { start } from "./live.js";
import { start as startSecond } from "./second.js";
import { watch } from "./wedge.js";

for (const box of document.querySelectorAll("[data-wedge]")) watch(box);
act.readTimesWith(instantOf);
start({ onPicture: () => act.outcomeMoved() });
startSecond();
act.start();
