import { createStore } from "zustand/vanilla";

import type { Schemas } from "../../api/client.ts";

type Count = Schemas["UnreadCount"];

/** How much the person who is logged in has not read, on whichever device; nothing until it was asked for. */
export const unread = createStore<{ readonly count: Count | null }>(() => ({ count: null }));

/** Takes a count, unless a later one is here. */
export function take({ unread: many, version }: Count): void {
  const before = unread.getState().count;
  if (before === null || version >= before.version) unread.setState({ count: { unread: many, version } });
}
