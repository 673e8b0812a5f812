// Facts this tablet could not send yet. Only these lie on it, each until the server has taken it or somebody removes it.

const NAME = "il2ward-unsent";
const STORE = "facts";

function opened() {
  return new Promise((done, fail) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "id" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
}

async function inStore(mode, act) {
  const base = await opened();
  try {
    return await new Promise((done, fail) => {
      const transaction = base.transaction(STORE, mode, { durability: "strict" });
      const request = act(transaction.objectStore(STORE));
      transaction.oncomplete = () => done(request.result);
      transaction.onerror = transaction.onabort = () => fail(transaction.error);
    });
  } finally {
    base.close();
  }
}

/** Every unsent fact, oldest first. */
export const all = async () => (await inStore("readonly", (store) => store.getAll())).sort((one, other) => one.madeAt - other.madeAt);
export const put = (fact) => inStore("readwrite", (store) => store.put(fact));
export const remove = (id) => inStore("readwrite", (store) => store.delete(id));

/** Keep an act that got no answer, under the key it was sent with: sent again it is never recorded twice. False: this tablet cannot keep it. */
export async function queue({ key, text }, path, label) {
  const who = document.body.dataset.who;
  if (!who) return false;
  try {
    await put({ id: key, path, text, label, who, madeAt: Date.now(), state: "queued", why: "" });
  } catch {
    return false;
  }
  document.dispatchEvent(new CustomEvent("unsent"));
  return true;
}
