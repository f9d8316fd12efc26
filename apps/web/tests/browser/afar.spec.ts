import { expect, test } from "./kit/index.ts";
import { answers, ask, opened } from "./kit/panel.ts";

/** What newcomers do on a canvas that is seen as a whole. */

const FAR = { x: 0, y: 0, zoom: 0.5 };

test("a question follows from afar: the view comes near, and what is typed is no command", async ({ app }) => {
  const { ada, project } = await opened(app, "Why is the sky blue?");
  const { page } = ada;
  await ask(app, ada, "Why is the sky blue?", "Because of scattering.");
  await ada.user.call("PUT", `/projects/${project}/viewport`, FAR);
  await ada.open(project);
  await page.locator(".react-flow__node").click();
  await expect(page.locator("[data-follow-up]")).toHaveCount(0);
  await page.keyboard.press("a");
  await expect(page.getByRole("textbox", { name: "Follow-up" })).toBeFocused();
  await page.keyboard.type("Test, and then?");
  await page.keyboard.press("Enter");
  await answers(app, "Then red is left.");
  await expect(ada.card("Test, and then?")).toHaveAttribute("data-status", "COMPLETED");
});

test("a double click on a card that is seen from afar edits it", async ({ app }) => {
  const { ada, project } = await opened(app, "First");
  await ada.user.call("PUT", `/projects/${project}/viewport`, FAR);
  await ada.open(project);
  await ada.card("First").dblclick();
  await expect(ada.prompt).toBeFocused();
});

test("what a rectangle selected can be pressed, one by one", async ({ app }) => {
  const { ada } = await opened(app, "First", "Second");
  const { page } = ada;
  await page.keyboard.press("f");
  const first = await ada.card("First").boundingBox();
  const second = await ada.card("Second").boundingBox();
  if (first === null || second === null) throw new Error("both are drawn");
  const left = Math.min(first.x, second.x) - 15;
  const right = Math.max(first.x + first.width, second.x + second.width) + 15;
  const top = Math.min(first.y, second.y) - 15;
  const bottom = Math.max(first.y + first.height, second.y + second.height) + 15;
  await page.keyboard.down("Shift");
  await page.mouse.move(left, top);
  await page.mouse.down();
  await page.mouse.move((left + right) / 2, (top + bottom) / 2, { steps: 4 });
  await page.mouse.move(right, bottom, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.up("Shift");
  const bar = page.getByRole("toolbar", { name: "2 selected" });
  await bar.getByRole("button", { name: "Frame selection" }).click();
  await expect(page.locator(".react-flow__node-frame")).toHaveCount(1);
  await ada.card("Second").click();
  await expect(page.locator(".react-flow__node.selected [data-node]")).toHaveCount(1);
  await expect(page.locator(".react-flow__node.selected")).toContainText("Second");
});

test("the view is kept also after a conversation was read, and what one has made comes into sight", async ({ app }) => {
  const { ada, project } = await opened(app, "First", "Second");
  const { page } = ada;
  await ada.card("First").click();
  await page.getByRole("button", { name: "Conversation", exact: true }).click();
  await expect(page.locator("[data-message]").first()).toBeVisible();
  await page.getByRole("button", { name: "Conversation", exact: true }).click();
  await expect(ada.card("First")).toBeVisible();
  await page.mouse.move(700, 600);
  await page.mouse.wheel(0, 3_000);
  await expect(ada.card("First")).not.toBeInViewport();
  await ada.viewIsKept(project);

  await page.keyboard.press("ControlOrMeta+a");
  const bar = page.getByRole("toolbar", { name: "2 selected" });
  await bar.getByRole("button", { name: "Synthesise" }).click();
  await expect(page.locator("[data-node]")).toHaveCount(3);
  await expect(page.locator(".react-flow__node.selected")).toHaveCount(1);
  await expect(page.locator(".react-flow__node.selected")).toBeInViewport();
});

test.describe("with the limits that a server begins with", () => {
  test.use({ more: { NONLINEAR_RATES__ENABLED: "true" } });

  test("two strangers from one address find the program, and one who registers a canvas", async ({ app }) => {
    for (const name of ["first", "second"]) {
      const { context, page } = await app.stranger();
      const refused: string[] = [];
      page.on("response", (response) => {
        if (response.status() === 429) refused.push(response.url());
      });
      await page.goto("/register");
      await page.getByLabel("E-mail").fill(`${name}@example.org`);
      await page.getByLabel("Password", { exact: true }).fill("correct horse battery staple");
      await page.getByRole("button", { name: "Create account" }).click();
      const templates = page.getByRole("region", { name: "Begin with" }).getByRole("button");
      await expect(templates).toHaveCount(6);
      if (name === "second") await templates.first().click();
      else {
        await page.getByRole("button", { name: "New project" }).first().click();
        const make = page.getByRole("dialog");
        await expect(make.getByLabel("Name", { exact: true })).toBeFocused();
        await page.keyboard.type("The sea");
        await page.keyboard.press("Enter");
      }
      await expect(page.locator("[data-pending]")).toHaveAttribute("data-status", "live");
      expect(refused).toEqual([]);
      await context.close();
    }
  });
});
