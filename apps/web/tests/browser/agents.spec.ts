import type { Locator, Page } from "@playwright/test";

import { test as alone } from "./kit/around.ts";
import { withAgent } from "./kit/agents.ts";
import { faultless } from "./kit/faultless.ts";
import { expect, test, type App, type Person } from "./kit/index.ts";

const details = (page: Page): Locator => page.getByRole("complementary", { name: "Details" });

/** A project with one question, opened. */
async function opened(app: App, prompt: string): Promise<{ ada: Person; project: string }> {
  const ada = await app.person("ada", { locale: "en-GB" });
  const project = await ada.user.createProject();
  await ada.user.call("POST", `/projects/${project}/nodes`, { prompt, position: { x: 0, y: 0 } });
  await ada.open(project);
  return { ada, project };
}

alone("an agent is made, added to a project, and does a task at a node", async ({ guest }) => {
  const { page } = guest;
  await guest.register("Ada", "Lovelace");
  await guest.createProject("Skies", "");
  await page.getByRole("button", { name: /Your account/ }).click();
  await page.getByRole("menuitem", { name: "Agents" }).click();
  await page.getByRole("button", { name: "New agent" }).click();
  await page.getByRole("radio", { name: /Facilitator/ }).check();
  await faultless(page, "making an agent");
  await page.getByRole("textbox", { name: "Name" }).fill("Fay");
  await page.getByRole("button", { name: "Create agent" }).click();
  await expect(page.getByRole("heading", { name: "Fay", level: 1 })).toBeVisible();
  await faultless(page, "an agent");

  await page.getByRole("link", { name: "NonLinear" }).click();
  await page.getByRole("link", { name: "Skies" }).click();
  await page.locator(".react-flow__pane").dblclick({ position: { x: 300, y: 300 } });
  await expect(page.locator(".react-flow__node textarea")).toBeFocused();
  await page.keyboard.type("Why is the sky blue?");
  await page.keyboard.press("Escape");

  const panel = details(page);
  await panel.getByRole("tab", { name: "Agents" }).click();
  await expect(panel.getByText("No agents here yet.")).toBeVisible();
  await panel.getByRole("button", { name: "Add an agent" }).click();
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await expect(panel.getByText(/^@fay/)).toBeVisible();
  await panel.getByLabel("What should happen?").fill("Say what is open");
  await faultless(page, "the agents of a project", { within: "aside" });
  await panel.getByRole("button", { name: "Start", exact: true }).click();

  await expect(panel.getByRole("heading", { name: "Say what is open" })).toBeFocused();
  await expect(panel.getByRole("status").getByText("Done")).toBeVisible();
  await expect(panel.getByRole("heading", { name: "Offline answer" }).first()).toBeVisible();
  await expect(panel.getByText("1 of 30 steps")).toBeVisible();
  await faultless(page, "a task", { within: "aside" });
  await panel.getByRole("button", { name: "All tasks" }).click();
  await expect(panel.getByTitle("Show the task: Say what is open")).toContainText("Done");
});

alone("what an agent is told has versions, and an earlier one is used again", async ({ guest }) => {
  const { page } = guest;
  await guest.register();
  await page.goto(new URL("/agents", page.url()).href);
  await page.getByRole("button", { name: "New agent" }).click();
  await page.getByRole("radio", { name: /Custom/ }).check();
  await page.getByRole("textbox", { name: "Name" }).fill("Owl");
  await page.getByRole("textbox", { name: "Instructions" }).fill("Say it in few words.");
  await page.getByRole("button", { name: "Create agent" }).click();
  // The window has a field of that name as well.
  await expect(page.getByRole("heading", { name: "Owl", level: 1 })).toBeVisible();
  await page.getByRole("textbox", { name: "Instructions" }).fill("Say it in many words.");
  await page.getByRole("textbox", { name: "Reason for the change" }).fill("It was too short");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("link", { name: "Versions" }).click();
  const newest = page.getByRole("listitem").filter({ hasText: "Version 2" });
  await expect(newest).toContainText("It was too short");
  await expect(newest.locator("del")).toContainText("few");
  await expect(newest.locator("ins")).toContainText("many");
  await faultless(page, "versions");
  await page.getByRole("button", { name: "Use this version" }).click();
  // What was is not rewritten: the earlier one comes back as the newest.
  const back = page.getByRole("listitem").filter({ hasText: "Version 3" });
  await expect(back).toContainText("In use");
  await expect(back.locator("ins")).toContainText("few");
});

