import { uuidv7, type BatchedOp } from "../../src/sync/index.ts";
import { expect, test } from "./kit/index.ts";

test("whoever follows somebody sees what is on their screen, whatever moves it, and what they type", async ({
  app,
}) => {
  const [ada, bob] = [await app.person("ada"), await app.person("bob")];
  const id = await ada.user.createProject();
  await ada.user.invite(id, bob.user);
  const cards = Array.from({ length: 40 }, (_, at): BatchedOp => ({
    id: uuidv7(),
    op: "node.create",
    data: { prompt: `Card ${at}.`, position: { x: (at % 8) * 500, y: Math.floor(at / 8) * 500 } },
  }));
  await ada.user.call("POST", `/projects/${id}/ops`, { ops: cards });
  await ada.open(id);
  await bob.open(id);
  await bob.page.getByRole("button", { name: /Follow ada/i }).click();

  await ada.find("Card 39", "Card 39.");
  await expect(ada.card("Card 39.")).toBeInViewport();
  await expect(bob.card("Card 39.")).toBeInViewport();
  const at = async (who: typeof ada) => (await who.card("Card 39.").boundingBox()) ?? { x: Infinity, y: Infinity };
  const apart = async () => {
    const [hers, his] = [await at(ada), await at(bob)];
    return Math.max(Math.abs(hers.x - his.x), Math.abs(hers.y - his.y));
  };
  // His view has a little room around hers.
  await expect.poll(apart).toBeLessThan(40);

  await ada.page.keyboard.press("Enter");
  await ada.type(" Not saved yet");
  await expect(bob.page.getByText("ada: Card 39. Not saved yet")).toBeVisible();
});
