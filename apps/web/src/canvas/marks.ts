import { useMemo, useSyncExternalStore } from "react";

import type { Peer } from "../sync/index.ts";
import { useProject } from "../project/project.ts";

/** Somebody else at a node. */
export interface Mark {
  readonly s: number;
  readonly name: string;
  readonly color: string;
  readonly editing: boolean;
  /** The line that they are typing. */
  readonly typing: string | null;
}

const NOBODY = "[]";
const known = new WeakMap<ReadonlyMap<number, Peer>, ReadonlyMap<string, string>>();

/**
 * Who has a node selected or is typing in it. People move their cursors many times a second and this seldom
 * changes by that, so it is compared as text and a card is drawn again only when it differs.
 */
export function useMarks(node: string): readonly Mark[] {
  const { presence } = useProject();
  const written = useSyncExternalStore(presence.onChange, () => marksOf(presence.peers()).get(node) ?? NOBODY);
  return useMemo(() => JSON.parse(written) as readonly Mark[], [written]);
}

export function marksOf(peers: ReadonlyMap<number, Peer>): ReadonlyMap<string, string> {
  const before = known.get(peers);
  if (before !== undefined) return before;
  const marks = new Map<string, Map<string, Mark>>();
  for (const { s, userId, name, color, selection, editing, typing } of peers.values()) {
    for (const node of new Set(editing === null ? selection : [editing, ...selection])) {
      const isHere = node === editing;
      const there = marks.get(node) ?? new Map<string, Mark>();
      marks.set(node, there);
      // One person on two devices is one person: what they type counts most.
      if (isHere || !there.has(userId))
        there.set(userId, { s, name, color, editing: isHere, typing: isHere ? typing : null });
    }
  }
  const written = new Map([...marks].map(([node, there]) => [node, JSON.stringify([...there.values()])]));
  known.set(peers, written);
  return written;
}
