import { readFile } from "node:fs/promises";

import { faultless } from "./kit/faultless.ts";
import { expect, test } from "./kit/index.ts";

test("a project begins with a template in the language of the page, and has a copy", async ({ app }) => {
  const ada = await app.person("ada", { locale: "fr-FR" });
  const { page } = ada;
  await page.goto("/");
  await page.getByRole("button", { name: "Nouveau projet" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Commencer avec").selectOption({ label: "Comparer des options" });
  await expect(dialog.getByText("mesurées aux mêmes critères")).toBeVisible();
  await faultless(page, "a new project with a template");
  await dialog.getByRole("button", { name: "Créer et ouvrir" }).click();

  await expect(page).toHaveTitle("Comparer des options");
  await ada.saved();
  const project = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  expect(await ada.prompts(project)).toHaveLength(7);

  await page.goto("/");
  const actions = page.getByRole("button", { name: "Actions pour Comparer des options" });
  await actions.click();
  const kept = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "Exporter en Markdown" }).click();
  const file = await kept;
  expect(file.suggestedFilename()).toBe("Comparer des options.md");
  expect(await readFile(await file.path(), "utf8")).toContain("(Cadre)");

  await actions.click();
  await page.getByRole("menuitem", { name: "Dupliquer" }).click();
  const copy = page.getByRole("link", { name: "Copie de Comparer des options" });
  await expect(copy).toBeVisible();
  await copy.click();
  await ada.saved();
  const there = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  expect(there).not.toBe(project);
  expect(await ada.prompts(there)).toHaveLength(7);
  expect(ada.complaints).toEqual([]);
});

test("a project that its owner shows to everybody is found by a stranger, and copied by who has an account", async ({
  app,
}) => {
  const ada = await app.person("ada");
  const { id } = (await ada.user.call("POST", "/projects", { name: "Bridges", isPublic: true })) as { id: string };
  await ada.user.call("POST", `/projects/${id}/nodes`, { prompt: "Why do they stand?", position: { x: 0, y: 0 } });
  await ada.open(id);
  await ada.page.getByRole("button", { name: "Share" }).first().click();
  const sharing = ada.page.getByRole("dialog");
  await sharing.getByRole("switch", { name: "Anyone can find it under “Explore”" }).click();
  await expect(ada.page.getByText("Anyone can find the project now.")).toBeVisible();

  const { page } = await app.stranger();
  await page.goto("/explore");
  await expect(page.getByRole("link", { name: "Bridges" })).toBeVisible();
  await expect(page.getByText("1 card", { exact: true })).toBeVisible();
  await faultless(page, "public projects");
  await page.getByRole("link", { name: "Bridges" }).click();
  await expect(page.locator("[data-node]").filter({ hasText: "Why do they stand?" })).toBeVisible();

  const bob = await app.person("bob");
  await bob.page.goto("/explore");
  await bob.page.getByRole("link", { name: "Bridges" }).click();
  await bob.page.getByRole("button", { name: "Make a copy" }).click();
  await expect(bob.page).toHaveTitle("Copy of Bridges");
  await bob.saved();
  await expect(bob.card("Why do they stand?")).toBeVisible();
  await expect(bob.page.getByRole("button", { name: "Make a copy" })).toHaveCount(0);
  expect(bob.complaints).toEqual([]);
});
