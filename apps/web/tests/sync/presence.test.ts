import { expect, it } from "vitest";

import { quiet } from "./kit/clock.ts";
import { bench, PROJECT, snapshot } from "./kit/bench.ts";
import { ready } from "./kit/socket.ts";

const BEA = { s: 2, u: "bea", name: "Bea", color: "#f00" } as const;

it("others are merged field by field, leave, and are replaced by a full list; oneself is not shown", async () => {
  const { sync, join } = await bench();
  const socket = await join({
    presence: [
      { ...BEA, cursor: { x: 1, y: 1 } },
      { s: 1, u: "self", name: "Ada" },
    ],
  });
  const hear = (peers: object[], left: number[] = [], full?: true) => {
    socket.hear({ type: "presence", project: PROJECT, peers: peers as [], left, ...(full && { full }) });
    return [...sync.presence.peers().values()];
  };
  const bea = {
    s: 2,
    userId: "bea",
    name: "Bea",
    color: "#f00",
    cursor: { x: 1, y: 1 },
    selection: [],
    editing: null,
    view: null,
    typing: null,
  };
  expect([...sync.presence.peers().values()]).toEqual([bea]);

  expect(
    hear([
      { s: 2, selection: ["n"], editing: "n" },
      { s: 1, cursor: null },
    ]),
  ).toEqual([{ ...bea, selection: ["n"], editing: "n" }]);
  expect(hear([{ s: 2, cursor: null, editing: null, view: null, typing: null }])).toEqual([
    { ...bea, cursor: null, selection: ["n"] },
  ]);
  const cleo = { s: 3, u: "cleo", name: "Cleo", color: "#0f0" };
  expect(hear([cleo]).map((peer) => peer.name)).toEqual(["Bea", "Cleo"]);
  expect(hear([], [2]).map((peer) => peer.name)).toEqual(["Cleo"]);
  expect(hear([BEA], [], true).map((peer) => peer.name)).toEqual(["Bea"]);
});

it("one's own presence goes out at most twenty times a second, the latest of each field", async () => {
  const { clock, sync, join } = await bench();
  const socket = await join();
  for (let x = 0; x <= 10; x += 1) sync.presence.set({ cursor: { x, y: 0 } });
  sync.presence.set({ editing: "n" });
  expect(socket.of("presence")).toEqual([{ type: "presence", project: PROJECT, cursor: { x: 0, y: 0 } }]);

  await clock.advance(50);
  expect(socket.of("presence")[1]).toEqual({
    type: "presence",
    project: PROJECT,
    cursor: { x: 10, y: 0 },
    editing: "n",
  });
  await clock.advance(1_000);
  expect(socket.of("presence")).toHaveLength(2);
});

it("of a selection that the server would refuse the beginning is told", async () => {
  const { sync, join } = await bench();
  const socket = await join();
  const ids = Array.from({ length: 300 }, (_, index) => `node ${index}`);
  sync.presence.set({ selection: ids });

  expect(socket.of("presence")[0]?.selection).toEqual(ids.slice(0, 200));
});

it("after a break the others are gone, and hear everything about us again", async () => {
  const { clock, sync, join, socket } = await bench();
  const first = await join({ presence: [BEA] });
  sync.presence.set({ cursor: { x: 1, y: 1 } });
  first.break();
  expect(sync.presence.peers().size).toBe(0);
  sync.presence.set({ selection: ["n"] });
  await clock.advance(125);
  socket().open();
  socket().hear(ready({ s: 7 }));
  socket().hear(snapshot([], { presence: [{ s: 1, u: "self", name: "Ada" }] }));
  await quiet();

  expect([...sync.presence.peers().keys()]).toEqual([1]);
  expect(socket().of("presence")).toEqual([
    { type: "presence", project: PROJECT, cursor: { x: 1, y: 1 }, selection: ["n"] },
  ]);
});
