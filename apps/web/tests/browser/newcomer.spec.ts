import type { Locator } from "@playwright/test";

import { faultless } from "./kit/faultless.ts";
import { expect, test } from "./kit/index.ts";
import { answers, details, opened, press, select, tab } from "./kit/panel.ts";
import { linkTo } from "./kit/mail.ts";

/** What newcomers stumbled on. */

/** Its length puts it beside the second. */
const THIRD = "A third one, far to the right";

test("a card that is edited shows how it is asked, and asks at a press", async ({ app }) => {
  const { ada } = await opened(app);
  const { page } = ada;
  await page.locator(".react-flow__pane").dblclick({ position: { x: 400, y: 300 } });
  const card = page.locator("[data-editing]");
  await expect(card.getByText("Enter: new line")).toBeVisible();
  const send = card.getByRole("button", { name: /^Ask Ctrl/ });
  await expect(send).toBeDisabled();
  await ada.type("Why?");
  await send.click();
  await answers(app, "Because.");
  await expect(ada.card("Why?")).toHaveAttribute("data-status", "COMPLETED");
  await expect(ada.prompt).toHaveCount(0);
});

test("a question is edited in the panel as its answer is, and what is typed outlives a look elsewhere", async ({
  app,
}) => {
  const { ada, project } = await opened(app, "First", "Second");
  await select(ada, "First");
  await press(ada, "Edit question");
  const field = details(ada).getByRole("textbox", { name: "Question" });
  await expect(field).toBeFocused();
  await field.fill("First of all");
  await select(ada, "Second");
  await expect(field).toHaveCount(0);
  await select(ada, "First");
  await expect(field).toHaveValue("First of all");
  await press(ada, "Save");
  await expect(ada.card("First of all")).toBeVisible();
  await expect(field).toHaveCount(0);
  await expect.poll(() => ada.prompts(project)).toContain("First of all");
});

test("the letters of a frame's name are no commands", async ({ app }) => {
  const { ada, project } = await opened(app, "Why?");
  const { page } = ada;
  const { id } = (await ada.user.call("POST", `/projects/${project}/nodes`, {
    prompt: "",
    kind: "FRAME",
    title: "Ideas",
    position: { x: -600, y: 0 },
    width: 400,
    height: 300,
  })) as { id: string };
  await page.goto(`/projects/${project}?node=${id}`);
  await press(ada, "Frame name");
  await expect(details(ada).getByRole("textbox", { name: "Name" })).toBeFocused();
  await page.keyboard.type("Paths");
  await page.keyboard.press("Enter");
  await expect(details(ada).getByRole("textbox", { name: "Name" })).toHaveCount(0);
  const frame = async () => (await ada.user.call("GET", `/projects/${project}/nodes/${id}`)) as { title: string };
  await expect.poll(async () => (await frame()).title).toBe("Paths");
  await expect.poll(() => ada.prompts(project)).toHaveLength(2);
});

test("the panel goes back to the card that is pressed, unless something is typed in it", async ({ app }) => {
  const { ada } = await opened(app, "First", "Second", THIRD);
  const at = (name: string) => details(ada).getByRole("tab", { name });
  await select(ada, "First", "Second");
  await press(ada, "Compare");
  await expect(at("Compare")).toHaveAttribute("aria-selected", "true");
  // Its own links lead to what it compares.
  await details(ada).getByTitle("Go to “First”").first().click();
  await expect(at("Compare")).toHaveAttribute("aria-selected", "true");
  const merge = details(ada).getByRole("textbox", { name: "Question of the synthesis" });
  await merge.fill("Which?");
  await select(ada, THIRD);
  await expect(merge).toHaveValue("Which?");
  await merge.fill("");
  await select(ada, "Second");
  await select(ada, THIRD);
  await expect(at("Answer")).toHaveAttribute("aria-selected", "true");

  await tab(ada, "Agents");
  await select(ada, "First");
  await expect(at("Answer")).toHaveAttribute("aria-selected", "true");
  // What each card has of its own stays chosen.
  await tab(ada, "Context");
  await select(ada, "Second");
  await expect(at("Context")).toHaveAttribute("aria-selected", "true");
});

