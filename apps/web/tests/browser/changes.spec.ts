import { expect, test } from "./kit/index.ts";

test("what was done at once is taken back in one gesture, and what somebody built upon is left and named", async ({
  app,
}) => {
  const ada = await app.person("ada");
  const grace = await app.person("grace");
  const project = await ada.user.createProject();
  await ada.user.invite(project, grace.user);
  const create = (prompt: string, x: number) => ({
    op: "node.create",
    data: { prompt, position: { x, y: 0 } },
  });
  const done = (await ada.user.call("POST", `/projects/${project}/ops`, {
    ops: [create("Built upon", 0), create("Alone", 400)],
  })) as { results: { id: string }[] };
  const parentIds = [done.results[0]?.id ?? ""];
  await grace.user.call("POST", `/projects/${project}/nodes`, {
    prompt: "Below",
    position: { x: 0, y: 400 },
    parentIds,
  });
  await ada.open(project);

  await ada.page.getByRole("banner").getByRole("button", { name: "More" }).click();
  await ada.page.getByRole("menuitem", { name: "Changes" }).click();
  const changes = ada.page.getByRole("dialog", { name: "Changes" });
  await changes.getByRole("button", { name: "Show all" }).click();
  await expect(changes.getByLabel("Card created: Alone (done)")).not.toBeChecked();
  await changes.getByRole("button", { name: "Revert", exact: true }).click();

  await expect(changes.getByText("1 change: someone has built on it")).toBeVisible();
  await expect(changes.getByText("1 change, reverting others")).toBeVisible();
  await ada.page.keyboard.press("Escape");
  await expect(ada.card("Alone")).toHaveCount(0);
  await expect(ada.card("Built upon")).toBeVisible();
  await expect(ada.card("Below")).toBeVisible();
});
