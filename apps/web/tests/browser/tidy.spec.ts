import { uuidv7, type BatchedOp, type NodeView } from "../../src/sync/index.ts";
import { batches } from "../../src/project/history.ts";
import { expect, test, type Person } from "./kit/index.ts";
import { pictured } from "./kit/pictures.ts";

const LONG = "A sentence that goes on for a while, as answers do. ".repeat(30);

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A question with or without an answer, at a place. */
function node(id: string, prompt: string, x: number, y: number, response?: string): BatchedOp {
  return { id, op: "node.create", data: { prompt, position: { x, y }, ...(response !== undefined && { response }) } };
}

const edge = (sourceId: string, targetId: string): BatchedOp => ({
  id: uuidv7(),
  op: "edge.create",
  data: { sourceId, targetId },
});

async function project(ada: Person, ops: BatchedOp[], fields: object = {}): Promise<string> {
  const id = await ada.user.createProject();
  if (Object.keys(fields).length > 0) await ada.user.call("PATCH", `/projects/${id}`, fields);
  for (const some of batches(ops)) await ada.user.call("POST", `/projects/${id}/ops`, { ops: some });
  await ada.open(id);
  return id;
}

/** The nodes that the server has. */
async function nodesOf(ada: Person, id: string): Promise<readonly NodeView[]> {
  return ((await ada.user.call("GET", `/projects/${id}/graph`)) as { nodes: NodeView[] }).nodes;
}

async function areaOf(ada: Person, prompt: string): Promise<Area> {
  const area = await ada.card(prompt).boundingBox();
  if (area === null) throw new Error(`"${prompt}" is on the screen`);
  return area;
}

const covers = (one: Area, other: Area) =>
  one.x < other.x + other.width - 1 &&
  other.x < one.x + one.width - 1 &&
  one.y < other.y + other.height - 1 &&
  other.y < one.y + one.height - 1;

/** Takes a card by its lower edge to where it is let go: the first step of a drag only begins it. */
async function drag(ada: Person, from: Area, by: { x: number; y: number }): Promise<void> {
  const [x, y] = [from.x + 100, from.y + from.height - 12];
  await ada.page.mouse.move(x, y);
  await ada.page.mouse.down();
  await ada.page.mouse.move(x + 2, y);
  await ada.page.mouse.move(x + 2 + by.x, y + by.y, { steps: 12 });
}

/** How many pairs of cards on the screen cover each other, once nothing moves. */
function covered(ada: Person): Promise<number> {
  return ada.page.evaluate(() => {
    const boxes = [...document.querySelectorAll("[data-node]:not([data-kind=FRAME])")].map((card) =>
      card.getBoundingClientRect(),
    );
    const pairs = boxes.flatMap((one, at) => boxes.slice(at + 1).map((other) => [one, other] as const));
    return pairs.filter(
      ([one, other]) =>
        one.left < other.right - 1 &&
        other.left < one.right - 1 &&
        one.top < other.bottom - 1 &&
        other.top < one.bottom - 1,
    ).length;
  });
}

test("an answer has its room once it is asked for: what is in the way goes down, and nothing moves while it is written", async ({
  app,
}) => {
  const ada = await app.person("ada");
  const [question, below] = [uuidv7(), uuidv7()];
  await project(ada, [node(question, "What decides it?", 0, 0), node(below, "Below", 0, 130)]);
  await expect(ada.card("Below")).toBeVisible();
  const before = await areaOf(ada, "Below");

  await ada.card("What decides it?").click();
  await ada.page.keyboard.press("Control+Enter");
  const answer = await app.provider.asked();
  answer.say("First words.");
  await expect(ada.card("First words.")).toBeVisible();
  await expect.poll(async () => (await areaOf(ada, "Below")).y).toBeGreaterThan(before.y);
  await expect.poll(() => covered(ada)).toBe(0);
  const asked = await areaOf(ada, "What decides it?");

  answer.say(LONG);
  await expect(ada.card("goes on for a while")).toBeVisible();
  expect(await areaOf(ada, "What decides it?")).toEqual(asked);
  answer.end();
  await expect(ada.card("What decides it?")).toHaveAttribute("data-status", "COMPLETED");
  expect(await covered(ada)).toBe(0);
});