test("cards that are called the same are told apart in lists, and the bar of a selection names what it does", async ({
  app,
}) => {
  const { ada } = await opened(app, "Why?", "How?");
  await select(ada, "How?");
  await ada.page.keyboard.press("Control+d");
  await expect(ada.card("How?")).toHaveCount(2);
  await ada.page.keyboard.press("Control+a");
  for (const name of ["How? (1)", "How? (2)", "Why?"])
    await expect(details(ada).getByRole("button", { name, exact: true })).toBeVisible();
  const bar = ada.page.getByRole("toolbar", { name: "3 selected" });
  for (const name of ["Compare", "Synthesise", "Delete"]) {
    await expect(bar.getByRole("button", { name, exact: true })).toHaveText(name);
  }
});

test("cards are filtered by who made them", async ({ app }) => {
  const { ada, project } = await opened(app, "Hers");
  const bob = await app.person("bob", { reducedMotion: "reduce" });
  await ada.user.invite(project, bob.user);
  await bob.user.call("POST", `/projects/${project}/nodes`, { prompt: "His", position: { x: 600, y: 0 } });
  await expect(ada.card("His")).toBeVisible();
  await ada.page.keyboard.press("Shift+F");
  const filter = ada.page.getByRole("dialog", { name: "Filter" });
  await filter.getByLabel("Author").selectOption({ label: "bob" });
  await expect(filter.getByText("1 of 2")).toBeVisible();
  await ada.close();
  await expect(ada.card("Hers")).toHaveAttribute("data-dimmed", "true");
  await expect(ada.card("His")).not.toHaveAttribute("data-dimmed");
});

test("a copy says what it was copied from, here and in another project", async ({ app }) => {
  const { ada, project } = await opened(app, "Original");
  const { page } = ada;
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await select(ada, "Original");
  await page.keyboard.press("Control+d");
  await expect(ada.card("Original")).toHaveCount(2);
  const panel = details(ada);
  await expect(panel.getByText("Copied from")).toBeVisible();
  await panel.getByRole("button", { name: "Original (1)", exact: true }).click();
  await expect(panel.getByText("Copied from")).toHaveCount(0);

  await page.keyboard.press("Control+c");
  await ada.open(await ada.user.createProject());
  await page.locator(".react-flow__pane").click({ position: { x: 400, y: 300 } });
  await page.keyboard.press("Control+v");
  await expect(ada.card("Original")).toBeVisible();
  await expect(panel.getByText("Copied from")).toBeVisible();
  await panel.getByRole("link", { name: "another project" }).click();
  await expect(page).toHaveURL(new RegExp(`/projects/${project}\\?.*node=`));
});

test("an answer that was stopped is called so, also after the page was loaded again", async ({ app }) => {
  const { ada } = await opened(app, "Why?");
  await select(ada, "Why?");
  await press(ada, "Ask");
  const answer = await app.provider.asked();
  answer.say("Because ");
  await expect(ada.card("Why?")).toContainText("Because");
  await ada.card("Why?").getByRole("button", { name: "Stop" }).click();
  await expect(ada.card("Why?")).toContainText("Stopped");
  await ada.saved();
  await ada.page.reload();
  await ada.saved();
  await expect(ada.card("Why?")).toContainText("Stopped");
  await expect(ada.card("Why?")).not.toContainText("Answered");
  await select(ada, "Why?");
  await expect(details(ada).getByText("Stopped before it was complete.")).toBeVisible();

  await press(ada, "Retry");
  await answers(app, "Because it is.");
  await expect(ada.card("Why?")).toContainText("Answered");
});

