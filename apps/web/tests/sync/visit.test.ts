import { expect, it } from "vitest";

import { Connection, MemoryStore, visitProject } from "../../src/sync/index.ts";
import { LocalLocks } from "../../src/sync/tabs.ts";
import { node, PROJECT, snapshot } from "./kit/bench.ts";
import { ManualClock, quiet } from "./kit/clock.ts";
import { ready, socketFactory, USER, type FakeSocket } from "./kit/socket.ts";

const N1 = "0190c0de-0000-7000-8000-0000000000a1";
const typed = (prompt: string) => ({ id: N1, prompt });

/** A page that can go to a project, with the test as its server. */
function page() {
  const { sockets, WebSocket } = socketFactory();
  const connection = new Connection({
    url: "ws://test",
    ticket: () => Promise.resolve("ticket"),
    WebSocket,
    clock: new ManualClock(),
  });
  const options = { connection, user: USER, project: PROJECT, store: new MemoryStore(), locks: new LocalLocks() };
  const connect = async (): Promise<FakeSocket> => {
    connection.start();
    await quiet();
    const socket = sockets.at(-1);
    if (socket === undefined) throw new Error("no socket was opened");
    socket.open();
    socket.hear(ready());
    socket.hear(snapshot([node(N1)]));
    await quiet();
    return socket;
  };
  return { visit: () => visitProject(options), connect };
}

it("what was typed last reaches the server after the project was left", async () => {
  const { visit, connect } = page();
  const { opened, leave } = visit();
  const project = await opened;
  const socket = await connect();
  const { id } = project.submit("node.update", typed("the last words"));
  leave();
  await quiet();

  expect(socket.of("op")).toHaveLength(1);
  expect(socket.of("unsubscribe")).toHaveLength(0);
  socket.hear({ type: "ack", id, seq: 1 });
  await quiet();
  expect(socket.of("unsubscribe")).toHaveLength(1);
  expect(project.state()).toMatchObject({ status: "ended", pending: 0 });
});

it("what was done without a server is sent when it is back, although the project was left", async () => {
  const { visit, connect } = page();
  const { opened, leave } = visit();
  (await opened).submit("node.update", typed("offline"));
  leave();

  const socket = await connect();
  expect(socket.of("op")).toHaveLength(1);
});

it("who comes back while it is still sent finds it as it was, and nothing is sent twice", async () => {
  const { visit, connect } = page();
  const first = visit();
  const project = await first.opened;
  const socket = await connect();
  const { id } = project.submit("node.update", typed("on its way"));
  first.leave();
  const second = visit();
  expect(await second.opened).toBe(project);
  await quiet();
  socket.hear({ type: "ack", id, seq: 1 });
  await quiet();

  expect(project.state()).toEqual({ status: "live", pending: 0 });
  expect(socket.of("op")).toHaveLength(1);
  second.leave();
  await quiet();
  expect(socket.of("unsubscribe")).toHaveLength(1);
});

it("who comes back while it is being closed gets it anew, after that", async () => {
  const { visit, connect } = page();
  const first = visit();
  const before = await first.opened;
  const socket = await connect();
  first.leave();
  await Promise.resolve();
  await Promise.resolve();
  const again = await visit().opened;
  socket.hear(snapshot([node(N1)]));

  expect(before.state().status).toBe("ended");
  expect(again).not.toBe(before);
  expect(again.state().status).toBe("live");
});
