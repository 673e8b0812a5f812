// How does a form speak to the server? One JSON request per act, sent once however often it is pressed.

const HEARD_WITHIN_MS = 15000;

function cookie(name) {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

export const csrf = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value || cookie("__Host-csrftoken") || cookie("csrftoken");

function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** A sender keeps the key of an act that got no answer, so that pressing again cannot do it twice. */
export class Sender {
  #open = new Map();

  /** Resolve to {heard, ok, status, body, key, text}; `heard` false means that nobody knows whether it was done. */
  async post(path, body) {
    const text = JSON.stringify(body);
    const act = `${path} ${text}`;
    if (!this.#open.has(act)) this.#open.set(act, uuid());
    const key = this.#open.get(act);
    const answer = { ...(await this.#send(path, text, key)), key, text };
    if (answer.heard && answer.status < 500 && answer.body?.code !== "still-running") this.#open.delete(act);
    return answer;
  }

  /** The act lies in the outbox under its key: typing the same once more is another act. */
  forget(path, text) {
    this.#open.delete(`${path} ${text}`);
  }

  async #send(path, text, key) {
    try {
      const answer = await fetch(path, {
        method: "POST", body: text, credentials: "same-origin", redirect: "manual", signal: AbortSignal.timeout(HEARD_WITHIN_MS),
        headers: { "Content-Type": "application/json", "X-CSRFToken": csrf(), "Idempotency-Key": key },
      });
      const body = await answer.json().catch(() => null);
      return { heard: true, ok: answer.ok, status: answer.status, body };
    } catch {
      return { heard: false, ok: false, status: 0, body: null };
    }
  }
}

/** One sentence that says honestly what became of an act. */
export function sentence(answer) {
  if (!answer.heard) return "No answer. Nobody knows whether it was recorded. Press again: it is never recorded twice.";
  if (answer.status === 401 || answer.status === 0) return "You are signed out. Nothing was recorded. Sign in again.";
  if (answer.body?.detail) return answer.body.detail;
  if (answer.status >= 500) return "The server failed. Press again: it is never recorded twice.";
  return `Refused (${answer.status}). Nothing was recorded.`;
}
