import type { Page } from "@playwright/test";

import { MemoryStore, uuidv7, type BatchedOp } from "../../src/sync/index.ts";
import { expect, test, type App, type Person } from "../browser/kit/index.ts";
import type { Answer } from "../browser/kit/provider.ts";
import { User } from "../server/kit/user.ts";
import { median, served } from "./kit.ts";

const NODES = 1_000;
const COLUMNS = 40;
const PEOPLE = 20;
const CURSOR_MS = 50;
const FRAMES = 120;
const ROUNDS = 3;
const OPS_MAX = 500;
/** So many answers grow at once, each by a few words so often. */
const GROWING = 5;
const GROWING_MS = 60;

const ANSWER = "An answer of **some words**, with a list:\n\n- one\n- two\n\nand `code` at the end.";

test("a canvas of 1,000 nodes with 20 moving cursors, beside bare React Flow", async ({ app, browser }) => {
  test.setTimeout(600_000);
  const ada = await app.person("ada");
  const project = await filled(ada.user);
  const graph = await ada.user.call("GET", `/projects/${project}/graph`);
  const bare = await served("bare", JSON.stringify(graph));
  const crowd = await people(app, ada, project);
  const figures: Record<string, number[]> = {};
  const note = (name: string, value: number) => {
    console.log(name, value.toFixed(1));
    (figures[name] ??= []).push(value);
  };

  for (let round = 0; round < ROUNDS; round += 1) {
    // Somebody new each time, who has no view of their own to come back to.
    const { user, context } = await app.person(`reader${round}`);
    await ada.user.invite(project, user);
    const ours = await context.newPage();
    note("ours: first view, ms", await firstView(ours, `/projects/${project}`, "[data-node]"));
    await expect.poll(() => ours.locator("[data-cursor]").count()).toBeGreaterThanOrEqual(PEOPLE);
    note("ours: all in sight, frame, ms", await frames(ours));
    const asked = await writing(app, ada.user, project, round);
    note("ours: answers growing and pushing, frame, ms", await frames(ours));
    asked.stop();
    await ours.close();

    const page = await browser.newPage({ viewport: ada.page.viewportSize() ?? { width: 1440, height: 900 } });
    note("bare: first view, ms", await firstView(page, bare.url, ".react-flow__node"));
    note("bare: all in sight, frame, ms", await frames(page));
    await page.close();
  }

  for (const [name, values] of Object.entries(figures)) console.log("median,", name, median(values).toFixed(1));
  console.log("bytes", JSON.stringify(await bytes(ada, project)));
  crowd.stop();
  await bare.stop();
});

/** A graph of 1,000 answered nodes, each resting on the one above it. */
async function filled(user: User): Promise<string> {
  const project = await user.createProject();
  const ids = Array.from({ length: NODES }, () => uuidv7());
  const nodes = ids.map((id, at): BatchedOp => {
    const position = { x: (at % COLUMNS) * 420, y: Math.floor(at / COLUMNS) * 360 };
    return { id, op: "node.create", data: { prompt: `Question ${at}`, response: ANSWER, position } };
  });
  const edges = ids
    .slice(COLUMNS)
    .map((id, at): BatchedOp => ({ id: uuidv7(), op: "edge.create", data: { sourceId: ids[at] ?? "", targetId: id } }));
  const ops = [...nodes, ...edges];
  for (let at = 0; at < ops.length; at += OPS_MAX) {
    await user.call("POST", `/projects/${project}/ops`, { ops: ops.slice(at, at + OPS_MAX) });
  }
  return project;
}

