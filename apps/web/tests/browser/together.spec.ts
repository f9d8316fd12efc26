import type { Locator, Page } from "@playwright/test";

import { expect, test, type App, type Person } from "./kit/index.ts";

/** Two who may edit, with the same project open. */
async function together(app: App): Promise<{ ada: Person; bob: Person; project: string }> {
  const ada = await app.person("ada");
  const bob = await app.person("bob");
  const project = await ada.user.createProject();
  await ada.user.invite(project, bob.user);
  await ada.open(project);
  await bob.open(project);
  return { ada, bob, project };
}

test("two people co-edit one canvas and watch the same answer arrive", async ({ app }) => {
  const { ada, bob, project } = await together(app);

  await ada.ask("What is a monad?", { x: 400, y: 200 });
  await expect(bob.card("What is a monad?")).toBeVisible();
  await expect(bob.page.getByRole("button", { name: "Follow ada" })).toBeVisible();

  // Bob asks, and both see every word of it.
  await bob.card("What is a monad?").click();
  await bob.page.keyboard.press("Control+Enter");
  const answer = await app.provider.asked();
  answer.say("A monad is ");
  await expect(ada.card("What is a monad?").getByText("A monad is")).toBeVisible();
  await expect(bob.card("What is a monad?").getByText("A monad is")).toBeVisible();

  // Somebody who comes late sees it from its start.
  const eve = await app.person("eve");
  await ada.user.invite(project, eve.user, "VIEWER");
  await eve.open(project);
  await expect(eve.card("What is a monad?").getByText("A monad is")).toBeVisible();

  answer.say("a monoid in the category of **endofunctors**.");
  answer.end();
  for (const person of [ada, bob, eve]) {
    const card = person.card("What is a monad?");
    await expect(card).toHaveAttribute("data-status", "COMPLETED");
    await expect(card.locator("strong", { hasText: "endofunctors" })).toBeVisible();
  }
  for (const person of [ada, bob, eve]) expect(person.complaints).toEqual([]);
});

test("a colleague's cursor glides to where they point", async ({ app }) => {
  const { ada, bob } = await together(app);
  await bob.page.mouse.move(400, 300);
  const cursor = ada.page.locator("[data-cursor=bob]");
  await expect.poll(() => tip(cursor)).toEqual([400, 300]);

  // With time standing still, it is on its way for as long as one likes.
  const devtools = await ada.context.newCDPSession(ada.page);
  await devtools.send("Animation.enable");
  await devtools.send("Animation.setPlaybackRate", { playbackRate: 0 });
  const before = (await cursor.getAttribute("style")) ?? "";
  await bob.page.mouse.move(700, 500);
  await expect(cursor).not.toHaveAttribute("style", before);
  expect(await tip(cursor)).toEqual([400, 300]);
  await devtools.send("Animation.setPlaybackRate", { playbackRate: 1 });
  await expect.poll(() => tip(cursor)).toEqual([700, 500]);
});

/** What a cursor points at. */
async function tip(cursor: Locator): Promise<[number, number]> {
  const { x = 0, y = 0 } = (await cursor.boundingBox()) ?? {};
  return [Math.round(x), Math.round(y)];
}

test("my own changes are undone and redone, and nobody else's", async ({ app }) => {
  const { ada, bob } = await together(app);
  await ada.ask("Ada asks", { x: 300, y: 150 });
  await bob.ask("Bob asks", { x: 700, y: 450 });
  await expect(ada.card("Bob asks")).toBeVisible();

  await ada.card("Ada asks").click();
  await ada.page.keyboard.press("Delete");
  await expect(bob.card("Ada asks")).toHaveCount(0);
  await ada.page.keyboard.press("Control+z");
  await expect(bob.card("Ada asks")).toBeVisible();
  // Before the deletion there were the typing and the node itself.
  await ada.page.keyboard.press("Control+z");
  await ada.page.keyboard.press("Control+z");
  await expect(bob.card("Ada asks")).toHaveCount(0);
  await expect(bob.card("Bob asks")).toBeVisible();
  await ada.page.keyboard.press("Control+Shift+z");
  await ada.page.keyboard.press("Control+Shift+z");
  await expect(bob.card("Ada asks")).toBeVisible();
  await ada.saved();
});

