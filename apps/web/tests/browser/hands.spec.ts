import { readFile } from "node:fs/promises";

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

test("several models are asked at once, each in a card beside the question", async ({ app }) => {
  const { ada } = await opened(app, "Why is the sky blue?");
  const { page } = ada;
  await select(ada, "Why is the sky blue?");
  await details(ada).getByRole("button", { name: "Ask another model" }).click();
  await page.getByRole("menuitem", { name: "Ask several models…" }).click();
  const window = page.getByRole("dialog", { name: "Ask several models" });
  const submit = window.getByRole("button", { name: /^Ask/ });
  await expect(submit).toBeDisabled();
  const count = window.getByRole("spinbutton", { name: "Answers by openai/test-model" });
  await count.fill("99");
  await expect(count).toHaveValue("10");
  await count.fill("3");
  await expect(window.getByText("3 of at most 10")).toBeVisible();
  await faultless(page, "asking several models", { within: "[role=dialog]" });
  await window.getByRole("button", { name: "Ask for 3 answers" }).click();
  await expect(window).toHaveCount(0);
  for (const words of ["First.", "Second.", "Third."]) await answers(app, words);
  await expect(page.locator("[data-node][data-status=COMPLETED]")).toHaveCount(3);
  await expect(page.getByRole("toolbar", { name: "3 selected" })).toBeVisible();
  // They stand beside the question, and none covers another.
  const boxes = await page
    .locator("[data-node]")
    .evaluateAll((cards) => cards.map((card) => card.getBoundingClientRect()));
  expect(boxes).toHaveLength(4);
  for (const [at, one] of boxes.entries())
    for (const other of boxes.slice(at + 1))
      expect(
        one.left >= other.right || other.left >= one.right || one.top >= other.bottom || other.top >= one.bottom,
      ).toBe(true);
  await ada.saved();
  await page.keyboard.press("ControlOrMeta+z");
  await expect(page.locator("[data-node]")).toHaveCount(1);
});

test("from their bar several cards are asked, folded, duplicated, framed and exported", async ({ app }) => {
  const ada = await app.person("ada", { locale: "en-GB", reducedMotion: "reduce" });
  const { page, user } = ada;
  const project = await user.createProject();
  const make = async (prompt: string, x: number, y: number, parentIds: string[] = []) =>
    (
      (await user.call("POST", `/projects/${project}/nodes`, { prompt, position: { x, y }, parentIds })) as {
        id: string;
      }
    ).id;
  const first = await make("First", 0, 0);
  const second = await make("Second", 420, 0);
  await make("After the first", 0, 420, [first]);
  await make("After the second", 420, 420, [second]);
  await ada.open(project);
  const cards = page.locator("[data-node]:not([data-kind=FRAME])");
  const selectBoth = async () => {
    for (const [place, id] of [first, second].entries())
      await page
        .locator(`[data-node="${id}"]`)
        .click({ position: { x: 70, y: 12 }, modifiers: place === 0 ? [] : ["Shift"] });
    await expect(page.getByRole("toolbar", { name: "2 selected" })).toBeVisible();
  };
  const press = (name: string) =>
    page.getByRole("toolbar", { name: "2 selected" }).getByRole("button", { name, exact: true }).click();

  await selectBoth();
  await press("Ask");
  await answers(app, "One.");
  await answers(app, "Two.");
  await expect(page.locator("[data-node][data-status=COMPLETED]")).toHaveCount(2);
  await ada.saved();

  await selectBoth();
  await press("Fold or unfold");
  await expect(cards).toHaveCount(2);
  await press("Fold or unfold");
  await expect(cards).toHaveCount(4);

  await press("Duplicate");
  await expect(cards).toHaveCount(6);
  await expect(page.locator(".react-flow__node.selected")).toHaveCount(2);
  await ada.saved();
  await page.keyboard.press("ControlOrMeta+z");
  await expect(cards).toHaveCount(4);

  await selectBoth();
  await press("Frame selection");
  await expect(page.locator("[data-kind=FRAME]")).toHaveCount(1);
  await ada.saved();
  const { nodes } = (await user.call("GET", `/projects/${project}/graph`)) as {
    nodes: { id: string; kind?: string; frameId?: string | null }[];
  };
  const frame = nodes.find(({ kind }) => kind === "FRAME")?.id;
  const held = nodes.filter(({ frameId }) => frameId === frame).map(({ id }) => id);
  expect(held.sort()).toEqual([first, second].sort());

  await selectBoth();
  await press("Export");
  const window = page.getByRole("dialog", { name: "Export" });
  await window.getByRole("radio", { name: "Selection (2)" }).check({ force: true });
  await window.getByRole("radio", { name: "Markdown" }).check({ force: true });
  const file = page.waitForEvent("download");
  await window.getByRole("button", { name: "Export" }).click();
  const text = await readFile(await (await file).path(), "utf8");
  for (const words of ["First", "One.", "Second", "Two."]) expect(text).toContain(words);
  expect(text).not.toContain("After the first");
});
