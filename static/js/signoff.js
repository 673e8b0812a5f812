// A physician signs a rule file: every row ticked one by one, a statement, the password; sent once, never by the Enter key.
import { Sender, sentence } from "./api.js";

const form = document.getElementById("sign-off");
const button = document.getElementById("send-sign-off");
const state = form.querySelector("[data-state]");
const rows = [...form.querySelectorAll("input[name=row]")];
const statement = form.querySelector("#statement");
const password = form.querySelector("#password");
const minimum = form.querySelector("#minimum");
const sender = new Sender();

const read = () => rows.filter((row) => row.checked);

function refresh() {
  const left = rows.length - read().length;
  button.disabled = left > 0;
  button.textContent = left > 0 ? `Not ticked yet: ${left} of ${rows.length}` : `Sign as ${form.dataset.who}`;
}

function tell(kind, text) {
  state.dataset.kind = kind;
  state.textContent = text;
}

function lacking(field, sentence) {
  field.setAttribute("aria-invalid", "true");
  field.focus();
  tell("bad", sentence);
}

async function send() {
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  const minutes = minimum?.value.trim() ?? "";
  if (!statement.value.trim()) return lacking(statement, "Your statement is needed.");
  if (minutes && !/^\d{3,4}$/.test(minutes)) return lacking(minimum, "Whole minutes, 360 to 1440, or nothing.");
  if (!password.value) return lacking(password, "Your password is needed.");
  const body = { statement: statement.value.trim(), rows_read: read().map((row) => row.value), password: password.value };
  if (minutes) body.minimum_start_to_start_min = Number(minutes);
  button.disabled = true;
  tell("busy", "Signing…");
  const answer = await sender.post(form.dataset.path, body);
  password.value = answer.heard ? "" : password.value;
  if (answer.ok) {
    tell("good", "Signed.");
    location.reload();
    return;
  }
  refresh();
  tell("bad", sentence(answer));
}

form.addEventListener("change", refresh);
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("input")) event.preventDefault();
});
button.addEventListener("click", send);
refresh();
document.body.dataset.listening = "yes"; // the button answers from here on
