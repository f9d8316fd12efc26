import { codeOf, expect, PASSWORD, test } from "./kit/around.ts";

test("somebody registers, logs out and logs in again", async ({ site, guest }) => {
  const { page } = guest;
  await guest.register("Ada", "Lovelace");
  await expect(page).toHaveTitle("Projects · NonLinear");
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();

  await guest.logOut();
  await page.getByLabel("E-mail address").fill(guest.email);
  await page.getByLabel("Password", { exact: true }).fill("not the password");
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("alert")).toContainText("password");

  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: /Ada Lovelace/ })).toBeVisible();

  // Whoever wanted to go somewhere gets there after logging in.
  await guest.logOut();
  await page.goto(`${site.url}/settings/tokens`);
  await guest.logIn();
  await expect(page.getByRole("heading", { name: "API tokens" })).toBeVisible();
});

test("what the server refuses stands beside the field", async ({ site, guest }) => {
  const { page } = guest;
  await page.goto(`${site.url}/register`);
  await page.getByLabel("E-mail address").fill("ada@localhost");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
  const email = page.getByLabel("E-mail address");
  await expect(email).toHaveAttribute("aria-invalid", "true");
  await expect(email).toBeFocused();
  await expect(email).toHaveAccessibleDescription(/must be an e-mail address/);
});

test("a forgotten password is set anew by the mailed link, once", async ({ site, guest }) => {
  const { page } = guest;
  await guest.register();
  await guest.logOut();
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await page.getByLabel("E-mail address").fill(guest.email);
  await page.getByRole("button", { name: "Send link" }).click();
  await expect(page.getByText("a mail with a link is on its way")).toBeVisible();

  const link = await site.linkTo(guest.email, "reset");
  await page.goto(link);
  await page.getByLabel("New password", { exact: true }).fill("eleven calm herons");
  await page.getByRole("button", { name: "Set password" }).click();
  await guest.logIn("eleven calm herons");
  await expect(page.getByRole("heading", { name: "Projects" })).toBeVisible();

  await page.goto(link);
  await page.getByLabel("New password", { exact: true }).fill("twelve calm herons");
  await page.getByRole("button", { name: "Set password" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(page.getByRole("link", { name: "Request a new link" })).toBeVisible();
});

test("a second factor is set up, asked for and removed", async ({ site, guest }) => {
  const { page } = guest;
  await guest.register();
  await page.goto(`${site.url}/settings/security`);
  await page.getByRole("button", { name: "Set up…" }).click();
  const start = page.getByRole("dialog", { name: "Set up" });
  await start.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await start.getByRole("button", { name: "Set up" }).click();
  await expect(page.getByRole("img", { name: /QR code/ })).toBeVisible();
  const secret = await page.getByLabel("Or enter this key in the app", { exact: true }).inputValue();
  const recovery = page.getByRole("dialog", { name: "Your recovery codes" });
  // A code counts once: the one of the step before leaves the current one for logging in. Should the step end on the
  // way, it is too old, and that of the next one does.
  await expect(async () => {
    await page.getByLabel("Code", { exact: true }).fill(codeOf(secret, -1));
    await page.getByRole("button", { name: "Turn on" }).click();
    await expect(recovery).toBeVisible({ timeout: 5_000 });
  }).toPass();
  await expect(recovery.getByRole("listitem")).toHaveCount(10);
  await page.keyboard.press("Escape");
  const [first = ""] = await recovery.getByRole("listitem").allTextContents();
  await recovery.getByRole("button", { name: "I have saved them" }).click();

  await guest.logOut();
  await guest.logIn();
  await page.getByLabel("Code").fill("000000");
  await page.getByRole("button", { name: "Continue" }).click();
  const refusal = page.getByRole("alert");
  await expect(refusal).toContainText("This code is wrong");
  await expect(refusal).not.toContainText("password");
  await page.getByLabel("Code").fill(codeOf(secret));
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("heading", { name: "Projects" })).toBeVisible();

  await page.goto(`${site.url}/settings/security`);
  await page.getByRole("button", { name: "Turn off…" }).click();
  const removal = page.getByRole("dialog", { name: "Turn off" });
  await removal.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await removal.getByLabel(/recovery code/).fill(first);
  await removal.getByRole("button", { name: "Turn off" }).click();
  await expect(page.getByRole("button", { name: "Set up…" })).toBeVisible();
});

test("a wrong current password is refused without ending the session", async ({ site, guest }) => {
  const { page } = guest;
  await guest.register();
  await page.goto(`${site.url}/settings/security`);
  const tries: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/auth/password")) tries.push(request.url());
  });
  await page.getByLabel("Current password").fill("not the password");
  await page.getByLabel("New password", { exact: true }).fill("eleven calm herons");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  expect(tries).toHaveLength(1);

  await page.getByLabel("Current password").fill(PASSWORD);
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("Password changed.")).toBeVisible();
  await guest.logOut();
  await guest.logIn("eleven calm herons");
  await expect(page.getByRole("heading", { name: "Projects" })).toBeVisible();
});

