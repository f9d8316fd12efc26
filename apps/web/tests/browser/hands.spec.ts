import { faultless } from "./kit/faultless.ts";
import { expect, test } from "./kit/index.ts";
import { answers, ask, details, opened, select } from "./kit/panel.ts";

/** What is done with one gesture. */

test("the right button offers what can be done with what it pressed, and what is new comes there", async ({ app }) => {
  const { ada } = await opened(app, "First", "Second");
  const { page } = ada;
  const menu = page.getByRole("menu");
  await page.locator(".react-flow__pane").click({ button: "right", position: { x: 700, y: 520 } });
  await menu.getByRole("menuitem", { name: /^New card/ }).click();
  await ada.write("Made there");
  const made = await ada.card("Made there").boundingBox();
  expect(Math.abs((made?.x ?? 0) - 700)).toBeLessThan(400);

  await ada.card("First").click({ button: "right", position: { x: 70, y: 12 } });
  await expect(menu.getByRole("menuitem", { name: /^Ask/ })).toBeVisible();
  await faultless(page, "the menu of a card", { within: "[role=menu]" });
  await menu.getByRole("menuitem", { name: /^Duplicate/ }).click();
  await expect(ada.card("First")).toHaveCount(2);

  await page.locator(".react-flow__edge").first().focus();
  await page.locator(".react-flow__edge").first().dispatchEvent("contextmenu", { clientX: 500, clientY: 300 });
  await menu.getByRole("menuitem", { name: "Send: Summary" }).click();
  await expect(page.locator(".react-flow__edgelabel-renderer").getByText("Summary")).toBeVisible();

  await page.locator(".react-flow__pane").click({ button: "right", position: { x: 700, y: 520 } });
  await expect(menu.getByRole("menuitem").first()).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(menu).toHaveCount(0);
});

