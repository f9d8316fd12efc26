import type { Page } from "@playwright/test";

import { User } from "../server/kit/user.ts";
import { faultless } from "./kit/faultless.ts";
import { expect, test } from "./kit/index.ts";

const PATH = "/users/me/push-subscriptions";

/** The one piece that is not here is the push service of the browser's maker: what it would answer is made up, with a real key. */
async function withoutPushService(page: Page): Promise<void> {
  await page.addInitScript(() => {
    let kept: unknown = null;
    const subscribe = async ({ applicationServerKey }: PushSubscriptionOptionsInit) => {
      const made = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
      const point = new Uint8Array(await crypto.subtle.exportKey("raw", made.publicKey));
      const text = (bytes: Uint8Array) =>
        btoa(String.fromCharCode(...bytes))
          .replaceAll("+", "-")
          .replaceAll("/", "_")
          .replaceAll("=", "");
      const keys = { p256dh: text(point), auth: text(crypto.getRandomValues(new Uint8Array(16))) };
      const endpoint = `https://push.example.org/${text(point.slice(1, 17))}`;
      kept = {
        endpoint,
        options: { applicationServerKey },
        toJSON: () => ({ endpoint, expirationTime: null, keys }),
        unsubscribe: () => Promise.resolve(((kept = null), true)),
      };
      return kept;
    };
    Object.assign(PushManager.prototype, { subscribe, getSubscription: () => Promise.resolve(kept) });
  });
}

const here = (page: Page) => page.getByRole("switch", { name: "Notify this device" });

test("a device is added, shows what it is told without a page, and is removed", async ({ app }) => {
  const ada = await app.person("ada", { locale: "en-GB" });
  const { page } = ada;
  await page.context().grantPermissions(["notifications"], { origin: app.url });
  await withoutPushService(page);
  await page.goto("/settings/notifications");
  await expect(here(page)).not.toBeChecked();
  await here(page).check();
  const devices = page.getByRole("list", { name: "Notified devices" });
  await expect(devices.getByText("This device")).toBeVisible();
  await expect(devices.getByText(/nothing told yet/)).toBeVisible();
  await expect.poll(() => ada.user.call("GET", PATH)).toMatchObject({ devices: [{ outdated: false }] });
  await faultless(page, "the devices that are told");

  // As if its push service had handed it something.
  const cdp = await page.context().newCDPSession(page);
  const registered = new Promise<string>((resolve) => {
    cdp.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const [first] = registrations;
      if (first !== undefined) resolve(first.registrationId);
    });
  });
  await cdp.send("ServiceWorker.enable");
  const told = { title: "bob mentioned you", text: "Why?", path: "/projects/p?node=n", tag: "t", language: "en" };
  const message = { origin: app.url, registrationId: await registered, data: JSON.stringify(told) };
  for (let again = 0; again < 2; again++) await cdp.send("ServiceWorker.deliverPushMessage", message);
  const shown = () =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      const all = await registration.getNotifications();
      return all.map(({ title, body, data, lang }) => ({ title, body, data: data as unknown, lang }));
    });
  // What came twice is shown once.
  await expect
    .poll(shown)
    .toEqual([{ title: "bob mentioned you", body: "Why?", data: { path: "/projects/p?node=n" }, lang: "en" }]);

  await here(page).uncheck();
  await expect(devices).toHaveCount(0);
  await expect.poll(() => ada.user.call("GET", PATH)).toMatchObject({ devices: [] });
  expect(ada.complaints).toEqual([]);
});

test("whoever logs in again is told again on the device that they chose", async ({ app }) => {
  const ada = await app.person("ada", { locale: "en-GB" });
  const { page } = ada;
  await page.context().grantPermissions(["notifications"], { origin: app.url });
  await withoutPushService(page);
  await page.goto("/settings/notifications");
  await here(page).check();
  await expect(page.getByRole("list", { name: "Notified devices" })).toBeVisible();
  const count = async () => ((await ada.user.call("GET", PATH)) as { devices: unknown[] }).devices.length;
  expect(await count()).toBe(1);

  await page.getByRole("button", { name: /Your account/ }).click();
  await page.getByRole("menuitem", { name: "Log out", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Log in" })).toBeVisible();
  await expect.poll(count).toBe(0);
  await page.getByLabel("E-mail address").fill(ada.user.email);
  await page.getByLabel("Password", { exact: true }).fill(User.PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect.poll(count).toBe(1);
});

test("a browser that was told no is not asked again, and says where the way out is", async ({ app }) => {
  const ada = await app.person("ada", { locale: "en-GB" });
  const { page } = ada;
  await page.addInitScript(() => {
    Object.defineProperty(Notification, "permission", { get: () => "denied" });
  });
  await page.goto("/settings/notifications");
  await here(page).click();
  const section = page.getByRole("region", { name: "Notified devices" });
  await expect(section.getByText(/You can allow it in its settings/)).toBeVisible();
  await expect(here(page)).not.toBeChecked();
});
