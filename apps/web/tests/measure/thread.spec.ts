import type { Page } from "@playwright/test";

import { uuidv7, type BatchedOp } from "../../src/sync/index.ts";
import { expect, test } from "../browser/kit/index.ts";
import type { User } from "../server/kit/user.ts";
import { median, served } from "./kit.ts";

/** Questions with their answers: 5,000 messages. */
const TURNS = 2_500;
const ROUNDS = 3;
const FRAMES = 300;
const STEP_PX = 160;
const OPS_MAX = 500;

const ANSWER =
  "An answer of **some words**, with a list:\n\n- one thing that is said\n- another, with `code`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nAnd a sentence at the end that goes on for a little longer than a line, as sentences in answers do.";

test("a conversation of 5,000 messages, beside a bare list of the same Markdown", async ({ app, browser }) => {
  test.setTimeout(900_000);
  const ada = await app.person("ada");
  const project = await filled(ada.user);
  const graph = await ada.user.call("GET", `/projects/${project}/graph`);
  const bare = await served("bare-list", JSON.stringify(graph));
  const figures: Record<string, number[]> = {};
  const note = (name: string, value: number) => {
    console.log(name, value.toFixed(1));
    (figures[name] ??= []).push(value);
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    const ours = await ada.context.newPage();
    note("ours: first view, ms", await firstView(ours, `/projects/${project}?view=thread`, `Question ${TURNS - 1},`));
    for (const [name, value] of Object.entries(await scrolled(ours, "[data-scroller]"))) note(`ours: ${name}`, value);
    expect(await ours.locator("[data-message]").count()).toBeLessThan(60);
    await ours.close();

    const page = await browser.newPage({ viewport: ada.page.viewportSize() ?? { width: 1440, height: 900 } });
    note("bare: first view, ms", await firstView(page, bare.url, `Question ${TURNS - 1},`));
    for (const [name, value] of Object.entries(await scrolled(page, "html"))) note(`bare: ${name}`, value);
    await page.close();
  }
  for (const [name, values] of Object.entries(figures)) console.log("median,", name, median(values).toFixed(1));
  for (const name of ["first view, ms", "frame, ms"]) {
    const ratio = median(figures[`ours: ${name}`] ?? []) / median(figures[`bare: ${name}`] ?? []);
    console.log("ours / bare,", name, ratio.toFixed(3));
  }
  await bare.stop();
});

async function filled(user: User): Promise<string> {
  const project = await user.createProject();
  const ids = Array.from({ length: TURNS }, () => uuidv7());
  const nodes = ids.map((id, at): BatchedOp => ({
    id,
    op: "node.create",
    data: { prompt: `Question ${at}, in a few words?`, response: ANSWER, position: { x: 0, y: at * 420 } },
  }));
  const edges = ids
    .slice(1)
    .map((id, at): BatchedOp => ({ id: uuidv7(), op: "edge.create", data: { sourceId: ids[at] ?? "", targetId: id } }));
  const ops = [...nodes, ...edges];
  for (let at = 0; at < ops.length; at += OPS_MAX)
    await user.call("POST", `/projects/${project}/ops`, { ops: ops.slice(at, at + OPS_MAX) });
  return project;
}

/** From the beginning of the way there until the last message is in sight and painted. */
async function firstView(page: Page, url: string, last: string): Promise<number> {
  await page.goto(url, { waitUntil: "commit" });
  await page.waitForFunction(
    (text) => {
      const message = [...document.querySelectorAll("article")].findLast((each) => each.textContent.includes(text));
      const box = message?.getBoundingClientRect();
      return box !== undefined && box.height > 0 && box.top < innerHeight && box.bottom > 0;
    },
    last,
    { polling: "raf", timeout: 240_000 },
  );
  return page.evaluate(
    () =>
      new Promise<number>((resolve) =>
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now()))),
      ),
  );
}

/** How long frames take while somebody scrolls up fast: at the median, and of a hundred the fifth worst. */
async function scrolled(page: Page, selector: string): Promise<Record<string, number>> {
  const times = await page.evaluate(
    async ({ selector, frames, step }) => {
      const scroller = document.querySelector(selector);
      const times: number[] = [];
      for (let frame = 0; frame < frames; frame += 1) {
        scroller?.scrollBy({ top: -step });
        times.push(await new Promise<number>((resolve) => requestAnimationFrame(resolve)));
      }
      return times;
    },
    { selector, frames: FRAMES, step: STEP_PX },
  );
  const spans = times.slice(1).map((time, at) => time - (times[at] ?? time));
  const late = spans.toSorted((a, b) => a - b)[Math.floor(spans.length * 0.95)] ?? Number.NaN;
  return { "frame, ms": median(spans), "frame at 95 of 100, ms": late };
}
