import type { Page } from "@playwright/test";

import { faultless, staysWithin } from "./kit/faultless.ts";
import { expect, test, type App, type Person } from "./kit/index.ts";
import { LAPTOP, PHONE, pictured, screens, TABLET, type Screen } from "./kit/pictures.ts";

/** What is said to people in the two languages, where this test has to find it. */
const WORDS = {
  "en-GB": {
    compare: "Compare",
    export: "Export",
    matrix: "New matrix",
    options: "Options",
    criteria: "Criteria",
    table: "Show as a table",
    create: "Create",
    sign: "Sign up",
  },
  "fr-FR": {
    compare: "Comparer",
    export: "Exporter",
    matrix: "Nouvelle matrice",
    options: "Options",
    criteria: "Critères",
    table: "Afficher en tableau",
    create: "Créer",
    sign: "S’inscrire",
  },
} as const;
type Locale = keyof typeof WORDS;

const OPTIONS = [
  [
    "Open a bookshop with a café?",
    "Three things decide it:\n\n1. **Footfall** that is there anyway\n2. **Margin**: books leave about 35 %\n3. Reasons to come back",
  ],
  [
    "Open a bookshop without one?",
    "Two things decide it:\n\n1. **Footfall** that is there anyway\n2. **Margin**: books leave about 35 %",
  ],
  ["Only sell online?", "| Question | Answer |\n|---|---|\n| Footfall | none needed |\n| Margin | less than 35 % |"],
] as const;

interface World {
  readonly project: string;
  readonly first: string;
}

async function world({ user }: Person): Promise<World> {
  const about = {
    name: "The corner bookshop",
    description: "From an idea to a lease: what decides whether a small bookshop lives, and whom to ask first.",
    isPublic: true,
  };
  const { id: project } = (await user.call("POST", "/projects", about)) as { id: string };
  const ids: string[] = [];
  for (const [place, [prompt, response]] of OPTIONS.entries()) {
    const body = { prompt, response, position: { x: place * 380, y: 0 } };
    ids.push(((await user.call("POST", `/projects/${project}/nodes`, body)) as { id: string }).id);
  }
  for (const place of [0, 1, 2, 3]) {
    const body = {
      prompt: `Whom do we ask about it, part ${place + 1}?`,
      position: { x: place * 400, y: 700 },
      parentIds: ids.slice(0, 1),
    };
    await user.call("POST", `/projects/${project}/nodes`, body);
  }
  return { project, first: ids[0] ?? "" };
}

type Shot = (page: Page, name: string) => Promise<void>;

for (const locale of Object.keys(WORDS) as Locale[]) {
  test(`every screen of the journeys can be seen and read, ${locale}`, async ({ app }, info) => {
    const ada = await app.person("ada", { locale, reducedMotion: "reduce" });
    const there = await world(ada);
    // What differs between languages is how long words are: of the second one screen says it, and it has all windows.
    for (const size of locale === "en-GB" ? screens(LAPTOP, TABLET, PHONE) : screens(TABLET)) {
      const shot: Shot = async (page, name) => {
        await pictured(page, `${name}-${locale}-${size.width}`, info);
        await staysWithin(page, `${name} ${size.width}`);
        await faultless(page, `${name} ${size.width}`);
      };
      await ada.page.setViewportSize(size);
      await decisions(ada, there, locale, shot);
      await published(app, there, locale, size, shot);
    }
    expect(ada.complaints).toEqual([]);
  });
}

/** Comparing, exporting, a matrix, and the list of projects. */
async function decisions(ada: Person, { project }: World, locale: Locale, shot: Shot): Promise<void> {
  const { page } = ada;
  const words = WORDS[locale];
  await page.goto(`/projects/${project}?view=canvas`);
  await ada.saved();
  await expect(page.locator("[data-node]").first()).toBeVisible();
  const isPhone = (page.viewportSize()?.width ?? 0) < 640;
  if (!isPhone) {
    await page.keyboard.press("f");
    await page.keyboard.press("ControlOrMeta+a");
    // The one of the page, and the one of the selection, which comes when it is needed.
    await expect(page.getByRole("toolbar")).toHaveCount(2);
    await shot(page, "selection");
    await page.getByRole("toolbar").last().getByRole("button", { name: words.compare }).click();
    await expect(page.getByRole("dialog").locator("section").first()).toBeVisible();
    await shot(page, "compare");
    await ada.close();
    // Of no selection, so that the matrix stands alone.
    await page.keyboard.press("Escape");
    await page.keyboard.press("Shift+M");
    const make = page.getByRole("dialog", { name: words.matrix });
    await make.getByLabel(words.options, { exact: true }).fill("Lyon\nNantes");
    await make.getByLabel(words.criteria, { exact: true }).fill("Rent and what comes with it\nWork");
    await shot(page, "matrix");
    await make.getByRole("button", { name: words.create, exact: true }).click();
    await expect(page.getByRole("button", { name: words.table })).toBeVisible();
    await shot(page, "matrix-canvas");
    await page.getByRole("button", { name: words.table }).click();
    await expect(page.getByRole("dialog").getByRole("rowheader").first()).toBeVisible();
    await shot(page, "matrix-table");
    await ada.close();
    await page.keyboard.press("ControlOrMeta+z");
    await expect(page.getByRole("button", { name: words.table })).toHaveCount(0);
    await ada.saved();
  }
  await page.keyboard.press("ControlOrMeta+Shift+e");
  await expect(page.getByRole("dialog", { name: words.export })).toBeVisible();
  await expect(page.getByRole("dialog").getByRole("radio").first()).toBeAttached();
  await shot(page, "export");
  await page.goto("/?view=all");
  await expect(page.getByText("The corner bookshop").first()).toBeVisible();
  await shot(page, "projects");
}

/** What a stranger sees who was sent a link. */
async function published(app: App, { project, first }: World, locale: Locale, size: Screen, shot: Shot) {
  const { context, page } = await app.stranger({ locale, viewport: size, reducedMotion: "reduce" });
  await page.goto(`/projects/${project}?view=canvas`);
  await expect(page.getByRole("link", { name: WORDS[locale].sign })).toBeVisible();
  await expect(page.locator("[data-node]").first()).toBeVisible();
  await shot(page, "public");
  await page.goto(`/projects/${project}?view=thread&node=${first}`);
  await expect(page.locator("[data-message]").first()).toBeVisible();
  await shot(page, "public-thread");
  await context.close();
}
