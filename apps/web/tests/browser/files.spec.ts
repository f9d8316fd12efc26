import type { Page } from "@playwright/test";

import { faultless } from "./kit/faultless.ts";
import { expect, test } from "./kit/index.ts";
import { answers, ask, details, opened, select } from "./kit/panel.ts";

/** Files: dropped, pasted, chosen, looked at, and sent along. */

interface Sent {
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
}

/** A picture of some size, drawn by the browser itself. */
async function picture(page: Page): Promise<Sent> {
  const address = await page.evaluate(() => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [300, 200];
    const pen = canvas.getContext("2d");
    if (pen === null) throw new Error("no pen");
    pen.fillStyle = "#2463eb";
    pen.fillRect(0, 0, 300, 200);
    return canvas.toDataURL("image/png");
  });
  return { name: "sea.png", type: "image/png", bytes: Buffer.from(address.split(",")[1] ?? "", "base64") };
}

const text = (name: string, words: string): Sent => ({ name, type: "text/plain", bytes: Buffer.from(words) });

/** A browser gives files to a page by hand only, so the events are made with them. */
async function give(page: Page, event: "drop" | "paste", { name, type, bytes }: Sent, selector: string): Promise<void> {
  const given = { event, name, type, selector, base64: bytes.toString("base64") };
  await page.evaluate(async ({ event, name, type, selector, base64 }) => {
    const bytes = await (await fetch(`data:${type};base64,${base64}`).catch(() => null))?.arrayBuffer();
    const own = bytes ?? Uint8Array.from(atob(base64), (letter) => letter.codePointAt(0) ?? 0);
    const data = new DataTransfer();
    data.items.add(new File([own], name, { type }));
    const target = document.querySelector(selector) ?? document.body;
    const { x, y } = target.getBoundingClientRect();
    const at = { clientX: x + 40, clientY: y + 40, bubbles: true, cancelable: true };
    if (event === "drop") {
      target.dispatchEvent(new DragEvent("dragover", { ...at, dataTransfer: data }));
      target.dispatchEvent(new DragEvent("drop", { ...at, dataTransfer: data }));
    } else {
      target.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: data }));
    }
  }, given);
}

test("a picture that is dropped becomes a card with it, is looked at, and taken back", async ({ app }) => {
  const { ada } = await opened(app, "First", "Second");
  const { page } = ada;
  await give(page, "drop", await picture(page), ".react-flow__pane");
  const card = ada.card("sea.png");
  await expect(card.getByRole("img", { name: "sea.png" })).toBeVisible();
  await faultless(page, "a card with a picture");
  await card.getByRole("button", { name: "Open sea.png" }).click();
  const viewer = page.getByRole("dialog", { name: "sea.png" });
  await expect(viewer.getByRole("img", { name: "sea.png" })).toBeVisible();
  await faultless(page, "a picture that is looked at", { within: "[role=dialog]" });
  await page.keyboard.press("Escape");
  // No key of the canvas acts while a window is open.
  await expect(viewer).toHaveCount(0);
  await page.keyboard.press("ControlOrMeta+z");
  await expect(card).toHaveCount(0);
});

test("a text that is pasted at a card is attached to it, sent along as far as is chosen, and removed", async ({
  app,
}) => {
  const { ada } = await opened(app, "What falls?", "Second");
  const { page } = ada;
  await select(ada, "What falls?");
  await give(page, "paste", text("rain.txt", "Rain falls often."), "body");
  await expect(ada.card("What falls?").getByRole("button", { name: "Open rain.txt" })).toBeVisible();
  const panel = details(ada);
  await panel.getByRole("button", { name: "Open rain.txt" }).click();
  const viewer = page.getByRole("dialog", { name: "rain.txt" });
  await expect(viewer.getByText("Rain falls often.")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(viewer).toHaveCount(0);
  await panel.getByLabel("What is sent of rain.txt").selectOption("Nothing");
  await expect(panel.getByText("≈ 0 tokens")).toBeVisible();
  await panel.getByRole("button", { name: "Remove: rain.txt" }).click();
  await expect(ada.card("What falls?").getByRole("button", { name: "Open rain.txt" })).toHaveCount(0);
});

test("a file that is refused says why, can be tried again, and be left", async ({ app }) => {
  const { ada } = await opened(app, "First", "Second");
  const { page } = ada;
  await give(page, "drop", { name: "a.png", type: "image/png", bytes: Buffer.from("<html>") }, ".react-flow__pane");
  const uploads = page.getByRole("list", { name: "Uploads" });
  await expect(uploads.getByRole("alert")).toBeVisible();
  await faultless(page, "an upload that failed", { within: "[data-uploads]" });
  await uploads.getByRole("button", { name: "Retry a.png" }).click();
  await expect(uploads.getByRole("alert")).toBeVisible();
  await uploads.getByRole("button", { name: "Stop a.png" }).click();
  await expect(uploads).toHaveCount(0);
});

test("a file that is pasted into the next question goes with it", async ({ app }) => {
  const { ada, project } = await opened(app, "What falls?");
  const { page } = ada;
  await ask(app, ada, "What falls?", "Rain.");
  const composer = page.getByRole("form", { name: "Follow-up" });
  const field = composer.getByRole("textbox");
  await field.fill("How often?");
  await give(page, "paste", text("rain.txt", "Rain falls often."), "[data-follow-up] textarea");
  await expect(composer.getByText("rain.txt")).toBeVisible();
  await faultless(page, "a question with a file", { within: "[data-follow-up]" });
  await field.press("Enter");
  await expect(ada.card("How often?").getByRole("button", { name: "Open rain.txt" })).toBeVisible();
  await answers(app, "Often.");
  const id = await page.locator("[data-node]").filter({ hasText: "How often?" }).getAttribute("data-node");
  const sent = await ada.user.call("GET", `/projects/${project}/nodes/${id ?? ""}/context`);
  expect(JSON.stringify(sent)).toContain("Rain falls often.");
});
