// The page without a network: how many facts wait on this tablet, and back to the ward as soon as it answers.
import { all } from "./outbox.js";

const waiting = document.getElementById("waiting");
const count = (await all().catch(() => [])).length;
waiting.textContent = count ? `${count} ${count === 1 ? "entry waits" : "entries wait"} on this tablet. They are NOT SAVED yet and are sent when their author is signed in again.` : "Nothing waits on this tablet.";

setInterval(async () => {
  const answer = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(4000) }).catch(() => null);
  if (answer) location.replace(location.pathname === "/offline/" ? "/" : location.href);
}, 5000);
