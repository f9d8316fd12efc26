import type { Page } from "@playwright/test";

import { faultless, staysWithin } from "./kit/faultless.ts";
import { picture } from "./kit/files.ts";
import { expect, test, type App, type Person } from "./kit/index.ts";
import { PHONE, pictured, screens } from "./kit/pictures.ts";

/** What is said to people in the two languages, where this test has to find it. */
const WORDS = {
  "en-GB": { details: "Details", filter: "Filter", bell: /notification/i, view: "sea.png" },
  "fr-FR": { details: "Détails", filter: "Filtrer", bell: /notification/i, view: "sea.png" },
} as const;
type Locale = keyof typeof WORDS;

interface World {
  readonly project: string;
  readonly sky: string;
}

/** A small conversation that branches, a note, a file, and somebody who was told of it. */
async function world(ada: Person, bob: Person): Promise<World> {
  const project = await ada.user.createProject();
  await ada.user.invite(project, bob.user);
  const make = async (body: object) =>
    ((await ada.user.call("POST", `/projects/${project}/nodes`, body)) as { id: string }).id;
  const sky = await make({
    prompt: "Why is the sky blue?",
    response: "Because of **Rayleigh scattering**:\n\n1. short waves are scattered more\n2. violet is seen less",
    position: { x: 0, y: 0 },
    tags: ["physics"],
  });
  for (const [place, prompt] of ["And at sunset?", "And on Mars?"].entries())
    await make({ prompt, response: "Red.", position: { x: place * 420 - 210, y: 420 }, parentIds: [sky] });
  await make({ kind: "NOTE", prompt: "Ask @bob about Mars.", position: { x: 520, y: 0 }, color: "#F59E0B" });
  const { name, type, bytes } = await picture(ada.page);
  const answer = await ada.context.request.post("/api/v1/media", {
    headers: { authorization: `Bearer ${ada.user.token}` },
    multipart: { projectId: project, file: { name, mimeType: type, buffer: bytes } },
  });
  expect(answer.status()).toBe(201);
  const { id: mediaId } = (await answer.json()) as { id: string };
  await expect
    .poll(async () => (await ada.user.call("GET", `/media/${mediaId}`)) as { processingStatus: string })
    .toMatchObject({ processingStatus: "COMPLETED" });
  await ada.user.call("POST", `/projects/${project}/ops`, {
    ops: [{ op: "node.attach", data: { id: sky, mediaId, policy: "WHOLE" } }],
  });
  return { project, sky };
}

for (const locale of Object.keys(WORDS) as Locale[]) {
  test(`every screen of a first visit and of a morning can be seen and read, ${locale}`, async ({ app }, info) => {
    const people = { locale, reducedMotion: "reduce" } as const;
    const [ada, bob] = [await app.person("ada", people), await app.person("bob", people)];
    // What people are told is in the language of their account.
    for (const { user } of [ada, bob])
      await user.call("PATCH", "/users/me", { preferences: { language: locale.slice(0, 2) } });
    await ada.page.goto("/");
    const there = await world(ada, bob);
    // Where they do not fit is seen on the smallest screen; the others are for whoever looks at the pictures.
    for (const size of screens(PHONE)) {
      const shot = async (page: Page, name: string) => {
        await pictured(page, `${name}-${locale}-${String(size.width)}`, info);
        await staysWithin(page, `${name} ${String(size.width)}`);
        await faultless(page, `${name} ${String(size.width)}`);
      };
      await strange(app, { ...people, viewport: size }, shot);
      await ada.page.setViewportSize(size);
      await canvas(ada, there, locale, shot);
      await bob.page.setViewportSize(size);
      await morning(bob, locale, shot);
    }
    for (const person of [ada, bob]) expect(person.complaints).toEqual([]);
  });
}

type Shot = (page: Page, name: string) => Promise<void>;

/** What somebody without an account sees. */
async function strange(app: App, options: Parameters<App["stranger"]>[0], shot: Shot): Promise<void> {
  const { context, page } = await app.stranger(options);
  for (const name of ["register", "login"]) {
    await page.goto(`/${name}`);
    await expect(page.getByRole("textbox").first()).toBeVisible();
    await shot(page, name);
  }
  await context.close();
}

/** The first page, the canvas from near and afar, the panel, the palette, the filter and a file. */
async function canvas(ada: Person, { project, sky }: World, locale: Locale, shot: Shot): Promise<void> {
  const { page } = ada;
  const words = WORDS[locale];
  await page.goto("/");
  await expect(page.getByRole("main").getByRole("button").first()).toBeVisible();
  await shot(page, "home");
  await page.goto(`/projects/${project}?view=canvas&node=${sky}`);
  await ada.saved();
  await expect(ada.card("Why is the sky blue?").first()).toBeVisible();
  await shot(page, "canvas");
  const panel = page.getByRole("complementary", { name: words.details });
  await page.goto(`/projects/${project}?view=canvas&node=${sky}&tab=answer`);
  await ada.saved();
  await expect(panel.getByRole("tab").first()).toBeVisible();
  const tabs = await panel.getByRole("tab").count();
  for (let place = 0; place < tabs; place += 1) {
    await panel.getByRole("tab").nth(place).click();
    await expect(panel.getByRole("tab").nth(place)).toHaveAttribute("aria-selected", "true");
    await expect(panel.locator("[aria-busy=true]")).toHaveCount(0);
    await shot(page, `panel-${String(place)}`);
  }
  await panel.getByRole("tab").first().click();
  await panel
    .getByRole("button", { name: new RegExp(words.view) })
    .first()
    .click();
  await expect(page.getByRole("dialog").locator("img").first()).toBeVisible();
  await shot(page, "viewer");
  await left(page);
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog").getByRole("combobox")).toBeFocused();
  await shot(page, "palette");
  await left(page);
}

/** Leaves a window, or what opens from a button. */
async function left(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
}

/** What somebody was told, all of it, and what they want to be told. */
async function morning(bob: Person, locale: Locale, shot: Shot): Promise<void> {
  const { page } = bob;
  await page.goto("/");
  await page.getByRole("button", { name: WORDS[locale].bell }).click();
  await expect(page.getByRole("dialog").getByRole("link").first()).toBeVisible();
  await shot(page, "bell");
  await left(page);
  await page.goto("/notifications");
  await expect(page.getByRole("main").getByRole("link").first()).toBeVisible();
  await shot(page, "inbox");
  await page.goto("/settings/notifications");
  await expect(page.getByRole("checkbox").first()).toBeVisible();
  await shot(page, "preferences");
}