/** People whose cursors never rest. */
async function people(app: App, owner: Person, project: string): Promise<{ stop: () => void }> {
  const stops: (() => void)[] = [];
  for (let at = 0; at < PEOPLE; at += 1) {
    const user = await User.register(app.server.address, `person${at}`);
    await owner.user.invite(project, user);
    const connection = user.connection();
    const sync = await user.open(connection, project, new MemoryStore());
    connection.start();
    let tick = at * 10;
    const timer = setInterval(() => {
      tick += 1;
      sync.presence.set({
        cursor: { x: 8_000 + 6_000 * Math.sin(tick / 20 + at), y: 4_000 + 3_000 * Math.cos(tick / 17 + at) },
      });
    }, CURSOR_MS);
    stops.push(() => {
      clearInterval(timer);
      connection.stop();
    });
  }
  return { stop: () => stops.forEach((stop) => stop()) };
}

/** Answers that grow, each with a card right below it that is pushed away. */
async function writing(app: App, user: User, project: string, round: number): Promise<{ stop: () => void }> {
  const answers: Answer[] = [];
  for (let at = 0; at < GROWING; at += 1) {
    const place = { x: (at + GROWING * round) * 420, y: -900 };
    const asked = { prompt: `Growing ${round} ${at}`, position: place };
    const { id } = (await user.call("POST", `/projects/${project}/nodes`, asked)) as { id: string };
    const below = { prompt: "Below", position: { x: place.x, y: place.y + 110 } };
    await user.call("POST", `/projects/${project}/nodes`, below);
    await user.call("POST", `/projects/${project}/nodes/${id}/generate`, {});
    answers.push(await app.provider.asked());
  }
  const timer = setInterval(() => answers.forEach((answer) => answer.say("Some more words. ")), GROWING_MS);
  return {
    stop: () => {
      clearInterval(timer);
      answers.forEach((answer) => answer.end());
    },
  };
}

/** From the beginning of the way there until every node and edge is on the screen and has been painted. */
async function firstView(page: Page, url: string, node: string): Promise<number> {
  await page.goto(url, { waitUntil: "commit" });
  await page.waitForFunction(
    ([selector, nodes, edges]) => {
      const drawn = document.querySelectorAll<HTMLElement>(selector);
      const isThere = drawn.length >= nodes && document.querySelectorAll(".react-flow__edge").length >= edges;
      return isThere && drawn[0]?.closest<HTMLElement>(".react-flow__node")?.style.visibility === "visible";
    },
    [node, NODES, NODES - COLUMNS] as const,
    { polling: "raf", timeout: 120_000 },
  );
  return page.evaluate(
    () =>
      new Promise<number>((resolve) =>
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now()))),
      ),
  );
}

/** The time of a frame, at the median, while a node is dragged about. */
async function frames(page: Page): Promise<number> {
  // In the middle: at the edge of the screen the canvas would move along.
  const rows = Math.floor(NODES / COLUMNS);
  const node = page.locator(".react-flow__node").nth(Math.floor(rows / 2) * COLUMNS + COLUMNS / 2);
  const box = await node.boundingBox();
  if (box === null) throw new Error("the node is on the screen");
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 3];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.evaluate(() => {
    const times: number[] = [];
    Object.assign(window, { times });
    const frame = (at: number) => {
      times.push(at);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  for (let at = 0; at < FRAMES; at += 1) await page.mouse.move(x + 60 * Math.sin(at / 9), y + 40 * Math.cos(at / 7));
  await page.mouse.up();
  const times = await page.evaluate(() => (window as unknown as { times: number[] }).times);
  return median(times.slice(1).map((time, at) => time - (times[at] ?? time)));
}

/** What comes over the wire until the canvas is there, with nothing in the browser's cache. */
async function bytes({ context }: Person, project: string): Promise<Record<string, number>> {
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
  const kinds = new Map<string, string>();
  const sum: Record<string, number> = {};
  session.on("Network.responseReceived", ({ requestId, type }) => kinds.set(requestId, type));
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const kind = kinds.get(requestId) ?? "Other";
    sum[kind] = (sum[kind] ?? 0) + encodedDataLength;
  });
  await page.goto(`/projects/${project}`);
  await page.locator("[data-node]").first().waitFor();
  await page.waitForLoadState("networkidle");
  await page.close();
  return sum;
}
