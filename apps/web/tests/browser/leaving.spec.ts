import { expect, test } from "./kit/index.ts";

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
