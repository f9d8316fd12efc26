import type { Route } from "@playwright/test";

import { faultless } from "./kit/faultless.ts";
import { expect, test, type Person } from "./kit/index.ts";
import { answers, ask, details, node, opened, press, select, tab } from "./kit/panel.ts";

test("an answer is read while it is written, and cancelled", async ({ app }) => {
  const { ada } = await opened(app, "Why is the sky blue?");
  const panel = details(ada);
  await select(ada, "Why is the sky blue?");
  await press(ada, "Ask");
  await expect(panel.getByText("Waiting for the model…")).toBeVisible();

  const answer = await app.provider.asked();
  answer.say("Because of **Rayleigh**");
  await expect(panel.locator("strong", { hasText: "Rayleigh" })).toBeVisible();
  answer.say(
    " scattering.\n\n```js\nconst blue = true;\n```\n\n<script>document.title = 'taken'</script>\n\n![pixel](https://tracker.example/a.png)\n\nSo",
  );
  await expect(panel.getByText("<script>document.title = 'taken'</script>")).toBeVisible();
  await expect(panel.getByRole("link", { name: "pixel" })).toHaveAttribute("rel", /noopener/);

  await press(ada, "Stop");
  await expect(panel.getByRole("button", { name: /^(Ask|Retry)$/ })).toBeVisible();
  await tab(ada, "Attempts");
  await expect(panel.getByText("Stopped")).toBeVisible();
  expect(await ada.page.title()).not.toBe("taken");
  expect(ada.complaints).toEqual([]);
});

test("an earlier attempt becomes the answer again", async ({ app }) => {
  const { ada } = await opened(app, "Name a colour");
  const panel = details(ada);
  await ask(app, ada, "Name a colour", "Red, of course.");
  await ask(app, ada, "Name a colour", "Green, rather.", "Retry");
  await expect(panel.getByText("Green, rather.")).toBeVisible();

  await tab(ada, "Attempts");
  const attempts = panel.getByRole("listitem");
  await expect(attempts).toHaveCount(2);
  await expect(attempts.first()).toContainText("Current");
  for (const box of await panel.getByRole("checkbox").all()) await box.check();
  await press(ada, "Compare");
  const beside = ada.page.getByRole("dialog", { name: "Compare attempts" });
  await expect(beside.getByText("Red, of course.")).toBeVisible();
  await expect(beside.getByText("Green, rather.")).toBeVisible();
  await beside.getByRole("button", { name: "Use this answer" }).click();
  await expect(attempts.nth(1)).toContainText("Current");
  await ada.close();

  await tab(ada, "Answer");
  await expect(panel.getByText("Red, of course.")).toBeVisible();
});

test("a card steps through its attempts, and one that was stopped is not called answered", async ({ app }) => {
  const { ada } = await opened(app, "Name a colour");
  const card = ada.card("Name a colour");
  await ask(app, ada, "Name a colour", "Red, of course.");
  await ask(app, ada, "Name a colour", "Green, rather.", "Retry");
  const attempts = card.getByRole("group", { name: "Answers to this question" });
  await expect(attempts.getByRole("status")).toHaveText("2/2");
  await attempts.getByRole("button", { name: "Previous" }).click();
  await expect(card).toContainText("Red, of course.");
  await expect(attempts.getByRole("status")).toHaveText("1/2");
  await expect(details(ada).getByText("Red, of course.")).toBeVisible();

  await ada.page.keyboard.press("b");
  await ada.write("Name another");
  const other = ada.card("Name another");
  await ada.page.keyboard.press("ControlOrMeta+Enter");
  (await app.provider.asked()).say("Blue, as the");
  await expect(other).toContainText("Blue, as the");
  await other.getByRole("button", { name: "Stop" }).click();
  await expect(other).toContainText("Stopped");
  await expect(other).not.toContainText("Answered");

  await ada.page.reload();
  await expect(other).toContainText("Stopped");
});

test("an ancestor that is left out changes what is sent, makes the answer stale, and is refreshed", async ({ app }) => {
  const { ada } = await opened(app, "The question before", "The question after");
  const panel = details(ada);
  await ask(app, ada, "The question before", "What was said before.");
  await ask(app, ada, "The question after", "What follows from it.");

  await tab(ada, "Context");
  const fingerprint = panel.getByTitle(/SHA-256/);
  await expect(panel.getByText("The answer is based on exactly this.")).toBeVisible();
  const before = await fingerprint.textContent();
  const policy = panel.getByRole("combobox", { name: "How “The question before” is sent to “The question after”" });
  await policy.selectOption("Excluded");
  await expect(panel.getByText("set on its connection")).toBeVisible();
  await expect(fingerprint).not.toHaveText(before ?? "");
  await expect(panel.getByText("“The question before”: Excluded")).toBeVisible();
  await panel.getByText("Exact messages").scrollIntoViewIfNeeded();
  await expect(panel.getByText("What was said before.")).toHaveCount(0);

  await tab(ada, "Answer");
  await expect(panel.getByText("What this answer is based on has changed.")).toBeVisible();
  await expect(ada.card("The question after")).toHaveAttribute("data-status", "STALE");

  // Taken back, it is what it was.
  await tab(ada, "Context");
  await policy.selectOption("Full");
  await expect(panel.getByText("The answer is based on exactly this.")).toBeVisible();
  await expect(fingerprint).toHaveText(before ?? "");
  await policy.selectOption("Summary");
  await expect(ada.card("The question after")).toHaveAttribute("data-status", "STALE");

  await ada.page.locator(".react-flow__pane").click({ position: { x: 20, y: 300 } });
  await expect(panel.getByText("1 answer is based on something that has changed.")).toBeVisible();
  await press(ada, "Refresh");
  await answers(app, "What follows from the summary.");
  await expect(panel.getByText("Done: 1 answer written.")).toBeVisible();
  await expect(ada.card("The question after")).toHaveAttribute("data-status", "COMPLETED");
});

