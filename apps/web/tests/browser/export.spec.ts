import { readFile } from "node:fs/promises";

import type { Download, Page } from "@playwright/test";

import { faultless } from "./kit/faultless.ts";
import { expect, test } from "./kit/index.ts";
import { select } from "./kit/panel.ts";

/** Chooses in the window of exports, and waits for the file. */
async function exported(page: Page, what: string | RegExp, format: string): Promise<Download> {
  await page.keyboard.press("ControlOrMeta+Shift+e");
  const window = page.getByRole("dialog", { name: "Export" });
  await window.getByRole("radio", { name: what }).check({ force: true });
  await window.getByRole("radio", { name: format }).check({ force: true });
  const file = page.waitForEvent("download");
  await window.getByRole("button", { name: "Export" }).click();
  await expect(window).toHaveCount(0);
  return file;
}

const read = async (file: Download) => readFile(await file.path());

test("a canvas is exported as a picture, as text and on paper", async ({ app }) => {
  const ada = await app.person("ada");
  const { page, user } = ada;
  const { id: project } = (await user.call("POST", "/projects", { name: "Bridges" })) as { id: string };
  const make = async (prompt: string, response: string, x: number, parentIds: string[] = []) =>
    (await user.call("POST", `/projects/${project}/nodes`, {
      prompt,
      response,
      position: { x, y: parentIds.length * 400 },
      parentIds,
    })) as { id: string };
  const { id: root } = await make("Why do they stand?", "Because of **arches**.", 0);
  await make("And suspension bridges?", "Because of *cables*.", 0, [root]);
  await make("Something else", "Not asked for.", 700);
  await ada.open(project);

  await page.keyboard.press("ControlOrMeta+Shift+e");
  const window = page.getByRole("dialog", { name: "Export" });
  await expect(window.getByRole("radio", { name: "PNG" })).toBeChecked();
  await faultless(page, "exporting");
  await ada.close();

  const png = await exported(page, "Everything", "PNG");
  expect(png.suggestedFilename()).toBe("Bridges.png");
  expect((await read(png)).subarray(1, 4).toString()).toBe("PNG");

  await page.locator(".react-flow__pane").click({ position: { x: 20, y: 300 } });
  const svg = (await read(await exported(page, "Everything", "SVG"))).toString();
  expect(svg).toContain("Because of arches.");
  expect(svg).toContain("Something else");
  // In the colours of the page, of which a blank picture has one.
  expect(new Set(svg.match(/fill="rgb[^"]*"/g)).size).toBeGreaterThan(3);

  await select(ada, "Why do they stand?");
  const markdown = (await read(await exported(page, "This conversation", "Markdown"))).toString();
  expect(markdown).toContain("suspension bridges");
  expect(markdown).not.toContain("Something else");
  const json = JSON.parse((await read(await exported(page, /^Selection/, "JSON"))).toString()) as object;
  expect(JSON.stringify(json)).toContain("Why do they stand?");
  expect(JSON.stringify(json)).not.toContain("Something else");

  await page.evaluate(() => {
    globalThis.print = () =>
      document.documentElement.setAttribute("data-printed", document.querySelector("[data-print]")?.textContent ?? "");
  });
  await page.keyboard.press("ControlOrMeta+Shift+e");
  await window.getByRole("radio", { name: "Everything" }).check({ force: true });
  await window.getByRole("radio", { name: "PDF" }).check({ force: true });
  await window.getByRole("button", { name: "Export" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-printed", /Bridges.*arches.*cables/s);
  await expect(window).toHaveCount(0);
  await expect(page.locator("[data-print]")).toHaveCount(0);
  expect(ada.complaints).toEqual([]);
});
