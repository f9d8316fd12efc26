import type { Page } from "@playwright/test";

import { User } from "../server/kit/user.ts";
import { expect, test, type App, type Person } from "./kit/index.ts";
import { answers, ask, details, node, opened, press, select, tab } from "./kit/panel.ts";

/** What was seen to go wrong once. */

const nowhere = (page: Page) => page.evaluate(() => document.activeElement === document.body);

/** Two answers, of which the second is out of date. */
async function outOfDate(app: App): Promise<{ ada: Person; project: string }> {
  const { ada, project } = await opened(app, "The question before", "The question after");
  await ask(app, ada, "The question before", "What was said before.");
  await ask(app, ada, "The question after", "What follows from it.");
  const { items } = (await ada.user.call("GET", `/projects/${project}/nodes`)) as {
    items: { id: string; prompt: string; version: number }[];
  };
  const before = items.find(({ prompt }) => prompt === "The question before");
  const data = { id: before?.id, response: "Something else.", baseVersion: before?.version };
  await ada.user.call("POST", `/projects/${project}/ops`, { ops: [{ op: "node.update", data }] });
  await expect(ada.card("The question after")).toHaveAttribute("data-status", "STALE");
  return { ada, project };
}

test("a refresh that begins leaves the keyboard in its window, is stopped there, and never offers nothing", async ({
  app,
}) => {
  const { ada } = await outOfDate(app);
  const { page } = ada;
  await select(ada, "The question before");
  await page.getByRole("button", { name: "Refresh 1 out-of-date answer" }).click();
  const dialog = page.getByRole("dialog", { name: "Refresh out-of-date answers" });
  await dialog.getByRole("button", { name: "Refresh", exact: true }).click();
  await expect(dialog.getByText("Refreshing: 0 of 1")).toBeVisible();

  for (const key of ["Delete", "b", "n", "Backspace"]) await page.keyboard.press(key);
  await expect(page.locator("[data-node]")).toHaveCount(2);
  expect(await dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true);

  await dialog.getByRole("button", { name: "Stop" }).click();
  await expect(dialog.getByText("The refresh did not finish.")).toBeVisible();
  await expect(page.getByRole("button", { name: /Refresh 0/ })).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  expect(await nowhere(page)).toBe(false);
});

test("what came of a refresh is closed together with its window", async ({ app }) => {
  const { ada } = await outOfDate(app);
  const { page } = ada;
  await page.getByRole("button", { name: "Refresh 1 out-of-date answer" }).click();
  const dialog = page.getByRole("dialog", { name: "Refresh out-of-date answers" });
  await dialog.getByRole("button", { name: "Refresh", exact: true }).click();
  await answers(app, "What follows now.");
  await expect(dialog.getByText("Done: 1 answer written.")).toBeVisible();
  await expect(page.getByRole("button", { name: /Refresh 0/ })).toHaveCount(0);

  await dialog.locator("[data-result]").getByRole("button", { name: "Close" }).click();

  await expect(dialog).toHaveCount(0);
  expect(await nowhere(page)).toBe(false);
});

test("two attempts beside each other keep the keyboard, and close on Escape, once one is chosen", async ({ app }) => {
  const { ada } = await opened(app, "Name a colour");
  const { page } = ada;
  const panel = details(ada);
  await ask(app, ada, "Name a colour", "Red, of course.");
  await ask(app, ada, "Name a colour", "Green, rather.", "Retry");
  await tab(ada, "Attempts");
  const boxes = panel.getByRole("checkbox");
  await expect(boxes).toHaveCount(2);
  for (const box of await boxes.all()) await box.check();
  await press(ada, "Compare");
  const beside = page.getByRole("dialog", { name: "Compare attempts" });
  await beside.getByRole("button", { name: "Use this answer" }).click();
  // Now the other one can be chosen, and what was pressed is gone.
  const first = beside.locator("section").first();
  await expect(first.getByRole("button", { name: "Use this answer" })).toBeVisible();
  await expect(beside.getByRole("button", { name: "Use this answer" })).toHaveCount(1);

  for (const key of ["b", "Delete"]) await page.keyboard.press(key);
  await expect(page.locator("[data-node]")).toHaveCount(1);
  await page.keyboard.press("Escape");
  await expect(beside).toHaveCount(0);
});