test("from the line an agent is asked, seen at its node, and answered", async ({ app }) => {
  const { ada } = await opened(app, "Why is the sky blue?");
  const { page } = ada;
  const panel = details(page);
  await ada.card("Why is the sky blue?").click({ position: { x: 70, y: 12 } });
  await page.keyboard.press("Control+i");
  const line = page.getByRole("dialog", { name: "Ask an agent" });
  await line.getByRole("button", { name: "Add a facilitator" }).click();
  await expect(line.getByLabel("What should happen?")).toBeFocused();
  await faultless(page, "the line", { within: "[role=dialog]" });
  await page.keyboard.type("Sum this up");
  await page.keyboard.press("Enter");
  await expect(line).toHaveCount(0);

  const first = await app.provider.asked();
  await expect(page.locator("[data-agent=Facilitator]")).toContainText("Facilitator is working here");
  first.say("Let me see whom this is for. ");
  await expect(panel.getByText("Let me see whom this is for.")).toBeVisible();
  first.use("ask_person", { question: "Whom is it for?", choices: ["The team", "The board"] });
  await expect(panel.getByText("Waiting for you")).toBeVisible();
  await panel.getByRole("button", { name: "The team" }).click();

  const second = await app.provider.asked();
  await page.getByRole("button", { name: "Follow Facilitator, who is working" }).click();
  second.use("finish", { result: "It is **summed up**." });
  await expect(panel.getByRole("heading", { name: "Result" })).toBeVisible();
  await expect(panel.locator("strong", { hasText: "summed up" })).toBeVisible();
  await expect(page.locator("[data-agent]")).toHaveCount(0);
  expect(ada.complaints).toEqual([]);
});

test("a prompt that mentions an agent starts its task", async ({ app }) => {
  const { ada, project } = await opened(app, "Why is the sky blue?");
  const { id, slug } = (await ada.user.call("POST", "/agents", { name: "Fay", type: "critic" })) as {
    id: string;
    slug: string;
  };
  await ada.user.call("POST", `/projects/${project}/agents`, { agentId: id, role: "EDITOR" });
  const { page } = ada;
  await expect(page.getByText("Fay is idle")).toBeAttached();
  await ada.card("Why is the sky blue?").click({ position: { x: 70, y: 12 } });
  await page.keyboard.press("Enter");
  await ada.type(" @fa");
  await expect(page.getByRole("option", { name: /Fay/ })).toBeVisible();
  await page.keyboard.press("Enter");
  await page.keyboard.type("what is wrong?");
  await expect(ada.prompt).toHaveValue(`Why is the sky blue? @${slug} what is wrong?`);
  await page.keyboard.press("Control+Enter");
  (await app.provider.asked()).use("finish", { result: "Nothing is." });
  await expect(details(page).getByText("Nothing is.").first()).toBeVisible();
  // No model answers the card itself, and it is not called unasked.
  await expect(ada.card("Why is the sky blue?")).toHaveAttribute("data-status", "IDLE");
  await expect(ada.card("Why is the sky blue?")).toContainText("For Fay");
});

