import type { Page } from "@playwright/test";

import { expect, PASSWORD, test } from "./kit/around.ts";
import { faultless } from "./kit/faultless.ts";

const OUTSIDE = [
  "/login",
  "/register?to=%2Finvitations%2Fx",
  "/forgot",
  "/reset?token=x",
  "/reset",
  "/verify?token=x",
  "/verify",
];
const INSIDE = ["/", "/?view=trash", "/?q=nothing", "/invitations/unknown", "/nowhere"];
const SETTINGS = ["profile", "instructions", "security", "tokens", "presets", "account"].map(
  (part) => `/settings/${part}`,
);

test.describe("without motion", () => {
  test.use({ contextOptions: { reducedMotion: "reduce" } });

  test("no page of somebody who is out has a serious fault", async ({ site, guest }) => {
    for (const path of OUTSIDE) await checked(guest.page, site.url + path);
  });

  test("no page of somebody who is in has a serious fault", async ({ site, guest }) => {
    await guest.register("Ada", "Lovelace");
    await faultless(guest.page, "no projects");
    await guest.createProject("Whales", "About whales");
    for (const path of INSIDE) await checked(guest.page, site.url + path);
  });

  test("no page of settings has a serious fault", async ({ site, guest }) => {
    await guest.register("Ada", "Lovelace");
    for (const path of SETTINGS) await checked(guest.page, site.url + path);
  });

  test("no menu and no window has a serious fault", async ({ site, guest }) => {
    const { page } = guest;
    await guest.register("Ada", "Lovelace");
    await guest.createProject("Whales", "About whales");
    await page.getByRole("button", { name: /Ada Lovelace/ }).click();
    await faultless(page, "the user's menu");
    await page.keyboard.press("Escape");
    await guest.act("Whales", "Share…");
    await expect(page.getByRole("list", { name: "Members" })).toBeVisible();
    await page.getByRole("switch").click();
    await expect(page.getByLabel("Project link", { exact: true })).toBeVisible();
    await faultless(page, "sharing");
    await page.goto(`${site.url}/settings/tokens`);
    await page.getByRole("button", { name: "New token" }).click();
    await faultless(page, "a new token");
    await page.goto(`${site.url}/settings/security`);
    await page.getByRole("button", { name: "Set up…" }).click();
    const start = page.getByRole("dialog", { name: "Set up" });
    await start.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await start.getByRole("button", { name: "Set up" }).click();
    await expect(page.getByRole("img", { name: /QR code/ })).toBeVisible();
    await faultless(page, "setting up the second factor");
  });
});

test("on a narrow page nothing is cut off, and the keyboard reaches what there is", async ({ site, guest }) => {
  const { page } = guest;
  // 1280 pixels at a zoom of 400 % are 320.
  await page.setViewportSize({ width: 320, height: 720 });
  await guest.register("Ada");
  await guest.createProject("A project with quite a long name that has to break somewhere", "");
  for (const path of [
    "/",
    "/?view=all",
    "/agents",
    "/settings/profile",
    "/settings/security",
    "/settings/tokens",
    "/settings/presets",
    "/settings/account",
  ]) {
    await page.goto(site.url + path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(320);
  }
  await page.goto(site.url);
  await page.getByRole("button", { name: /Your account/ }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Projects" })).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("menuitem", { name: "Agents" })).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("menuitem", { name: "Explore" })).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Profile" })).toBeFocused();
});

async function checked(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await faultless(page, url);
}