test("where no mail is sent, nobody is asked to confirm an address", async ({ app }) => {
  const { ada } = await opened(app, "Why?");
  await ada.page.goto("/");
  await expect(ada.page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(ada.page.getByRole("complementary", { name: "Your address" })).toHaveCount(0);
});

test.describe("where addresses are confirmed", () => {
  test.use({ more: { NONLINEAR_AUTH__CONFIRM_ADDRESSES: "true" } });

  test("everybody is asked to, until it is done by the mailed link", async ({ app }) => {
    const ada = await app.person("ada", { locale: "en-GB", reducedMotion: "reduce" });
    const { page, user } = ada;
    const banner = page.getByRole("complementary", { name: "Your address" });
    await page.goto("/");
    await expect(banner).toBeVisible();
    await page.goto(await linkTo(app.server.folder, user.email, "verify"));
    await page.getByRole("button", { name: "Confirm address" }).click();
    await expect(page.getByText("Address confirmed.")).toBeVisible();
    await page.getByRole("link", { name: "Continue" }).click();
    await expect(page.getByRole("heading", { name: "Projects" })).toBeVisible();
    await expect(banner).toHaveCount(0);
  });
});

test("in French the panel's tabs stand on one line, and one word is said for a card", async ({ app }) => {
  const ada = await app.person("ada", {
    locale: "fr-FR",
    reducedMotion: "reduce",
    viewport: { width: 1440, height: 900 },
  });
  const project = await ada.user.createProject();
  await ada.user.call("POST", `/projects/${project}/nodes`, { prompt: "Pourquoi ?", position: { x: 0, y: 0 } });
  await ada.open(project);
  await select(ada, "Pourquoi ?");
  const tabs = ada.page.getByRole("complementary", { name: "Détails" }).getByRole("tab");
  await expect(tabs).toHaveCount(6);
  const tops = await tabs.evaluateAll((all) => all.map((each) => Math.round(each.getBoundingClientRect().top)));
  expect(new Set(tops).size).toBe(1);
  await expect(ada.page.getByRole("button", { name: "Nouvelle carte" })).toBeVisible();
  await expect(ada.page.getByText(/nœud|prompt/i)).toHaveCount(0);
});

test("the minimap is there only where not all is in sight, and shows how cards stand and who is where", async ({
  app,
}) => {
  const { ada, project } = await opened(app, "Near");
  const map = ada.page.getByRole("img", { name: "Minimap" });
  await expect(ada.card("Near")).toBeVisible();
  await expect(map).toHaveCount(0);

  const far = { prompt: "Far", response: "Answered.", position: { x: 9_000, y: 6_000 } };
  await ada.user.call("POST", `/projects/${project}/nodes`, far);
  await expect(map).toBeVisible();
  await expect.poll(() => pixels(map, "--map-good")).toBeGreaterThan(0);

  const before = await pixels(map, null);
  const bob = await app.person("bob", { locale: "en-GB", reducedMotion: "reduce" });
  await ada.user.invite(project, bob.user);
  await bob.open(project);
  await bob.page.locator(".react-flow__pane").hover({ position: { x: 300, y: 500 } });
  await expect(ada.page.locator("[data-cursor]")).toHaveCount(1);
  // Somebody's dot is the only thing that is new on it.
  await expect.poll(() => pixels(map, null)).toBeGreaterThan(before);

  await ada.page.getByRole("button", { name: "Hide minimap" }).click();
  await expect(map).toHaveCount(0);
  await ada.page.getByRole("button", { name: "Show minimap" }).click();
  await ada.page.keyboard.press("f");
  await expect(map).toHaveCount(0);
});

test("the minimap covers neither a card that is edited nor the field under it", async ({ app }) => {
  const ada = await app.person("ada", { locale: "en-GB", reducedMotion: "reduce" });
  const project = await ada.user.createProject();
  for (const [prompt, x, y] of [
    ["At the corner", 700, 560],
    ["Far", 9_000, 6_000],
  ] as const) {
    await ada.user.call("POST", `/projects/${project}/nodes`, { prompt, response: "Yes.", position: { x, y } });
  }
  await ada.user.call("PUT", `/projects/${project}/viewport`, { x: 0, y: 0, zoom: 1 });
  await ada.open(project);
  const corner = ada.page.locator("[data-minimap]");
  const card = ada.card("At the corner");
  await expect(corner).toBeVisible();
  expect(await overlap(card, corner)).toBe(true);

  await card.click({ position: { x: 40, y: 10 } });
  await ada.page.keyboard.press("Enter");
  await expect(card).toHaveAttribute("data-editing", "true");
  await expect.poll(() => overlap(card, corner)).toBe(false);
  await ada.page.keyboard.press("Escape");
  await ada.page.keyboard.press("/");
  const field = ada.page.locator("[data-follow-up]");
  await expect(field).toBeVisible();
  await expect.poll(() => overlap(field, corner)).toBe(false);
});

/** Whether one lies over the other on the screen. */
async function overlap(one: Locator, other: Locator): Promise<boolean> {
  const [a, b] = [await one.boundingBox(), await other.boundingBox()];
  if (a === null || b === null) throw new Error("both are on the screen");
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** How many points of the minimap have a colour of its own; of any colour but those of cards and lines, without one. */
const pixels = (map: Locator, name: string | null): Promise<number> =>
  map.evaluate((element, wanted) => {
    const canvas = element as HTMLCanvasElement;
    const pen = canvas.getContext("2d");
    if (pen === null) throw new Error("it is drawn");
    const probe = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const style = getComputedStyle(canvas);
    const rgb = (color: string) => {
      if (probe === null) throw new Error("a colour is drawn");
      probe.fillStyle = style.getPropertyValue(color);
      probe.fillRect(0, 0, 1, 1);
      return [...probe.getImageData(0, 0, 1, 1).data.slice(0, 3)].join();
    };
    const own = ["--map-good", "--map-plain", "--map-ink", "--map-accent", "--map-warn", "--map-bad"].map(rgb);
    const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let at = 0; at < data.length; at += 4) {
      if (data[at + 3] !== 255) continue;
      const said = [data[at], data[at + 1], data[at + 2]].join();
      if (wanted === null ? !own.includes(said) : said === rgb(wanted)) count += 1;
    }
    return count;
  }, name);

test("what a letter made or folded away is said, and taken back by the message or by the key", async ({ app }) => {
  const { ada } = await opened(app, "First", "Second", "Third");
  const { page } = ada;
  const messages = page.locator("[data-toasts]");
  await select(ada, "Third");
  await page.keyboard.press("b");
  await expect(ada.prompt).toBeFocused();
  await expect(messages).toContainText("New card (key B)");
  await faultless(page, "a message with a way back", { within: "[data-toasts]" });
  await messages.getByRole("button", { name: "Undo" }).click();
  await expect(page.locator("[data-node]")).toHaveCount(3);
  await expect(ada.prompt).toHaveCount(0);
  await expect(page.locator(".react-flow__node.selected")).toContainText("Third");

  await select(ada, "First");
  await page.keyboard.press("c");
  await expect(page.locator("[data-node]")).toHaveCount(1);
  await expect(messages).toContainText("2 cards folded (key C)");
  await messages.getByRole("button", { name: "Undo" }).click();
  await expect(page.locator("[data-node]")).toHaveCount(3);

  // What is folded by hand is a step of the history as well.
  await ada.card("First").getByRole("button", { name: "Fold 2 cards below" }).click();
  await expect(page.locator("[data-node]")).toHaveCount(1);
  await page.keyboard.press("ControlOrMeta+z");
  await expect(page.locator("[data-node]")).toHaveCount(3);
  await page.keyboard.press("ControlOrMeta+Shift+z");
  await expect(page.locator("[data-node]")).toHaveCount(1);
});

test("from making an agent a link leads back to the project where it was wanted", async ({ app }) => {
  const { ada, project } = await opened(app, "First");
  const { page } = ada;
  await page.getByRole("tab", { name: "Agents" }).click();
  await page.getByRole("button", { name: "Add an agent" }).first().click();
  await page.getByRole("dialog").getByRole("link").click();
  await expect(page).toHaveURL(/\/agents$/);
  await expect(page.getByRole("link", { name: "Back to Shared" })).toBeVisible();
  await faultless(page, "agents, with the way back");
  await page.getByRole("button", { name: "New agent" }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /^Create/ })
    .click();
  await expect(page).toHaveURL(/\/agents\/.+/);
  await page.getByRole("link", { name: "Back to Shared" }).click();
  await expect(page).toHaveURL(new RegExp(`/projects/${project}`));
  await expect(page.getByRole("tab", { name: "Agents", selected: true })).toBeVisible();
});
