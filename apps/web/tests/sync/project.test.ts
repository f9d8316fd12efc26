import { describe, expect, it } from "vitest";

import type { Changes, Refused, ServerFrame } from "../../src/sync/index.ts";
import { quiet } from "./kit/clock.ts";
import { bench, EPOCH, event, node, PROJECT, snapshot } from "./kit/bench.ts";
import { ready } from "./kit/socket.ts";

const N1 = "0190c0de-0000-7000-8000-0000000000a1";
const N2 = "0190c0de-0000-7000-8000-0000000000a2";
const GONE = { code: "gone", detail: "the node is not there", retryable: false } as const;

const move = (id: string, x: number) => ({ positions: [{ id, x, y: 0 }] });

describe("what this user does", () => {
  it("is seen at once, sent, and confirmed whichever of ack and event comes first", async () => {
    for (const order of ["ack first", "event first"]) {
      const { sync, join } = await bench();
      const socket = await join();
      const { id, settled } = sync.submit("node.create", { prompt: "new", position: { x: 1, y: 2 } });
      expect(sync.node(id)).toMatchObject({ prompt: "new", version: 1 });
      expect(sync.state()).toEqual({ status: "live", pending: 1 });
      await quiet();
      expect(socket.of("op")).toMatchObject([{ id, project: PROJECT, op: "node.create" }]);

      const made = node(id, { prompt: "new", position: { x: 1, y: 2 }, metadata: { from: "server" } });
      const data = { ...made, edges: [] };
      const ack: ServerFrame = { type: "ack", id, seq: 2, data };
      const events: ServerFrame = {
        type: "events",
        project: PROJECT,
        events: [event(2, "node.create", data, { opId: id })],
      };
      for (const frame of order === "ack first" ? [ack, events] : [events, ack]) socket.hear(frame);

      expect(sync.node(id)).toEqual(made);
      expect(sync.state().pending).toBe(0);
      expect(await settled).toEqual({ ok: true, seq: 2 });
    }
  });

  it("stays in sight between its ack and its event", async () => {
    const { sync, join } = await bench();
    const socket = await join();
    const { id } = sync.submit("node.create", { prompt: "new", position: { x: 0, y: 0 } });
    await quiet();
    socket.hear({ type: "ack", id, seq: 9 });

    expect(sync.node(id)).toBeDefined();
    expect(sync.state().pending).toBe(1);
  });

  it("is rolled back and reported when the server refuses it, and so is what hung on it", async () => {
    const { sync, join } = await bench();
    const socket = await join();
    const refused: Refused[] = [];
    sync.onRefused((report) => refused.push(report));
    const made = sync.submit("node.create", { prompt: "no", position: { x: 0, y: 0 } });
    const edge = sync.submit("edge.create", { sourceId: made.id, targetId: N1 });
    await quiet();
    socket.hear({ type: "nack", id: made.id, code: "limit_reached", detail: "too many nodes", retryable: false });
    await quiet();
    socket.hear({ type: "nack", id: edge.id, ...GONE });

    expect(sync.graph()?.nodes.size).toBe(0);
    expect(refused.map(({ refusal }) => refusal.code)).toEqual(["limit_reached", "gone"]);
    expect(await made.settled).toMatchObject({ ok: false, refusal: { code: "limit_reached" } });
    expect(sync.state().pending).toBe(0);
  });

  it("stays on top of what others do", async () => {
    const { sync, join } = await bench();
    const socket = await join(snapshot([node(N1)]));
    sync.submit("node.move", move(N1, 5));
    await quiet();
    socket.hear({
      type: "events",
      project: PROJECT,
      events: [event(2, "node.move", { positions: [{ id: N1, x: 99, y: 0, version: 2 }] }, { user: N2 })],
    });

    expect(sync.node(N1)).toMatchObject({ position: { x: 5 }, version: 2 });
  });

  it("makes one move of many of the same nodes while none was sent", async () => {
    const { sync, connect } = await bench();
    const first = sync.submit("node.move", move(N1, 1));
    const second = sync.submit("node.move", move(N1, 2));
    sync.submit("node.move", move(N2, 3));
    expect(second.id).toBe(first.id);
    expect(sync.state().pending).toBe(2);

    const socket = await connect();
    socket.hear(snapshot([node(N1), node(N2)]));
    await quiet();
    sync.submit("node.move", move(N2, 4));
    expect(socket.of("op").map(({ data }) => data)).toEqual([move(N1, 2), move(N2, 3)]);
    expect(sync.state().pending).toBe(3);
  });

  it("gives every edge from a parent an id of its own, in one batch", async () => {
    const { sync, join } = await bench();
    const socket = await join(snapshot([node(N1), node(N2)]));
    const { id } = sync.submit("node.create", { prompt: "", position: { x: 0, y: 0 }, parentIds: [N1, N2] });
    await quiet();

    const [sent] = socket.of("op");
    const edges = [...(sync.graph()?.edges.values() ?? [])];
    expect(sent).toMatchObject({
      id,
      op: "batch",
      data: { ops: [{ id, op: "node.create" }, { op: "edge.create" }, { op: "edge.create" }] },
    });
    expect(edges.map((edge) => [edge.sourceId, edge.targetId])).toEqual([
      [N1, id],
      [N2, id],
    ]);
    expect((sent?.data as { ops: { id: string }[] }).ops.slice(1).map((op) => op.id)).toEqual(
      edges.map((edge) => edge.id),
    );
  });
});

