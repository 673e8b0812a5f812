// One patient's page: living like the board, with forms that stay bound to the outcome they were opened on.
import * as act from "./act.js";
import { refetch, start } from "./live.js";

start({ onPicture: () => act.outcomeMoved() });
act.start((form) => {
  form.closest("dialog")?.close();
  if (form.dataset.then === "reload") location.reload();
  else refetch();
});
