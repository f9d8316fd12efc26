import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { PromptDraft } from "../../src/canvas/drafts.ts";
import { bench, event, node, PROJECT, snapshot, READERS_RIGHTS } from "../sync/kit/bench.ts";
import { quiet } from "../sync/kit/clock.ts";

const N1 = "0190c0de-0000-7000-8000-0000000000a1";
const PAUSE_MS = 1_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

async function typing(prompt = "begun") {
  const { sync, connect } = await bench();
  const socket = await connect();
  socket.hear(snapshot([node(N1, { prompt })]));
  await quiet();
  const there = sync.node(N1);
  if (there === undefined) throw new Error("the node is there");
  const draft = new PromptDraft(sync, there);
  const close = draft.open();
  const theyWrite = (seq: number, text: string) => {
    socket.hear({
      type: "events",
      project: PROJECT,
      events: [event(seq, "node.update", { id: N1, version: seq, prompt: text })],
    });
  };
  const refuse = async () => {
    await quiet();
    const sent = socket.of("op").at(-1) as { id: string };
    socket.hear({ type: "nack", id: sent.id, code: "version_mismatch", detail: "it has changed", retryable: false });
    await quiet();
  };
  const accept = async (seq: number) => {
    await quiet();
    const sent = socket.of("op").at(-1) as { id: string; data: { prompt: string } };
    socket.hear({
      type: "events",
      project: PROJECT,
      events: [event(seq, "node.update", { id: N1, version: seq, prompt: sent.data.prompt }, { opId: sent.id })],
    });
    await quiet();
  };
  return { sync, socket, draft, close, theyWrite, refuse, accept };
}

test("what is typed is saved in a pause, once", async () => {
  const { sync, draft, socket } = await typing();
  draft.type("begun a");
  draft.type("begun and done");
  expect(sync.node(N1)?.prompt).toBe("begun");
  vi.advanceTimersByTime(PAUSE_MS);
  await quiet();

  expect(sync.node(N1)?.prompt).toBe("begun and done");
  expect(socket.of("op")).toHaveLength(1);
});

test("whoever types without a pause is saved every second all the same", async () => {
  const { sync, draft } = await typing();
  for (const letters of Array.from({ length: 12 }, (_, at) => "letters by the second".slice(0, at + 1))) {
    draft.type(letters);
    vi.advanceTimersByTime(100);
  }

  expect(sync.node(N1)?.prompt).toBe("letters by");
  expect(draft.isUnsaved()).toBe(true);
  draft.save();
  expect(draft.isUnsaved()).toBe(false);
});

test("what is typed into a node that somebody deletes is known to be lost, saved or not", async () => {
  const { draft, close, socket } = await typing();
  draft.type("sent, but too late");
  draft.save();
  draft.type("sent, but too late, and more");
  expect(draft.lost()).toBeNull();
  socket.hear({ type: "events", project: PROJECT, events: [event(2, "node.delete", { id: N1 })] });
  close();

  expect(draft.lost()).toEqual({ text: "sent, but too late, and more", because: "node-deleted" });
});

test("nothing is lost with a node whose text the server has", async () => {
  const { draft, close, accept, socket } = await typing();
  draft.type("in time");
  draft.save();
  await accept(2);
  socket.hear({ type: "events", project: PROJECT, events: [event(3, "node.delete", { id: N1 })] });
  close();

  expect(draft.lost()).toBeNull();
});

test("what is typed by somebody who may no longer write is lost, and not sent", async () => {
  const { draft, close, socket } = await typing();
  draft.type("as an editor");
  const { graph, ...rest } = snapshot([node(N1, { prompt: "begun" })]);
  socket.hear({ ...rest, seq: 2, graph: { ...graph, seq: 2, rights: READERS_RIGHTS } });
  close();
  await quiet();

  expect(draft.lost()).toEqual({ text: "as an editor", because: "read-only" });
  expect(socket.of("op")).toHaveLength(0);
});

test("what is typed is saved when the field goes away", async () => {
  const { sync, draft, close } = await typing();
  draft.type("just in time");
  close();

  expect(sync.node(N1)?.prompt).toBe("just in time");
});

test("what others write is shown as long as nothing is typed here", async () => {
  const { draft, theyWrite } = await typing();
  theyWrite(2, "theirs");

  expect(draft.get()).toEqual({ text: "theirs", theirs: null });
});

test("what others write while somebody types stands beside it, and nothing is saved over it", async () => {
  const { sync, draft, theyWrite } = await typing();
  draft.type("mine");
  theyWrite(2, "theirs");
  vi.advanceTimersByTime(PAUSE_MS);

  expect(draft.get()).toEqual({ text: "mine", theirs: "theirs" });
  expect(sync.node(N1)?.prompt).toBe("theirs");
});

test("what was saved and refused is not lost", async () => {
  const { draft, theyWrite, refuse } = await typing();
  draft.type("mine");
  draft.save();
  theyWrite(2, "theirs");
  await refuse();

  expect(draft.get()).toEqual({ text: "mine", theirs: "theirs" });
});

test("what was saved and then changed by others is theirs", async () => {
  const { draft, theyWrite, accept } = await typing();
  draft.type("mine");
  draft.save();
  await accept(2);
  theyWrite(3, "theirs, later");

  expect(draft.get()).toEqual({ text: "theirs, later", theirs: null });
});

test("keeping mine saves it over theirs, which has been seen", async () => {
  const { sync, draft, theyWrite } = await typing();
  draft.type("mine");
  theyWrite(2, "theirs");
  draft.keepMine();

  expect(sync.node(N1)?.prompt).toBe("mine");
  expect(draft.get()).toEqual({ text: "mine", theirs: null });
});

test("taking theirs goes on from there", async () => {
  const { sync, draft, theyWrite } = await typing();
  draft.type("mine");
  theyWrite(2, "theirs");
  draft.takeTheirs();
  draft.type("theirs and mine");
  draft.save();

  expect(sync.node(N1)?.prompt).toBe("theirs and mine");
});