describe("text", () => {
  it("is based on what was confirmed, and then on what this user wrote before", async () => {
    const { sync, join } = await bench();
    const socket = await join(snapshot([node(N1, { version: 7 })]));
    const first = sync.submit("node.update", { id: N1, prompt: "a" });
    const second = sync.submit("node.update", { id: N1, prompt: "ab" });
    await quiet();
    expect(socket.of("op").map((op) => op.data)).toEqual([{ id: N1, prompt: "a", baseVersion: 7 }]);

    socket.hear({ type: "ack", id: first.id, seq: 2, data: { id: N1, version: 9, prompt: "a" } });
    await quiet();
    expect(socket.of("op")[1]).toMatchObject({ id: second.id, data: { prompt: "ab", baseVersion: 9 } });
  });

  it("that is written between ack and event is based on what was acknowledged", async () => {
    const { sync, join } = await bench();
    const socket = await join(snapshot([node(N1, { version: 7 })]));
    const first = sync.submit("node.update", { id: N1, prompt: "a" });
    await quiet();
    socket.hear({ type: "ack", id: first.id, seq: 2, data: { id: N1, version: 8, prompt: "a" } });
    sync.submit("node.update", { id: N1, prompt: "ab" });
    await quiet();

    expect(socket.of("op")[1]?.data).toEqual({ id: N1, prompt: "ab", baseVersion: 8 });
  });

  it("does not hide from the server that somebody else wrote meanwhile", async () => {
    const { sync, join } = await bench();
    const socket = await join(snapshot([node(N1, { version: 7 })]));
    const first = sync.submit("node.update", { id: N1, prompt: "a" });
    await quiet();
    socket.hear({
      type: "events",
      project: PROJECT,
      events: [event(2, "node.update", { id: N1, version: 8, prompt: "theirs" }, { user: N2 })],
    });
    // The first masks their text, so this user has not seen it.
    const second = sync.submit("node.update", { id: N1, prompt: "ab" });
    socket.hear({ type: "nack", id: first.id, code: "version_mismatch", detail: "", retryable: false });
    await quiet();
    expect(socket.of("op")[1]).toMatchObject({ id: second.id, data: { baseVersion: 7 } });
    socket.hear({ type: "nack", id: second.id, code: "version_mismatch", detail: "", retryable: false });

    expect(sync.node(N1)?.prompt).toBe("theirs");
  });

  it("of a node that is not confirmed yet is based on its making", async () => {
    const { sync, join } = await bench();
    const socket = await join();
    const { id } = sync.submit("node.create", { prompt: "", position: { x: 0, y: 0 } });
    sync.submit("node.update", { id, prompt: "typed" });
    await quiet();
    socket.hear({ type: "ack", id, seq: 2 });
    await quiet();

    expect(socket.of("op")[1]?.data).toEqual({ id, prompt: "typed", baseVersion: 1 });
  });
});