test("two ways are compared and come together", async ({ app }) => {
  const ada = await app.person("ada", { locale: "en-GB" });
  const project = await ada.user.createProject();
  const root = await node(ada, project, "Root");
  await node(ada, project, "One way to go", [root]);
  await node(ada, project, "Another way, quite far", [root]);
  await ada.open(project);
  const panel = details(ada);
  await select(ada, "One way to go", "Another way, quite far");
  await press(ada, "Compare");
  await expect(panel.getByRole("region", { name: "Both are based on" })).toContainText("Root");
  await expect(panel.locator("mark").first()).toBeVisible();
  await press(ada, "Synthesise");
  await expect(ada.page.locator("[data-node]")).toHaveCount(4);
  await expect(panel.getByRole("tab", { name: "Answer" })).toHaveAttribute("aria-selected", "true");
  await expect(panel.getByRole("button", { name: "Ask", exact: true })).toBeVisible();

  await ada.page.keyboard.press("ControlOrMeta+z");
  await expect(ada.page.locator("[data-node]")).toHaveCount(3);
});

test("an answer that is being edited waits while its author looks elsewhere", async ({ app }) => {
  const { ada } = await opened(app, "Something", "Something else");
  const panel = details(ada);
  const editor = panel.getByLabel("Answer, in Markdown");
  await select(ada, "Something else");
  await press(ada, "Edit answer");
  await editor.fill("Half a thought");
  await ada.page.locator(".react-flow__pane").click({ position: { x: 20, y: 300 } });
  await expect(editor).toHaveCount(0);
  await select(ada, "Something else");
  await expect(editor).toHaveValue("Half a thought");
  await press(ada, "Save");
  await expect(panel.getByText("Written by hand")).toBeVisible();
});

test("without the server nobody is told that a model is at work", async ({ app }) => {
  const { ada } = await opened(app, "Something");
  const panel = details(ada);
  await select(ada, "Something");
  await ada.context.setOffline(true);
  await expect(ada.line).toHaveAttribute("data-status", "offline");
  await press(ada, "Ask");
  await expect(panel.getByText("It will be sent once the server is back.").last()).toBeVisible();
  await expect(ada.card("Something")).toContainText("Sent once the server is back");
  await tab(ada, "Context");
  await expect(panel.getByText("Shown once the server is back.")).toBeVisible();

  await ada.context.setOffline(false);
  await answers(app, "At last.");
  await expect(ada.card("Something")).toHaveAttribute("data-status", "COMPLETED");
});

test("a session that was ended elsewhere is no lost project, and leads to the login", async ({ app }) => {
  const { ada } = await opened(app, "Something");
  await ada.user.call("POST", "/auth/logout-all");
  // The socket says so, unless something that the page was just reading heard it first and led to the login.
  const told = ada.page.getByRole("heading", { name: "You are no longer logged in" });
  await expect(told.or(ada.page.getByRole("heading", { name: "Log in" }))).toBeVisible();
  if (await told.isVisible()) await ada.page.getByRole("button", { name: "Log in" }).click();
  await expect(ada.page).toHaveURL(/\/login\?to=/);
});

test("what was used is shown, and limited", async ({ app }) => {
  const { ada } = await opened(app, "Something");
  const panel = details(ada);
  await ask(app, ada, "Something", "Said.");
  await tab(ada, "Usage");
  await expect(panel.getByText("12 in, 34 out")).toBeVisible();
  await expect(
    panel.getByRole("table", { name: "Usage by model" }).getByRole("row", { name: /test-model.*46 tokens/ }),
  ).toBeVisible();
  await panel.getByLabel("By").selectOption("Member");
  await expect(panel.getByRole("rowheader", { name: "ada" })).toBeVisible();

  await press(ada, "Edit budgets");
  const dialog = ada.page.getByRole("dialog", { name: "Budgets" });
  await dialog.getByRole("button", { name: "Add a limit" }).click();
  await dialog.getByLabel("Tokens").fill("1000");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(panel.getByText("46 of 1,000 tokens; 954 left")).toBeVisible();
});

