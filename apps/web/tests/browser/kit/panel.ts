import type { Locator } from "@playwright/test";

import { expect, type App, type Person } from "./index.ts";

/** A node that is there before the page is opened. */
export async function node(person: Person, project: string, prompt: string, parentIds: string[] = []): Promise<string> {
  const y = parentIds.length === 0 ? 0 : 420;
  const body = { prompt, position: { x: prompt.length * 30, y }, parentIds };
  return ((await person.user.call("POST", `/projects/${project}/nodes`, body)) as { id: string }).id;
}

/** Has the model answer whatever it is asked next. */
export async function answers(app: App, text: string): Promise<void> {
  const answer = await app.provider.asked();
  answer.say(text);
  answer.end();
}

export const details = (person: Person): Locator => person.page.getByRole("complementary", { name: "Details" });
export const tab = (person: Person, name: string): Promise<void> => details(person).getByRole("tab", { name }).click();
export const press = (person: Person, name: string): Promise<void> =>
  details(person).getByRole("button", { name, exact: true }).click();

export async function select(person: Person, ...prompts: string[]): Promise<void> {
  for (const [place, prompt] of prompts.entries()) {
    await person.card(prompt).click({ position: { x: 70, y: 12 }, modifiers: place === 0 ? [] : ["Shift"] });
  }
}

export async function opened(app: App, ...prompts: string[]): Promise<{ ada: Person; project: string }> {
  // Where the view glides, what is to be pressed is not yet where it will be.
  const ada = await app.person("ada", { locale: "en-GB", reducedMotion: "reduce" });
  const project = await ada.user.createProject();
  const parents: string[] = [];
  for (const prompt of prompts) parents.push(await node(ada, project, prompt, parents.slice(-1)));
  await ada.open(project);
  return { ada, project };
}

/** Asks in the panel and waits for the answer. */
export async function ask(app: App, ada: Person, prompt: string, text: string, button = "Ask"): Promise<void> {
  await select(ada, prompt);
  await tab(ada, "Answer");
  await press(ada, button);
  await answers(app, text);
  await expect(ada.card(prompt)).toHaveAttribute("data-status", "COMPLETED");
  await ada.saved();
}