describe("sending", () => {
  it("lets nothing overtake what is about the same thing", async () => {
    const { sync, join } = await bench();
    const socket = await join(snapshot([node(N1), node(N2)]));
    sync.submit("node.move", move(N1, 1));
    sync.submit("node.move", move(N2, 1));
    sync.submit("node.delete", { id: N1 });
    await quiet();
    expect(socket.of("op").map((op) => op.op)).toEqual(["node.move", "node.move"]);

    socket.hear({ type: "ack", id: socket.of("op")[0]?.id ?? "", seq: 2 });
    await quiet();
    expect(socket.of("op").map((op) => op.op)).toEqual(["node.move", "node.move", "node.delete"]);
  });

  it("does not delete a node before the edge at it that was deleted first", async () => {
    const { sync, join } = await bench();
    const base = snapshot([node(N1), node(N2)]);
    const edge = { id: "e", sourceId: N1, targetId: N2, policy: "FULL", version: 1, createdAt: "" } as const;
    const socket = await join({ ...base, graph: { ...base.graph, edges: [edge] } });
    sync.submit("edge.delete", { id: edge.id });
    sync.submit("node.delete", { id: N2 });
    await quiet();

    expect(socket.of("op").map((op) => op.op)).toEqual(["edge.delete"]);
  });

  it("sends again what was refused for now, before anything after it", async () => {
    const { clock, sync, join } = await bench();
    const socket = await join(snapshot([node(N1), node(N2)]));
    const { id } = sync.submit("node.move", move(N1, 1));
    await quiet();
    socket.hear({ type: "nack", id, code: "busy", detail: "", retryable: true, retryAfterMs: 1_000 });
    sync.submit("node.move", move(N2, 1));
    await clock.advance(1_124);
    expect(socket.of("op")).toHaveLength(1);
    await clock.advance(1);

    expect(socket.of("op").map((op) => op.data)).toEqual([move(N1, 1), move(N1, 1), move(N2, 1)]);
    expect(socket.of("op")[1]?.id).toBe(id);
  });

  it("believes a refusal only when everything before it is decided", async () => {
    const { clock, sync, join } = await bench();
    const socket = await join(snapshot([node(N1), node(N2)]));
    const refused: Refused[] = [];
    sync.onRefused((report) => refused.push(report));
    const first = sync.submit("node.move", move(N1, 1));
    const second = sync.submit("node.move", move(N2, 1));
    await quiet();
    socket.hear({ type: "nack", id: first.id, code: "unavailable", detail: "", retryable: true });
    socket.hear({ type: "nack", id: second.id, ...GONE });
    await clock.advance(126);
    expect(refused).toHaveLength(0);
    expect(socket.of("op").map((op) => op.id)).toEqual([first.id, second.id, first.id, second.id]);

    socket.hear({ type: "ack", id: first.id, seq: 2 });
    socket.hear({ type: "nack", id: second.id, ...GONE });
    expect(refused.map((report) => report.id)).toEqual([second.id]);
  });

  it("keeps to a window and to the server's pace", async () => {
    const { clock, sync, join } = await bench();
    const ids = Array.from(
      { length: 100 },
      (_, index) => `0190c0de-0000-7000-8000-${index.toString().padStart(12, "0")}`,
    );
    const socket = await join(snapshot(ids.map((id) => node(id))));
    for (const id of ids) sync.submit("node.move", move(id, 1));
    await quiet();
    expect(socket.of("op")).toHaveLength(16);

    let acked = 0;
    const ackAll = async () => {
      for (; acked < socket.of("op").length; acked += 1) {
        socket.hear({ type: "ack", id: socket.of("op")[acked]?.id ?? "", seq: 2 });
        await quiet();
      }
    };
    await ackAll();
    expect(acked).toBe(60);
    await clock.advance(500);
    await ackAll();
    expect(acked).toBe(75);
    for (let tenth = 0; tenth < 10; tenth += 1) {
      await clock.advance(100);
      await ackAll();
    }
    expect(acked).toBe(100);
  });

  it("sends what is larger than a frame another way, and refuses it where there is none", async () => {
    const prompt = "é".repeat(40_000);
    const posted: unknown[] = [];
    const postOps = (project: string, ops: readonly object[]) => {
      posted.push([project, ...ops]);
      return Promise.resolve({ seq: 2, results: [{ id: N1, version: 2 }] });
    };
    const able = await bench({ postOps });
    const socket = await able.join(snapshot([node(N1)]));
    const { id, settled } = able.sync.submit("node.update", { id: N1, prompt });
    expect(await settled).toEqual({ ok: true, seq: 2 });
    expect(posted).toEqual([[PROJECT, { id, op: "node.update", data: { id: N1, prompt, baseVersion: 1 } }]]);
    expect(socket.of("op")).toHaveLength(0);

    const unable = await bench();
    await unable.join(snapshot([node(N1)]));
    const { settled: never } = unable.sync.submit("node.update", { id: N1, prompt });
    expect(await never).toMatchObject({ ok: false, refusal: { code: "payload_too_large" } });
    expect(unable.sync.node(N1)?.prompt).toBe("why?");
  });

  it("keeps the queue when the session ended, and never sends it for another user", async () => {
    const { connection, sync, join, socket } = await bench();
    const first = await join(snapshot([node(N1)]));
    const { id } = sync.submit("node.move", move(N1, 1));
    await quiet();
    first.hear({ type: "nack", id, code: "unauthenticated", detail: "", retryable: false });
    first.break(4001, "log in");
    expect(sync.state()).toEqual({ status: "ended", pending: 1, reason: "log in" });

    connection.start();
    await quiet();
    socket().open();
    socket().hear(ready({ userId: N2 }));
    await quiet();
    expect(sync.state()).toMatchObject({ status: "ended", pending: 1 });
    expect(socket().sent.map((frame) => frame.type)).toEqual(["auth"]);
  });
});

