// The locked tablet: tap your name, then your PIN on keys a glove can hit.
const form = document.getElementById("locked");
const pin = document.getElementById("pin");
const pad = form.querySelector(".keypad");
pad.hidden = false;
pin.inputMode = "none"; // our own keys; a keyboard that slides in would cover them

form.addEventListener("change", (event) => event.target.name === "person" && pin.focus());
pad.addEventListener("click", (event) => {
  const key = event.target.closest("[data-digit]")?.dataset.digit;
  if (key === "back") pin.value = pin.value.slice(0, -1);
  else if (key && pin.value.length < pin.maxLength) pin.value += key;
});
if (form.querySelector("input[name=person]:checked")) pin.focus();
