import { createHash } from "node:crypto";

import type { Locator, Route } from "@playwright/test";

import { faultless } from "./kit/faultless.ts";
import { sound, type Sent } from "./kit/files.ts";
import { expect, test, type App, type Person } from "./kit/index.ts";
import { details, opened, select } from "./kit/panel.ts";

/** Files on their way: paused, broken off, gone on with and given up. */

/** As the browser sends them. */
const PART_BYTES = 4 * 1024 * 1024;
const FILE = sound("sea.wav", 2 * PART_BYTES + 1_000);
const ALL_PARTS = [0, PART_BYTES, 2 * PART_BYTES];

/** What a test does with a part; nothing lets it through. */
type Meets = (route: Route, offset: number) => Promise<void> | undefined;

interface Sending {
  readonly ada: Person;
  readonly project: string;
  readonly uploads: Locator;
  /** Where the parts begin that went through to the server. */
  readonly arrived: readonly number[];
  /** How often it was asked how far an upload is, and how many were begun. */
  readonly asked: { looks: number; begins: number };
}

/** Somebody who chooses a file for a card, with a hand on its parts. */
async function sending(app: App, meets: Meets, file: Sent = FILE): Promise<Sending> {
  const { ada, project } = await opened(app, "What falls?");
  const { page } = ada;
  const arrived: number[] = [];
  const asked = { looks: 0, begins: 0 };
  page.on("request", (request) => {
    if (!request.url().includes("/media/uploads")) return;
    if (request.method() === "HEAD") asked.looks += 1;
    if (request.method() === "POST") asked.begins += 1;
  });
  await page.route("**/api/v1/media/uploads/*", async (route) => {
    const request = route.request();
    if (request.method() !== "PATCH") return route.continue();
    const offset = Number(request.headers()["upload-offset"]);
    const met = meets(route, offset);
    if (met !== undefined) return met;
    arrived.push(offset);
    return route.continue();
  });
  await select(ada, "What falls?");
  await choose(ada, file);
  return { ada, project, uploads: page.getByRole("list", { name: "Uploads" }), arrived, asked };
}

async function choose(ada: Person, { name, type, bytes }: Sent): Promise<void> {
  await expect(details(ada).getByRole("button", { name: "Add files" })).toBeVisible();
  await details(ada).locator("input[type=file]").setInputFiles({ name, mimeType: type, buffer: bytes });
}

/** The file is at its card, and the server has the bytes that were chosen. */
async function isThere({ ada, project, uploads }: Sending): Promise<void> {
  await expect(ada.card("What falls?").getByRole("button", { name: `Open ${FILE.name}` })).toBeVisible();
  await expect(uploads).toHaveCount(0);
  const { items } = (await ada.user.call("GET", `/media?projectId=${project}`)) as { items: { sha256: string }[] };
  expect(items.map(({ sha256 }) => sha256)).toEqual([createHash("sha256").update(FILE.bytes).digest("hex")]);
}

test("an upload that breaks off says so, and goes on where the server has it", async ({ app }) => {
  let isDown = true;
  const sent = await sending(app, (route, offset) => (isDown && offset > 0 ? route.abort() : undefined));
  await expect(sent.uploads.getByRole("alert")).toBeVisible();
  await sent.uploads.getByRole("button", { name: "Retry sea.wav" }).click();
  await expect.poll(() => sent.asked.looks).toBeGreaterThan(0);
  isDown = false;
  await isThere(sent);
  expect(sent.arrived).toEqual(ALL_PARTS);
  expect(sent.asked.begins).toBe(1);
});

test("an upload that was refused in the middle is gone on with by a click, and no part is sent twice", async ({
  app,
}) => {
  let isRefused = true;
  const full = { type: "about:blank", title: "Forbidden", status: 403, code: "forbidden", detail: "Not now." };
  const sent = await sending(app, (route, offset) => {
    if (!isRefused || offset === 0) return undefined;
    return route.fulfill({ status: 403, contentType: "application/problem+json", body: JSON.stringify(full) });
  });
  await expect(sent.uploads.getByRole("alert")).toBeVisible();
  isRefused = false;
  await sent.uploads.getByRole("button", { name: "Retry sea.wav" }).click();
  await isThere(sent);
  expect(sent.arrived).toEqual(ALL_PARTS);
  expect(sent.asked).toEqual({ looks: 1, begins: 1 });
});

test("an upload is paused in the middle of a part, and goes on", async ({ app }) => {
  let isHeld = true;
  const sent = await sending(app, (_, offset) => (isHeld && offset > 0 ? Promise.resolve() : undefined));
  const { ada, uploads } = sent;
  await expect.poll(() => uploads.getByRole("progressbar").getAttribute("value")).not.toBe("0");
  await uploads.getByRole("button", { name: "Pause sea.wav" }).click();
  await expect(uploads.getByRole("status")).toHaveText("Paused");
  const goOn = uploads.getByRole("button", { name: "Resume sea.wav" });
  await expect(goOn).toBeFocused();
  await faultless(ada.page, "an upload that is paused", { within: "[data-uploads]" });
  isHeld = false;
  await goOn.click();
  await isThere(sent);
  expect(sent.arrived).toEqual(ALL_PARTS);
});

test("an upload that is stopped is given up on the server, too, paused or not", async ({ app }) => {
  const { ada, project, uploads } = await sending(app, (_, offset) => (offset > 0 ? Promise.resolve() : undefined));
  const { page } = ada;
  const stopped = async () => {
    const given = page.waitForResponse((response) => response.request().method() === "DELETE");
    await uploads.getByRole("button", { name: "Stop sea.wav" }).click();
    const answer = await given;
    expect(answer.status()).toBe(204);
    await expect(uploads).toHaveCount(0);
    const headers = { authorization: `Bearer ${ada.user.token}`, "tus-resumable": "1.0.0" };
    expect((await fetch(answer.url(), { method: "HEAD", headers })).status).toBe(404);
  };
  await expect.poll(() => uploads.getByRole("progressbar").getAttribute("value")).not.toBe("0");
  await stopped();

  await choose(ada, FILE);
  await expect.poll(() => uploads.getByRole("progressbar").getAttribute("value")).not.toBe("0");
  await uploads.getByRole("button", { name: "Pause sea.wav" }).click();
  await expect(uploads.getByRole("status")).toHaveText("Paused");
  await stopped();
  expect(await ada.user.call("GET", `/media?projectId=${project}`)).toMatchObject({ items: [] });
});
