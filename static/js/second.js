// The second person on a shared tablet: tap the name, give the PIN; whoever is not listed gives name and password.

/** Wire every part of the page where a second person signs. */
export function start() {
  for (const part of document.querySelectorAll("[data-second]")) {
    let byArrow = false; // who goes through the names by arrow keys has not chosen yet
    part.addEventListener("keydown", (event) => (byArrow = event.key.startsWith("Arrow")));
    part.addEventListener("pointerdown", () => (byArrow = false));
    part.addEventListener("change", (event) => choose(part, event.target, byArrow));
  }
}

function choose(part, radio, byArrow) {
  if (radio.type !== "radio") return;
  const isListed = radio.value !== "";
  const chosen = part.querySelector("[data-chosen]");
  chosen.value = radio.value;
  chosen.disabled = !isListed;
  show(part.querySelector("[data-by-pin]"), isListed);
  show(part.querySelector("[data-by-password]"), !isListed);
  if (!byArrow) part.querySelector(isListed ? "[data-by-pin] input" : "[data-by-password] input").focus();
}

function show(box, isShown) {
  box.hidden = !isShown;
  for (const field of box.querySelectorAll("input")) {
    field.disabled = !isShown;
    field.value = "";
  }
}
