import { expect, it } from "vitest";

import {
  stateHash,
  type CanvasGraph,
  type GraphView,
  type NodeView,
  type Ops,
  type StoredOp,
} from "../../src/sync/index.ts";
import { touches } from "../../src/sync/ops.ts";
import { ModelServer } from "./kit/model.ts";
import { pick, seeded } from "./kit/random.ts";
import { Person, World } from "./kit/world.ts";

const STEPS = 400;
const STEPS_TO_CALM_MAX = 20_000;
const HISTORIES = Number(process.env.SYNC_HISTORIES ?? 30);
const HISTORY_MS_MAX = 10_000;
/** The seed of one history to live through again. */
const AGAIN = process.env.SYNC_HISTORY;

function seeds(first: number): number[] {
  return AGAIN === undefined ? Array.from({ length: HISTORIES }, (_, index) => first + index) : [Number(AGAIN)];
}

/** What nodes are, and what only some of them have. */
const KINDS: readonly Partial<Ops["node.create"]>[] = [
  {},
  { kind: "NOTE", color: "yellow", tags: ["risk"] },
  { role: "SYSTEM", title: "The rule" },
  { kind: "FRAME", title: "Plans", width: 600, height: 400 },
];

const isFrame = (graph: CanvasGraph | null, id: string | undefined) =>
  id !== undefined && graph?.nodes.get(id)?.kind === "FRAME";

/** Random edits of what the person sees. */
function edit(person: Person, random: () => number): void {
  const graph = person.sync.graph();
  const nodes = [...(graph?.nodes.keys() ?? [])];
  const edges = [...(graph?.edges.keys() ?? [])];
  // Often the node that was made last, as people stay with what they do.
  const one = random() < 0.5 ? nodes.at(-1) : pick(random, nodes);
  const [other, edge] = [pick(random, nodes), pick(random, edges)];
  const submit = (submitted: { id: string }) => person.submitted.push(submitted.id);
  const x = Math.floor(random() * 100);
  const roll = random();
  if (one === undefined || roll < 0.25) {
    const kind = pick(random, KINDS) ?? {};
    // A frame has no edges.
    const parentIds = one === undefined || kind.kind === "FRAME" || isFrame(graph, one) ? [] : [one];
    const made = { prompt: `n${x}`, position: { x, y: 0 }, ...kind, ...(roll < 0.15 && { parentIds }) };
    submit(person.sync.submit("node.create", made));
  } else if (roll < 0.45) submit(person.sync.submit("node.move", { positions: [{ id: one, x, y: 1 }] }));
  else if (roll < 0.65) submit(person.sync.submit("node.update", { id: one, prompt: `${person.user} ${x}` }));
  else if (roll < 0.7) submit(person.sync.submit("node.delete", { id: one }));
  else if (roll < 0.75) {
    submit(person.sync.submit("node.delete", { id: one }));
    submit(person.sync.submit("node.restore", { id: one }));
  } else if (roll < 0.87 && other !== undefined && graph !== null) {
    if (!leads(graph, other, one) && !isFrame(graph, one) && !isFrame(graph, other))
      submit(person.sync.submit("edge.create", { sourceId: one, targetId: other }));
  } else if (roll < 0.92 && edge !== undefined) {
    turn(person, edge, submit);
  } else if (edge !== undefined) {
    if (roll < 0.95) submit(person.sync.submit("edge.update", { id: edge, policy: "SUMMARY" }));
    else submit(person.sync.submit("edge.delete", { id: edge }));
  }
}

/** Takes an edge away and draws it the other way round, which the server allows in this order only. */
function turn(person: Person, id: string, submit: (submitted: { id: string }) => void): void {
  const edge = person.sync.graph()?.edges.get(id);
  submit(person.sync.submit("edge.delete", { id }));
  const graph = person.sync.graph();
  if (edge === undefined || graph === null || leads(graph, edge.sourceId, edge.targetId)) return;
  submit(person.sync.submit("edge.create", { sourceId: edge.targetId, targetId: edge.sourceId }));
}

/** What is not confirmed yet may close a cycle for a moment, so every node is passed once. */
function leads(graph: CanvasGraph, from: string, to: string, passed = new Set<string>()): boolean {
  if (from === to) return true;
  if (passed.has(from)) return false;
  passed.add(from);
  return [...graph.edges.values()].some((edge) => edge.sourceId === from && leads(graph, edge.targetId, to, passed));
}

