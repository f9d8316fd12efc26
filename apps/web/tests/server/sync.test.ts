import { IDBFactory } from "fake-indexeddb";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";

import {
  IndexedDbStore,
  MemoryStore,
  type Connection,
  type Outcome,
  type ProjectSync,
  type Refused,
} from "../../src/sync/index.ts";
import { pick, seeded } from "../sync/kit/random.ts";
import { Server } from "./kit/server.ts";
import { User } from "./kit/user.ts";
import { converge, until } from "./kit/wait.ts";

let server: Server;
let names = 0;
const connections: Connection[] = [];

beforeAll(async () => {
  server = await Server.start();
});

afterEach(() => {
  for (const connection of connections.splice(0)) connection.stop();
});

afterAll(async () => {
  await server.remove();
});

async function register(): Promise<User> {
  names += 1;
  return User.register(server.address, `user${names}`);
}

function connect(user: User): Connection {
  const connection = user.connection();
  connections.push(connection);
  connection.start();
  return connection;
}

async function join(user: User, project: string): Promise<ProjectSync> {
  const sync = await user.open(connect(user), project, new MemoryStore());
  await until("the project is open", () => sync.state().status === "live");
  return sync;
}

async function shared(): Promise<{ ada: User; bea: User; project: string }> {
  const [ada, bea] = [await register(), await register()];
  const project = await ada.createProject();
  await ada.invite(project, bea);
  return { ada, bea, project };
}

/** Everything a person does on a canvas, at random, on what they see. */
function work(sync: ProjectSync, random: () => number): string {
  const graph = sync.graph();
  const nodes = [...(graph?.nodes.keys() ?? [])];
  const edges = [...(graph?.edges.keys() ?? [])];
  const [one, other, edge] = [pick(random, nodes), pick(random, nodes), pick(random, edges)];
  const x = Math.round(random() * 1e6) / 1e3;
  const roll = random();
  if (one === undefined || other === undefined || roll < 0.3) {
    const metadata = { shape: "round", weight: x, tags: ["é", null, { deep: true }] };
    const parentIds = roll < 0.15 && one !== undefined ? [one] : [];
    return sync.submit("node.create", { prompt: `n ${x}`, position: { x, y: -x }, metadata, parentIds }).id;
  }
  if (roll < 0.5) return sync.submit("node.move", { positions: [{ id: one, x, y: 0.1 }] }).id;
  if (roll < 0.65) return sync.submit("node.update", { id: one, prompt: `written ${x}` }).id;
  if (roll < 0.7) return sync.submit("node.update", { id: one, response: x > 500 ? "yes" : null }).id;
  if (roll < 0.75) return sync.submit("node.delete", { id: one }).id;
  if (roll < 0.9 || edge === undefined) return sync.submit("edge.create", { sourceId: one, targetId: other }).id;
  if (roll < 0.95) return sync.submit("edge.update", { id: edge, policy: "SUMMARY" }).id;
  return sync.submit("edge.delete", { id: edge }).id;
}

it("two people who work at once end up with what the server has", async () => {
  const { ada, bea, project } = await shared();
  const copies = [await join(ada, project), await join(bea, project)];
  const random = seeded(1);
  for (let step = 0; step < 150; step += 1) {
    for (const copy of copies) work(copy, random);
    if (step % 10 === 0)
      await until("some of it is confirmed", () => copies.every((copy) => copy.state().pending < 20));
  }

  await converge(ada, project, copies);
});

it("a node with parents, a batch and a project's name arrive under the ids they were given", async () => {
  const { ada, bea, project } = await shared();
  const [mine, theirs] = [await join(ada, project), await join(bea, project)];
  const parent = mine.submit("node.create", { prompt: "parent", position: { x: 0, y: 0 }, response: "done" });
  const child = mine.submit("node.create", { prompt: "child", position: { x: 1, y: 1 }, parentIds: [parent.id] });
  const [edge] = mine.graph()?.edges.keys() ?? [];
  mine.submit("edge.update", { id: edge ?? "", policy: "EXCLUDE" });
  const batch = mine.submitBatch([
    { op: "node.update", data: { id: child.id, prompt: "changed" } },
    { op: "node.move", data: { positions: [{ id: child.id, x: 5, y: 5 }] } },
  ]);
  mine.submit("project.update", { name: "Renamed", viewport: { x: 1, y: 2, zoom: 0.5 } });
  expect(await batch.settled).toMatchObject({ ok: true });

  await converge(ada, project, [mine, theirs]);
  expect(theirs.node(child.id)).toMatchObject({ prompt: "changed", position: { x: 5, y: 5 } });
  expect([...(theirs.graph()?.edges.values() ?? [])]).toMatchObject([{ id: edge, policy: "EXCLUDE" }]);
  expect(theirs.graph()?.project.name).toBe("Renamed");
});

