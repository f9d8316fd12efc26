import { uuidv7, type BatchedOp } from "../../src/sync/index.ts";
import { expect, test } from "./kit/index.ts";

test("a branch begins where an edge is dropped in the void", async ({ app }) => {
  const ada = await app.person("ada");
  await ada.open(await ada.user.createProject());
  await ada.ask("The root", { x: 500, y: 150 });

  const handle = ada.card("The root").locator(".react-flow__handle.source");
  await handle.hover();
  await ada.page.mouse.down();
  await ada.page.mouse.move(600, 600, { steps: 8 });
  await ada.page.mouse.up();
  await ada.write("The branch");

  await expect(ada.card("The branch")).toBeVisible();
  await expect(ada.page.locator(".react-flow__edge")).toHaveCount(1);
  await ada.saved();
});

test("an edge that would close a circle is not made, and the way back is shown", async ({ app }) => {
  const ada = await app.person("ada");
  await ada.open(await ada.user.createProject());
  await ada.ask("First", { x: 300, y: 120 });
  await ada.card("First").click();
  await ada.page.keyboard.press("b");
  await ada.write("Second");

  const from = ada.card("Second").locator(".react-flow__handle.source");
  const to = ada.card("First").locator(".react-flow__handle.target");
  await from.dragTo(to);

  await expect(ada.page.getByText("That would create a loop")).toBeVisible();
  await expect(ada.page.locator(".react-flow__edge")).toHaveCount(1);
});

test("nodes are copied, pasted, aligned, laid out and folded", async ({ app }) => {
  const ada = await app.person("ada");
  await ada.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await ada.open(await ada.user.createProject());
  await ada.ask("Root", { x: 300, y: 100 });
  await ada.card("Root").click();
  await ada.page.keyboard.press("b");
  await ada.write("Leaf");

  await ada.page.keyboard.press("Control+a");
  await expect(ada.page.locator(".react-flow__node.selected")).toHaveCount(2);
  await ada.page.keyboard.press("Control+c");
  await ada.page.keyboard.press("Control+v");
  await expect(ada.card("Root")).toHaveCount(2);
  await expect(ada.page.locator(".react-flow__edge")).toHaveCount(2);

  await ada.page.getByRole("button", { name: "Tidy up" }).click();
  await ada.saved();
  await ada.page.getByRole("button", { name: "Zoom in" }).focus();
  await ada.page.keyboard.press("f");
  await ada.card("Root").first().getByRole("button", { name: "Fold 1 card below" }).click();
  await expect(ada.card("Leaf")).toHaveCount(1);
  // Nor does a line lead to where it was.
  await expect(ada.page.locator(".react-flow__edge")).toHaveCount(1);
  await ada.page.reload();
  await expect(ada.card("Root")).toHaveCount(2);
  await expect(ada.card("Leaf")).toHaveCount(1);
});

test("search finds a node and jumps there", async ({ app }) => {
  const ada = await app.person("ada");
  await ada.open(await ada.user.createProject());
  await ada.ask("Needle in the haystack", { x: 300, y: 300 });
  await ada.ask("Something else", { x: 700, y: 300 });

  await ada.find("needle", "Needle");

  await expect(ada.page.locator("[data-node]").filter({ hasText: "Needle" }).locator("xpath=..")).toHaveClass(
    /selected/,
  );
});

test("whoever leaves in the middle of a word finds it again", async ({ app }) => {
  const ada = await app.person("ada");
  const project = await ada.user.createProject();
  await ada.open(project);
  await ada.page.keyboard.press("n");
  await ada.type("Saved to the last lett");
  // The server has what was typed so far; what comes now it has not.
  await expect.poll(() => ada.prompts(project)).toEqual(["Saved to the last lett"]);
  await ada.page.keyboard.type("er");
  await ada.page.reload();
  await ada.saved();
  await expect(ada.card("Saved to the last letter")).toBeVisible();
});

test("new cards come one beside the other, in sight, wherever there is room", async ({ app }) => {
  const ada = await app.person("ada");
  const project = await ada.user.createProject();
  const nodes = Array.from({ length: 80 }, (_, at): BatchedOp => ({
    op: "node.create",
    data: { prompt: `Old ${at}.`, position: { x: (at - 20) * 360, y: 0 } },
  }));
  await ada.user.call("POST", `/projects/${project}/ops`, { ops: nodes });
  await ada.open(project);
  for (const name of ["First new", "Second new", "Third new"]) {
    await ada.page.getByRole("button", { name: "New card" }).click();
    await expect(ada.page.locator("textarea")).toBeFocused();
    await ada.page.keyboard.type(name);
    await expect(ada.page.locator("textarea")).toBeInViewport();
    await ada.page.keyboard.press("Escape");
    await expect(ada.card(name)).toBeVisible();
  }
  await ada.saved();
});