test("an answer is corrected by hand, and what somebody else wrote meanwhile is not lost", async ({ app }) => {
  const { ada, project } = await opened(app, "Something");
  const panel = details(ada);
  await ask(app, ada, "Something", "Nearly right.");
  await press(ada, "Edit answer");
  await panel.getByLabel("Answer, in Markdown").fill("Quite right.");
  await press(ada, "Save");
  await expect(panel.getByText("Written by hand")).toBeVisible();

  await press(ada, "Edit answer");
  const [{ id }] = ((await ada.user.call("GET", `/projects/${project}/nodes`)) as { items: [{ id: string }] }).items;
  await ada.user.call("POST", `/projects/${project}/ops`, {
    ops: [
      { op: "node.update", data: { id, response: "By another hand.", baseVersion: await versionOf(ada, project) } },
    ],
  });
  await expect(ada.card("Something")).toContainText("By another hand.");
  await panel.getByLabel("Answer, in Markdown").fill("Over it.");
  await press(ada, "Save");
  await expect(panel.getByRole("alert")).toBeVisible();
  await expect(panel.getByLabel("Answer, in Markdown")).toHaveValue("Over it.");
});

async function versionOf(person: Person, project: string): Promise<number> {
  const { items } = (await person.user.call("GET", `/projects/${project}/nodes`)) as { items: [{ version: number }] };
  return items[0].version;
}

test("whoever may only read is offered nothing else", async ({ app }) => {
  const { ada, project } = await opened(app, "Something");
  await ask(app, ada, "Something", "To be read.");
  const eve = await app.person("eve", { locale: "en-GB" });
  await ada.user.invite(project, eve.user, "VIEWER");
  await eve.open(project);
  const panel = details(eve);
  await select(eve, "Something");
  await expect(panel.getByText("To be read.")).toBeVisible();
  await expect(panel.getByRole("button", { name: /Retry|Edit answer|Pin/ })).toHaveCount(0);
  await expect(panel.getByRole("tab")).toHaveText(["Answer", "Compare"]);
});

test("every tab is in sight on a small French screen", async ({ app }) => {
  const ada = await app.person("ada", { locale: "fr-FR", viewport: { width: 1280, height: 720 } });
  const project = await ada.user.createProject();
  await node(ada, project, "Une question");
  await ada.open(project);
  await select(ada, "Une question");
  const tabs = ada.page.getByRole("tab");
  await expect(tabs).toHaveCount(6);
  for (const each of await tabs.all()) await expect(each).toBeInViewport({ ratio: 1 });
});

test("nothing keeps anybody out", async ({ app }) => {
  const ada = await app.person("ada", { locale: "en-GB", reducedMotion: "reduce" });
  const project = await ada.user.createProject();
  const root = await node(ada, project, "The first");
  await node(ada, project, "The second one", [root]);
  await ada.open(project);
  await ask(
    app,
    ada,
    "The first",
    "# Title\n\n- [x] done\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```js\nconst a = 1; // comment\n```\n\n[link](https://example.org)",
  );
  await ask(app, ada, "The second one", "An answer.");
  await select(ada, "The first");
  for (const name of ["Answer", "Context", "Attempts", "Usage"]) {
    await tab(ada, name);
    await unhindered(ada);
  }
  await select(ada, "The first", "The second one");
  await unhindered(ada);
  await tab(ada, "Compare");
  await expect(details(ada).getByText("is an ancestor of the other")).toBeVisible();
  await unhindered(ada);
});

async function unhindered(person: Person): Promise<void> {
  await expect(details(person).getByText("Loading…")).toHaveCount(0);
  await faultless(person.page, "beside the canvas", { within: "aside" });
}

test("saving the settings of a project keeps its preset and what others changed meanwhile", async ({ app }) => {
  const ada = await app.person("ada", { locale: "en-GB" });
  const project = await ada.user.createProject();
  const { items } = (await ada.user.call("GET", "/presets")) as { items: { id: string; name: string }[] };
  const [preset] = items;
  await ada.user.call("PATCH", `/projects/${project}`, { presetId: preset?.id });
  const { page } = ada;
  const held: Route[] = [];
  await page.route("**/api/v1/presets*", (route) => {
    held.push(route);
  });
  await ada.open(project);
  await page.getByRole("button", { name: "More" }).first().click();
  await page.getByRole("menuitem", { name: "Project settings" }).click();
  const settings = page.getByRole("dialog");
  await settings.getByLabel("Name").fill("Another name");
  await ada.user.call("PATCH", `/projects/${project}`, { description: "By somebody else" });
  await settings.getByRole("button", { name: "Save" }).click();
  await expect(settings).toHaveCount(0);
  await ada.saved();

  const saved = await ada.user.call("GET", `/projects/${project}`);
  expect(saved).toMatchObject({ name: "Another name", description: "By somebody else", presetId: preset?.id });
  expect(held.length).toBeGreaterThan(0);
});