test("several cards are tagged, filtered, synthesised and deleted in a bar of theirs", async ({ app }) => {
  const { ada, project } = await opened(app, "First", "Second");
  const { page } = ada;
  await ada.user.call("POST", `/projects/${project}/nodes`, { prompt: "Third", position: { x: 700, y: 0 } });
  await select(ada, "First", "Second");
  const bar = page.getByRole("toolbar", { name: "2 selected" });
  await bar.getByRole("button", { name: "Tags and colour" }).click();
  const marking = page.getByRole("dialog", { name: "Tags and colour" });
  await marking.getByRole("button", { name: "Green" }).click();
  await marking.getByLabel("New tag").fill("risk");
  await marking.getByRole("button", { name: "Add" }).click();
  await expect(marking.getByRole("checkbox", { name: "risk" })).toBeChecked();
  await faultless(page, "tags and colours", { within: "[role=dialog]" });
  await page.keyboard.press("Escape");
  await expect(ada.card("First")).toHaveAttribute("data-tinted", "true");

  await page.keyboard.press("Shift+F");
  const filter = page.getByRole("dialog", { name: "Filter" });
  await filter.getByLabel("Tag").selectOption("risk");
  await expect(filter.getByText("2 of 3")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(ada.card("Third")).toHaveAttribute("data-dimmed", "true");
  await expect(ada.card("First")).not.toHaveAttribute("data-dimmed", "true");

  await bar.getByRole("button", { name: "Synthesise" }).click();
  await expect(page.locator("[data-node]")).toHaveCount(4);
  await page.keyboard.press("ControlOrMeta+z");
  await expect(page.locator("[data-node]")).toHaveCount(3);
  await select(ada, "First", "Third");
  await bar.getByRole("button", { name: "Delete" }).click();
  await expect(page.locator("[data-node]")).toHaveCount(1);
  await expect(bar).toHaveCount(0);
});

test("what is typed under a card is asked next, and the one after that as well", async ({ app }) => {
  const { ada } = await opened(app, "Why is the sky blue?");
  const { page } = ada;
  await ask(app, ada, "Why is the sky blue?", "Because of scattering.");
  await page.locator(".react-flow__node").focus();
  await page.keyboard.press("a");
  await expect(page.getByRole("textbox", { name: "Follow-up" })).toBeFocused();
  await page.keyboard.type("And at dusk?");
  await page.keyboard.press("Enter");
  await answers(app, "Then red is left.");
  await expect(ada.card("And at dusk?")).toHaveAttribute("data-status", "COMPLETED");
  await expect(page.getByRole("textbox", { name: "Follow-up" })).toBeFocused();
  await page.keyboard.type("And on Mars?");
  await page.keyboard.press("Enter");
  await answers(app, "The other way round.");
  await expect(ada.card("And on Mars?")).toHaveAttribute("data-status", "COMPLETED");
  await expect(page.locator(".react-flow__edge")).toHaveCount(2);
});

test("every command is found by its name, with its key", async ({ app }) => {
  const { ada } = await opened(app, "First", "Second");
  const { page } = ada;
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog", { name: "Search" });
  await expect(palette.getByRole("combobox")).toBeFocused();
  await page.keyboard.type("new note");
  await expect(palette.getByRole("option").first()).toHaveText(/New note.*N$/);
  await faultless(page, "the palette", { within: "[role=dialog]" });
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await expect(page.locator("[data-kind=NOTE]")).toHaveCount(1);
});

test("what is copied is read by other programs as Markdown", async ({ app }) => {
  const { ada } = await opened(app, "Why?");
  const { page } = ada;
  await ada.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await ask(app, ada, "Why?", "Because.");
  await page.locator(".react-flow__node").focus();
  await page.keyboard.press("Control+c");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("## Why?\n\nBecause.\n");
  await page.keyboard.press("Control+v");
  await expect(ada.card("Because.")).toHaveCount(2);
  await expect(details(ada)).toBeVisible();
});

test("a card is opened over the whole page, by a key or from its menu, and Escape closes it", async ({ app }) => {
  const { ada } = await opened(app, "Why is the sky blue?", "Second");
  const { page } = ada;
  await ask(app, ada, "Why is the sky blue?", "Because of **scattering**.");
  await page.locator(".react-flow__node").first().focus();
  await page.keyboard.press("o");
  const window = page.getByRole("dialog", { name: "Why is the sky blue?" });
  await expect(window.locator("strong", { hasText: "scattering" })).toBeVisible();
  const { width = 0 } = (await window.boundingBox()) ?? {};
  expect(width).toBeGreaterThan(1_200);
  await faultless(page, "a card over the whole page", { within: "[role=dialog]" });
  await ada.close();
  await expect(page.locator(".react-flow__node:focus")).toContainText("Why is the sky blue?");

  await ada.card("Second").getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: /^Open full screen/ }).click();
  const second = page.getByRole("dialog", { name: "Second" });
  await second.getByRole("button", { name: "Ask", exact: true }).click();
  await answers(app, "Here as well.");
  await expect(second.getByText("Here as well.")).toBeVisible();
});

test("what more than ten cards are too many for is still offered, and says so", async ({ app }) => {
  const ada = await app.person("ada", { reducedMotion: "reduce" });
  const { page } = ada;
  const project = await ada.user.createProject();
  for (let at = 0; at < 11; at += 1)
    await ada.user.call("POST", `/projects/${project}/nodes`, {
      prompt: `Number ${String(at)}`,
      position: { x: (at % 4) * 380, y: Math.floor(at / 4) * 200 },
    });
  await ada.open(project);
  await page.locator(".react-flow__pane").click({ position: { x: 5, y: 5 } });
  await page.keyboard.press("ControlOrMeta+a");
  const bar = page.getByRole("toolbar", { name: "11 selected" });
  for (const name of ["Compare", "Synthesise"]) {
    const button = bar.getByRole("button", { name: `${name}: at most 10` });
    await expect(button).toBeDisabled();
    await expect(button).toContainText("At most 10");
  }
  await faultless(page, "the bar of many cards", { within: "[role=toolbar]" });
  await ada.card("Number 3").click({ modifiers: ["Shift"], position: { x: 70, y: 12 } });
  await expect(
    page.getByRole("toolbar", { name: "10 selected" }).getByRole("button", { name: "Compare" }),
  ).toBeEnabled();
});