alone("an agent is tried out in a project of one's own, which is found again", async ({ guest }) => {
  const { page } = guest;
  await guest.register();
  await page.goto(new URL("/agents", page.url()).href);
  await page.getByRole("button", { name: "New agent" }).click();
  await page.getByRole("radio", { name: /Facilitator/ }).check();
  await page.getByRole("textbox", { name: "Name" }).fill("Fay");
  await page.getByRole("button", { name: "Create agent" }).click();
  await expect(page.getByRole("heading", { name: "Fay", level: 1 })).toBeVisible();
  const agent = page.url();
  await page.getByRole("button", { name: "Try it" }).click();
  await expect(page).toHaveURL(/\/projects\//);
  const [sandbox] = page.url().split("?");
  await details(page).getByLabel("What should happen?").fill("Show what you can do");
  await expect(details(page).getByText(/^@fay/)).toBeVisible();

  await page.goto(agent);
  await page.getByRole("button", { name: "Try it" }).click();
  await expect(page).toHaveURL(/\/projects\//);
  expect(page.url().split("?")[0]).toBe(sandbox);
  await expect(details(page).getByLabel("What should happen?")).toBeVisible();
  await page.getByRole("link", { name: "All projects" }).click();
  await expect(page.getByRole("link", { name: "Sandbox: Fay" })).toHaveCount(1);
});

test("who can be mentioned is seen at the lower edge of the screen as well", async ({ app }) => {
  const ada = await app.person("ada");
  const project = await ada.user.createProject();
  for (const name of ["Fay", "Fred", "Flo"]) await withAgent(ada, project, { name, mode: "APPLY" });
  await ada.open(project);
  const { page } = ada;
  await expect(page.getByText("Flo is idle")).toBeAttached();
  // The view moves no further than it takes to see the new card, so this one stands at the edge.
  await page.locator(".react-flow__pane").dblclick({ position: { x: 300, y: 700 } });
  await ada.type("@f");
  const list = page.getByRole("listbox", { name: "Agents and people of this project" });
  await expect(list.getByRole("option")).toHaveCount(3);
  await expect(list).toBeInViewport({ ratio: 1 });
  await list.getByRole("option", { name: /Fred/ }).click();
  await expect(ada.prompt).toHaveValue(/^@fred/);
});

test("a schedule says what is wrong once whoever made it may no longer start tasks", async ({ app }) => {
  const ada = await app.person("ada", { locale: "en-GB" });
  const bob = await app.person("bob");
  const project = await ada.user.createProject();
  await ada.user.invite(project, bob.user);
  const agentId = await withAgent(ada, project, { name: "Fay", mode: "APPLY" });
  const schedule = { agentId, name: "On mentions", prompt: "Answer", event: "MENTION" };
  await bob.user.call("POST", `/projects/${project}/schedules`, schedule);
  await ada.user.call("PATCH", `/projects/${project}/members/${bob.user.id}`, { role: "VIEWER" });
  await ada.user.call("POST", `/projects/${project}/nodes`, { prompt: "@fay why?", position: { x: 0, y: 0 } });
  await expect(async () => {
    const { items } = (await ada.user.call("GET", `/projects/${project}/schedules`)) as {
      items: { lastError: string | null }[];
    };
    expect(items[0]?.lastError).toBeTruthy();
  }).toPass();
  await ada.open(project);
  await details(ada.page).getByRole("tab", { name: "Agents" }).click();
  await expect(
    details(ada.page).getByText(/bob, who made this schedule, may no longer give agents tasks here/),
  ).toBeVisible();
  await faultless(ada.page, "a schedule that does not begin", { within: "aside" });
});

test("an agent is given the tools of a server outside, and a token for them", async ({ app }) => {
  const { ada, project } = await opened(app, "Why is the sky blue?");
  const { id } = (await ada.user.call("POST", "/agents", { name: "Fay", type: "critic" })) as { id: string };
  await ada.user.call("POST", `/projects/${project}/agents`, { agentId: id, role: "EDITOR" });
  const { page } = ada;
  const panel = details(page);
  await panel.getByRole("tab", { name: "Agents" }).click();
  const edit = async () => {
    await panel.getByRole("button", { name: "Actions for Fay" }).click();
    await page.getByRole("menuitem", { name: "Role and budget" }).click();
  };
  await edit();
  const place = page.getByRole("dialog", { name: "Fay in this project" });
  await place.getByRole("checkbox", { name: "mail: Sends mails" }).check();
  await expect(place.getByText("It needs a token, and there is none yet.")).toBeVisible();
  await place.getByLabel("Token for mail").fill("for-the-server");
  await faultless(page, "the tools of an agent");
  await place.getByRole("button", { name: "Save for my tasks" }).click();
  await expect(place.getByText("Your own token is used for tasks that you start.")).toBeVisible();
  await place.getByRole("button", { name: "Save", exact: true }).click();
  await expect(place).toHaveCount(0);

  await edit();
  await expect(place.getByRole("checkbox", { name: "mail: Sends mails" })).toBeChecked();
  await place.getByRole("button", { name: "Remove mine" }).click();
  await expect(place.getByText("It needs a token, and there is none yet.")).toBeVisible();
});

test("what one said of an answer is there again after a reload", async ({ app }) => {
  const { ada } = await opened(app, "Why is the sky blue?");
  const { page } = ada;
  const panel = details(page);
  await ada.card("Why is the sky blue?").getByRole("button", { name: "Ask", exact: true }).click();
  const answer = await app.provider.asked();
  answer.say("Because of how light is scattered.");
  answer.end();
  await expect(ada.card("Why is the sky blue?")).toHaveAttribute("data-status", "COMPLETED");
  const look = () => ada.card("Why is the sky blue?").locator("header").click();
  await look();
  await panel.getByRole("button", { name: "Helpful", exact: true }).click();
  await panel.getByRole("radio", { name: "4 of 5" }).click();
  await panel.getByLabel("Comment").fill("Short and right");
  await panel.getByRole("button", { name: "Send", exact: true }).click();
  await expect(page.getByText("Thank you for your feedback")).toBeVisible();

  await page.reload();
  await look();
  await expect(panel.getByRole("button", { name: "Helpful", exact: true })).toHaveAttribute("aria-pressed", "true");
  await expect(panel.getByRole("radio", { name: "4 of 5" })).toBeChecked();
  await expect(panel.getByLabel("Comment")).toHaveValue("Short and right");
  await panel.getByRole("button", { name: "Remove", exact: true }).click();
  await expect(panel.getByLabel("Comment")).toHaveCount(0);
});

test("what an agent changed is shown with its task, and taken back in one step or in part", async ({ app }) => {
  const { ada, project } = await opened(app, "Why is the sky blue?");
  const fay = await withAgent(ada, project, { name: "Fay", mode: "APPLY" });
  const { page } = ada;
  const panel = details(page);
  await panel.getByRole("tab", { name: "Agents" }).click();
  await expect(panel.getByText(/^@fay/)).toBeVisible();
  await ada.user.call("POST", `/projects/${project}/tasks`, { agentId: fay, prompt: "Open this question" });
  await panel.getByTitle("Show the task: Open this question").click();
  (await app.provider.asked()).use("create_node", { prompt: "Is it blue at night?" });
  (await app.provider.asked()).use("create_node", { prompt: "Is it blue on Mars?" });
  const last = await app.provider.asked();
  await expect(page.locator("[data-agent=Fay]")).toContainText("Fay is editing here");
  last.use("finish", { result: "Two questions." });
  await expect(panel.getByRole("status").getByText("Done")).toBeVisible();
  await expect(page.locator("[data-agent=Fay]")).toHaveCount(0);
  await expect(ada.card("Is it blue at night?")).toBeVisible();

  const changes = panel.getByRole("listitem").filter({ hasText: "Changed by Fay" });
  await expect(changes).toContainText("2 changes");
  await changes.getByRole("button", { name: "Show all" }).click();
  await changes.getByRole("checkbox", { name: /Is it blue at night/ }).check();
  await faultless(page, "what a task changed", { within: "aside" });
  await changes.getByRole("button", { name: "Revert selected" }).click();
  await expect(ada.card("Is it blue at night?")).toHaveCount(0);
  await expect(ada.card("Is it blue on Mars?")).toBeVisible();
  await changes.getByRole("button", { name: "Revert", exact: true }).click();
  await expect(ada.card("Is it blue on Mars?")).toHaveCount(0);
  await expect(ada.card("Why is the sky blue?")).toBeVisible();
  expect(ada.complaints).toEqual([]);
});

test("an agent is given a schedule, and all agents are paused and go on together", async ({ app }) => {
  const { ada, project } = await opened(app, "Why is the sky blue?");
  await withAgent(ada, project, { name: "Fay", mode: "APPLY" });
  await withAgent(ada, project, { name: "Gus", mode: "APPLY" });
  const { page } = ada;
  const panel = details(page);
  await panel.getByRole("tab", { name: "Agents" }).click();
  await expect(panel.getByText(/^@fay/)).toBeVisible();

  await panel.getByRole("button", { name: "New schedule" }).click();
  const form = page.locator("form").filter({ has: page.getByRole("button", { name: "Create schedule" }) });
  await form.getByLabel("Name").fill("Every morning");
  await form.getByLabel("What should happen?").fill("Say what is open");
  await form.getByLabel("At", { exact: true }).fill("07:30");
  await form.getByRole("button", { name: "Create schedule" }).click();
  await expect(panel.getByText("Every morning")).toBeVisible();
  const { items } = (await ada.user.call("GET", `/projects/${project}/schedules`)) as {
    items: { name: string; cron: string; timezone: string }[];
  };
  const zone = await page.evaluate(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
  expect(items).toMatchObject([{ name: "Every morning", cron: "30 7 * * *", timezone: zone }]);

  await panel.getByRole("button", { name: "Pause all" }).click();
  await expect(panel.getByText("Paused", { exact: true })).toHaveCount(2);
  await panel.getByRole("button", { name: "Resume all" }).click();
  await expect(panel.getByText("Paused", { exact: true })).toHaveCount(0);
  expect(ada.complaints).toEqual([]);
});

test("a task that works is spoken to, and what it did is counted on the agent's page", async ({ app }) => {
  const { ada, project } = await opened(app, "Why is the sky blue?");
  const fay = await withAgent(ada, project, { name: "Fay", mode: "APPLY" });
  const { page } = ada;
  const panel = details(page);
  await panel.getByRole("tab", { name: "Agents" }).click();
  await ada.user.call("POST", `/projects/${project}/tasks`, { agentId: fay, prompt: "Look around" });
  await panel.getByTitle("Show the task: Look around").click();
  const first = await app.provider.asked();
  await panel.getByLabel("Your message").fill("Only the north, please");
  await panel.getByRole("button", { name: "Send" }).click();
  await expect(panel.getByText("Only the north, please")).toBeVisible();
  first.use("read_graph", {});
  const second = await app.provider.asked();
  expect(await second.sent()).toContain("Only the north, please");
  second.use("finish", { result: "The north is quiet." });
  await expect(panel.getByText("The north is quiet.")).toBeVisible();

  await page.goto(`/agents/${fay}`);
  await page.getByRole("link", { name: "Statistics" }).click();
  await expect(page.getByText("1 done, 0 failed, 0 stopped")).toBeVisible();
  await faultless(page, "what an agent has done");
  expect(ada.complaints).toEqual([]);
});