test("offline edits are kept, and both converge after the return", async ({ app }) => {
  const { ada, bob } = await together(app);
  await ada.ask("Shared", { x: 300, y: 200 });
  await expect(bob.card("Shared")).toBeVisible();

  await ada.context.setOffline(true);
  await ada.ask("Written on the train", { x: 700, y: 200 });
  await expect(ada.line).toHaveAttribute("data-status", /offline|connecting/);
  await expect(ada.line).not.toHaveAttribute("data-pending", "0");
  await bob.ask("Written at the desk", { x: 500, y: 550 });
  await bob.saved();
  await ada.context.setOffline(false);

  await ada.saved();
  for (const person of [ada, bob]) {
    await expect(person.card("Written on the train")).toBeVisible();
    await expect(person.card("Written at the desk")).toBeVisible();
  }
});

test("a server that is killed while somebody types and a model writes loses nothing", async ({ app }) => {
  const ada = await app.person("ada");
  const project = await ada.user.createProject();
  await ada.open(project);
  await ada.ask("Tell me everything", { x: 300, y: 150 });
  await ada.card("Tell me everything").click();
  await ada.page.keyboard.press("Control+Enter");
  const answer = await app.provider.asked();
  answer.say("It began long ago. ");
  await expect(ada.card("Tell me everything").getByText("It began long ago.")).toBeVisible();
  const loads = await ada.page.evaluate(() => performance.timeOrigin);

  await ada.page.locator(".react-flow__pane").dblclick({ position: { x: 800, y: 150 } });
  await ada.type("First half, ");
  await app.server.kill();
  await ada.page.keyboard.type("second half");
  await ada.page.keyboard.press("Escape");
  await app.server.start();

  await ada.saved();
  await expect(ada.card("First half, second half")).toBeVisible();
  // The answer ends, and what was written of it is there.
  await expect(ada.card("Tell me everything")).not.toHaveAttribute("data-status", "GENERATING", { timeout: 60_000 });
  expect(await ada.page.evaluate(() => performance.timeOrigin)).toBe(loads);
  const { nodes } = (await ada.user.call("GET", `/projects/${project}/graph`)) as { nodes: { prompt: string }[] };
  expect(nodes.map(({ prompt }) => prompt).toSorted()).toEqual(["First half, second half", "Tell me everything"]);
});

test("a viewer sees everything and can change nothing", async ({ app }) => {
  const ada = await app.person("ada");
  const eve = await app.person("eve");
  const project = await ada.user.createProject();
  await ada.user.invite(project, eve.user, "VIEWER");
  await ada.open(project);
  await ada.ask("Only to read", { x: 300, y: 200 });
  await eve.open(project);
  await expect(eve.card("Only to read")).toBeVisible();

  await expect(eve.page.getByText("View only")).toBeVisible();
  await eve.page.locator(".react-flow__pane").dblclick({ position: { x: 800, y: 400 } });
  await eve.card("Only to read").click();
  await eve.page.keyboard.press("Enter");
  await eve.page.keyboard.press("Delete");
  await expect(eve.page.locator("textarea")).toHaveCount(0);
  await expect(eve.page.getByRole("button", { name: "Ask", exact: true })).toHaveCount(0);
  await expect(eve.page.locator("[data-node]")).toHaveCount(1);
});

test("whoever is removed is put out at once", async ({ app }) => {
  const ada = await app.person("ada");
  const bob = await app.person("bob");
  const project = await ada.user.createProject();
  await ada.user.invite(project, bob.user);
  await ada.open(project);
  await ada.ask("Secret", { x: 300, y: 200 });
  await bob.open(project);
  await expect(bob.card("Secret")).toBeVisible();

  const began = Date.now();
  await ada.user.call("DELETE", `/projects/${project}/members/${bob.user.id}`);

  await expect(bob.page.getByText("You no longer have access to this project")).toBeVisible();
  test.info().annotations.push({ type: "figure", description: `put out after ${Date.now() - began} ms` });
  await expect(bob.card("Secret")).toHaveCount(0);
});