test("another device is seen, and ended", async ({ site, guest, newcomer }) => {
  await guest.register();
  await newcomer.page.goto(`${site.url}/login`);
  await newcomer.logIn(PASSWORD, guest.email);
  await expect(newcomer.page.getByRole("heading", { name: "Projects" })).toBeVisible();

  const { page } = guest;
  await page.goto(`${site.url}/settings/security`);
  const devices = page.getByRole("list", { name: "Devices" });
  await expect(devices.getByRole("listitem")).toHaveCount(2);
  await expect(devices.getByText("This device")).toHaveCount(1);
  await devices.getByRole("button", { name: /^Log out / }).click();
  await expect(devices.getByRole("listitem")).toHaveCount(1);
  await newcomer.page.reload();
  await expect(newcomer.page.getByRole("heading", { name: "Log in" })).toBeVisible();
});

test("a project is made, found, renamed, put into the trash and brought back", async ({ site, guest }) => {
  const { page } = guest;
  await guest.register();
  await expect(page.getByRole("heading", { name: "Your first project" })).toBeVisible();
  await guest.createProject("Monads", "A burrito, or not");
  await guest.createProject("Whales", "");

  const list = page.getByRole("list");
  await page.getByLabel("Search projects").fill("burri");
  await expect(list.getByRole("listitem")).toHaveCount(1);
  await expect(page).toHaveURL(/q=burri/);
  await page.getByLabel("Search projects").fill("nothing like it");
  await expect(page.getByRole("heading", { name: "No results" })).toBeVisible();
  await page.getByRole("button", { name: "Clear search" }).click();
  await expect(list.getByRole("listitem")).toHaveCount(2);

  await guest.act("Monads", "Rename…");
  await page.getByLabel("Name", { exact: true }).fill("Functors");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("link", { name: "Functors" })).toBeVisible();

  await guest.act("Functors", "Move to trash");
  await expect(page.getByRole("link", { name: "Functors" })).toBeHidden();
  await page.getByRole("link", { name: "Trash" }).click();
  await page.getByRole("button", { name: "Restore: Functors" }).click();
  await expect(page.getByRole("heading", { name: "The trash is empty" })).toBeVisible();
  await page.getByRole("link", { name: "Mine" }).click();
  await expect(page.getByRole("link", { name: "Functors" })).toBeVisible();
  await page.goto(site.url);
  await expect(list.getByRole("listitem")).toHaveCount(2);
});

