import { text } from "../text/index.ts";
import { say, sayFailed } from "../ui/toasts.ts";
import type { View } from "./ui-state.ts";
import { addressOf } from "./view.ts";

/** Puts the address of a node, as it is looked at, into the clipboard: whoever may read the project gets there. */
export async function copyLink(view: View, node: string): Promise<void> {
  const { pathname } = location;
  const address = addressOf({ pathname, search: "" }, { view, node });
  try {
    await navigator.clipboard.writeText(location.origin + address);
    say(text().thread.linkCopied);
  } catch (error) {
    sayFailed(error);
  }
}
