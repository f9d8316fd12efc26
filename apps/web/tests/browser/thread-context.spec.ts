import type { Page } from "@playwright/test";

import { withAgent } from "./kit/agents.ts";
import { Chat, written } from "./kit/chat.ts";
import { faultless } from "./kit/faultless.ts";
import { expect, test, type App } from "./kit/index.ts";

/** What the next question is sent with. */
async function sentWith(app: App, chat: Chat, question: string): Promise<string> {
  await chat.composer.focus();
  await chat.type(question);
  const writing = await app.provider.asked();
  const sent = await writing.sent();
  writing.say("Well.");
  writing.end();
  await expect(chat.message(question)).toHaveAttribute("data-status", "COMPLETED");
  return sent;
}

async function choose(page: Page, chat: Chat, message: string, item: string): Promise<void> {
  await chat.message(message).getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: item }).click();
  await expect(page.getByRole("menu")).toHaveCount(0);
}

test("what is excluded in a conversation is not sent with the next question, nor is what is above it", async ({
  app,
}) => {
  const ada = await app.person("ada", { reducedMotion: "reduce" });
  const project = await ada.user.createProject();
  await written(ada, project, [
    ["Who owns the shop?", "Mrs Harker."],
    ["Where is it?", "In Whitby."],
    ["What does it sell?", "Maps."],
  ]);
  const chat = new Chat(ada);
  await chat.open(project);
  await choose(ada.page, chat, "Where is it?", "Exclude from what follows, from here up");
  await expect(chat.message("Where is it?").getByText("Excluded below")).toBeVisible();
  await ada.saved();
  const without = await sentWith(app, chat, "Of which countries?");
  expect(without).toContain("Maps.");
  expect(without).not.toContain("In Whitby.");
  expect(without).not.toContain("Mrs Harker.");

  await choose(ada.page, chat, "Where is it?", "Include in what follows again");
  await expect(chat.message("Where is it?").getByText("Excluded below")).toHaveCount(0);
  await ada.saved();
  const whole = await sentWith(app, chat, "And of which seas?");
  for (const said of ["Mrs Harker.", "In Whitby.", "Maps."]) expect(whole).toContain(said);
});

test("what is pinned in a conversation is sent whole where there is no room for everything", async ({ app }) => {
  const ada = await app.person("ada", { reducedMotion: "reduce" });
  const project = await ada.user.createProject();
  const long = (word: string, end: string) => `${`${word} and more of it. `.repeat(3_500)}${end}`;
  await written(ada, project, [
    ["What is the rule?", long("A rule", "The rule ends here.")],
    ["What came before?", long("A tale", "The tale ends here.")],
    ["What came after?", "Nothing much."],
  ]);
  const chat = new Chat(ada);
  await chat.open(project);
  // The nearest come first, until the model can take no more.
  const before = await sentWith(app, chat, "Is that so?");
  expect(before).toContain("The tale ends here.");
  expect(before).not.toContain("The rule ends here.");

  await ada.page.keyboard.press("Escape");
  await expect(chat.message("Is that so?")).toBeFocused();
  for (const above of ["What came after?", "What came before?", "What is the rule?"]) {
    await ada.page.keyboard.press("Alt+ArrowUp");
    await expect(chat.message(above)).toBeFocused();
  }
  await choose(ada.page, chat, "What is the rule?", "Pin: always send in full");
  await expect(chat.message("What is the rule?").getByText("Pinned")).toBeVisible();
  await ada.saved();
  const after = await sentWith(app, chat, "Is it still so?");
  expect(after).toContain("The rule ends here.");
  expect(after).not.toContain("The tale ends here.");
});