test("keys mean what the keyboard is at, edges included", async ({ app }) => {
  const ada = await app.person("ada");
  await ada.open(await ada.user.createProject());
  const { keyboard } = ada.page;
  const node = (name: string) => ada.page.locator(".react-flow__node").filter({ hasText: name });
  await keyboard.press("n");
  await ada.write("First");
  await keyboard.press("b");
  await ada.write("Second");

  // After typing, the card has the focus, and arrows move it.
  await expect(node("Second")).toBeFocused();
  const place = () => node("Second").evaluate((element) => element.style.transform);
  const before = await place();
  await keyboard.press("ArrowRight");
  await expect.poll(place).not.toBe(before);
  await keyboard.press("Alt+ArrowUp");
  await expect(node("First")).toBeFocused();

  await node("Second").focus();
  await keyboard.press("Enter");
  await expect(node("Second").locator("textarea")).toBeFocused();
  await ada.find("first", "First");
  await expect(node("First")).toBeFocused();

  // Chosen, an edge shows what it carries, and arrows choose among that.
  const edge = ada.page.getByRole("group", { name: "From “First” to “Second”" });
  await edge.focus();
  await keyboard.press("Enter");
  await ada.page.getByRole("radio", { name: "Full" }).focus();
  await keyboard.press("ArrowRight");
  await expect(ada.page.getByRole("radio", { name: "Summary" })).toBeChecked();
  await expect(ada.page.getByRole("radio", { name: "Summary" })).toBeFocused();
  await ada.saved();

  await edge.focus();
  await keyboard.press("Delete");
  await expect(ada.page.locator(".react-flow__edge")).toHaveCount(0);
  await expect(ada.page.locator("[data-node]")).toHaveCount(2);
});

test("a search into a fold unfolds it", async ({ app }) => {
  const ada = await app.person("ada");
  await ada.open(await ada.user.createProject());
  const { keyboard } = ada.page;
  await keyboard.press("n");
  await ada.write("Root");
  await keyboard.press("b");
  await ada.write("Café below");
  await ada.card("Root").getByRole("button", { name: "Fold 1 card below" }).click();
  await expect(ada.card("Café below")).toHaveCount(0);
  await ada.find("cafe", "Café below");
  await expect(ada.card("Café below")).toBeVisible();
});

test("script in an answer stays text", async ({ app }) => {
  const ada = await app.person("ada");
  await ada.open(await ada.user.createProject());
  await ada.ask("Attack me", { x: 300, y: 150 });
  await ada.card("Attack me").click();
  await ada.page.keyboard.press("Control+Enter");
  const answer = await app.provider.asked();
  answer.say(
    '<script>window.hacked = 1</script>\n\n<img src="x" onerror="window.hacked = 2">\n\n[click](javascript:window.hacked=3)\n\n![pixel](http://127.0.0.1:9/pixel.png)\n\nThe end',
  );
  answer.end();

  const card = ada.card("Attack me");
  await expect(card.getByText("The end")).toBeVisible();
  await expect(card.locator("script, img, [onerror], a[href^='javascript:']")).toHaveCount(0);
  expect(await ada.page.evaluate(() => "hacked" in window)).toBe(false);
  // Nothing even tried: the policy had nothing to forbid.
  expect(ada.complaints).toEqual([]);
});

test("what holds for the whole project is set in one place, and a new first instruction makes answers stale", async ({
  app,
}) => {
  const ada = await app.person("ada");
  await ada.open(await ada.user.createProject());
  await ada.ask("Say something", { x: 300, y: 150 });
  await ada.card("Say something").click();
  await ada.page.keyboard.press("Control+Enter");
  const answer = await app.provider.asked();
  answer.say("Something.");
  answer.end();
  await expect(ada.card("Say something")).toHaveAttribute("data-status", "COMPLETED");

  await ada.page.getByRole("banner").getByRole("button", { name: "More" }).click();
  await ada.page.getByRole("menuitem", { name: "Project settings" }).click();
  await ada.page.getByLabel("Name").fill("Renamed");
  await ada.page.getByLabel("System prompt").fill("Be brief.");
  await ada.page.getByLabel("If it fails, ask").selectOption({ index: 1 });
  await ada.page.getByRole("button", { name: "Save" }).click();

  await expect(ada.page.getByRole("heading", { level: 1, name: "Renamed" })).toBeVisible();
  await expect(ada.card("Say something")).toHaveAttribute("data-status", "STALE");
});

