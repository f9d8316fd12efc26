import { IDBFactory } from "fake-indexeddb";
import { describe, expect, it } from "vitest";

import { IndexedDbStore, MemoryStore, type OpStore } from "../../src/sync/index.ts";
import { LocalLocks } from "../../src/sync/tabs.ts";
import { quiet } from "./kit/clock.ts";
import { bench, node, snapshot } from "./kit/bench.ts";

const N1 = "0190c0de-0000-7000-8000-0000000000a1";
const move = (x: number) => ({ positions: [{ id: N1, x, y: 0 }] });

/** Each answers the store of one page, over what all pages of the browser share. */
const browsers: [string, () => () => OpStore][] = [
  [
    "memory",
    () => {
      const store = new MemoryStore();
      return () => store;
    },
  ],
  [
    "IndexedDB",
    () => {
      const factory = new IDBFactory();
      return () => new IndexedDbStore("sync", factory);
    },
  ],
];

describe.each(browsers)("a queue in %s", (_, browser) => {
  it("survives a reload in its order, together with what was typed on top of each other", async () => {
    const page = browser();
    const before = await bench({ store: page() });
    const first = await before.join(snapshot([node(N1, { version: 4 })]));
    const a = before.sync.submit("node.update", { id: N1, prompt: "a" });
    const ab = before.sync.submit("node.update", { id: N1, prompt: "ab" });
    await expect.poll(() => first.of("op").length).toBe(1);
    await before.sync.close();

    const after = await bench({ store: page() });
    expect(after.sync.state().pending).toBe(2);
    const socket = await after.join(snapshot([node(N1, { version: 5, prompt: "a" })], { seq: 2 }));
    expect(after.sync.node(N1)?.prompt).toBe("ab");
    await expect.poll(() => socket.of("op").length).toBe(1);
    // The first had reached the server, which says so once more.
    expect(socket.of("op")).toEqual(first.of("op"));
    socket.hear({ type: "ack", id: a.id, seq: 2, data: { id: N1, version: 5, prompt: "a" } });
    await expect.poll(() => socket.of("op").length).toBe(2);
    expect(socket.of("op")[1]).toMatchObject({ id: ab.id, data: { prompt: "ab", baseVersion: 5 } });
    socket.hear({ type: "ack", id: ab.id, seq: 3 });
    await after.sync.close();

    expect((await bench({ store: page() })).sync.state().pending).toBe(0);
  });

  it("keeps what may have been sent as it was", async () => {
    const page = browser();
    const before = await bench({ store: page() });
    const first = await before.join(snapshot([node(N1)]));
    const sent = before.sync.submit("node.move", move(1));
    await expect.poll(() => first.of("op").length).toBe(1);
    await before.sync.close();

    const after = await bench({ store: page() });
    const later = after.sync.submit("node.move", move(2));
    expect(later.id).not.toBe(sent.id);
    expect(after.sync.state().pending).toBe(2);
  });

  it("belongs to one tab at a time", async () => {
    const page = browser();
    const locks = new LocalLocks();
    const one = await bench({ store: page(), locks });
    one.sync.submit("node.move", move(1));
    await quiet();
    const two = await bench({ store: page(), locks });
    expect(two.sync.state().pending).toBe(0);
    await one.sync.close();

    const three = await bench({ store: page(), locks });
    expect(three.sync.state().pending).toBe(1);
    const four = await bench({ store: page(), locks });
    expect(four.sync.state().pending).toBe(0);
  });

  it("belongs to one user", async () => {
    const page = browser();
    const ada = await bench({ store: page() });
    ada.sync.submit("node.move", move(1));
    await ada.sync.close();

    expect((await bench({ store: page(), user: "bea" })).sync.state().pending).toBe(0);
    expect((await bench({ store: page() })).sync.state().pending).toBe(1);
  });
});

it("a device that keeps nothing is reported and does not stop the work", async () => {
  const full = () => Promise.reject(new Error("disk full"));
  const errors: unknown[] = [];
  const { sync, join } = await bench({
    store: { load: full, write: full },
    onStoreError: (error) => errors.push(error),
  });
  const socket = await join(snapshot([node(N1)]));
  sync.submit("node.move", move(1));
  await quiet();

  expect(socket.of("op")).toHaveLength(1);
  expect(errors).toHaveLength(2);
});