it("what was done offline survives a reload and is sent in its order", async () => {
  const { ada, bea, project } = await shared();
  const device = new IDBFactory();
  const before = connect(ada);
  const page = await ada.open(before, project, new IndexedDbStore("sync", device));
  await until("the project is open", () => page.state().status === "live");
  before.stop();
  const { id } = page.submit("node.create", { prompt: "on the train", position: { x: 0, y: 0 } });
  page.submit("node.update", { id, prompt: "on the train," });
  page.submit("node.update", { id, prompt: "on the train, still" });
  for (let x = 0; x < 50; x += 1) page.submit("node.move", { positions: [{ id, x, y: 0 }] });
  expect(page.state()).toEqual({ status: "offline", pending: 4 });
  await page.close();

  const other = await join(bea, project);
  const again = await ada.open(connect(ada), project, new IndexedDbStore("sync", device));
  expect(again.state().pending).toBe(4);
  await converge(ada, project, [again, other]);
  expect(other.node(id)).toMatchObject({ prompt: "on the train, still", position: { x: 49 }, version: 4 });
});

it("a server that is killed amid edits loses nothing it acknowledged and doubles nothing", async () => {
  const { ada, bea, project } = await shared();
  const copies = [await join(ada, project), await join(bea, project)];
  const random = seeded(2);
  const outcomes = new Map<string, Outcome>();
  const created: string[] = [];
  const others: string[] = [];
  const create = (copy: ProjectSync) => {
    const { id, settled } = copy.submit("node.create", { prompt: "kept", position: { x: 0, y: 0 } });
    created.push(id);
    void settled.then((outcome) => outcomes.set(id, outcome));
  };
  for (let kills = 0; kills < 5; kills += 1) {
    const before = outcomes.size;
    for (let step = 0; step < 20; step += 1) {
      for (const copy of copies) {
        create(copy);
        others.push(work(copy, random));
      }
    }
    await until("some of it is acknowledged", () => outcomes.size > before);
    expect(
      copies.some((copy) => copy.state().pending > 0),
      "nothing was on its way",
    ).toBe(true);
    const acknowledged = [...outcomes.keys()];
    await server.kill();
    for (const copy of copies) create(copy);
    await server.start();
    const kept = new Set((await ada.events(project)).map((event) => event.opId));
    expect(
      acknowledged.filter((id) => !kept.has(id)),
      "acknowledged and lost",
    ).toEqual([]);
  }

  await converge(ada, project, copies);
  const happened = (await ada.events(project)).map((event) => event.opId).filter((id) => id !== null);
  expect(new Set(happened).size, "doubled").toBe(happened.length);
  // Nothing that the server allows whatever else happens was lost on either side of a kill.
  expect(created.filter((id) => !happened.includes(id))).toEqual([]);
  expect(outcomes.size).toBe(created.length);
  expect(others.some((id) => happened.includes(id))).toBe(true);
});

it("what the server refuses is rolled back and says why", async () => {
  const { ada, bea, project } = await shared();
  const [mine, theirs] = [await join(ada, project), await join(bea, project)];
  const refused: Refused[] = [];
  mine.onRefused((report) => refused.push(report));
  const a = mine.submit("node.create", { prompt: "a", position: { x: 0, y: 0 } });
  const b = mine.submit("node.create", { prompt: "b", position: { x: 0, y: 0 }, parentIds: [a.id] });
  await b.settled;
  const cycle = await mine.submit("edge.create", { sourceId: b.id, targetId: a.id }).settled;
  expect(cycle).toMatchObject({ ok: false, refusal: { code: "cycle", path: [a.id, b.id] } });
  const lost = mine.submit("node.create", { prompt: "x".repeat(100_001), position: { x: 0, y: 0 } });
  const onLost = mine.submit("edge.create", { sourceId: a.id, targetId: lost.id });
  expect(await onLost.settled).toMatchObject({ ok: false, refusal: { code: "gone" } });

  await until("the other has caught up", () => theirs.node(a.id) !== undefined);
  const theirText = theirs.submit("node.update", { id: a.id, prompt: "theirs" });
  const myText = mine.submit("node.update", { id: a.id, prompt: "mine" });
  const outcomes = [await theirText.settled, await myText.settled];
  expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1);
  expect(outcomes).toContainEqual(
    expect.objectContaining({ refusal: expect.objectContaining({ code: "version_mismatch" }) as unknown }),
  );

  await converge(ada, project, [mine, theirs]);
  expect(refused.slice(0, 3).map(({ refusal }) => refusal.code)).toEqual(["cycle", "invalid", "gone"]);
  expect(mine.graph()?.edges.size).toBe(1);
});

