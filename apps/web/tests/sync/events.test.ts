import { expect, it } from "vitest";

import type { EventView } from "../../src/sync/index.ts";
import { bench, event, node, PROJECT, snapshot } from "./kit/bench.ts";
import { quiet } from "./kit/clock.ts";

const N1 = "0190c0de-0000-7000-8000-0000000000a1";
const step = (seq: number) =>
  event(seq, "task.step", { taskId: "t", agentId: "a", number: seq, kind: "NOTE", summary: "" });

it("each event is told once it is here, also one that is no part of the graph", async () => {
  const { sync, join } = await bench();
  const told: [EventView["op"], number][] = [];
  sync.onEvent(({ op }) => told.push([op, sync.seq]));
  const socket = await join(snapshot([node(N1)]));
  const before = sync.graph();
  socket.hear({ type: "events", project: PROJECT, events: [step(2), step(3)] });
  // What was told already is not told again.
  socket.hear({ type: "events", project: PROJECT, events: [step(3), event(4, "node.delete", { id: N1 })] });
  await quiet();
  expect(told).toEqual([
    ["task.step", 2],
    ["task.step", 3],
    ["node.delete", 4],
  ]);
  expect(before?.nodes.has(N1)).toBe(true);
  expect(sync.node(N1)).toBeUndefined();
  // A kind that is known needs no snapshot.
  expect(socket.of("subscribe")).toHaveLength(1);
});

it("events about agents leave the graph as it is", async () => {
  const { sync, join } = await bench();
  const socket = await join(snapshot([node(N1)]));
  const before = sync.graph();
  socket.hear({ type: "events", project: PROJECT, events: [step(2)] });
  await quiet();
  expect(sync.graph()).toBe(before);
  expect(sync.seq).toBe(2);
});