describe("following", () => {
  it("goes on after a break from where it was, and sends again what was undecided", async () => {
    const { clock, sync, join, socket } = await bench();
    const first = await join(snapshot([node(N1)]));
    expect(first.of("subscribe")).toEqual([{ type: "subscribe", project: PROJECT }]);
    const lost = sync.submit("node.move", move(N1, 1));
    await quiet();
    first.break();
    expect(sync.state()).toEqual({ status: "offline", pending: 1 });
    const offline = sync.submit("node.move", move(N1, 2));
    await clock.advance(125);
    socket().open();
    socket().hear(ready());
    expect(socket().of("subscribe")).toEqual([{ type: "subscribe", project: PROJECT, epoch: EPOCH, since: 1 }]);
    expect(socket().of("op")).toHaveLength(0);

    const happened = event(2, "node.move", { positions: [{ id: N1, x: 1, y: 0, version: 2 }] }, { opId: lost.id });
    socket().hear({
      type: "tail",
      project: PROJECT,
      epoch: EPOCH,
      from: 1,
      events: [happened],
      presence: [],
      generations: [],
    });
    await quiet();
    expect(
      socket()
        .of("op")
        .map((op) => op.id),
    ).toEqual([offline.id]);
    expect(sync.seq).toBe(2);
    expect(await lost.settled).toEqual({ ok: true, seq: 2 });
  });

  it("applies nothing twice, and asks again when something is missing", async () => {
    const { clock, sync, join } = await bench();
    const socket = await join(snapshot([node(N1)]));
    const renamed = (seq: number, name: string) => event(seq, "project.update", { version: seq, name });
    socket.hear({ type: "events", project: PROJECT, events: [renamed(2, "two"), renamed(3, "three")] });
    socket.hear({ type: "events", project: PROJECT, events: [renamed(2, "two again")] });
    expect(sync.graph()?.project.name).toBe("three");

    socket.hear({ type: "events", project: PROJECT, events: [renamed(5, "five")] });
    expect(sync.graph()?.project.name).toBe("three");
    await clock.advance(0);
    expect(socket.of("subscribe")[1]).toEqual({ type: "subscribe", project: PROJECT, epoch: EPOCH, since: 3 });
    socket.hear({
      type: "tail",
      project: PROJECT,
      epoch: EPOCH,
      from: 3,
      events: [renamed(4, "four"), renamed(5, "five")],
      presence: [],
      generations: [],
    });
    expect(sync.graph()?.project.name).toBe("five");
    expect(sync.state().status).toBe("live");
  });

  it.each([
    ["an event of a kind it does not know", "node.paint", { id: N1 }],
    ["an event about what it does not have", "node.update", { id: N2, version: 2 }],
  ])("starts afresh at %s", async (_, op, data) => {
    const { clock, sync, join } = await bench();
    const socket = await join(snapshot([node(N1)]));
    socket.hear({ type: "events", project: PROJECT, events: [event(2, op, data)] });
    await clock.advance(0);
    expect(socket.of("subscribe")[1]).toEqual({ type: "subscribe", project: PROJECT });
    socket.hear(snapshot([node(N2)], { seq: 2 }));

    expect([...(sync.graph()?.nodes.keys() ?? [])]).toEqual([N2]);
  });

  it("takes a snapshot that it did not ask for, and what is being written with it", async () => {
    const { sync, join } = await bench();
    const socket = await join(snapshot([node(N1)]));
    const { id } = sync.submit("node.move", move(N1, 5));
    await quiet();
    const { graph } = snapshot([node(N1, { llmCost: 0.5 })]);
    const seen = { ...graph, project: { ...graph.project, systemPrompt: "Be brief." } };
    socket.hear(
      snapshot([], { graph: seen, seq: 4, generations: [{ node: N1, generation: "g", chunk: 0, text: "So" }] }),
    );

    expect(sync.graph()?.project.systemPrompt).toBe("Be brief.");
    expect(sync.node(N1)).toMatchObject({ llmCost: 0.5, position: { x: 5 } });
    expect(sync.generations.running().get("g")?.text).toBe("So");
    socket.hear({ type: "ack", id, seq: 5 });
    expect(sync.state()).toEqual({ status: "live", pending: 1 });
    expect(socket.of("op")).toHaveLength(1);
  });

  it("believes the snapshot when the log begins anew, and sends only what was undecided", async () => {
    const { clock, sync, join, socket } = await bench();
    const first = await join(snapshot([node(N1), node(N2)]));
    const acked = sync.submit("node.move", move(N1, 1));
    const undecided = sync.submit("node.move", move(N2, 1));
    await quiet();
    first.hear({ type: "ack", id: acked.id, seq: 9 });
    first.break();
    await clock.advance(125);
    socket().open();
    socket().hear(ready());
    socket().hear(snapshot([node(N1), node(N2)], { epoch: N2, seq: 1 }));
    await quiet();

    expect(
      socket()
        .of("op")
        .map((op) => op.id),
    ).toEqual([undecided.id]);
    expect(sync.node(N1)?.position.x).toBe(0);
  });

  it("ends when the project is gone or out of reach, and tries again when it is busy", async () => {
    const gone = await bench();
    const socket = await gone.connect();
    socket.hear({ type: "nack", id: null, project: PROJECT, code: "not_found", detail: "", retryable: false });
    expect(gone.sync.state()).toEqual({ status: "ended", pending: 0, reason: "not_found" });

    const removed = await bench();
    (await removed.join()).hear({ type: "unsubscribed", project: PROJECT, code: 4003, reason: "removed" });
    expect(removed.sync.state()).toEqual({ status: "ended", pending: 0, reason: "removed" });
    expect(removed.connection.state().status).toBe("live");

    const busy = await bench();
    const refusing = await busy.connect();
    refusing.hear({
      type: "nack",
      id: null,
      project: PROJECT,
      code: "busy",
      detail: "",
      retryable: true,
      retryAfterMs: 700,
    });
    await busy.clock.advance(700);
    expect(refusing.of("subscribe")).toHaveLength(2);
  });

  it("leaves when it is closed", async () => {
    const { sync, join } = await bench();
    const socket = await join(snapshot([node(N1)]));
    await sync.close();
    socket.hear({ type: "events", project: PROJECT, events: [event(2, "node.delete", { id: N1 })] });

    expect(socket.of("unsubscribe")).toHaveLength(1);
    expect(sync.node(N1)).toBeDefined();
    expect(sync.state().status).toBe("ended");
  });
});