it("what is larger than a frame arrives all the same", async () => {
  const { ada, bea, project } = await shared();
  const [mine, theirs] = [await join(ada, project), await join(bea, project)];
  const prompt = "ä".repeat(90_000);
  const { id } = mine.submit("node.create", { prompt, position: { x: 0, y: 0 } });
  mine.submit("node.update", { id, prompt: `${prompt}!` });
  const many = Array.from(
    { length: 400 },
    (_, x) => ({ op: "node.create", data: { prompt: "one of many, ".repeat(20), position: { x, y: 0 } } }) as const,
  );
  expect(await mine.submitBatch(many).settled).toMatchObject({ ok: true });

  await converge(ada, project, [mine, theirs]);
  expect(theirs.node(id)?.prompt).toHaveLength(90_001);
  expect(theirs.graph()?.nodes.size).toBe(401);
});

it("a server that limits rates gets everything all the same", async () => {
  const limited = await Server.start({ rates: true });
  try {
    const ada = await User.register(limited.address, "ada");
    const project = await ada.createProject();
    const sync = await join(ada, project);
    const settled = Array.from(
      { length: 100 },
      (_, x) => sync.submit("node.create", { prompt: "", position: { x, y: 0 } }).settled,
    );
    expect((await Promise.all(settled)).filter((outcome) => !outcome.ok)).toEqual([]);
    await converge(ada, project, [sync]);
    expect(sync.graph()?.nodes.size).toBe(100);
  } finally {
    await limited.remove();
  }
});

it("people see each other come, move and go", async () => {
  const { ada, bea, project } = await shared();
  const mine = await join(ada, project);
  mine.presence.set({ cursor: { x: 1, y: 2 } });
  const connection = connect(bea);
  const theirs = await bea.open(connection, project, new MemoryStore());
  await until("a newcomer sees who is there", () =>
    [...theirs.presence.peers().values()].some((peer) => peer.userId === ada.id && peer.cursor?.x === 1),
  );
  const node = mine.submit("node.create", { prompt: "", position: { x: 0, y: 0 } });
  await node.settled;
  theirs.presence.set({ cursor: { x: 3, y: 4 }, selection: [node.id], editing: node.id });
  const seen = () => [...mine.presence.peers().values()].find((peer) => peer.userId === bea.id);
  await until("what they do is seen", () => seen()?.editing === node.id);
  expect(seen()).toMatchObject({ cursor: { x: 3, y: 4 }, selection: [node.id] });
  theirs.presence.set({ cursor: null });
  await until("what they take back is gone", () => seen()?.cursor === null);
  expect(seen()?.selection).toEqual([node.id]);
  connection.stop();

  await until("whoever leaves is gone", () => mine.presence.peers().size === 0);
});

it("whoever loses the project, the session or the right to read hears so and stays away", async () => {
  const { ada, bea, project } = await shared();
  const stranger = await register();
  const theirs = await join(bea, project);
  await ada.call("DELETE", `/projects/${project}/members/${bea.id}`);
  await until("who was removed has ended", () => theirs.state().status === "ended");

  const outside = await stranger.open(connect(stranger), project, new MemoryStore());
  await until("a stranger has ended", () => outside.state().status === "ended");
  expect(outside.state().reason).toBe("not_found");

  const connection = connect(ada);
  const mine = await ada.open(connection, project, new MemoryStore());
  await until("the project is open", () => mine.state().status === "live");
  await ada.call("POST", "/auth/logout-all");
  await until("who logged out has ended", () => mine.state().status === "ended");
  expect(connection.state()).toMatchObject({ status: "ended", code: 4001 });
  connection.start();
  await until("without a session there is no ticket", () => connection.state().status === "ended");
});
