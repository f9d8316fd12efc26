import type { Locator } from "@playwright/test";

import { User } from "../server/kit/user.ts";
import { expect, test, type App, type Person } from "./kit/index.ts";

test("what was typed just before the project was left reaches the server", async ({ app }) => {
  const ada = await app.person("ada", { locale: "en-GB" });
  const project = await ada.user.createProject();
  await ada.open(project);
  await ada.page.locator(".react-flow__pane").dblclick({ position: { x: 200, y: 200 } });
  await ada.type("The last words");
  await ada.page.getByRole("link", { name: "All projects" }).click();
  await expect(ada.page).toHaveURL(/\/$/);
  await expect.poll(() => ada.prompts(project)).toEqual(["The last words"]);
});

test("what was typed without a server reaches it when it is back, although the project was left", async ({ app }) => {
  const ada = await app.person("ada", { locale: "en-GB" });
  const project = await ada.user.createProject();
  await ada.open(project);
  await ada.canGoBack();
  await ada.context.setOffline(true);
  await expect(ada.line).toHaveAttribute("data-status", "offline");
  await ada.page.locator(".react-flow__pane").dblclick({ position: { x: 200, y: 200 } });
  await ada.type("On the train");
  await ada.page.getByRole("link", { name: "All projects" }).click();
  await expect(ada.page).toHaveURL(/\/$/);
  await expect(ada.page.getByRole("heading", { name: "That did not work" })).toHaveCount(0);
  await ada.context.setOffline(false);
  await expect.poll(() => ada.prompts(project)).toEqual(["On the train"]);

  // Coming back doubles nothing.
  await ada.open(project);
  await expect(ada.page.locator("[data-node]")).toHaveCount(1);
});

test("whoever has left a project still hears that its server would not have what they typed there", async ({ app }) => {
  const ada = await app.person("ada");
  const bob = await app.person("bob", { locale: "en-GB" });
  const project = await ada.user.createProject();
  await ada.user.invite(project, bob.user);
  await bob.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await bob.open(project);
  await bob.canGoBack();
  await bob.context.setOffline(true);
  await expect(bob.line).toHaveAttribute("data-status", "offline");
  await bob.page.locator(".react-flow__pane").dblclick({ position: { x: 200, y: 200 } });
  await bob.type("For nobody");
  await bob.page.getByRole("link", { name: "All projects" }).click();
  await expect(bob.page).toHaveURL(/\/$/);
  await ada.user.call("PATCH", `/projects/${project}/members/${bob.user.id}`, { role: "VIEWER" });

  await bob.context.setOffline(false);

  await bob.page.getByRole("button", { name: "Copy my text" }).click();
  expect(await bob.page.evaluate(() => navigator.clipboard.readText())).toBe("For nobody");
  expect(await ada.prompts(project)).toEqual([]);
});

/** Somebody who is back at the list of projects, with a change that was typed without a server. */
async function withUnsent(app: App): Promise<{ ada: Person; project: string }> {
  const ada = await app.person("ada", { locale: "en-GB" });
  const project = await ada.user.createProject();
  await ada.open(project);
  await ada.context.setOffline(true);
  await expect(ada.line).toHaveAttribute("data-status", "offline");
  await ada.page.locator(".react-flow__pane").dblclick({ position: { x: 200, y: 200 } });
  await ada.type("For my eyes");
  await expect.poll(() => kept(ada)).toBeGreaterThan(0);
  // The page ends before the server is back, and the list sends nothing.
  await ada.page.goto("about:blank");
  await ada.context.setOffline(false);
  await ada.page.goto("/");
  return { ada, project };
}

/** How many changes the browser keeps. */
const kept = ({ page }: Person) =>
  page.evaluate(async () => {
    const opened = indexedDB.open("nonlinear-sync", 1);
    await new Promise((done) => (opened.onsuccess = done));
    const count = opened.result.transaction("ops").objectStore("ops").count();
    await new Promise((done) => (count.onsuccess = done));
    opened.result.close();
    return count.result;
  });

async function logOut({ page }: Person): Promise<Locator> {
  await page.getByRole("button", { name: /Your account/ }).click();
  await page.getByRole("menuitem", { name: "Log out", exact: true }).click();
  return page.getByRole("dialog", { name: "Keep unsent changes?" });
}

async function logInAgain({ page, user }: Person): Promise<void> {
  await page.getByLabel("E-mail address").fill(user.email);
  await page.getByLabel("Password", { exact: true }).fill(User.PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("heading", { name: "Projects" })).toBeVisible();
}

test("whoever logs out with unsent changes may clear them", async ({ app }) => {
  const { ada, project } = await withUnsent(app);

  const question = await logOut(ada);
  await expect(question).toContainText("not reached the server");
  await question.getByRole("button", { name: "Cancel" }).click();
  await expect(ada.page.getByRole("heading", { name: "Projects" })).toBeVisible();
  await (await logOut(ada)).getByRole("button", { name: "Clear and log out" }).click();

  await expect(ada.page.getByRole("heading", { name: "Log in" })).toBeVisible();
  expect(await kept(ada)).toBe(0);
  await logInAgain(ada);
  await ada.open(project);
  await expect(ada.page.locator("[data-node]")).toHaveCount(0);
  expect(await ada.prompts(project)).toEqual([]);
});

test("whoever logs out with unsent changes may keep them", async ({ app }) => {
  const { ada, project } = await withUnsent(app);

  await (await logOut(ada)).getByRole("button", { name: "Keep and log out" }).click();

  await expect(ada.page.getByRole("heading", { name: "Log in" })).toBeVisible();
  expect(await kept(ada)).toBeGreaterThan(0);
  await logInAgain(ada);
  await ada.open(project);
  await expect.poll(() => ada.prompts(project)).toEqual(["For my eyes"]);
  expect(await kept(ada)).toBe(0);
  // With nothing left to send nothing is asked.
  await ada.page.goto("/");
  await expect(await logOut(ada)).toHaveCount(0);
  await expect(ada.page.getByRole("heading", { name: "Log in" })).toBeVisible();
});
