// Which alert is a dialog of the inbox about? The button that opens it says so; act.js does the rest.

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-act-on]");
  if (!opener) return;
  const form = document.getElementById(opener.dataset.open).querySelector("form");
  form.dataset.act = opener.dataset.actOn;
  form.querySelector("[data-act-text]").textContent = opener.dataset.text;
  for (const field of form.querySelectorAll("input, textarea")) field.value = "";
}, true);
