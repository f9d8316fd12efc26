import type { Page } from "@playwright/test";

import { User } from "../server/kit/user.ts";
import { faultless } from "./kit/faultless.ts";
import { expect, test, type App, type Person } from "./kit/index.ts";

/** A project with one answered question, open to everybody who has its link. */
async function published(app: App, ada: Person): Promise<{ project: string; node: string }> {
  const { id: project } = (await ada.user.call("POST", "/projects", { name: "Open notes", isPublic: true })) as {
    id: string;
  };
  const body = { prompt: "What is a monad?", position: { x: 0, y: 0 } };
  const { id: node } = (await ada.user.call("POST", `/projects/${project}/nodes`, body)) as { id: string };
  await ada.user.call("POST", `/projects/${project}/nodes/${node}/generate`, {});
  const answer = await app.provider.asked();
  answer.say("A monoid in the category of **endofunctors**.");
  answer.end();
  const answered = async () =>
    ((await ada.user.call("GET", `/projects/${project}/nodes/${node}`)) as { status: string }).status;
  await expect.poll(answered).toBe("COMPLETED");
  return { project, node };
}

interface Heard {
  /** Errors that no page may have. */
  readonly complaints: string[];
  /** What of the API was asked for, without what tells one project from another. */
  readonly asked: Set<string>;
}

/** What the browser says against the page, and what the page wants from the server. */
function hear(page: Page): Heard {
  const heard: Heard = { complaints: [], asked: new Set() };
  page.on("pageerror", (error) => heard.complaints.push(error.message));
  page.on("console", (message) => {
    // Nobody is logged in, which the page finds out by asking: the browser writes down the 401.
    const isExpected = message.location().url.endsWith("/api/v1/auth/refresh");
    if (message.type() === "error" && !isExpected) heard.complaints.push(message.text());
  });
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith("/api/")) heard.asked.add(`${request.method()} ${pathname.replace(/[\da-f-]{36}/, "…")}`);
  });
  return heard;
}

const card = (page: Page, text: string) => page.locator("[data-node]").filter({ hasText: text });

test("a stranger with the link reads a public project, and sees what its owner changes", async ({ app }) => {
  const ada = await app.person("ada");
  const { project, node } = await published(app, ada);
  const { page } = await app.stranger();
  const heard = hear(page);

  await page.goto(`/projects/${project}`);

  const question = card(page, "What is a monad?");
  await expect(question.locator("strong", { hasText: "endofunctors" })).toBeVisible();
  await expect(page.getByText("View only")).toBeVisible();
  await expect(page).toHaveTitle("Open notes");
  await faultless(page, "a public project");

  await question.click();
  const panel = page.getByRole("complementary");
  await expect(panel.locator("strong", { hasText: "endofunctors" })).toBeVisible();
  await expect(panel.getByRole("tab")).toHaveCount(1);
  await expect(panel.getByRole("alert")).toHaveCount(0);
  await faultless(page, "an answer of a public project");

  const later = { prompt: "And a comonad?", position: { x: 0, y: 500 }, parentIds: [node] };
  await ada.user.call("POST", `/projects/${project}/nodes`, later);
  await expect(card(page, "And a comonad?")).toBeAttached();
  await expect(page.locator(".react-flow__edge")).toHaveCount(1);
  // What somebody looks at stays as they left it.
  await expect(panel.locator("strong", { hasText: "endofunctors" })).toBeVisible();

  expect(heard.complaints).toEqual([]);
  expect([...heard.asked].sort()).toEqual(["GET /api/v1/public/projects/…", "POST /api/v1/auth/refresh"]);
});

test("a stranger can change nothing", async ({ app }) => {
  const ada = await app.person("ada");
  const { project } = await published(app, ada);
  const { page } = await app.stranger();
  const heard = hear(page);
  await page.goto(`/projects/${project}`);
  const question = card(page, "What is a monad?");
  const before = await ada.user.stateHash(project);

  await question.click();
  for (const key of ["Enter", "b", "n", "p", "Delete", "Control+Enter", "Control+d", "ArrowDown"])
    await page.keyboard.press(key);
  await page.locator(".react-flow__pane").dblclick({ position: { x: 60, y: 60 } });
  await question.hover();
  await page.mouse.down();
  await page.mouse.move(300, 300, { steps: 5 });
  await page.mouse.up();
  await question.getByRole("button", { name: "More" }).click();
  await expect(page.getByRole("menuitem")).toHaveText([
    /^Open full screen/,
    /^Open as a conversation/,
    "Copy link",
    "Show answer",
  ]);
  await page.keyboard.press("Escape");

  await expect(page.locator("[data-node]")).toHaveCount(1);
  await expect(page.locator("[data-pending]")).toHaveAttribute("data-pending", "0");
  await expect(page.getByRole("textbox")).toHaveCount(0);
  await expect(page.getByRole("button", { name: /Share|New card|Ask|Branch/ })).toHaveCount(0);
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("option").first()).toBeVisible();
  await expect(page.getByRole("option").filter({ hasText: "Zoom to fit" })).toBeVisible();
  await expect(page.getByRole("option").filter({ hasText: /New|Ask|Edit|Delete|Pin|Tidy|Tags|Undo/ })).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(page.locator("[data-window]")).toHaveCount(0);
  await page.keyboard.press("t");
  await expect(page.getByText("You can read this conversation")).toBeVisible();
  await expect(page.locator("[data-message]")).toHaveCount(1);
  for (const key of ["e", "r", "n", "Enter", "b", "p"]) await page.keyboard.press(key);
  await expect(page.getByRole("textbox")).toHaveCount(0);
  expect(await ada.user.stateHash(project)).toEqual(before);
  expect(heard.complaints).toEqual([]);
});

