import { describe, expect, it } from "vitest";

import type { Tail } from "../../src/sync/index.ts";
import { bench, EPOCH, event, OWNERS_RIGHTS, PROJECT, READERS_RIGHTS, snapshot } from "./kit/bench.ts";
import { quiet } from "./kit/clock.ts";
import { USER } from "./kit/socket.ts";

const SOMEBODY = "0190c0de-0000-7000-8000-0000000000bb";

const tail = (from: number, rights: readonly string[], change: Partial<Tail> = {}): Tail => ({
  type: "tail",
  project: PROJECT,
  epoch: EPOCH,
  from,
  events: [],
  presence: [],
  generations: [],
  rights,
  ...change,
});

const events = (...list: ReturnType<typeof event>[]) => ({ type: "events", project: PROJECT, events: list }) as const;

describe("what the user may do", () => {
  it("is what the snapshot says", async () => {
    const { sync, join } = await bench();
    await join();

    expect(sync.graph()?.rights).toEqual(OWNERS_RIGHTS);
  });

  it("is nothing where the server says nothing", async () => {
    const { sync, connect } = await bench();
    const socket = await connect();
    const { graph, ...rest } = snapshot();
    const { rights: _, ...silent } = graph;
    socket.hear({ ...rest, graph: silent });
    await quiet();

    expect(sync.graph()?.rights).toEqual([]);
  });

  it("is asked for again when the user gets another role, from where this copy is", async () => {
    const { sync, join } = await bench();
    const socket = await join();
    const changes: boolean[] = [];
    sync.onChange(({ project }) => changes.push(project));
    socket.hear(events(event(2, "member.update", { userId: USER, role: "VIEWER" })));

    expect(socket.of("subscribe").at(-1)).toEqual({ type: "subscribe", project: PROJECT, epoch: EPOCH, since: 2 });
    changes.length = 0;
    socket.hear(tail(2, READERS_RIGHTS));
    expect(sync.graph()?.rights).toEqual(READERS_RIGHTS);
    expect(changes).toEqual([true]);
    expect(sync.state().status).toBe("live");
  });

  it("is asked for again when the project changes hands, also as part of something larger", async () => {
    const { join } = await bench();
    const socket = await join();
    const ops = [{ op: "project.update", data: { version: 2, ownerId: SOMEBODY } }];
    socket.hear(events(event(2, "batch", { ops })));

    expect(socket.of("subscribe").at(-1)).toMatchObject({ since: 2 });
  });

  it("stays when others get other roles or the project another name", async () => {
    const { sync, join } = await bench();
    const socket = await join();
    const asked = socket.of("subscribe").length;
    socket.hear(
      events(
        event(2, "member.update", { userId: SOMEBODY, role: "EDITOR" }),
        event(3, "project.update", { version: 2, name: "Another" }),
      ),
    );

    expect(socket.of("subscribe")).toHaveLength(asked);
    expect(sync.graph()?.rights).toEqual(OWNERS_RIGHTS);
  });

  it("is the same list as long as it says the same", async () => {
    const { sync, join } = await bench();
    const socket = await join();
    const before = sync.graph()?.rights;
    socket.hear(events(event(2, "project.update", { version: 2, name: "Another" })));
    socket.hear({ ...snapshot(), seq: 3 });

    expect(sync.graph()?.rights).toBe(before);
  });

  it("takes what happened meanwhile along", async () => {
    const { sync, join } = await bench();
    const socket = await join();
    socket.hear(events(event(2, "member.update", { userId: USER, role: "ADMIN" })));
    socket.hear(events(event(3, "project.update", { version: 2, name: "Lost" })));
    socket.hear(tail(2, OWNERS_RIGHTS, { events: [event(3, "project.update", { version: 2, name: "Found" })] }));

    expect(sync.graph()?.project.name).toBe("Found");
    expect(sync.seq).toBe(3);
  });
});