test("the keyboard is never lost by asking, stopping, deleting or closing", async ({ app }) => {
  const { ada } = await opened(app, "Why?");
  const { page } = ada;
  await select(ada, "Why?");
  const panel = details(ada);
  await panel.getByRole("button", { name: "Ask", exact: true }).focus();
  await page.keyboard.press("Enter");
  await expect(panel.getByRole("button", { name: "Stop" })).toBeFocused();
  await app.provider.asked();
  await page.keyboard.press("Enter");
  await expect(panel.getByRole("button", { name: "Ask", exact: true })).toBeFocused();

  await panel.getByRole("button", { name: "Close details" }).focus();
  await page.keyboard.press("Enter");
  await expect(panel).toHaveCount(0);
  expect(await nowhere(page)).toBe(false);

  await page.locator(".react-flow__node").focus();
  await page.keyboard.press("Delete");
  await expect(page.locator("[data-node]")).toHaveCount(0);
  await expect.poll(() => nowhere(page)).toBe(false);
  await page.keyboard.press("n");
  await ada.write("Another");
});

test("a failure is no longer spoken of once an older answer is chosen instead", async ({ app }) => {
  const { ada } = await opened(app, "Something");
  const panel = details(ada);
  await ask(app, ada, "Something", "The first answer.");
  await ask(app, ada, "Something", "The second answer.", "Retry");
  await press(ada, "Retry");
  (await app.provider.asked()).end("content_filter");
  await expect(panel.getByText("The last attempt failed")).toBeVisible();

  await tab(ada, "Attempts");
  await panel
    .getByRole("button", { name: /^Details: / })
    .last()
    .click();
  await press(ada, "Use this answer");
  await tab(ada, "Answer");

  await expect(panel.getByText("The first answer.")).toBeVisible();
  await expect(panel.getByText("The last attempt failed")).toHaveCount(0);
});

test("a folded card says how much is folded away, which is what rests on it alone", async ({ app }) => {
  const { ada, project } = await opened(app, "Root", "Middle", "Leaf");
  await ada.card("Root").getByRole("button", { name: "Fold 2 cards below" }).click();
  await expect(ada.card("Root").getByText("+2")).toBeVisible();

  // What rests on a card as well that is there stays, but not what is above it.
  const other = await node(ada, project, "Beside");
  const { items } = (await ada.user.call("GET", `/projects/${project}/nodes`)) as {
    items: { id: string; prompt: string }[];
  };
  const leaf = items.find(({ prompt }) => prompt === "Leaf");
  await ada.user.call("POST", `/projects/${project}/edges`, { sourceId: other, targetId: leaf?.id });
  await expect(ada.card("Root").getByText("+1")).toBeVisible();
  await expect(ada.card("Leaf")).toBeVisible();
});

test("whoever may only read has no tab that would refuse them", async ({ app }) => {
  const { ada, project } = await opened(app, "Something");
  await ask(app, ada, "Something", "To be read.");
  const eve = await app.person("eve", { locale: "en-GB" });
  await ada.user.invite(project, eve.user, "VIEWER");
  await eve.page.goto(`/projects/${project}?tab=context`);
  await eve.saved();
  await select(eve, "Something");
  await expect(details(eve).getByRole("tab")).toHaveText(["Answer", "Compare"]);
  await expect(details(eve).getByText("To be read.")).toBeVisible();
  await eve.card("Something").getByRole("button", { name: "More" }).click();
  await expect(eve.page.getByRole("menuitem")).toHaveText([
    /^Open full screen/,
    /^Open as a conversation/,
    "Copy link",
    "Show answer",
  ]);
});