test("two who type in one prompt both keep their words", async ({ app }) => {
  const { ada, bob } = await together(app);
  await ada.ask("Begun", { x: 300, y: 200 });
  await expect(bob.card("Begun")).toBeVisible();

  await bob.context.setOffline(true);
  await bob.card("Begun").locator("text=Begun").dblclick();
  await bob.type(" by Bob");
  await ada.card("Begun").locator("text=Begun").dblclick();
  await ada.type(" by Ada");
  await ada.page.keyboard.press("Escape");
  await ada.saved();
  await bob.context.setOffline(false);

  await expect(bob.page.getByText("Someone else changed this question")).toBeVisible();
  await expect(bob.page.locator("blockquote")).toHaveText("Begun by Ada");
  await expect(bob.page.locator("textarea")).toHaveValue("Begun by Bob");
  await bob.page.getByRole("button", { name: "Keep mine" }).click();
  await bob.saved();
  await expect(ada.card("Begun by Bob")).toBeVisible();
});

/** A way to the server on which edits can be held up: on a fast one they would be saved in time, and nothing lost. */
async function slowWay(page: Page): Promise<{ hold: () => void; release: () => void }> {
  let held: (() => void)[] | null = null;
  await page.routeWebSocket(/\/ws/, (near) => {
    const far = near.connectToServer();
    near.onMessage((message) => {
      const { type } = JSON.parse(String(message)) as { type: string };
      const send = () => far.send(message);
      if (held !== null && type === "op") held.push(send);
      else send();
    });
  });
  const release = () => {
    for (const send of held ?? []) send();
    held = null;
  };
  return { hold: () => (held = []), release };
}

test("what is typed into a card that a colleague deletes is offered back, and gives no commands", async ({ app }) => {
  const ada = await app.person("ada");
  const bob = await app.person("bob");
  const project = await ada.user.createProject();
  await ada.user.invite(project, bob.user);
  const way = await slowWay(ada.page);
  await ada.open(project);
  await bob.open(project);
  await ada.ask("Begun", { x: 300, y: 200 });
  await bob.card("Begun").click();
  await ada.card("Begun").locator("text=Begun").dblclick();
  await expect(ada.page.locator("textarea")).toBeFocused();
  await ada.saved();
  way.hold();
  await ada.page.keyboard.type(" and on");
  // In one go: after a pause, keys would be commands again.
  const typing = ada.page.keyboard.type("nnb?".repeat(50), { delay: 10 });
  await bob.page.keyboard.press("Delete");
  await typing;

  await expect(ada.page.locator("[data-node]")).toHaveCount(0);
  await expect(ada.page.getByRole("dialog")).toHaveCount(0);
  way.release();
  await ada.page.getByRole("button", { name: "Restore with my text" }).click();
  await expect(bob.card("Begun and on")).toBeVisible();
  await ada.saved();
});

test("what is typed while the right to write is taken away can be copied", async ({ app }) => {
  const ada = await app.person("ada");
  const bob = await app.person("bob");
  const project = await ada.user.createProject();
  await ada.user.invite(project, bob.user);
  await bob.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const way = await slowWay(bob.page);
  await bob.open(project);
  await bob.page.keyboard.press("n");
  await expect(bob.prompt).toBeFocused();
  await bob.saved();
  way.hold();
  await bob.page.keyboard.type("Not yet saved");
  await ada.user.call("PATCH", `/projects/${project}/members/${bob.user.id}`, { role: "VIEWER" });

  await bob.page.getByRole("button", { name: "Copy my text" }).click();
  expect(await bob.page.evaluate(() => navigator.clipboard.readText())).toBe("Not yet saved");
});

test("the view is where it was, and follows a colleague until the canvas is taken in hand", async ({ app }) => {
  const { ada, bob, project } = await together(app);
  const begun = await ada.view();
  await ada.page.mouse.move(400, 400);
  await ada.page.mouse.wheel(300, 200);
  await expect.poll(() => ada.view()).not.toEqual(begun);
  await ada.viewIsKept(project);
  const before = await ada.view();
  await ada.page.reload();
  await ada.saved();
  await expect.poll(() => ada.view()).toEqual(before);

  await ada.page.getByRole("button", { name: "Follow bob" }).click();
  await bob.page.mouse.move(300, 300);
  await bob.page.mouse.wheel(4_000, 0);
  await bob.page.mouse.move(320, 320);
  await expect.poll(() => ada.view()).not.toEqual(before);
  await ada.page.mouse.click(300, 700);
  await expect(ada.page.getByRole("button", { name: "Follow bob" })).toBeVisible();
});
