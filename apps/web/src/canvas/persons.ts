import type { Peer } from "../sync/index.ts";

/** Somebody else who is here, on however many devices. */
export interface Person {
  readonly userId: string;
  readonly name: string;
  readonly color: string;
  /** Their sockets, first the one that is most likely looked at. */
  readonly sockets: readonly number[];
}

/** Everybody else, once each, in the order in which they came. Whoever looks is nobody else on their other devices, either. */
export function personsOf(peers: Iterable<Peer>, own: string): readonly Person[] {
  const all = [...peers].filter(({ userId }) => userId !== own).toSorted((a, b) => a.s - b.s);
  const byUser = new Map<string, Peer[]>();
  for (const peer of all) byUser.set(peer.userId, [...(byUser.get(peer.userId) ?? []), peer]);
  return [...byUser.values()].flatMap((devices) => {
    const [first] = devices;
    if (first === undefined) return [];
    const byUse = devices.toSorted((a, b) => useOf(b) - useOf(a));
    const { userId, name, color } = first;
    return [{ userId, name, color, sockets: byUse.map(({ s }) => s) }];
  });
}

/** A pointer says that somebody is at this device now, a view that they have the canvas before them. */
const useOf = ({ cursor, view }: Peer): number => (cursor === null ? 0 : 2) + (view === null ? 0 : 1);
