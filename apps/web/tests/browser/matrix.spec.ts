import { faultless } from "./kit/faultless.ts";
import { expect, test } from "./kit/index.ts";
import { details } from "./kit/panel.ts";

test("options are compared by criteria in a matrix of ordinary nodes, which is read as a table", async ({ app }) => {
  const ada = await app.person("ada");
  const { page } = ada;
  const project = await ada.user.createProject();
  await ada.open(project);

  await page.keyboard.press("Shift+M");
  const make = page.getByRole("dialog", { name: "New matrix" });
  await make.getByLabel("Name").fill("Where to live");
  await make.getByLabel("Options", { exact: true }).fill("Lyon\nNantes");
  await make.getByLabel("Criteria", { exact: true }).fill("Rent");
  await expect(make.getByText("2 rows by 1 column: 2 cells")).toBeVisible();
  await faultless(page, "making a matrix");
  await make.getByRole("button", { name: "Create and ask" }).click();

  const table = page.getByRole("dialog", { name: "Where to live" });
  await expect(table.getByRole("rowheader")).toHaveText(["Lyon", "Nantes"]);
  await expect(table.getByRole("columnheader")).toHaveText(["Rent"]);
  for (const text of ["High, **rising**.", "Fair."]) {
    const answer = await app.provider.asked();
    answer.say(text);
    answer.end();
  }
  await expect(table.getByText("2 of 2 answered")).toBeVisible();
  await expect(table.locator("strong", { hasText: "rising" })).toBeVisible();
  await faultless(page, "a matrix as a table");
  await ada.close();
  await ada.saved();

  // A head that changes makes the answers of its row out of date, and the table asks for them again.
  const { items } = (await ada.user.call("GET", `/projects/${project}/nodes`)) as {
    items: { id: string; prompt: string; version: number }[];
  };
  const lyon = items.find(({ prompt }) => prompt === "Lyon");
  const data = { id: lyon?.id, prompt: "Lyon, Croix-Rousse", baseVersion: lyon?.version };
  await ada.user.call("POST", `/projects/${project}/ops`, { ops: [{ op: "node.update", data }] });
  await page.getByRole("button", { name: "Show as a table" }).click();
  await table.getByRole("button", { name: "Ask 1 cell" }).click();
  const answer = await app.provider.asked();
  answer.say("Higher still.");
  answer.end();
  await expect(table.getByText("Higher still.")).toBeVisible();
  await ada.close();
  await expect(details(ada)).toBeVisible();
  expect(ada.complaints).toEqual([]);
});

test("a matrix is taken back as one step, and keeps its rows and columns when everything is tidied up", async ({
  app,
}) => {
  const ada = await app.person("ada");
  const { page } = ada;
  const project = await ada.user.createProject();
  await ada.open(project);
  const make = page.getByRole("dialog", { name: "New matrix" });
  await page.keyboard.press("Shift+M");
  await make.getByLabel("Options", { exact: true }).fill("Lyon\nNantes");
  await make.getByLabel("Criteria", { exact: true }).fill("Rent\nWork");
  await make.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page.locator("[data-node]")).toHaveCount(9);
  await ada.saved();
  const places = async () => {
    const { items } = (await ada.user.call("GET", `/projects/${project}/nodes`)) as {
      items: { id: string; prompt: string; position: { x: number; y: number } }[];
    };
    const from = items.find(({ prompt }) => prompt === "")?.position ?? { x: 0, y: 0 };
    return items.map(({ id, position }) => `${id} ${position.x - from.x} ${position.y - from.y}`).sort();
  };
  const before = await places();

  await page.getByRole("button", { name: "Tidy up" }).click();
  await ada.saved();
  expect(await places()).toEqual(before);

  await page.keyboard.press("Escape");
  await page.keyboard.press("ControlOrMeta+z");
  await page.keyboard.press("ControlOrMeta+z");
  await expect(page.locator("[data-node]")).toHaveCount(0);
});

test("questions are put to models in a matrix, each cell by its own model", async ({ app }) => {
  const ada = await app.person("ada");
  const { page } = ada;
  const project = await ada.user.createProject();
  await ada.open(project);
  await page.keyboard.press("Shift+M");
  const make = page.getByRole("dialog", { name: "New matrix" });
  await make.getByRole("radio", { name: "Questions by models" }).check({ force: true });
  await make.getByLabel("Questions", { exact: true }).fill("Why is the sky blue?\nWhy is the sea?");
  await make.getByRole("checkbox", { name: "openai/test-model" }).check();
  await expect(make.getByText("2 rows by 1 column: 2 cells")).toBeVisible();
  await faultless(page, "making a matrix of models");
  await make.getByRole("button", { name: "Create and ask" }).click();
  const table = page.getByRole("dialog", { name: "Matrix" });
  await expect(table.getByRole("columnheader")).toHaveText(["openai/test-model"]);
  await expect(table.getByRole("rowheader")).toHaveText(["Why is the sky blue?", "Why is the sea?"]);
  for (const words of ["Because of scattering.", "Because of the sky."]) {
    const answer = await app.provider.asked();
    answer.say(words);
    answer.end();
  }
  await expect(table.getByText("2 of 2 answered")).toBeVisible();
  await ada.close();
  await ada.saved();
  const { nodes } = (await ada.user.call("GET", `/projects/${project}/graph`)) as {
    nodes: { response?: string | null; llmModel?: string | null; settings?: { model?: string } | null }[];
  };
  const cells = nodes.filter(({ response }) => response != null);
  expect(cells.map(({ llmModel }) => llmModel)).toEqual(["openai/test-model", "openai/test-model"]);
  expect(ada.complaints).toEqual([]);
});
