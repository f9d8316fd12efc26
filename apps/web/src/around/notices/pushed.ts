import { remembered } from "../../remembered.ts";
import { session } from "../../session/session.ts";

/** Whose devices this browser is one of. */
export const PUSHED_FOR = "pushed-for";

/** Whether what is pushed is shown in this browser already. */
export function isPushedHere(): boolean {
  const now = session.getState();
  return now.status === "in" && remembered(PUSHED_FOR) === now.user.id;
}

/** From now on, a browser that was to be told goes on to be, whenever its person logs in or opens a page. */
export function followPush(): void {
  session.subscribe((now, before) => {
    if (now.status !== "in" || before.status === "in" || !isPushedHere()) return;
    // What does not come is tried again with the next page.
    const keeping = import("./push.ts").then(({ keepOn }) => keepOn(now.user.id, before.status === "out"));
    keeping.catch(() => undefined);
  });
}