test("a long answer fades, and is shown whole for everybody; what was below makes room", async ({ app }) => {
  const [ada, bob] = [await app.person("ada"), await app.person("bob")];
  const [question, below] = [uuidv7(), uuidv7()];
  const id = await project(ada, [node(question, "Why?", 0, 0, LONG), node(below, "Below", 0, 420, "Short.")]);
  await ada.user.invite(id, bob.user);
  await bob.open(id);

  await ada.card("Why?").getByRole("button", { name: "Show more" }).click();
  await expect(ada.card("Why?").getByRole("button", { name: "Show less" })).toBeVisible();
  await expect.poll(() => covered(ada)).toBe(0);
  const [hers, his] = [await areaOf(ada, "Why?"), await areaOf(bob, "Why?")];
  expect(Math.abs(hers.height - his.height)).toBeLessThan(1);

  await ada.page.keyboard.press("Escape");
  await ada.page.keyboard.press("Control+z");
  await expect(ada.card("Why?").getByRole("button", { name: "Show more" })).toBeVisible();
  await expect.poll(async () => (await areaOf(ada, "Why?")).height).toBeLessThan(hers.height);
});

test("everything is tidied up, and one undo brings it back", async ({ app }) => {
  const ada = await app.person("ada");
  const ids = Array.from({ length: 12 }, () => uuidv7());
  const [root = ""] = ids;
  const heap = ids.map((id, at) => node(id, `Card ${at}.`, at * 40, at * 30, "An answer."));
  const id = await project(ada, [
    ...heap,
    ...ids.slice(1).map((child, at) => edge(ids[Math.floor(at / 3)] ?? root, child)),
  ]);
  const places = async () => (await nodesOf(ada, id)).map(({ position }) => position);
  const before = await places();

  await ada.page.getByRole("button", { name: "Tidy up" }).click();
  await expect.poll(places).not.toEqual(before);
  await ada.saved();
  await ada.page.getByRole("button", { name: "Zoom in" }).focus();
  await ada.page.keyboard.press("f");
  await expect.poll(() => ada.page.locator("[data-node]").count()).toBe(12);
  await expect.poll(() => covered(ada)).toBe(0);

  await ada.page.keyboard.press("Control+z");
  await ada.saved();
  expect(await places()).toEqual(before);
});

test("a project that keeps itself laid out puts a branch beside its siblings, and makes room for it", async ({
  app,
}) => {
  const ada = await app.person("ada");
  const root = uuidv7();
  const id = await project(ada, [node(root, "Root", 0, 0)], { layout: "TREE_DOWN" });
  for (const name of ["One", "Two", "Three"]) {
    await ada.card("Root").click();
    await ada.page.keyboard.press("b");
    await ada.write(name);
  }
  await ada.saved();
  const row = async () => {
    const nodes = await nodesOf(ada, id);
    const at = (name: string) => nodes.find(({ prompt }) => prompt === name)?.position ?? { x: NaN, y: NaN };
    const [one, two, three] = [at("One"), at("Two"), at("Three")];
    return one.x < two.x && two.x < three.x && one.y === two.y && two.y === three.y && at("Root").x === two.x;
  };
  await expect.poll(row).toBe(true);
});

test("a card that is dropped on another goes to the nearest free place", async ({ app }) => {
  const ada = await app.person("ada");
  await project(ada, [node(uuidv7(), "First", 0, 0), node(uuidv7(), "Second", 600, 0)]);
  const [from, to] = [await areaOf(ada, "First"), await areaOf(ada, "Second")];
  await drag(ada, from, { x: to.x - from.x + 30, y: 6 });
  await expect.poll(async () => covers(await areaOf(ada, "First"), await areaOf(ada, "Second"))).toBe(true);
  await ada.page.mouse.up();
  await ada.saved();
  await expect.poll(async () => covers(await areaOf(ada, "First"), await areaOf(ada, "Second"))).toBe(false);
  expect(Math.abs((await areaOf(ada, "Second")).x - to.x)).toBeLessThan(1);
});

test("what is dragged nearly level with another card is put level, and a line says so", async ({ app }) => {
  const ada = await app.person("ada");
  const id = await project(ada, [node(uuidv7(), "First", 0, 0), node(uuidv7(), "Second", 700, 200)]);
  const from = await areaOf(ada, "Second");
  await drag(ada, from, { x: 0, y: (-197 * from.width) / 340 });
  await expect(ada.page.locator("[data-guide]").first()).toBeAttached();
  await ada.page.mouse.up();
  await ada.saved();
  await expect(ada.page.locator("[data-guide]")).toHaveCount(0);
  const nodes = await nodesOf(ada, id);
  expect(nodes.map(({ position }) => position.y)).toEqual([0, 0]);
});

