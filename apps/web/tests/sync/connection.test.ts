import { describe, expect, it } from "vitest";

import { Connection, NotAuthenticated, type ConnectionState } from "../../src/sync/index.ts";
import { ManualClock, quiet } from "./kit/clock.ts";
import { ready, socketFactory, type FakeSocket } from "./kit/socket.ts";

function setUp(ticket: () => Promise<string> = () => Promise.resolve("one"), random = () => 0.5) {
  const clock = new ManualClock();
  const { sockets, WebSocket } = socketFactory();
  const connection = new Connection({ url: "ws://test", ticket, WebSocket, clock, random });
  const states: ConnectionState[] = [];
  connection.onState((state) => states.push(state));
  const live = async (): Promise<FakeSocket> => {
    await quiet();
    const socket = sockets.at(-1);
    if (socket === undefined) throw new Error("no socket was opened");
    socket.open();
    socket.hear(ready());
    return socket;
  };
  return { clock, connection, sockets, states, live };
}

describe("a connection", () => {
  it("authenticates with a ticket in the first frame and is live once the server is ready", async () => {
    const { connection, live } = setUp();
    connection.start();
    const socket = await live();

    expect(socket.protocol).toBe("nonlinear.v1");
    expect(socket.sent).toEqual([{ type: "auth", ticket: "one" }]);
    expect(connection.state()).toMatchObject({ status: "live" });
  });

  it("comes back after a break, with a delay between nothing and the doubled base", async () => {
    const { clock, connection, sockets, live } = setUp();
    connection.start();
    for (const delay of [125, 250, 500, 1_000]) {
      (await live()).break();
      expect(connection.state()).toEqual({ status: "offline", retryInMs: delay });
      await clock.advance(delay - 1);
      expect(connection.state().status).toBe("offline");
      await clock.advance(1);
      expect(connection.state().status).toBe("connecting");
    }
    await quiet();
    expect(sockets).toHaveLength(5);
  });

  it("never waits longer than the cap, and starts small again after a good connection", async () => {
    const { clock, connection, live } = setUp(undefined, () => 1);
    connection.start();
    for (let attempt = 0; attempt < 12; attempt += 1) {
      (await live()).break();
      await clock.advance(30_000);
    }
    (await live()).break();
    expect(connection.state()).toEqual({ status: "offline", retryInMs: 30_000 });
    await clock.advance(30_000);

    const good = await live();
    await clock.advance(10_000);
    good.break();
    expect(connection.state()).toEqual({ status: "offline", retryInMs: 250 });
  });

  it("waits at least as long as the closing server asks", async () => {
    const { connection, live } = setUp();
    connection.start();
    const socket = await live();
    socket.hear({ type: "closing", code: 1012, reason: "restarting", retryAfterMs: 4_000 });
    socket.break(1012);

    expect(connection.state()).toEqual({ status: "offline", retryInMs: 4_125 });
  });

  it.each([4001, 4003, 4004])("ends at %i until it is started again", async (code) => {
    const { clock, connection, sockets, live } = setUp();
    connection.start();
    (await live()).break(code, "over");

    expect(connection.state()).toEqual({ status: "ended", code, reason: "over" });
    connection.wake();
    await clock.advance(120_000);
    expect(sockets).toHaveLength(1);

    connection.start();
    await live();
    expect(connection.state().status).toBe("live");
  });

  it.each([1006, 1012, 1013, 4008, 4010, 4029])("comes back after %i", async (code) => {
    const { clock, connection, live } = setUp();
    connection.start();
    (await live()).break(code);
    await clock.advance(125);
    await live();

    expect(connection.state().status).toBe("live");
  });

  it("asks for a ticket again when that failed, and ends when the user has to log in", async () => {
    let asked = 0;
    const { clock, connection } = setUp(() => {
      asked += 1;
      return Promise.reject(asked === 1 ? new Error("no network") : new NotAuthenticated("log in"));
    });
    connection.start();
    await quiet();
    expect(connection.state().status).toBe("offline");
    await clock.advance(125);

    expect(asked).toBe(2);
    expect(connection.state()).toEqual({ status: "ended", code: 4001, reason: "log in" });
  });

  it("pings a quiet socket and gives up a silent one", async () => {
    const { clock, connection, live } = setUp();
    connection.start();
    const socket = await live();

    await clock.advance(19_999);
    expect(socket.of("ping")).toHaveLength(0);
    await clock.advance(1);
    expect(socket.of("ping")).toHaveLength(1);
    socket.hear({ type: "pong" });
    await clock.advance(44_999);
    expect(connection.state().status).toBe("live");
    await clock.advance(1);
    expect(connection.state().status).toBe("offline");
    expect(socket.closed).toBe(true);
  });

  it("gives up an attempt that does not become ready", async () => {
    const { clock, connection, sockets } = setUp();
    connection.start();
    await clock.advance(15_000);

    expect(connection.state().status).toBe("offline");
    expect(sockets[0]?.closed).toBe(true);
  });

  it("tries at once when woken, and hears nothing from sockets it has given up", async () => {
    const { clock, connection, sockets, states, live } = setUp();
    connection.start();
    const first = await live();
    first.break();
    connection.wake();
    await live();
    first.hear({ type: "closing", code: 4001, reason: "late" });
    first.break(4001);
    await clock.advance(1_000);

    expect(sockets).toHaveLength(2);
    expect(states.map((state) => state.status)).toEqual(["connecting", "live", "offline", "connecting", "live"]);
  });

  it("sees when woken whether the socket still lives", async () => {
    const { clock, connection, live } = setUp();
    connection.start();
    const socket = await live();
    await clock.advance(1_000);
    connection.wake();
    expect(socket.of("ping")).toHaveLength(1);
    await clock.advance(1_000);
    socket.hear({ type: "pong" });
    await clock.advance(4_000);
    expect(connection.state().status).toBe("live");

    connection.wake();
    await clock.advance(5_000);
    expect(connection.state().status).toBe("offline");
  });

  it("refuses at once what can never work", () => {
    const ticket = () => Promise.resolve("one");
    const { WebSocket } = socketFactory();
    expect(() => new Connection({ url: "nowhere", ticket, WebSocket })).toThrow(TypeError);
    expect(() => new Connection({ url: "ws://test", ticket })).toThrow("there is no WebSocket here");
  });

  it("stays away after a stop", async () => {
    const { clock, connection, sockets, live } = setUp();
    connection.start();
    const socket = await live();
    connection.stop();
    connection.wake();
    await clock.advance(120_000);

    expect(socket.closed).toBe(true);
    expect(sockets).toHaveLength(1);
    expect(connection.state()).toEqual({ status: "offline", retryInMs: null });
  });
});
