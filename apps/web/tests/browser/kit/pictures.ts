import { join } from "node:path";

import type { Page, TestInfo } from "@playwright/test";

import { THEMES } from "./faultless.ts";

/**
 * Pictures are drawn for whoever looks at them: `npm run pictures` draws those of the documentation anew, and `PICTURES=aside`
 * leaves those of all tests beside what else came of them.
 */
const WANTED = process.env.PICTURES;
/** Whether somebody looks at them. */
export const ARE_WANTED = WANTED !== undefined;
const DOCS = join(import.meta.dirname, "../../../../../docs/pictures");

/** Draws what is shown in both themes. */
export async function pictured(page: Page, name: string, info: TestInfo, isForDocs = false): Promise<void> {
  if (WANTED === undefined) return;
  for (const colorScheme of THEMES) {
    await page.emulateMedia({ colorScheme });
    const file = `${name}-${colorScheme}.png`;
    const path = isForDocs && WANTED === "docs" ? join(DOCS, file) : info.outputPath(file);
    await page.screenshot({ path, animations: "disabled", caret: "hide" });
  }
}
