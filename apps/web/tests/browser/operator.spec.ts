import { readFile } from "node:fs/promises";

import { faultless } from "./kit/faultless.ts";
import { expect, test, type App, type Person } from "./kit/index.ts";
import { linkTo } from "./kit/mail.ts";

test.use({ more: { NONLINEAR_AUTH__OPERATORS: "root@example.org" } });

async function confirm(app: App, { page, user }: Person): Promise<void> {
  await page.goto(await linkTo(app.server.folder, user.email, "verify"));
  await page.getByRole("button", { name: "Confirm address" }).click();
  await expect(page.getByText("Address confirmed.")).toBeVisible();
}

test("whoever runs the server reads the activity of everybody, once their address is confirmed", async ({ app }) => {
  const ada = await app.person("ada", { locale: "en-GB" });
  await ada.user.createProject();
  const root = await app.person("root", { locale: "en-GB", reducedMotion: "reduce" });
  const { page } = root;
  const places = page.getByRole("navigation", { name: "Settings" });

  await page.goto("/settings/activity");
  await expect(places.getByRole("link", { name: "Activity", exact: true })).toBeVisible();
  await expect(places.getByRole("link", { name: "Server activity" })).toHaveCount(0);

  await confirm(app, root);
  await page.goto("/settings");
  await places.getByRole("link", { name: "Server activity" }).click();
  const records = page.getByRole("list", { name: "Activity" });
  await expect(records.getByRole("listitem").filter({ hasText: "user.register" })).toHaveCount(2);
  await page.getByRole("textbox", { name: "Kind of change" }).fill("project.create");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(records.getByRole("listitem")).toHaveCount(1);
  await expect(records.getByRole("listitem")).toContainText("by ada");
  await faultless(page, "the activity of a server");

  await page.getByLabel("To").fill("2001-01-01");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(page.getByText("No results.")).toBeVisible();
  await page.getByLabel("To").fill("");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await records.getByRole("button", { name: "Only by ada" }).click();
  await expect(page.getByText("Only what ada did.")).toBeVisible();
  await page.getByRole("textbox", { name: "Kind of change" }).fill("");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(records.getByRole("listitem").filter({ hasText: "project.create" })).toHaveCount(1);
  await expect(records.getByRole("listitem").filter({ hasNotText: "by ada" })).toHaveCount(0);
  await page.getByRole("button", { name: "Show everyone" }).click();
  await expect(records.getByRole("listitem").filter({ hasText: "user.register" })).toHaveCount(2);
  await page.getByRole("textbox", { name: "Kind of change" }).fill("project.create");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(records.getByRole("listitem")).toHaveCount(1);

  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export CSV" }).click();
  const lines = (await readFile(await (await download).path(), "utf8")).trim().split("\n");
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain("project.create");
  expect(root.complaints).toEqual([]);
});

test("whoever runs the server changes a preset that came with it", async ({ app }) => {
  const root = await app.person("root", { locale: "en-GB", reducedMotion: "reduce" });
  const { page } = root;
  await confirm(app, root);
  await page.goto("/settings/presets");
  await page.getByRole("button", { name: "Actions for Critic" }).click();
  await expect(page.getByRole("menuitem")).toHaveText(["Edit…"]);
  await page.getByRole("menuitem", { name: "Edit…" }).click();
  const edit = page.getByRole("dialog");
  await edit.getByLabel("Name").fill("Our critic");
  await edit.getByRole("button", { name: "Save" }).click();
  await expect(edit).toHaveCount(0);
  await expect(page.getByText("Our critic")).toBeVisible();

  const ada = await app.person("ada", { locale: "en-GB" });
  await ada.page.goto("/settings/presets");
  await expect(ada.page.getByText("Our critic")).toBeVisible();
  await expect(ada.page.getByRole("button", { name: "Actions for Our critic" })).toHaveCount(0);
});

test("to everybody else there is no such page", async ({ app }) => {
  const ada = await app.person("ada", { locale: "en-GB" });
  await confirm(app, ada);
  const asked: string[] = [];
  ada.page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await ada.page.goto("/settings/server");
  await expect(ada.page.getByRole("heading", { name: "Page not found" })).toBeVisible();
  expect(asked).not.toContain("/api/v1/audit");
});