test("an agent is mentioned in a conversation by keyboard, and asked", async ({ app }) => {
  const ada = await app.person("ada", { reducedMotion: "reduce" });
  const project = await ada.user.createProject();
  for (const name of ["Fay", "Fred"]) await withAgent(ada, project, { name, mode: "APPLY" });
  await written(ada, project, [["Who owns the shop?", "Mrs Harker."]]);
  const chat = new Chat(ada);
  await chat.open(project);
  const { page } = ada;
  await chat.composer.focus();
  await page.keyboard.type("Dear @f");
  const list = page.getByRole("listbox", { name: "Agents and people of this project" });
  await expect(list.getByRole("option")).toHaveCount(2);
  await expect(list).toBeInViewport({ ratio: 1 });
  const field = page.getByRole("combobox", { name: "Your question" });
  await expect(field).toHaveAttribute("aria-expanded", "true");
  await expect(field).toHaveAttribute("aria-controls", (await list.getAttribute("id")) ?? "");
  const [fay, fred] = [list.getByRole("option", { name: /Fay/ }), list.getByRole("option", { name: /Fred/ })];
  await expect(fay).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("ArrowDown");
  await expect(fred).toHaveAttribute("aria-selected", "true");
  await expect(field).toHaveAttribute("aria-activedescendant", (await fred.getAttribute("id")) ?? "");
  await faultless(page, "mentioning in a conversation");

  // Escape closes the list and nothing else; another mention opens it again.
  await page.keyboard.press("Escape");
  await expect(list).toHaveCount(0);
  await expect(chat.composer).toBeFocused();
  await expect(page.getByRole("textbox", { name: "Your question" })).toHaveValue("Dear @f");
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Backspace");
  await page.keyboard.type("@f");
  await expect(fay).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(list).toHaveCount(0);
  await page.keyboard.type("what is wrong?");
  await expect(chat.composer).toHaveValue("Dear @fay what is wrong?");
  await page.keyboard.press("Enter");
  (await app.provider.asked()).use("finish", { result: "Nothing is." });
  await expect(page.getByRole("complementary", { name: "Details" }).getByText("Nothing is.").first()).toBeVisible();
  await expect(chat.message("what is wrong?")).toHaveAttribute("data-status", "IDLE");
});

test("under a card an agent is mentioned as well, and the question says whom it asks", async ({ app }) => {
  const ada = await app.person("ada", { reducedMotion: "reduce" });
  const project = await ada.user.createProject();
  await withAgent(ada, project, { name: "Fay", mode: "APPLY" });
  await written(ada, project, [["Who owns the shop?", "Mrs Harker."]]);
  await ada.open(project);
  const { page } = ada;
  await expect(page.getByText("Fay is idle")).toBeAttached();
  await ada.card("Who owns the shop?").click({ position: { x: 70, y: 12 } });
  const field = page.locator("[data-follow-up] textarea");
  await field.focus();
  await page.keyboard.type("@fa");
  await expect(page.getByRole("option", { name: /Fay/ })).toBeInViewport({ ratio: 1 });
  await page.keyboard.press("Tab");
  await expect(field).toBeFocused();
  await expect(field).toHaveValue("@fay ");
  await page.keyboard.type("is that so?");
  await expect(page.locator("[data-follow-up]").getByRole("button", { name: "Start a task with Fay" })).toBeEnabled();
  await page.keyboard.press("Enter");
  (await app.provider.asked()).use("finish", { result: "It is." });
  await expect(page.getByRole("complementary", { name: "Details" }).getByText("It is.").first()).toBeVisible();
});

test("the settings of a branch are opened where the next question is typed, and hold for it", async ({ app }) => {
  const ada = await app.person("ada", { reducedMotion: "reduce" });
  const project = await ada.user.createProject();
  await written(ada, project, [
    ["Who owns the shop?", "Mrs Harker."],
    ["Where is it?", "In Whitby."],
  ]);
  const chat = new Chat(ada);
  await chat.open(project);
  const { page } = ada;
  await page.locator("[data-composer]").getByRole("button", { name: "Branch settings" }).click();
  const settings = page.getByRole("dialog", { name: "Settings from “Where is it?” on" });
  await settings.getByLabel("Name").fill("Harbours");
  await settings.getByLabel("How to answer").fill("Answer like a sailor.");
  await faultless(page, "settings of a branch in a conversation", { within: "[role=dialog]" });
  await settings.getByRole("button", { name: "Save" }).click();
  await expect(settings).toHaveCount(0);
  await ada.saved();
  expect(await sentWith(app, chat, "And how deep?")).toContain("Answer like a sailor.");

  // Of any message they are in its menu.
  await choose(page, chat, "Where is it?", "Branch settings");
  await expect(
    page.getByRole("dialog", { name: "Settings from “Harbours” on" }).getByLabel("How to answer"),
  ).toHaveValue("Answer like a sailor.");
  await ada.close();
});
