import type { Page } from "@playwright/test";

import { faultless } from "./kit/faultless.ts";
import { expect, test } from "./kit/index.ts";
import { pictured } from "./kit/pictures.ts";
import { told } from "./kit/story.ts";

/** Where a card is pressed so that nothing on it is. */
const CORNER = { x: 40, y: 10 };

test("the main screens, without a serious fault", async ({ app }, info) => {
  const shot = async (page: Page, name: string) => {
    await faultless(page, name);
    await pictured(page, name, info, true);
  };
  const look = { reducedMotion: "reduce", locale: "en-GB" } as const;
  const ada = await app.person("ada", look);
  const bob = await app.person("bob", look);
  const { project } = await told(app, ada);
  await ada.user.invite(project, bob.user);
  const { page } = ada;

  await page.goto("/");
  await expect(page.getByText("The corner bookshop")).toBeVisible();
  await shot(page, "projects");

  await ada.open(project);
  await bob.open(project);
  await page.getByRole("button", { name: "Zoom to fit" }).click();
  await bob.card("Which three people").click();
  await bob.page.mouse.move(700, 620);
  await expect(page.locator("[data-cursor=bob]")).toBeVisible();
  await ada.card("Make a plan").click({ position: CORNER });
  await expect(ada.card("Make a plan")).toHaveAttribute("data-status", "STALE");
  await shot(page, "canvas");

  await page.getByRole("tab", { name: "Context" }).click();
  await expect(page.getByText("What can go wrong").last()).toBeVisible();
  await shot(page, "context");

  await page.getByRole("tab", { name: "Attempts" }).click();
  await shot(page, "attempts");

  await page.getByRole("tab", { name: "Usage" }).click();
  await shot(page, "usage");

  await page.getByRole("tab", { name: "Compare" }).click();
  await ada.card("What can go wrong").click({ position: CORNER });
  await ada.card("What is there already").click({ position: CORNER, modifiers: ["Shift"] });
  await shot(page, "compare");

  await page.getByRole("button", { name: "Share" }).click();
  await expect(page.getByRole("list", { name: "Members" })).toBeVisible();
  await shot(page, "share");
  await ada.close();
  await page.keyboard.press("?");
  await expect(page.getByText("Go to what it is based on")).toBeVisible();
  await shot(page, "shortcuts");
  await ada.close();
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog").getByRole("combobox")).toBeFocused();
  await page.keyboard.type("plan");
  await shot(page, "search");
  await ada.close();

  await page.setViewportSize({ width: 820, height: 1180 });
  await shot(page, "tablet");
  expect(ada.complaints).toEqual([]);
});
