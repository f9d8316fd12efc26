import { faultless } from "./kit/faultless.ts";
import { expect, test } from "./kit/index.ts";

test("four tips point at things, one after the other, and never again", async ({ app }) => {
  const ada = await app.person("ada");
  const { page } = ada;
  const project = await ada.user.createProject();
  for (const [place, prompt] of ["First", "Second"].entries())
    await ada.user.call("POST", `/projects/${project}/nodes`, { prompt, position: { x: place * 400, y: 0 } });
  await page.addInitScript(() => {
    if (sessionStorage.getItem("begun") === null) localStorage.removeItem("nonlinear.tips");
    else localStorage.setItem("nonlinear.tips", sessionStorage.getItem("begun") ?? "");
  });
  await ada.open(project);
  const tip = page.getByRole("complementary", { name: "Tip" });
  for (const said of ["A question is a card", "Drag from here", "Shift-click several cards", "run any command"]) {
    await expect(tip).toContainText(said);
    await expect(tip).toBeVisible();
    if (said === "Drag from here") await faultless(page, "a tip");
    // It points at something without being in its way.
    await tip.getByRole("button", { name: "Got it" }).click();
  }
  await expect(tip).toHaveCount(0);
  const kept = await page.evaluate(() => localStorage.getItem("nonlinear.tips"));
  expect(kept).toBe("4");
  await page.evaluate(() => sessionStorage.setItem("begun", localStorage.getItem("nonlinear.tips") ?? ""));
  await page.reload();
  await ada.saved();
  await expect(page.locator("[data-node]")).toHaveCount(2);
  await expect(tip).toHaveCount(0);
});
