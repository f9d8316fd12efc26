import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

export const THEMES = ["light", "dark"] as const;

interface Options {
  /** The part of the page that is looked at, if not all of it. */
  within?: string;
}

/** axe-core finds nothing serious on what is shown, in either theme. */
export async function faultless(page: Page, where: string, { within }: Options = {}): Promise<void> {
  // What is not there yet cannot be judged.
  await expect(page.getByText("Loading…", { exact: true })).toHaveCount(0);
  for (const theme of THEMES) {
    // Colours that are still changing are nobody's fault.
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    // At the ends of menus and windows stand elements that pass the focus on as soon as they get it: nobody is ever there.
    const axe = new AxeBuilder({ page }).exclude("[data-focus-trap]");
    if (within !== undefined) axe.include(within);
    // Themes differ in colours alone.
    if (theme !== "light") axe.withRules("color-contrast");
    const { violations } = await axe.analyze();
    const faults = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    expect(
      faults.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join("\n")}`),
      `${where}, ${theme}`,
    ).toEqual([]);
  }
}

/** Nothing is wider than the screen, once it has found its place there. */
export async function staysWithin(page: Page, where: string): Promise<void> {
  const over = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await expect.poll(over, where).toBeLessThanOrEqual(0);
}
