import { withAgent, works } from "./kit/agents.ts";
import { faultless, staysWithin } from "./kit/faultless.ts";
import { expect, test, type App, type Person } from "./kit/index.ts";
import { LAPTOP, PHONE, pictured, screens } from "./kit/pictures.ts";

/** What is said to people in the two languages, where this test has to find it. */
const WORDS = {
  "en-GB": {
    agents: "Agents",
    details: "Details",
    more: "More",
    changes: "Changes",
    each: "Show all",
    show: "Show",
    schedule: "New schedule",
    what: "What should happen?",
    back: "All tasks",
    change: "Fay: change",
    panel: "Details",
    takeBack: "Revert",
  },
  "fr-FR": {
    agents: "Agents",
    details: "Détails",
    more: "Plus",
    changes: "Modifications",
    each: "Tout afficher",
    show: "Afficher",
    schedule: "Nouvelle planification",
    what: "Que faut-il faire ?",
    back: "Toutes les tâches",
    change: "Fay : modifier",
    panel: "Détails",
    takeBack: "Annuler",
  },
} as const;
type Locale = keyof typeof WORDS;

interface World {
  readonly project: string;
  readonly fay: string;
  readonly sky: string;
}

async function world(ada: Person): Promise<World> {
  const project = await ada.user.createProject();
  const create = async (prompt: string, x: number, y: number, parentIds: string[] = []) =>
    (
      (await ada.user.call("POST", `/projects/${project}/nodes`, { prompt, position: { x, y }, parentIds })) as {
        id: string;
      }
    ).id;
  const sky = await create("Why is the sky blue?", 0, 0);
  await create("Why is the sea green?", 420, 0, [sky]);
  const fay = await withAgent(ada, project, { name: "Fay", mode: "PROPOSE" });
  return { project, fay, sky };
}

async function proposes(app: App, ada: Person, { project, fay, sky }: World): Promise<void> {
  await works(app, ada, project, {
    agentId: fay,
    prompt: "Go on from here",
    uses: [
      ["create_node", () => ({ prompt: "What is light?", parentIds: [sky], position: { x: -40, y: 300 } })],
      ["create_node", ([light]) => ({ prompt: "What is a wave?", parentIds: [light], position: { x: -40, y: 560 } })],
      ["edit_node", () => ({ nodeId: sky, baseVersion: 1, prompt: "Why is the evening sky red?" })],
      ["move_nodes", () => ({ positions: [{ id: sky, x: 0, y: -260 }] })],
    ],
  });
}

for (const locale of Object.keys(WORDS) as Locale[]) {
  test(`every step with an agent can be seen and read, ${locale}`, async ({ app }, info) => {
    const words = WORDS[locale];
    const ada = await app.person("ada", { locale, reducedMotion: "reduce" });
    const { page } = ada;
    const shot = async (name: string, before: () => Promise<void> = () => Promise.resolve()) => {
      for (const size of screens(LAPTOP, PHONE)) {
        await page.setViewportSize(size);
        await before();
        await pictured(page, `${name}-${locale}-${size.width}`, info);
        await staysWithin(page, name);
      }
      await faultless(page, name);
      await page.setViewportSize(LAPTOP);
    };
    const there = await world(ada);
    await ada.open(there.project);
    const panel = page.getByRole("complementary", { name: words.details });

    await page.keyboard.press("Control+i");
    await expect(page.getByRole("dialog").getByRole("textbox")).toBeFocused();
    await page.keyboard.type("Go on");
    await shot("instruct");
    await page.keyboard.press("Enter");
    const first = await app.provider.asked();
    first.say("Let me see whom this is for. ");
    await expect(panel.getByText("Let me see whom this is for.")).toBeVisible();
    await shot("watch");
    first.use("ask_person", { question: "Whom is it for?", choices: ["The team", "The board"] });
    await expect(panel.getByRole("button", { name: "The team" })).toBeVisible();
    await shot("answer");
    await panel.getByRole("button", { name: "The team" }).click();
    (await app.provider.asked()).use("finish", { result: "It is **summed up**." });
    await expect(panel.locator("strong", { hasText: "summed up" })).toBeVisible();
    await panel.getByRole("button", { name: words.back }).click();

    await proposes(app, ada, there);
    await expect(page.locator("[data-ghost]")).toHaveCount(2);
    await page.getByRole("button", { name: words.show, exact: true }).click();
    await shot("agents");
    await page.getByRole("banner").getByRole("button", { name: words.panel }).click();
    const show = () => page.getByRole("button", { name: words.show, exact: true }).click();
    await shot("proposals", show);
    await shot("proposal", async () => {
      await page.keyboard.press("Escape");
      await show();
      await page.getByRole("button", { name: words.change }).click();
      await expect(page.getByRole("dialog").locator("ins").first()).toBeVisible();
    });
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);

    await page.getByRole("banner").getByRole("button", { name: words.more }).click();
    await page.getByRole("menuitem", { name: words.changes }).click();
    const changes = page.getByRole("dialog", { name: words.changes });
    await changes.getByRole("button", { name: words.each }).first().click();
    await changes.getByRole("checkbox").first().check();
    await shot("accept");
    await ada.close();
    await page.locator("[data-ghost]").first().getByRole("button").first().click();
    await expect(ada.card("What is light?")).toBeVisible();
    await page.getByRole("banner").getByRole("button", { name: words.more }).click();
    await page.getByRole("menuitem", { name: words.changes }).click();
    await changes.getByRole("button", { name: words.takeBack, exact: true }).first().click();
    await expect(ada.card("What is light?")).toHaveCount(0);
    await shot("revert");
    await ada.close();

    await page.getByRole("banner").getByRole("button", { name: words.panel }).click();
    await panel.getByRole("tab", { name: words.agents }).click();
    await panel.getByRole("button", { name: words.schedule }).click();
    await shot("schedule");
    await ada.close();
    await page.goto(`/agents/${there.fay}`);
    await expect(page.getByRole("heading", { name: "Fay", level: 1 })).toBeVisible();
    await shot("agent");
    expect(ada.complaints).toEqual([]);
  });
}
