import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import type { Locator, Page } from "@playwright/test";

import { faultless } from "./kit/faultless.ts";
import { film, give, pdf, picture, sound, text } from "./kit/files.ts";
import { expect, test } from "./kit/index.ts";
import { answers, ask, details, opened, select } from "./kit/panel.ts";

/** Files: dropped, pasted, chosen, looked at, and sent along. */

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

test.describe("with a model that sees", () => {
  test.use({ model: "gpt-4o-mini" });

  test("a picture on the canvas is a card of its own, and what is asked below it is asked about it", async ({
    app,
  }) => {
    const { ada } = await opened(app, "First");
    const { page } = ada;
    await give(page, "drop", await picture(page), ".react-flow__pane");
    const card = ada.card("sea.png");
    await expect(card.getByRole("img", { name: "sea.png" })).toBeVisible();
    await expect(card).toHaveAttribute("data-kind", "MEDIA");
    await expect(card).toContainText("Write a caption");
    await expect(card.getByRole("button", { name: "Ask" })).toHaveCount(0);
    await ada.saved();

    await card.getByRole("button", { name: "Branch" }).click();
    await page.getByRole("textbox", { name: "Question" }).fill("What is it?");
    await page.keyboard.press("ControlOrMeta+Enter");
    const answer = await app.provider.asked();
    expect(await answer.sent()).toContain("data:image/");
    answer.say("Water.");
    answer.end();
    await expect(ada.card("What is it?")).toHaveAttribute("data-status", "COMPLETED");

    await select(ada, "What is it?");
    await page.keyboard.press("t");
    await expect(page.getByRole("region", { name: "File" }).getByRole("img", { name: "sea.png" })).toBeVisible();
    await faultless(page, "a picture in a conversation");
  });
});

