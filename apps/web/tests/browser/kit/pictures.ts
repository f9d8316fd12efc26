import { join } from "node:path";

import type { Page, TestInfo } from "@playwright/test";

import { THEMES } from "./faultless.ts";

/**
 * Pictures are drawn for whoever looks at them: `npm run pictures` draws those of the documentation anew, and `PICTURES=aside`
 * leaves those of all tests beside what else came of them.
 */
const WANTED = process.env.PICTURES;
export interface Screen {
  readonly width: number;
  readonly height: number;
}
export const LAPTOP: Screen = { width: 1440, height: 900 };
export const TABLET: Screen = { width: 820, height: 1180 };
export const PHONE: Screen = { width: 390, height: 844 };
const SIZES = [LAPTOP, TABLET, PHONE];
/** The screens on which something is tried: those given, or all of them for whoever looks at the pictures. */
export const screens = (...tried: readonly Screen[]): readonly Screen[] => (WANTED === undefined ? tried : SIZES);
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
