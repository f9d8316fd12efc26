import type { Browser, Page } from "@playwright/test";

import { faultless } from "./kit/faultless.ts";
import { User } from "../server/kit/user.ts";
import { expect, test, type App, type Person } from "./kit/index.ts";

const bell = (page: Page) => page.getByRole("button", { name: /notification/i });

/** The same person in another browser. */
async function elsewhere(app: App, { user }: Person, browser: Browser) {
  const context = await browser.newContext({ baseURL: app.url, locale: "en-GB" });
  const answer = await context.request.post("/api/v1/auth/login", {
    data: { email: user.email, password: User.PASSWORD },
  });
  expect(answer.status()).toBe(200);
  return context.newPage();
}

test("the bell counts on two devices, and clears on both together", async ({ app, browser }) => {
  const ada = await app.person("ada", { locale: "en-GB" });
  const bob = await app.person("bob", { locale: "en-GB" });
  const project = await ada.user.createProject();
  await ada.user.invite(project, bob.user);
  const other = await elsewhere(app, bob, browser);
  await bob.page.goto("/");
  await other.goto("/");
  await expect(bell(bob.page)).toHaveAccessibleName("1 unread notification");
  await expect(bell(other)).toHaveAccessibleName("1 unread notification");

  // She is completed while she is being typed.
  await ada.open(project);
  await ada.page.locator(".react-flow__pane").dblclick({ position: { x: 400, y: 300 } });
  await ada.type("What do you think, @bo");
  await expect(ada.page.getByRole("option", { name: /bob/ })).toBeVisible();
  await ada.page.keyboard.press("Enter");
  await ada.page.keyboard.type("and why?");
  await ada.page.keyboard.press("Escape");

  await expect(bell(bob.page)).toHaveAccessibleName("2 unread notifications");
  await expect(bell(other)).toHaveAccessibleName("2 unread notifications");
  await bell(bob.page).click();
  const latest = bob.page.getByRole("dialog", { name: "Notifications" });
  // It holds what was written when she was mentioned, which may have been the beginning.
  await expect(latest.getByText("What do you think, @bob")).toBeVisible();
  await faultless(bob.page, "the latest notifications");

  // It leads to the node, and is read by that.
  await latest.getByRole("link", { name: /ada mentioned you/ }).click();
  await expect(bob.page).toHaveURL(/\/projects\/.*node=/);
  await expect(bob.card("What do you think")).toBeVisible();
  await expect(bell(bob.page)).toHaveAccessibleName("1 unread notification");
  await expect(bell(other)).toHaveAccessibleName("1 unread notification");

  await other.goto("/notifications");
  await expect(other.getByRole("link", { name: /added you/ })).toBeVisible();
  await faultless(other, "all notifications");
  await other.getByRole("button", { name: "Mark all as read" }).click();
  await expect(bell(other)).toHaveAccessibleName("Notifications");
  await expect(bell(bob.page)).toHaveAccessibleName("Notifications");
  for (const person of [ada, bob]) expect(person.complaints).toEqual([]);
  await other.context().close();
});

test("what one wants to be told is chosen in the settings, and kept", async ({ app }) => {
  const ada = await app.person("ada", { locale: "en-GB", timezoneId: "Europe/Paris" });
  await ada.user.createProject();
  const { page } = ada;
  await page.goto("/settings/notifications");
  const mention = page.getByRole("checkbox", { name: "Somebody mentions you: by mail" });
  await expect(mention).toBeChecked();
  await mention.uncheck();
  await page.getByLabel("Mails").selectOption("DAILY");
  await page.getByRole("switch", { name: "Quiet hours" }).check();
  await expect(page.getByLabel("From", { exact: true })).toHaveValue("22:00");
  await page.getByRole("button", { name: "Use Europe/Paris" }).click();
  await expect(page.getByText("Your time zone: Europe/Paris.")).toBeVisible();
  await faultless(page, "what one wants to be told");

  // What was chosen is shown at once; the server has it a moment later.
  await expect
    .poll(() => ada.user.call("GET", "/users/me/notification-preferences"))
    .toMatchObject({ digest: "DAILY", quietHours: { from: "22:00", to: "07:00" } });
  await page.reload();
  await expect(mention).not.toBeChecked();
  await expect(page.getByLabel("Mails")).toHaveValue("DAILY");
  await expect(page.getByLabel("To", { exact: true })).toHaveValue("07:00");
  expect(ada.complaints).toEqual([]);
});