test("somebody without an account comes by the mailed invitation", async ({ site, guest, newcomer }) => {
  await guest.register("Ada");
  await guest.createProject("Whales", "");
  await guest.act("Whales", "Share…");
  const dialog = guest.page.getByRole("dialog", { name: "Share “Whales”" });
  await dialog.getByLabel("E-mail address").fill(newcomer.email);
  await dialog.getByLabel("Role", { exact: true }).selectOption("Member");
  await dialog.getByRole("button", { name: "Invite" }).click();
  await expect(dialog.getByRole("list", { name: "Invited" })).toContainText(newcomer.email);

  const { page } = newcomer;
  const link = await site.linkTo(newcomer.email, "invitations");
  await page.goto(link);
  await expect(page.getByText("You have been invited to a project.")).toBeVisible();
  await page.getByRole("link", { name: "Sign up" }).click();
  await newcomer.fillRegistration("Bob", "");
  await page.getByRole("button", { name: "Accept and open the project" }).click();
  await expect(page).toHaveURL(/\/projects\//);
  await page.goto(site.url);
  await expect(page.getByRole("listitem").filter({ hasText: "Whales" })).toContainText("Member");

  // What a member may not do is not offered.
  await newcomer.act("Whales", "Share…");
  const seen = page.getByRole("dialog", { name: "Share “Whales”" });
  await expect(seen.getByRole("list", { name: "Members" }).getByRole("listitem")).toHaveCount(2);
  await expect(seen.getByRole("button", { name: "Invite" })).toBeHidden();
  await expect(seen.getByRole("combobox")).toBeHidden();
  await expect(seen.getByRole("switch")).toBeHidden();

  // The owner makes them an editor, and then hands the project over.
  await guest.page.goto(site.url);
  await guest.act("Whales", "Share…");
  await dialog.getByLabel("Role of Bob").selectOption("Editor");
  await expect(guest.page.getByText("Role of Bob changed.")).toBeVisible();
  await dialog.getByRole("button", { name: "Actions for Bob" }).click();
  await guest.page.getByRole("menuitem", { name: "Make owner…" }).click();
  await guest.page.getByRole("button", { name: "Make owner" }).click();
  await expect(guest.page.getByText("The project is offered to Bob.")).toBeVisible();
  await page.goto(site.url);
  await newcomer.act("Whales", "Share…");
  await page.getByRole("button", { name: "Accept", exact: true }).click();
  await expect(page.getByText("You now own the project.")).toBeVisible();

  await page.goto(link);
  await page.getByRole("button", { name: "Accept and open the project" }).click();
  await expect(page.getByRole("heading", { name: "This invitation is no longer valid" })).toBeVisible();
});

test("somebody with an account finds the invitation in their list, whose link the inviter can copy", async ({
  site,
  guest,
  newcomer,
}) => {
  await newcomer.register("Bob");
  await guest.register("Ada");
  await guest.createProject("Whales", "");
  await guest.act("Whales", "Share…");
  const dialog = guest.page.getByRole("dialog", { name: "Share “Whales”" });
  await dialog.getByLabel("E-mail address").fill(newcomer.email);
  await dialog.getByRole("button", { name: "Invite" }).click();
  await expect(guest.page.getByText(`${newcomer.email} is invited and finds the invitation`)).toBeVisible();
  await guest.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await expect(dialog.getByText("whoever registers with an invited address is let in")).toBeVisible();
  await dialog.getByRole("button", { name: /invitation link/ }).click();
  await expect(dialog.getByRole("button", { name: /invitation link/ })).toContainText("Copied");
  const link = await guest.page.evaluate(() => navigator.clipboard.readText());
  expect(link).toBe(await site.linkTo(newcomer.email, "invitations"));

  const { page } = newcomer;
  await page.goto(site.url);
  const invitations = page.getByRole("list", { name: "Invitations" });
  await expect(invitations).toContainText("invites you to “Whales”");
  await page.getByRole("button", { name: "Accept the invitation to “Whales”" }).click();
  await expect(page).toHaveURL(/\/projects\//);
  await page.goto(site.url);
  await expect(page.getByRole("link", { name: "Whales" })).toBeVisible();
  await expect(invitations).toHaveCount(0);

  // Another one is not wanted.
  await guest.page.goto(site.url);
  await guest.createProject("Krill", "");
  await guest.act("Krill", "Share…");
  await guest.page.getByLabel("E-mail address").fill(newcomer.email);
  await guest.page.getByRole("button", { name: "Invite" }).click();
  await expect(guest.page.getByText(/is invited and finds/)).toBeVisible();
  await page.goto(site.url);
  await page.getByRole("button", { name: "Decline the invitation to “Krill”" }).click();
  await expect(invitations).toHaveCount(0);
});

test("who shares a project reads what strangers will see before and after they may", async ({ guest }) => {
  await guest.register("Ada");
  await guest.createProject("Whales", "");
  await guest.act("Whales", "Share…");
  const dialog = guest.page.getByRole("dialog", { name: "Share “Whales”" });
  await expect(dialog.getByText(/on the canvas from then on; the trash and earlier changes stay hidden/)).toBeVisible();
  await dialog.getByRole("switch", { name: "Anyone with the link can view" }).click();
  await expect(
    dialog.getByText(/Earlier changes, the trash, members, instructions and costs stay hidden/),
  ).toBeVisible();
});

test("an invitation for somebody else says so and offers to change the account", async ({ site, guest, newcomer }) => {
  await guest.register("Ada");
  await guest.createProject("Whales", "");
  await guest.act("Whales", "Share…");
  await guest.page.getByLabel("E-mail address").fill("carol@example.org");
  await guest.page.getByRole("button", { name: "Invite" }).click();
  const link = await site.linkTo("carol@example.org", "invitations");

  const { page } = newcomer;
  await newcomer.register("Bob");
  await page.goto(link);
  await page.getByRole("button", { name: "Accept and open the project" }).click();
  await expect(page.getByRole("heading", { name: "This invitation is for another address" })).toBeVisible();
  await page.getByRole("button", { name: "Switch account" }).click();
  await expect(page.getByRole("heading", { name: "Log in" })).toBeVisible();
  await expect(page).toHaveURL(/to=%2Finvitations/);
});

test("a token is shown once, works, and is revoked", async ({ site, guest }) => {
  const { page } = guest;
  await guest.register();
  await page.goto(`${site.url}/settings/tokens`);
  await page.getByRole("button", { name: "New token" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Nightly report");
  const submit = page.getByRole("button", { name: "Create token" });
  await expect(submit).toBeDisabled();
  await page.getByLabel(/^Projects: read/).check();
  await submit.click();
  const token = await page.getByLabel("Token", { exact: true }).inputValue();
  const use = () => page.request.get(`${site.url}/api/v1/projects`, { headers: { authorization: `Bearer ${token}` } });
  expect((await use()).status()).toBe(200);
  await page.getByRole("button", { name: "I have saved it" }).click();
  const tokens = page.getByRole("list", { name: "API tokens" });
  await expect(tokens).toContainText("Nightly report");
  await page.getByRole("button", { name: "Revoke “Nightly report”" }).click();
  await page.getByRole("button", { name: "Revoke", exact: true }).click();
  await expect(page.getByRole("heading", { name: "No tokens yet" })).toBeVisible();
  expect((await use()).status()).toBe(401);
});

test("a preset is made, changed and deleted", async ({ site, guest }) => {
  const { page } = guest;
  await guest.register();
  await page.goto(`${site.url}/settings/presets`);
  await page.getByRole("button", { name: "New preset" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Reviewer");
  await page.getByLabel("How answers should be").fill("Name the weakest point first.");
  await page.getByRole("button", { name: "Create preset" }).click();
  const own = page.getByRole("list", { name: "Yours" });
  await expect(own).toContainText("Reviewer");
  await guest.act("Reviewer", "Edit…");
  await expect(page.getByLabel("How answers should be")).toHaveValue("Name the weakest point first.");
  await page.getByLabel("Name", { exact: true }).fill("Strict reviewer");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(own).toContainText("Strict reviewer");
  await guest.act("Strict reviewer", "Delete…");
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page.getByRole("heading", { name: "No presets yet" })).toBeVisible();
});

test("language and theme go with the account to another device", async ({ site, guest, newcomer }) => {
  const { page } = guest;
  await guest.register();
  await page.goto(`${site.url}/settings/profile`);
  await page.getByLabel("Language", { exact: true }).selectOption("Français");
  await expect(page.getByRole("heading", { name: "Profil" })).toBeVisible();
  await page.getByLabel("Thème", { exact: true }).selectOption("Sombre");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(page.locator("html")).toHaveAttribute("lang", "fr");
  await page.getByLabel("Prénom").fill("Ada");
  await page.getByRole("button", { name: "Enregistrer" }).click();
  await expect(page.getByText("Enregistré", { exact: true })).toBeVisible();

  await newcomer.page.goto(`${site.url}/login`);
  await newcomer.logIn(PASSWORD, guest.email);
  await expect(newcomer.page.getByRole("heading", { name: "Projets" })).toBeVisible();
  await expect(newcomer.page.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("an account is deleted with its password", async ({ site, guest }) => {
  const { page } = guest;
  await guest.register();
  await page.goto(`${site.url}/settings/account`);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByLabel("I understand that this cannot be undone").check();
  await page.getByRole("button", { name: "Delete my account" }).click();
  await expect(page.getByText("Account deleted.")).toBeVisible();
  await guest.logIn();
  await expect(page.getByRole("alert")).toBeVisible();
});