/** The ids that may be lost: a page that dies takes with it what the device had not written down. */
async function live(
  world: World,
  people: readonly Person[],
  { slowDevice }: { slowDevice: boolean },
): Promise<Set<string>> {
  const { random } = world;
  const mayBeLost = new Set<string>();
  for (const person of people) await person.load();
  for (let step = 0; step < STEPS; step += 1) {
    const person = pick(random, people);
    if (person === undefined) break;
    const roll = random();
    if (roll < 0.15) edit(person, random);
    else if (roll < 0.17) person.break();
    else if (roll < 0.19) {
      if (!slowDevice) await person.finishWrites();
      for (const id of person.submitted) if (!person.durable(id) && !decided(world, person, id)) mayBeLost.add(id);
      await person.load();
    } else if (roll < 0.26) await world.clock.advance(random() * 2_000);
    else await person.step();
  }
  return mayBeLost;
}

/** No more faults; everything that is on its way arrives. */
async function calm(world: World, people: readonly Person[]): Promise<void> {
  world.faults = false;
  // A last event shows those who missed some that they did.
  world.server.ask("server", "0190c0de-ffff-7000-8000-000000000000", "node.create", {
    prompt: "last",
    position: { x: 0, y: 0 },
  });
  for (let step = 0; step < STEPS_TO_CALM_MAX; step += 1) {
    if (people.every((person) => person.idle && person.sync.seq === world.server.seq)) return;
    for (const person of people) await person.step();
    if (step % 10 === 0) await world.clock.advance(500);
  }
  throw new Error("it does not come to rest");
}

const decided = (world: World, person: Person, id: string) =>
  person.refused.has(id) || world.server.unchanged.has(id) || world.server.log.some((event) => event.opId === id);

function hashOf({ project, nodes, edges }: GraphView): Promise<string> {
  return stateHash({
    project,
    nodes: new Map(nodes.map((node) => [node.id, node])),
    edges: new Map(edges.map((edge) => [edge.id, edge])),
  });
}

/** What each node is, by its id. */
const kindsOf = (nodes: readonly NodeView[]) =>
  new Map(
    nodes.map(({ id, kind, role, title, color, tags, width, height }) => [
      id,
      { kind, role, title, color, tags, width, height },
    ]),
  );

/** Operations of one person about the same thing happen in the order they were made. */
function expectOrder(world: World, person: Person): void {
  const latest = new Map<string, number>();
  for (const event of world.server.log) {
    const place = person.submitted.indexOf(event.opId ?? "");
    if (place < 0) continue;
    const named = { id: event.opId ?? "", op: event as unknown as StoredOp["op"] };
    for (const thing of new Set(touches(named, () => []))) {
      expect(place, `${event.op} overtook another`).toBeGreaterThan(latest.get(thing) ?? -1);
      latest.set(thing, place);
    }
  }
}

async function check(world: World, people: readonly Person[], mayBeLost: ReadonlySet<string>): Promise<void> {
  const { server } = world;
  const truth = await hashOf(server.graph());
  const ids = server.log.map((event) => event.opId);
  expect(new Set(ids).size, "something happened twice").toBe(ids.length);
  for (const person of people) {
    const seen = person.sync.graph();
    expect(seen && (await stateHash(seen)), "copies differ").toBe(truth);
    expect(seen && kindsOf([...seen.nodes.values()]), "what nodes are differs").toEqual(kindsOf(server.graph().nodes));
    expectOrder(world, person);
    const lost = person.submitted.filter((id) => !decided(world, person, id) && !mayBeLost.has(id));
    expect(lost, "something was lost").toEqual([]);
    const both = [...person.refused.keys()].filter((id) => ids.includes(id));
    expect(both, "something was refused and happened").toEqual([]);
  }
}

it(
  "whatever happens to three people, their copies converge, nothing is lost, nothing is doubled",
  async () => {
    for (const seed of seeds(1)) {
      const world = new World(new ModelServer(), seeded(seed));
      const people = ["ada", "bea", "cleo"].map((user) => new Person(world, user));
      try {
        const mayBeLost = await live(world, people, { slowDevice: true });
        await calm(world, people);
        await check(world, people, mayBeLost);
      } catch (error) {
        throw new Error(`history ${seed}`, { cause: error });
      }
    }
  },
  HISTORIES * HISTORY_MS_MAX,
);

it(
  "somebody who works alone is never refused, however bad the network is",
  async () => {
    for (const seed of seeds(1_000_001)) {
      const world = new World(new ModelServer(), seeded(seed));
      const ada = new Person(world, "ada");
      try {
        // Otherwise something could be left that hangs on what died with the page.
        const mayBeLost = await live(world, [ada], { slowDevice: false });
        await calm(world, [ada]);
        await check(world, [ada], mayBeLost);
        expect([...mayBeLost, ...ada.refused.values()]).toEqual([]);
      } catch (error) {
        throw new Error(`history ${seed}`, { cause: error });
      }
    }
  },
  HISTORIES * HISTORY_MS_MAX,
);
