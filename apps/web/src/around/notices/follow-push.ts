import { session } from "../../session/session.ts";
import { isPushedHere } from "./pushed.ts";

/** From now on, a browser that was to be told goes on to be, whenever its person logs in or opens a page. */
export function followPush(): void {
  session.subscribe((now, before) => {
    if (now.status !== "in" || before.status === "in" || !isPushedHere()) return;
    // What does not come is tried again with the next page.
    const keeping = import("./push.ts").then(({ keepOn }) => keepOn(now.user.id, before.status === "out"));
    keeping.catch(() => undefined);
  });
}