test("a finger is enough: making, opening and moving about", async ({ app }) => {
  const ada = await app.person("ada", { hasTouch: true, viewport: { width: 820, height: 1180 } });
  await ada.open(await ada.user.createProject());

  await ada.page.getByRole("button", { name: "New card" }).tap();
  await ada.type("Touched");
  await ada.page.locator(".react-flow__pane").tap({ position: { x: 40, y: 700 } });
  await expect(ada.card("Touched")).toBeVisible();
  await ada.card("Touched").tap();
  await ada.page.getByRole("button", { name: "Branch", exact: true }).tap();
  await ada.write("And on");

  await expect(ada.page.locator(".react-flow__edge")).toHaveCount(1);
  await ada.saved();
});

test("the keyboard alone is enough", async ({ app }) => {
  const ada = await app.person("ada");
  await ada.open(await ada.user.createProject());
  const { keyboard } = ada.page;

  await keyboard.press("n");
  await ada.write("Where do we come from?");
  await keyboard.press("b");
  await ada.type("Where are we going?");
  await keyboard.press("Control+Enter");
  const answer = await app.provider.asked();
  answer.say("On.");
  answer.end();
  await expect(ada.card("Where are we going?")).toHaveAttribute("data-status", "COMPLETED");

  await keyboard.press("Alt+ArrowUp");
  await expect(ada.page.locator(".react-flow__node:focus")).toContainText("Where do we come from?");
  await keyboard.press("Enter");
  await ada.write(" And when?");
  await expect(ada.card("Where do we come from? And when?")).toBeVisible();
  await expect(ada.card("Where are we going?")).toHaveAttribute("data-status", "STALE");
  await keyboard.press("c");
  await expect(ada.card("Where are we going?")).toHaveCount(0);
  await keyboard.press("c");
  await expect(ada.card("Where are we going?")).toBeVisible();
  await keyboard.press("Control+a");
  await expect(ada.page.locator(".react-flow__node.selected")).toHaveCount(2);
  await keyboard.press("Delete");
  await expect(ada.page.getByText("Start with a question")).toBeVisible();
  await keyboard.press("Control+z");
  await expect(ada.page.locator(".react-flow__edge")).toHaveCount(1);
  await keyboard.press("?");
  await expect(ada.page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
});

test("of a large canvas only what is in sight is ever drawn, and everything is a key away", async ({ app }) => {
  const ada = await app.person("ada");
  const project = await ada.user.createProject();
  const [rows, columns] = [12, 20];
  const ids = Array.from({ length: rows * columns }, () => uuidv7());
  const nodes = ids.map((id, at): BatchedOp => {
    const position = { x: (at % columns) * 420, y: Math.floor(at / columns) * 360 };
    return { id, op: "node.create", data: { prompt: `Question ${at}.`, response: "An answer.", position } };
  });
  const edges = ids
    .slice(columns)
    .map((id, at): BatchedOp => ({ op: "edge.create", data: { sourceId: ids[at] ?? "", targetId: id } }));
  await ada.user.call("POST", `/projects/${project}/ops`, { ops: [...nodes, ...edges] });
  const cards = ada.page.locator("[data-node]");
  const lines = ada.page.locator(".react-flow__edge");

  await ada.open(project);
  await expect(cards).toHaveCount(ids.length);
  await expect(lines).toHaveCount(edges.length);

  await ada.find("Question 130.", "Question 130.");
  await expect(cards).not.toHaveCount(ids.length);
  await ada.viewIsKept(project);
  await ada.page.addInitScript(() => {
    const most = { cards: 0 };
    Object.assign(window, { most });
    const look = () => (most.cards = Math.max(most.cards, document.querySelectorAll("[data-node]").length));
    new MutationObserver(look).observe(document, { childList: true, subtree: true });
  });
  await ada.page.reload();
  await expect(cards.filter({ hasText: "Question 130." })).toBeVisible();
  await ada.saved();
  const most = await ada.page.evaluate(() => (window as unknown as { most: { cards: number } }).most.cards);
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThan(ids.length / 4);

  await ada.page.keyboard.press("f");
  await expect(cards).toHaveCount(ids.length);
  await expect(lines).toHaveCount(edges.length);
});
