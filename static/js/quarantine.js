// A message in quarantine: who confirms it taps their name on a shared tablet.
import { start } from "./second.js";

start();