test("a public page says what it is, is read in both ways, and leads to an account and a copy", async ({ app }) => {
  const ada = await app.person("ada");
  const { project, node } = await published(app, ada);
  await ada.user.call("PATCH", `/projects/${project}`, { description: "Everything that we know of monads." });
  const { page } = await app.stranger();
  await page.goto(`/projects/${project}?node=${node}`);

  const bar = page.getByRole("banner");
  await expect(bar.getByRole("link", { name: "NonLinear" })).toBeVisible();
  await expect(page.getByRole("heading", { level: 1, name: "Open notes" })).toBeVisible();
  await expect(page.getByText("Everything that we know of monads.").first()).toBeVisible();
  // The link was to a node.
  await expect(page.locator(".react-flow__node.selected")).toContainText("What is a monad?");
  await faultless(page, "a public page");

  await page.getByText("Conversation", { exact: true }).click();
  await expect(page.locator("[data-message]").getByText("What is a monad?")).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`view=thread&node=${node}|node=${node}&view=thread`));
  await faultless(page, "a public page as a conversation");
  await page.reload();
  await expect(page.locator("[data-message]").getByText("What is a monad?")).toBeVisible();
  await page.getByText("Canvas", { exact: true }).click();
  await expect(card(page, "What is a monad?")).toBeVisible();

  await bar.getByRole("link", { name: "Sign up" }).click();
  await expect(page.getByRole("heading", { name: "Create account" })).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`to=${encodeURIComponent(`/projects/${project}`)}`));

  const bob = await app.person("bob");
  await bob.page.goto(`/projects/${project}`);
  await bob.page.getByRole("button", { name: "Make a copy" }).click();
  await expect(bob.page).toHaveTitle("Copy of Open notes");
  await expect(bob.page.getByRole("link", { name: "NonLinear" })).toHaveCount(0);
});

test("a project that is closed again is gone from the screen of those who look", async ({ app }) => {
  const ada = await app.person("ada");
  const { project } = await published(app, ada);
  const { page } = await app.stranger();
  await page.goto(`/projects/${project}`);
  await expect(card(page, "What is a monad?")).toBeVisible();

  await ada.user.call("PATCH", `/projects/${project}`, { isPublic: false });

  await expect(page.getByRole("heading", { name: "You no longer have access to this project" })).toBeVisible();
  await expect(page.getByText("What is a monad?")).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Log in" })).toBeVisible();
});

test("the link of a private project leads to the login page, and on to the project", async ({ app }) => {
  const ada = await app.person("ada");
  const project = await ada.user.createProject();
  await ada.open(project);
  await ada.ask("Between us", { x: 400, y: 200 });
  await ada.saved();
  const { page } = await app.stranger();

  await page.goto(`/projects/${project}`);

  await expect(page).toHaveURL(`${app.url}/login?to=${encodeURIComponent(`/projects/${project}`)}`);
  await logIn(page, ada.user);
  await expect(page).toHaveURL(`${app.url}/projects/${project}`);
  await expect(card(page, "Between us")).toBeVisible();
});

test("somebody who reads a public project logs in from there, and goes on with all they may do", async ({ app }) => {
  const ada = await app.person("ada");
  const { project } = await published(app, ada);
  const { page } = await app.stranger();
  await page.goto(`/projects/${project}`);

  await page.getByRole("link", { name: "Log in" }).click();
  await logIn(page, ada.user);

  await expect(page).toHaveURL(`${app.url}/projects/${project}`);
  await expect(page.getByRole("toolbar", { name: "Commands" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Log in" })).toHaveCount(0);
});

async function logIn(page: Page, { email }: User): Promise<void> {
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(User.PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
}
