import { faultless } from "./kit/faultless.ts";
import { expect, test } from "./kit/index.ts";
import { details, select } from "./kit/panel.ts";

const ANSWERS = {
  "First option": "Cheap, **slow** and safe.",
  "Second option": "Cheap, **quick** and safe.",
  "Third option": "| Price | Speed |\n| --- | --- |\n| high | quick |",
};

test("three answers stand beside each other, with what differs from the one that was chosen, and come together", async ({
  app,
}) => {
  const ada = await app.person("ada");
  const { page, user } = ada;
  const project = await user.createProject();
  for (const [place, [prompt, response]] of Object.entries(ANSWERS).entries())
    await user.call("POST", `/projects/${project}/nodes`, { prompt, response, position: { x: place * 380, y: 0 } });
  await ada.open(project);
  await select(ada, ...Object.keys(ANSWERS));

  await page.getByRole("toolbar", { name: "3 selected" }).getByRole("button", { name: "Compare" }).click();

  const window = page.getByRole("dialog", { name: "Compare" });
  const columns = window.locator("section");
  await expect(columns).toHaveCount(3);
  await expect(columns.nth(2).getByRole("table")).toBeVisible();
  await expect(columns.nth(1).getByText("1 word differs")).toBeVisible();
  await faultless(page, "answers beside each other");
  await window.getByLabel("Mark what differs from").selectOption({ label: "2. Second option" });
  await expect(columns.nth(0).getByText("1 word differs")).toBeVisible();
  await expect(columns.nth(1).getByText("The others are compared with this one.")).toBeVisible();

  await window.getByText("Synthesise").click();
  await window.getByRole("button", { name: "Synthesise" }).click();
  await expect(window).toHaveCount(0);
  await expect(page.locator("[data-node]")).toHaveCount(4);
  await expect(page.locator(".react-flow__edge")).toHaveCount(3);
  await expect(details(ada).getByRole("button", { name: "Ask", exact: true })).toBeVisible();
  expect(ada.complaints).toEqual([]);
});
