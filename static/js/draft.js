// What somebody had typed when the tablet locked or the page loaded itself again: kept in this tab for that person and page, given back once.

const OLDEST_MS = 12 * 3600 * 1000;
const PREFIX = "draft ";
const keyOf = (who) => `${PREFIX}${who} ${location.pathname}`;

/** Every field of the page that may be kept: no secret, nothing that proves who somebody is, nothing hidden. */
const fields = () =>
  [...document.querySelectorAll("main :is(input, select, textarea)")].filter(
    (field) => !["password", "hidden", "file"].includes(field.type) && field.dataset.noDraft === undefined);

const isChoice = (field) => field.type === "radio" || field.type === "checkbox";
const nameOf = (field) => `${field.id}|${field.name}|${isChoice(field) ? field.value : ""}`;
const wasTouched = (field) => {
  if (isChoice(field)) return field.checked !== field.defaultChecked;
  if (field.tagName === "SELECT") return [...field.options].some((option) => option.selected !== option.defaultSelected) && field.selectedIndex > 0;
  return field.value !== field.defaultValue;
};

export function keepDraft(who) {
  const typed = fields().map((field, place) => [place, nameOf(field), isChoice(field) ? field.checked : field.value, wasTouched(field)]);
  const changed = typed.filter(([, , , touched]) => touched);
  if (who && changed.length) sessionStorage.setItem(keyOf(who), JSON.stringify({ at: Date.now(), typed: changed }));
}

/** Put back what the same person had typed on this page; true when there was something. */
export function restoreDraft(who) {
  forgetOld();
  const kept = sessionStorage.getItem(keyOf(who));
  if (!kept) return false;
  sessionStorage.removeItem(keyOf(who));
  const all = fields();
  for (const [place, name, value] of JSON.parse(kept).typed) {
    const field = all[place];
    if (!field || nameOf(field) !== name) continue;
    if (isChoice(field)) field.checked = value;
    else field.value = value;
    field.closest("details")?.setAttribute("open", "");
    for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
  }
  tell();
  return true;
}

function tell() {
  const note = document.createElement("p");
  note.className = "notice";
  note.id = "draft-back";
  note.setAttribute("role", "status");
  note.textContent = "What you had typed is back. It has not been saved.";
  document.getElementById("main").prepend(note);
}

function forgetOld() {
  for (const key of Object.keys(sessionStorage)) {
    if (!key.startsWith(PREFIX)) continue;
    if (Date.now() - (JSON.parse(sessionStorage.getItem(key)).at ?? 0) > OLDEST_MS) sessionStorage.removeItem(key);
  }
}

/** Signing out for good leaves nothing of that person behind. */
export function forgetDraftsOf(who) {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(`${PREFIX}${who} `)) sessionStorage.removeItem(key);
}