test("a document on the canvas shows how it begins, is copied with its file, and found as one by the filter", async ({
  app,
}) => {
  const { ada } = await opened(app, "First");
  const { page } = ada;
  await give(page, "drop", pdf("rain.pdf", ["Rain falls.", "It ends."]), ".react-flow__pane");
  const card = ada.card("rain.pdf");
  await expect(card).toContainText("Rain falls.");
  await expect(card).not.toContainText("It ends.");
  await ada.saved();
  await page.keyboard.press("ControlOrMeta+d");
  await expect(card.filter({ hasText: "Rain falls." })).toHaveCount(2);
  await ada.saved();
  await page.keyboard.press("Shift+f");
  const choices = page.getByRole("dialog", { name: "Filter" });
  await choices.getByLabel("Kind").selectOption("File");
  await expect(choices.getByRole("status")).toHaveText("2 of 3");
  await expect(ada.card("First")).toHaveAttribute("data-dimmed", "true");
  await expect(card.first()).not.toHaveAttribute("data-dimmed");
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

test("of a document with pages those are sent that somebody names, and what names none says how", async ({ app }) => {
  const { ada, project } = await opened(app, "What falls?");
  const { page } = ada;
  await select(ada, "What falls?");
  await give(page, "paste", pdf("rain.pdf", ["Rain.", "Snow.", "Hail.", "Nothing."]), "body");
  const panel = details(ada);
  const policy = panel.getByLabel("What is sent of rain.pdf");
  await policy.selectOption("Some pages");
  const pages = panel.getByRole("textbox", { name: "Pages of rain.pdf that are sent" });
  await expect(pages).toBeFocused();
  await expect(panel.getByText("of 4")).toBeVisible();
  for (const [typed, says] of [
    ["the first", "Write pages such as 1-3, 7."],
    ["2-9", "This file has only 4 pages."],
  ] as const) {
    await pages.fill(typed);
    await pages.press("Enter");
    await expect(panel.getByRole("alert")).toHaveText(says);
  }
  await faultless(page, "pages that are wrong", { within: "[aria-label=Details]" });
  await pages.fill("1, 3 – 4");
  await pages.press("Enter");
  await expect(policy.locator("option:checked")).toHaveText("Pages 1, 3-4");
  await expect(panel.getByRole("alert")).toHaveCount(0);
  await ada.saved();
  const id = await page.locator("[data-node]").first().getAttribute("data-node");
  const sent = JSON.stringify(await ada.user.call("GET", `/projects/${project}/nodes/${id ?? ""}/context`));
  for (const word of ["Rain.", "Hail.", "Nothing."]) expect(sent).toContain(word);
  expect(sent).not.toContain("Snow.");

  await page.locator(".react-flow__node").focus();
  await page.keyboard.press("ControlOrMeta+z");
  await expect(policy.locator("option:checked")).toHaveText("Full");
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

/** Lines that fill pages, so that what is further down is out of sight. */
const LINES = Array.from({ length: 30 }, (_, line) => `Page ${String(line + 1)} tells of the sea.`);

test("an answer cites a page of a PDF, and the citation opens it, wherever the answer is read", async ({ app }) => {
  const { ada } = await opened(app, "What falls?");
  const { page } = ada;
  await select(ada, "What falls?");
  const pages = LINES.with(19, "It rains on the sea at night.");
  await give(page, "paste", pdf("rain.pdf", pages), "body");
  await expect(ada.card("What falls?").getByRole("button", { name: "Open rain.pdf" })).toBeVisible();
  await ask(app, ada, "What falls?", 'Rain: "It rains on the sea" [rain.pdf, p. 20], says `[rain.pdf, p. 1]`.');
  const viewer = page.getByRole("dialog", { name: "rain.pdf" });
  const shown = viewer.getByRole("region", { name: "Page 20" });
  const opens = async (place: Locator) => {
    const cited = place.getByRole("button", { name: "Open rain.pdf at page 20" });
    await expect(cited).toHaveCount(1);
    await cited.click();
    await expect(shown.locator("mark")).toHaveText("It rains on the sea");
    await expect(shown).toBeInViewport();
    await expect(shown).toHaveAttribute("aria-current", "location");
  };
  const closed = async () => {
    await page.keyboard.press("Escape");
    await expect(viewer).toHaveCount(0);
  };
  await opens(details(ada));
  await faultless(page, "a page that was cited", { within: "[role=dialog]" });
  await closed();
  await opens(ada.card("What falls?"));
  await closed();
  await page.keyboard.press("t");
  await opens(page.getByRole("main"));
});

test("sound and film are played where they are looked at", async ({ app }) => {
  const { ada } = await opened(app, "What is heard?");
  const { page } = ada;
  const card = ada.card("What is heard?");
  await select(ada, "What is heard?");
  for (const [file, tag] of [
    [sound("sea.wav", 16_044), "audio"],
    [await film(page, "sea.webm"), "video"],
  ] as const) {
    await give(page, "paste", file, "body");
    await card.getByRole("button", { name: `Open ${file.name}` }).click();
    const player = page.getByRole("dialog", { name: file.name }).locator(tag);
    await expect(player).toHaveAccessibleName(file.name);
    // It has come so far that the browser knows what is in it, and goes on when it is told to.
    await expect.poll(() => player.evaluate((media: HTMLMediaElement) => media.readyState)).toBeGreaterThan(0);
    await player.evaluate(async (media: HTMLMediaElement) => {
      media.muted = true;
      await media.play();
    });
    await expect.poll(() => player.evaluate((media: HTMLMediaElement) => media.currentTime)).toBeGreaterThan(0);
    await faultless(page, `a file that is played: ${tag}`, { within: "[role=dialog]" });
    await ada.close();
  }
  expect(ada.complaints).toEqual([]);
});

test("a file that is dropped on a card is attached to it, one that is dropped on the composer goes with the question", async ({
  app,
}) => {
  const { ada } = await opened(app, "What falls?", "Second");
  const { page } = ada;
  const id = (await ada.card("What falls?").getAttribute("data-node")) ?? "";
  await give(page, "drop", text("rain.txt", "Rain falls often."), `[data-node="${id}"]`);
  await expect(ada.card("What falls?").getByRole("button", { name: "Open rain.txt" })).toBeVisible();
  await expect(page.locator("[data-node]")).toHaveCount(2);

  await select(ada, "Second");
  await page.keyboard.press("t");
  const composer = page.locator("[data-composer]");
  await expect(composer.getByRole("textbox")).toBeVisible();
  await give(page, "drop", text("snow.txt", "Snow falls seldom."), "[data-composer] textarea");
  await expect(composer.getByText("snow.txt")).toBeVisible();
  await composer.getByRole("textbox").fill("And snow?");
  await composer.getByRole("textbox").press("Enter");
  const answer = await app.provider.asked();
  for (const words of ["Rain falls often.", "Snow falls seldom."]) expect(await answer.sent()).toContain(words);
  answer.say("Seldom.");
  answer.end();
  await expect(page.getByText("Seldom.", { exact: true })).toBeVisible();
});

test("words are looked for in a file, and tables are read as tables", async ({ app }) => {
  const { ada } = await opened(app, "What falls?");
  const { page } = ada;
  await select(ada, "What falls?");
  await give(page, "paste", pdf("sea.pdf", LINES), "body");
  await ada.card("What falls?").getByRole("button", { name: "Open sea.pdf" }).click();
  const viewer = page.getByRole("dialog", { name: "sea.pdf" });
  await expect(viewer.getByText("Page 1 tells of the sea.")).toBeVisible();
  await page.keyboard.press("ControlOrMeta+f");
  await page.keyboard.type("OF  THE sea");
  const found = viewer.getByRole("search").getByRole("status");
  await expect(found).toHaveText("1 of 30");
  await page.keyboard.press("Shift+Enter");
  await expect(found).toHaveText("30 of 30");
  await expect(viewer.getByText("Page 30 tells of the sea.")).toBeInViewport();
  await viewer.getByRole("button", { name: "Next result" }).click();
  await expect(found).toHaveText("1 of 30");
  await viewer.getByRole("searchbox").fill("desert");
  await expect(found).toHaveText("No results");
  await faultless(page, "a file that is searched", { within: "[role=dialog]" });
  await page.keyboard.press("Escape");
  await expect(viewer).toHaveCount(0);

  await give(page, "paste", { ...text("rain.csv", 'day,rain\n1,"much, and cold"\n'), type: "text/csv" }, "body");
  await ada.card("What falls?").getByRole("button", { name: "Open rain.csv" }).click();
  const table = page.getByRole("dialog", { name: "rain.csv" }).getByRole("table");
  await expect(table.getByRole("columnheader", { name: "rain" })).toBeVisible();
  await expect(table.getByRole("cell", { name: "much, and cold" })).toBeVisible();
  await faultless(page, "a table", { within: "[role=dialog]" });
});

test("a picture is described and cropped, which is one change", async ({ app }) => {
  const { ada, project } = await opened(app, "What is it?");
  const { page } = ada;
  await select(ada, "What is it?");
  await give(page, "paste", await picture(page), "body");
  const card = ada.card("What is it?");
  await card.getByRole("button", { name: "Open sea.png" }).click();
  const viewer = page.getByRole("dialog", { name: "sea.png" });
  await viewer.getByLabel("Description").fill("The sea at night");
  await viewer.getByRole("button", { name: "Save", exact: true }).click();
  await expect(card.getByRole("img", { name: "The sea at night" })).toHaveCount(1);
  await viewer.getByRole("button", { name: "Crop" }).click();
  await expect(viewer.getByLabel("Width")).toHaveValue("300");
  await viewer.getByLabel("Left").fill("100");
  await viewer.getByLabel("Width").fill("120");
  await faultless(page, "a picture that is cropped", { within: "[role=dialog]" });
  await viewer.getByRole("button", { name: "Crop picture" }).click();
  await expect(card.getByRole("button", { name: "Open sea-crop.png" })).toBeVisible();
  await ada.saved();
  const files = async () => {
    const { nodes } = (await ada.user.call("GET", `/projects/${project}/graph`)) as {
      nodes: { attachments?: { name: string; alt?: string; width?: number; height?: number }[] }[];
    };
    return nodes[0]?.attachments;
  };
  expect(await files()).toMatchObject([{ name: "sea-crop.png", alt: "The sea at night", width: 120, height: 200 }]);
  await page.keyboard.press("ControlOrMeta+z");
  await expect(card.getByRole("button", { name: "Open sea.png" })).toBeVisible();
});

/** Pastes an address as text, as it comes from the line of a browser. */
const pasteText = (page: Page, words: string) =>
  page.evaluate((words) => {
    const data = new DataTransfer();
    data.setData("text/plain", words);
    document.body.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: data }));
  }, words);

test("a picture and a link that are pasted on the empty canvas are cards of their own", async ({ app }) => {
  const pages = createServer((_, response) => {
    response.setHeader("content-type", "text/html");
    response.end("<title>Rain</title><main><p>It falls.</p></main>");
  });
  await new Promise<void>((resolve) => pages.listen(0, "127.0.0.1", resolve));
  const { port } = pages.address() as AddressInfo;
  const { ada } = await opened(app, "First");
  const { page } = ada;
  await ada.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  // As people do it: a picture is in the clipboard, and the key is pressed.
  await page.evaluate(async () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [60, 40];
    canvas.getContext("2d")?.fillRect(0, 0, 60, 40);
    const picture = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
    if (picture === null) throw new Error("no picture");
    await navigator.clipboard.write([new ClipboardItem({ "image/png": picture })]);
  });
  await page.locator(".react-flow__pane").click({ position: { x: 500, y: 600 } });
  await page.keyboard.press("ControlOrMeta+v");
  const picture = page.locator("[data-kind=MEDIA]");
  await expect(picture.getByRole("img")).toBeVisible();
  await page.locator(".react-flow__pane").click({ position: { x: 5, y: 5 } });
  await pasteText(page, `http://127.0.0.1:${String(port)}/rain`);
  await expect(picture).toHaveCount(2);
  await expect(ada.card("Rain").getByRole("button", { name: "Open Rain" })).toBeVisible();
  await ada.saved();
  // Other words become a question.
  await page.locator(".react-flow__pane").click({ position: { x: 5, y: 5 } });
  await pasteText(page, "Is it raining?");
  await expect(ada.card("Is it raining?")).toHaveAttribute("data-kind", "PROMPT");
  pages.closeAllConnections();
  pages.close();
});

