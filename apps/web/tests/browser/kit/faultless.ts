import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** axe-core finds nothing serious on what is shown. */
export async function faultless(page: Page, where: string): Promise<void> {
  // At the ends of menus and windows stand elements that pass the focus on as soon as they get it: nobody is ever there.
  const { violations } = await new AxeBuilder({ page }).exclude("[data-focus-trap]").analyze();
  const faults = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  expect(
    faults.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join("\n")}`),
    where,
  ).toEqual([]);
}