describe("what is shown", () => {
  it("is the same object as long as nothing changed, part by part", async () => {
    const { sync, join } = await bench();
    expect(sync.graph()).toBeNull();
    const socket = await join(snapshot([node(N1), node(N2)]));
    const before = sync.graph();
    expect(sync.graph()).toBe(before);
    const changes: Changes[] = [];
    sync.onChange((change) => changes.push(change));
    sync.submit("node.move", move(N1, 1));
    await quiet();
    const after = sync.graph();
    expect(after).not.toBe(before);
    expect(after?.edges).toBe(before?.edges);
    expect(after?.nodes.get(N2)).toBe(before?.nodes.get(N2));
    expect(changes.map((change) => [...change.nodes])).toEqual([[N1]]);

    // Somebody else's change does not touch what this user has changed.
    socket.hear({
      type: "events",
      project: PROJECT,
      events: [event(2, "node.move", { positions: [{ id: N2, x: 1, y: 1, version: 2 }] })],
    });
    expect(sync.graph()?.nodes.get(N1)).toBe(after?.nodes.get(N1));
    expect(changes.map((change) => [...change.nodes])).toEqual([[N1], [N2]]);
  });

  it("loses the edges of a deleted node and gets them back with it", async () => {
    const { sync, join } = await bench();
    const base = snapshot([node(N1), node(N2)]);
    const edge = { id: "e", sourceId: N1, targetId: N2, policy: "FULL", version: 1, createdAt: "" } as const;
    await join({ ...base, graph: { ...base.graph, edges: [edge] } });
    sync.submit("node.delete", { id: N1 });
    expect(sync.graph()?.edges.size).toBe(0);
    sync.submit("node.restore", { id: N1 });

    expect([...(sync.graph()?.edges.values() ?? [])]).toEqual([edge]);
    expect(sync.graph()?.nodes.size).toBe(2);
  });

  it("follows the user's own role", async () => {
    const { sync, join } = await bench();
    const socket = await join();
    const [member] = sync.graph()?.members.keys() ?? [];
    socket.hear({
      type: "events",
      project: PROJECT,
      events: [event(2, "member.update", { userId: member, role: "VIEWER" })],
    });

    expect(sync.graph()?.project.role).toBe("VIEWER");
  });
});

