import type { Locator } from "@playwright/test";

import { expect, type App, type Person } from "./index.ts";

/** A conversation as somebody sees it. */
export class Chat {
  readonly #person: Person;

  constructor(person: Person) {
    this.#person = person;
  }

  async open(project: string, node?: string): Promise<void> {
    const { page } = this.#person;
    await page.goto(`/projects/${project}?view=thread${node === undefined ? "" : `&node=${node}`}`);
    await this.#person.saved();
  }

  get composer(): Locator {
    return this.#person.page.locator("[data-composer] textarea");
  }

  message(question: string | RegExp): Locator {
    return this.#person.page.locator("[data-message]").filter({ hasText: question });
  }

  get messages(): Locator {
    return this.#person.page.locator("[data-message]");
  }

  async type(question: string): Promise<void> {
    const { page } = this.#person;
    await expect(this.composer).toBeFocused();
    await page.keyboard.type(question);
    // A phone's Enter begins a line.
    if (await page.evaluate(() => matchMedia("(pointer: coarse)").matches)) {
      await page.getByRole("button", { name: "Ask", exact: true }).tap();
    } else await page.keyboard.press("Enter");
  }

  /** Asks, and has the model answer. */
  async ask(app: App, question: string, answer: string): Promise<void> {
    await this.type(question);
    const writing = await app.provider.asked();
    writing.say(answer);
    writing.end();
    await expect(this.message(question)).toHaveAttribute("data-status", "COMPLETED");
    await expect(this.message(question)).toContainText(answer);
  }
}

/** A conversation of so many turns that exists already; the answer is its nodes, the first first. */
export async function written(ada: Person, project: string, turns: readonly (readonly [string, string])[]) {
  const ids: string[] = [];
  for (const [prompt, response] of turns) {
    const parent = ids.at(-1);
    const { id } = (await ada.user.call("POST", `/projects/${project}/nodes`, {
      prompt,
      response,
      position: { x: 0, y: ids.length * 420 },
      ...(parent !== undefined && { parentIds: [parent] }),
    })) as { id: string };
    ids.push(id);
  }
  return ids;
}