test("what is dragged beside two cards keeps the gap that is between them, and a line shows it", async ({ app }) => {
  const ada = await app.person("ada");
  const [first, second, third] = [uuidv7(), uuidv7(), uuidv7()];
  // Nothing of the third stands level with anything of the others before it is dragged.
  const id = await project(ada, [
    node(first, "First", 0, 0),
    node(second, "Second", 430, 0),
    node(third, "Third", 975, 400),
  ]);
  const from = await areaOf(ada, "Third");
  const px = from.width / 340;
  await drag(ada, from, { x: -112 * px, y: -370 * px });
  await expect(ada.page.locator('[data-guide="y"]').first()).toBeAttached();
  await ada.page.mouse.up();
  await ada.saved();
  await expect(ada.page.locator("[data-guide]")).toHaveCount(0);
  const at = (await nodesOf(ada, id)).find((each) => each.id === third)?.position;
  // The gap between the first two is 90.
  expect(at?.x).toBe(430 + 340 + 90);
});

test("a canvas is read from near and afar: names of at least 12 pixels, what cards say in short, everything", async ({
  app,
}) => {
  const ada = await app.person("ada");
  const ids = Array.from({ length: 60 }, () => uuidv7());
  const cards = ids.map((id, at) =>
    node(id, `Question number ${at}`, (at % 10) * 420, Math.floor(at / 10) * 500, LONG),
  );
  await project(ada, cards);
  const detail = ada.page.locator("[data-detail]");
  const press = (key: string) => ada.page.keyboard.press(key);
  await ada.page.getByRole("button", { name: "Zoom in" }).focus();
  await press("f");
  while ((await detail.getAttribute("data-detail")) !== "name") {
    await press("-");
    await ada.page.waitForFunction(() => document.getAnimations().length === 0);
  }
  const label = ada.page.locator("[data-label]").first();
  await expect(label).toBeVisible();
  const size = await label.evaluate((element) => {
    const scale = element.getBoundingClientRect().height / (element as HTMLElement).offsetHeight;
    return Number.parseFloat(getComputedStyle(element).fontSize) * scale;
  });
  expect(size).toBeGreaterThanOrEqual(12);

  for (const wanted of ["title", "gist", "all"]) {
    while ((await detail.getAttribute("data-detail")) !== wanted) await press("+");
    if (wanted === "gist") await expect(ada.card("A sentence that goes on").first()).toBeVisible();
  }
  await expect(ada.page.locator("[data-node] header").first()).toBeVisible();
});

/** Titles as people give them. */
const SUBJECTS = [
  "Why is the sky blue",
  "What does it cost",
  "Risks of the plan",
  "Who decides, and when",
  "A quicker way",
];