describe("what was deleted while the page is open", () => {
  it("shows again at once when it is restored, with its edges, whoever deleted it", async () => {
    const { sync, connect } = await bench();
    const socket = await connect();
    const edge = {
      id: "0190c0de-0000-7000-8000-0000000000e1",
      sourceId: N1,
      targetId: N2,
      policy: "FULL",
      version: 1,
      createdAt: "2026-01-01T00:00:00.000Z",
    } as const;
    const start = snapshot([node(N1), node(N2)]);
    socket.hear({ ...start, graph: { ...start.graph, edges: [edge] } });
    await quiet();
    socket.hear({
      type: "events",
      project: PROJECT,
      events: [event(2, "node.delete", { id: N1 }, { user: "somebody else" })],
    });
    expect(sync.graph()?.edges.size).toBe(0);

    sync.submit("node.restore", { id: N1 });

    expect(sync.node(N1)).toMatchObject({ prompt: "why?" });
    expect([...(sync.graph()?.edges.values() ?? [])]).toEqual([edge]);
  });

  it("is written on as it was when it went", async () => {
    const { sync, connect } = await bench();
    const socket = await connect();
    socket.hear(snapshot([node(N1, { version: 4 })]));
    await quiet();
    socket.hear({ type: "events", project: PROJECT, events: [event(2, "node.delete", { id: N1 })] });

    const { id } = sync.submit("node.restore", { id: N1 });
    sync.submit("node.update", { id: N1, prompt: "why not?" });
    await quiet();
    socket.hear({ type: "ack", id, seq: 3 });
    await quiet();

    expect(sync.node(N1)).toMatchObject({ prompt: "why not?" });
    expect(socket.of("op").at(-1)).toMatchObject({ op: "node.update", data: { baseVersion: 4 } });
  });
});