test("a link that is dropped is read by the server, looked at, and read again", async ({ app }) => {
  const pages = createServer((_, response) => {
    response.setHeader("content-type", "text/html");
    response.end(`<title>Rain</title><main><h1>Rain</h1><p>It ${words}.</p></main>`);
  });
  let words = "falls";
  await new Promise<void>((resolve) => pages.listen(0, "127.0.0.1", resolve));
  const { port } = pages.address() as AddressInfo;
  const url = `http://127.0.0.1:${String(port)}/rain`;
  const { ada } = await opened(app, "First");
  const { page } = ada;
  await page.evaluate((url) => {
    const data = new DataTransfer();
    data.setData("text/uri-list", url);
    const target = document.querySelector(".react-flow__pane");
    const at = { clientX: 500, clientY: 500, bubbles: true, cancelable: true, dataTransfer: data };
    target?.dispatchEvent(new DragEvent("dragover", at));
    target?.dispatchEvent(new DragEvent("drop", at));
  }, url);
  await ada.card("Rain").getByRole("button", { name: "Open Rain" }).click();
  const viewer = page.getByRole("dialog", { name: "Rain" });
  await expect(viewer.getByText("It falls.")).toBeVisible();
  await expect(viewer.getByRole("link", { name: `127.0.0.1:${String(port)}` })).toHaveAttribute("href", url);
  await faultless(page, "a link that is looked at", { within: "[role=dialog]" });
  words = "ends";
  await viewer.getByRole("button", { name: "Read again" }).click();
  await expect(viewer.getByText("It ends.")).toBeVisible();
  pages.closeAllConnections();
  pages.close();
});