test("one project may tell of some things by other ways than all the others do", async ({ app }) => {
  const ada = await app.person("ada", { locale: "en-GB" });
  const project = await ada.user.createProject();
  const { page } = ada;
  const kept = () => ada.user.call("GET", "/users/me/notification-preferences");
  await page.goto("/settings/notifications");
  const projects = page.getByRole("region", { name: "Projects" });
  const there = projects.getByRole("table", { name: "What you are told of Shared, by type" });
  await expect(projects.getByLabel("Shared", { exact: true })).toHaveValue("ALL");
  await expect(there).toBeHidden();
  await projects.getByText("Choose by type").click();
  const mention = there.getByRole("checkbox", { name: "Somebody mentions you: by mail" });
  await expect(mention).toBeChecked();
  await mention.uncheck();
  await expect(projects.getByText("1 differs from above")).toBeVisible();
  await faultless(page, "what one wants to be told of a project");
  const ways = { email: false, browser: true, mobile: true };
  await expect.poll(kept).toMatchObject({ projects: [{ projectId: project, types: { MENTION: ways } }] });

  // Everywhere else it is as it was, and of those who are told only of mentions nothing else is asked.
  await expect(page.getByRole("checkbox", { name: "Somebody mentions you: by mail" }).first()).toBeChecked();
  await projects.getByLabel("Shared", { exact: true }).selectOption("MENTIONS");
  await expect(there.getByRole("checkbox")).toHaveCount(3);
  await expect.poll(kept).toMatchObject({ projects: [{ level: "MENTIONS", types: { MENTION: ways } }] });
  await page.reload();
  await expect(projects.getByText("1 differs from above")).toBeVisible();
  await projects.getByText("Choose by type").click();
  await expect(mention).not.toBeChecked();

  await projects.getByRole("button", { name: "Same as in all projects" }).click();
  await expect(mention).toBeChecked();
  await projects.getByLabel("Shared", { exact: true }).selectOption("ALL");
  await expect.poll(kept).toMatchObject({ projects: [] });
  expect(ada.complaints).toEqual([]);
});

test("the browser shows what comes while nobody looks at the page, once it was allowed to", async ({ app }) => {
  const ada = await app.person("ada", { locale: "en-GB" });
  const bob = await app.person("bob", { locale: "en-GB" });
  const project = await ada.user.createProject();
  await ada.user.invite(project, bob.user);
  // A browser without a screen shows nothing, so what it is asked to show is written down.
  await bob.page.addInitScript(() => {
    const shown: string[] = [];
    let allowed: NotificationPermission = "default";
    const Popup = function (title: string) {
      shown.push(title);
    };
    Object.defineProperty(Popup, "permission", { get: () => allowed });
    const requestPermission = () => Promise.resolve((allowed = "granted"));
    Object.assign(Popup, { requestPermission });
    Object.assign(globalThis, { Notification: Popup, shown });
  });
  await bob.page.goto("/settings/notifications");
  await bob.page.getByRole("button", { name: "Let this browser show notifications" }).click();
  await expect(bob.page.getByRole("button", { name: "Let this browser show notifications" })).toHaveCount(0);
  const mention = () =>
    ada.user.call("POST", `/projects/${project}/nodes`, { prompt: "@bob?", position: { x: 0, y: 0 } });
  await expect(bell(bob.page)).toHaveAccessibleName("1 unread notification");

  await mention();
  await expect(bell(bob.page)).toHaveAccessibleName("2 unread notifications");
  await bob.page.evaluate(() => Object.defineProperty(document, "hidden", { value: true }));
  await mention();
  await mention();
  await expect(bell(bob.page)).toHaveAccessibleName("4 unread notifications");

  const shown = () => bob.page.evaluate(() => (globalThis as unknown as { shown: string[] }).shown);
  await expect.poll(shown).toEqual(["ada mentioned you in Shared", "2 mentions in Shared"]);
});
