import { uuidv7 } from "../../src/sync/index.ts";
import { expect, test } from "./kit/index.ts";

test("a vote for an answer is seen by everybody at once, counts once, and can be taken back", async ({ app }) => {
  const [ada, bob] = [await app.person("ada"), await app.person("bob")];
  const id = await ada.user.createProject();
  await ada.user.invite(id, bob.user);
  const node = uuidv7();
  const op = { id: node, op: "node.create", data: { prompt: "Which one?", position: { x: 0, y: 0 } } };
  await ada.user.call("POST", `/projects/${id}/ops`, { ops: [op] });
  await ada.user.call("POST", `/projects/${id}/nodes/${node}/generate`, {});
  const answer = await app.provider.asked();
  answer.say("This one.");
  answer.end();
  for (const who of [ada, bob]) {
    await who.open(id);
    await who.card("This one.").click();
  }
  const button = (who: typeof ada, name: string) => who.page.getByRole("button", { name, exact: true });

  await button(ada, "Vote").click();
  await expect(button(ada, "1 vote")).toHaveAttribute("aria-pressed", "true");
  await expect(button(bob, "1 vote")).toHaveAttribute("aria-pressed", "false");
  // Its card says so, also to who comes later.
  const onCard = (who: typeof ada, name: string) => who.card("This one.").getByRole("img", { name, exact: true });
  await expect(onCard(bob, "1 vote")).toBeVisible();
  await bob.page.reload();
  await expect(onCard(bob, "1 vote")).toBeVisible();
  await bob.card("This one.").click();
  await button(bob, "1 vote").click();
  await expect(button(ada, "2 votes")).toBeVisible();
  await expect(onCard(ada, "2 votes")).toBeVisible();
  await button(ada, "2 votes").click();
  await expect(button(bob, "1 vote")).toHaveAttribute("aria-pressed", "true");
});
