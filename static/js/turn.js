// When does a verdict on the page stop being true by itself? A CONTINUE that has run out must not wait for the network.

const GRACE_MS = 3000;
const SAYS = {
  CONTINUE: "the last CONTINUE has run out: measure again",
  REVIEW: "the last REVIEW has run out: measure again",
  UPDATING: "being assessed: newer values wait",
  NOT_YET_DUE: "the window has opened: being asked",
};

/** Turn every band whose time has come; true when something turned or is about to, so that the page asks the server. */
export function turn(root, at) {
  let isDue = false;
  for (const band of root.querySelectorAll("[data-turns-at]")) {
    const over = at - Date.parse(band.dataset.turnsAt);
    if (over <= 0) continue;
    isDue = true;
    if (band.dataset.verdict !== "NOT_YET_DUE" || over > GRACE_MS) toUndecided(band);
  }
  return isDue;
}

function toUndecided(band) {
  const said = SAYS[band.dataset.verdict] ?? "";
  band.removeAttribute("data-turns-at");
  band.dataset.verdict = "UNDECIDED";
  band.querySelector(".word").textContent = "CANNOT DECIDE";
  band.querySelector(".sub").textContent = said;
  band.querySelector("use").setAttribute("href", "#shape-UNDECIDED");
}
