// Does this screen stay on? Asks the browser to keep it awake, again after every hiding, and says when it will not.

let lock = null;

/** Keep the screen on for as long as the page is seen; `tell(isHeld)` is called whenever that changes. */
export function stayAwake(tell) {
  const take = async () => {
    if (document.visibilityState !== "visible" || lock) return;
    try {
      lock = await navigator.wakeLock.request("screen");
      lock.addEventListener("release", () => {
        lock = null;
        tell(false);
      });
      tell(true);
    } catch {
      tell(false); // no such thing here, not over http, or the battery is low
    }
  };
  document.addEventListener("visibilitychange", take);
  take();
}
