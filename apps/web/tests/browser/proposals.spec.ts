import type { Locator } from "@playwright/test";

import { withAgent, works } from "./kit/agents.ts";
import { faultless } from "./kit/faultless.ts";
import { expect, test, type App, type Person } from "./kit/index.ts";

const ghost = (person: Person, prompt: string): Locator =>
  person.page.locator("[data-ghost]").filter({ hasText: prompt });
const mark = (person: Person, says: string): Locator => person.page.getByRole("button", { name: says });

/** Two nodes, one of them resting on the other, and Fay, who proposes what could be done with them. */
async function proposed(app: App, ada: Person, project: string): Promise<void> {
  const create = async (prompt: string, x: number, y: number, parentIds: string[] = []) =>
    (
      (await ada.user.call("POST", `/projects/${project}/nodes`, { prompt, position: { x, y }, parentIds })) as {
        id: string;
      }
    ).id;
  const sky = await create("Why is the sky blue?", 0, 0);
  const sea = await create("Why is the sea green?", 420, 0);
  const agentId = await withAgent(ada, project, { name: "Fay", mode: "PROPOSE" });
  await ada.open(project);
  await works(app, ada, project, {
    agentId,
    prompt: "Go on from here",
    uses: [
      ["create_node", () => ({ prompt: "What is light?", parentIds: [sky], position: { x: 0, y: 320 } })],
      ["create_node", ([light]) => ({ prompt: "What is a wave?", parentIds: [light], position: { x: 0, y: 640 } })],
      ["connect", ([light]) => ({ edges: [{ sourceId: light, targetId: sea }] })],
      ["edit_node", () => ({ nodeId: sky, baseVersion: 1, prompt: "Why is the evening sky red?" })],
      ["move_nodes", () => ({ positions: [{ id: sea, x: 860, y: 0 }] })],
    ],
  });
}

test("proposals stand where they would be, for everybody, and are decided on the spot", async ({ app }) => {
  const ada = await app.person("ada", { locale: "en-GB", reducedMotion: "reduce" });
  const bob = await app.person("bob", { locale: "en-GB" });
  const project = await ada.user.createProject();
  await ada.user.invite(project, bob.user, "VIEWER");
  await proposed(app, ada, project);
  await bob.open(project);

  // They came while Ada looked on, and hold what the task proposed.
  await expect(ada.page.getByText("Fay proposes 5 changes")).toBeVisible();
  await ada.page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(ghost(ada, "What is a wave?")).toBeVisible();
  await expect(ada.page.locator("[data-moved-node]")).toContainText("Why is the sea green?");
  await expect(ada.page.locator("path[data-line]")).toHaveCount(3);
  await mark(ada, "Fay: change").click();
  const look = ada.page.getByRole("dialog", { name: "Fay would change this card" });
  await expect(look.locator("del")).toContainText(["blue?"]);
  await expect(look.locator("ins").first()).toContainText("evening");
  await faultless(ada.page, "a proposed change");
  await ada.page.keyboard.press("Escape");
  await expect(look).toHaveCount(0);

  // They are no part of the canvas.
  await ada.page.keyboard.press("Control+a");
  await expect(ada.page.locator(".react-flow__node.selected")).toHaveCount(2);
  await ada.page.locator(".react-flow__pane").click({ position: { x: 5, y: 300 } });
  expect(await ada.prompts(project)).toHaveLength(2);

  // Who may only read sees them, and has nothing to press.
  await expect(bob.page.getByText("Fay proposes 5 changes")).toBeVisible();
  await expect(ghost(bob, "What is light?")).toBeAttached();
  await expect(bob.page.getByRole("button", { name: /Accept|Reject/ })).toHaveCount(0);

  // One is accepted with what it needs.
  await ghost(ada, "What is a wave?").getByRole("button", { name: "Accept with 1 other" }).click();
  for (const person of [ada, bob]) {
    await expect(person.card("What is a wave?")).toBeVisible();
    await expect(person.card("What is light?")).toBeVisible();
    await expect(person.page.locator("[data-ghost]")).toHaveCount(0);
    await expect(person.page.getByText("Fay proposes 3 changes")).toBeVisible();
  }
  await mark(ada, "Fay: move here").click();
  await ada.page.getByRole("dialog").getByRole("button", { name: "Reject" }).click();
  await expect(ada.page.locator("[data-moved-node]")).toHaveCount(0);
  await expect(bob.page.locator("[data-moved-node]")).toHaveCount(0);
  await ada.page.getByRole("button", { name: "Accept all" }).click();
  await expect(bob.card("Why is the evening sky red?")).toBeVisible();
  await expect(ada.page.locator(".react-flow__edge")).toHaveCount(3);
  for (const person of [ada, bob]) {
    await expect(person.page.getByRole("list", { name: "Proposals" })).toHaveCount(0);
    expect(person.complaints).toEqual([]);
  }
});

test("a proposal is rejected with what needs it, and a deletion is struck through", async ({ app }) => {
  const ada = await app.person("ada", { locale: "fr-FR", reducedMotion: "reduce" });
  const project = await ada.user.createProject();
  const { id } = (await ada.user.call("POST", `/projects/${project}/nodes`, {
    prompt: "À supprimer",
    position: { x: 0, y: 0 },
  })) as { id: string };
  const agentId = await withAgent(ada, project, { name: "Fay", mode: "PROPOSE" });
  await works(app, ada, project, {
    agentId,
    prompt: "Range",
    uses: [
      ["create_node", () => ({ prompt: "Premier", position: { x: 420, y: 0 } })],
      ["create_node", ([first]) => ({ prompt: "Second", parentIds: [first], position: { x: 420, y: 300 } })],
      ["delete_nodes", () => ({ nodeIds: [id] })],
    ],
  });
  await ada.open(project);
  await expect(ada.page.locator("[data-marked-node]")).toHaveAttribute("data-struck", "true");
  await ada.page.getByRole("button", { name: "Afficher", exact: true }).click();
  await ghost(ada, "Premier").getByRole("button", { name: "Refuser avec 1 autre" }).click();
  await expect(ada.page.locator("[data-ghost]")).toHaveCount(0);
  await mark(ada, "Fay : supprimer").click();
  await ada.page.getByRole("dialog").getByRole("button", { name: "Accepter" }).click();
  await expect(ada.card("À supprimer")).toHaveCount(0);
  await expect(ada.page.getByText(/Fay propose/)).toHaveCount(0);
});