test("of 300 cards all in view after tidying up, each has its name, or is counted where the panel is open", async ({
  app,
}, info) => {
  const ada = await app.person("ada", { reducedMotion: "reduce" });
  const { page } = ada;
  const ids = Array.from({ length: 300 }, () => uuidv7());
  const title = (at: number) => `${SUBJECTS[at % SUBJECTS.length] ?? ""} ${String(at)}?`;
  const cards = ids.map((id, at) => node(id, title(at), (at % 20) * 400, Math.floor(at / 20) * 300));
  // A tree of which each card has four that follow.
  const edges = ids.slice(1).map((id, at) => edge(ids[Math.floor(at / 4)] ?? "", id));
  await project(ada, [...cards, ...edges], { layout: "TREE_DOWN" });
  const labels = page.locator("[data-label]");
  const seen = () =>
    page.evaluate(() => {
      const labels = [...document.querySelectorAll<HTMLElement>("[data-label]")];
      const boxes = labels.map((label) => label.getBoundingClientRect());
      const sizes = labels.map(
        (label, at) =>
          (Number.parseFloat(getComputedStyle(label).fontSize) * (boxes[at]?.height ?? 0)) / label.offsetHeight,
      );
      const pane = document.querySelector(".react-flow")?.getBoundingClientRect() ?? new DOMRect();
      const isIn = (box: DOMRect) =>
        box.left >= pane.left && box.top >= pane.top && box.left <= pane.right && box.bottom <= pane.bottom;
      const covering = boxes.flatMap((one, at) =>
        boxes
          .slice(at + 1)
          .filter(
            (other) =>
              one.left < other.right - 1 &&
              other.left < one.right - 1 &&
              one.top < other.bottom - 1 &&
              other.top < one.bottom - 1,
          ),
      );
      return {
        named: labels.length,
        whole: labels.filter(
          ({ scrollHeight, clientHeight, scrollWidth, clientWidth }) =>
            scrollHeight <= clientHeight + 1 && scrollWidth <= clientWidth + 1,
        ).length,
        inView: boxes.filter(isIn).length,
        counted: labels.reduce((sum, { dataset }) => sum + Number(dataset.under), 0),
        smallest: Math.min(...sizes),
        covering: covering.length,
        width: pane.width,
      };
    });
  for (const panel of ["open", "closed"]) {
    if (panel === "closed") await page.keyboard.press("i");
    await expect(page.getByRole("complementary", { name: "Details" })).toHaveCount(panel === "closed" ? 0 : 1);
    const last = page.locator(`.react-flow__node[data-id="${ids.at(-1) ?? ""}"]`);
    const place = await last.getAttribute("style");
    await page.getByRole("button", { name: "Tidy up" }).click();
    await expect(last).not.toHaveAttribute("style", place ?? "");
    await ada.saved();
    await page.keyboard.press("f");
    await expect(labels.first()).toBeVisible();
    await expect.poll(async () => (await seen()).inView).toBe((await seen()).named);
    if (panel === "closed") await expect(labels).toHaveCount(300);
    const { named, counted, smallest, covering, ...figures } = await seen();
    const description = JSON.stringify({ named, counted, smallest, ...figures });
    info.annotations.push({ type: `panel ${panel}`, description });
    // Beside the panel, on 980 pixels, there is no room for so many.
    expect([named, counted]).toEqual(panel === "closed" ? [300, 0] : [named, 300 - named]);
    expect(smallest).toBeGreaterThanOrEqual(12);
    expect(covering).toBe(0);
    await pictured(page, `afar-${panel}`, info);
  }

  // What is folded away is counted there as well.
  const before = await seen();
  const root = page.locator(`[data-node="${ids[1] ?? ""}"]`);
  await root.click({ force: true });
  await page.keyboard.press("c");
  await expect.poll(async () => (await seen()).named).toBeLessThan(before.named);
  const folded = await seen();
  expect(folded.named + folded.counted).toBe(300);
});

test("whoever is lost finds the way back to what is there", async ({ app }) => {
  const ada = await app.person("ada");
  await project(ada, [node(uuidv7(), "Only one", 0, 0)]);
  await expect(ada.page.getByRole("button", { name: "Back to content" })).toHaveCount(0);
  await ada.page.mouse.move(500, 500);
  await ada.page.mouse.wheel(0, 6_000);
  await ada.page.getByRole("button", { name: "Back to content" }).click();
  await expect(ada.card("Only one")).toBeInViewport();
  await expect(ada.page.getByRole("button", { name: "Back to content" })).toHaveCount(0);
});

test("a card that is dropped in a frame belongs to it, and one undo takes it out again", async ({ app }) => {
  const ada = await app.person("ada");
  const [frame, card] = [uuidv7(), uuidv7()];
  const looks = { kind: "FRAME", title: "Ideas", width: 500, height: 400 };
  const id = await project(ada, [
    { id: frame, op: "node.create", data: { prompt: "", position: { x: 500, y: 0 }, ...looks } } as BatchedOp,
    node(card, "Loose", 0, 0),
  ]);
  const from = await areaOf(ada, "Loose");
  await drag(ada, from, { x: (580 * from.width) / 340, y: (120 * from.width) / 340 });
  await ada.page.mouse.up();
  await ada.saved();
  const frameOf = async () => (await nodesOf(ada, id)).find((each) => each.id === card)?.frameId ?? null;
  await expect.poll(frameOf).toBe(frame);

  await ada.page.keyboard.press("Control+z");
  await expect.poll(frameOf).toBe(null);
  await expect.poll(async () => Math.abs((await areaOf(ada, "Loose")).x - from.x)).toBeLessThan(1);
});
