import { remembered } from "../../remembered.ts";
import { session } from "../../session/session.ts";

/** Whose devices this browser is one of. */
export const PUSHED_FOR = "pushed-for";

/** Whether what is pushed is shown in this browser already. */
export function isPushedHere(): boolean {
  const now = session.getState();
  return now.status === "in" && remembered(PUSHED_FOR) === now.user.id;
}