test("whoever was logged out of their public project is led to the login, and back to all they may do", async ({
  app,
}) => {
  const { ada, project } = await opened(app, "Open to all");
  const { page } = ada;
  await ada.user.call("PATCH", `/projects/${project}`, { isPublic: true });
  await ada.saved();
  await ada.user.call("POST", "/auth/logout-all");
  await expect(page.getByRole("heading", { name: "You are no longer logged in" })).toBeVisible();

  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByLabel("E-mail address").fill(ada.user.email);
  await page.getByLabel("Password", { exact: true }).fill(User.PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();

  await expect(page.getByRole("toolbar", { name: "Commands" })).toBeVisible();
});

test("the keyboard comes to the cards first, and from a card to its connections", async ({ app }) => {
  const { ada } = await opened(app, "First", "Second", "Third");
  const { page } = ada;
  await page.getByRole("banner").getByRole("button", { name: "Details" }).focus();
  await page.keyboard.press("Tab");
  for (let step = 0; step < 12 && !(await isAt(page, "react-flow__node")); step += 1) {
    expect(await isAt(page, "react-flow__edge")).toBe(false);
    await page.keyboard.press("Tab");
  }
  expect(await isAt(page, "react-flow__node")).toBe(true);
  expect(await page.locator(".react-flow__edge[tabindex='0']").count()).toBe(0);

  await page.locator(".react-flow__node").filter({ hasText: "Second" }).focus();
  await page.keyboard.press("e");
  await expect(page.getByRole("group", { name: "From “First” to “Second”" })).toBeFocused();
  await page.keyboard.press("e");
  await expect(page.getByRole("group", { name: "From “Second” to “Third”" })).toBeFocused();
  await page.keyboard.press("Delete");
  await expect(page.locator(".react-flow__edge")).toHaveCount(1);
});

const isAt = (page: Page, name: string) =>
  page.evaluate((name) => document.activeElement?.classList.contains(name) === true, name);

test("what is pressed on a connection is large enough, however far away it is", async ({ app }) => {
  const { ada } = await opened(app, "First", "Second");
  const { page } = ada;
  await page.keyboard.press("f");
  for (let step = 0; step < 4; step += 1) await page.getByRole("button", { name: "Zoom out" }).click();
  await page.locator(".react-flow__edge").focus();
  await page.keyboard.press("Enter");
  const remove = page.getByRole("button", { name: "Disconnect" });
  await expect(remove).toBeVisible();
  const boxes = [remove, page.locator(".react-flow__edgeupdater").first()];
  for (const each of boxes) {
    const box = await each.boundingBox();
    expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(24);
  }
});

test("a line that is dropped anywhere on a card connects the two", async ({ app }) => {
  const ada = await app.person("ada", { locale: "en-GB" });
  const { page } = ada;
  await ada.open(await ada.user.createProject());
  await ada.ask("From here", { x: 250, y: 120 });
  await ada.ask("To there", { x: 700, y: 380 });
  await ada.saved();
  await page.keyboard.press("Escape");
  const box = await ada.card("To there").boundingBox();
  await ada.card("From here").locator(".react-flow__handle.source").hover();
  await page.mouse.down();
  await page.mouse.move((box?.x ?? 0) + 60, (box?.y ?? 0) + (box?.height ?? 0) - 12, { steps: 8 });
  await page.mouse.up();
  await expect(page.getByRole("group", { name: "From “From here” to “To there”" })).toHaveCount(1);
  await expect(page.locator("[data-node]")).toHaveCount(2);
});

test("the minimap takes the colours of the theme, also when that changes", async ({ app }) => {
  const ada = await app.person("ada", { colorScheme: "light" });
  const project = await ada.user.createProject();
  for (const x of [0, 5_000])
    await ada.user.call("POST", `/projects/${project}/nodes`, { prompt: "Far away", position: { x, y: 0 } });
  await ada.page.goto(`/projects/${project}?view=canvas`);
  await ada.saved();
  await ada.page.getByRole("button", { name: "Zoom in" }).click({ clickCount: 3 });
  // What is in sight is drawn in ink, which is the lightest colour in the dark and the darkest by day.
  const lightest = () =>
    ada.page.locator("[data-minimap] canvas").evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
      let most = 0;
      for (let at = 0; at < data.length; at += 4) if ((data[at + 3] ?? 0) > 200) most = Math.max(most, data[at] ?? 0);
      return most;
    });
  await expect.poll(lightest).toBeGreaterThan(0);
  expect(await lightest()).toBeLessThan(200);
  await ada.page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(lightest).toBeGreaterThan(200);
  await ada.page.emulateMedia({ colorScheme: "light" });
  await expect.poll(lightest).toBeLessThan(200);
});
