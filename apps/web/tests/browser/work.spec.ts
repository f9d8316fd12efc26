import type { Page } from "@playwright/test";

import { withAgent, works } from "./kit/agents.ts";
import { Chat } from "./kit/chat.ts";
import { faultless, staysWithin } from "./kit/faultless.ts";
import { expect, test, type App, type Person } from "./kit/index.ts";
import { PHONE, pictured, screens } from "./kit/pictures.ts";
import { MICROPHONE, VOICE } from "./kit/voice.ts";

/** What is said to people in the two languages, where this test has to find it. */
const WORDS = {
  "en-GB": {
    question: "Why is the sky blue?",
    next: "And at sunset?",
    create: "New agent",
    task: "Show the task",
    changes: "Show all",
    speak: "Speak",
    recording: "Recording",
    discard: "Discard the recording",
    listen: "Listen",
    pause: "Pause",
    stop: "Stop reading",
  },
  "fr-FR": {
    question: "Pourquoi le ciel est-il bleu ?",
    next: "Et au coucher du soleil ?",
    create: "Nouvel agent",
    task: "Afficher la tâche",
    changes: "Tout afficher",
    speak: "Parler",
    recording: "Enregistrement",
    discard: "Jeter l’enregistrement",
    listen: "Écouter",
    pause: "Pause",
    stop: "Arrêter la lecture",
  },
} as const;
type Locale = keyof typeof WORDS;
type Shot = (page: Page, name: string) => Promise<void>;

interface World {
  readonly project: string;
  readonly sky: string;
  readonly fay: string;
}

test.use({ ...MICROPHONE, more: VOICE });

for (const locale of Object.keys(WORDS) as Locale[]) {
  test(`every screen of agents, of speaking and of one card can be seen and read, ${locale}`, async ({ app }, info) => {
    const ada = await app.person("ada", { locale, reducedMotion: "reduce", permissions: ["microphone"] });
    const there = await world(app, ada, locale);
    for (const size of screens(PHONE)) {
      const shot: Shot = async (page, name) => {
        await pictured(page, `${name}-${locale}-${String(size.width)}`, info);
        await staysWithin(page, `${name} ${String(size.width)}`);
        await faultless(page, `${name} ${String(size.width)}`);
      };
      await ada.page.setViewportSize(size);
      await agents(ada, there, locale, shot);
      await watched(ada, there, locale, shot);
      await spoken(app, ada, there, locale, shot);
      // On a phone the canvas is a map.
      if (size !== PHONE) await card(ada, there, locale, shot);
    }
    expect(ada.complaints).toEqual([]);
  });
}

/** An answered question, and an agent that was told something else once and proposes what follows. */
async function world(app: App, ada: Person, locale: Locale): Promise<World> {
  const { user } = ada;
  const project = await user.createProject();
  const { id: sky } = (await user.call("POST", `/projects/${project}/nodes`, {
    prompt: WORDS[locale].question,
    response: "**Rayleigh scattering**:\n\n1. short waves are scattered more\n2. violet is seen less",
    position: { x: 0, y: 0 },
  })) as { id: string };
  const fay = await withAgent(ada, project, { name: "Fay", mode: "PROPOSE" });
  await user.call("PATCH", `/agents/${fay}`, {
    systemPrompt: "Say what is open in three sentences, and ask the next question.",
    changeNote: "Too long",
  });
  await works(app, ada, project, {
    agentId: fay,
    prompt: WORDS[locale].next,
    uses: [
      ["read_node", () => ({ nodeId: sky })],
      ["create_node", () => ({ prompt: WORDS[locale].next, parentIds: [sky], position: { x: 0, y: 420 } })],
      ["edit_node", () => ({ nodeId: sky, baseVersion: 1, prompt: "Why is the sky red?" })],
    ],
  });
  return { project, sky, fay };
}

/** One's agents, making one, and one of them: what it is, what it was told before, what it has done. */
async function agents({ page }: Person, { fay }: World, locale: Locale, shot: Shot): Promise<void> {
  const words = WORDS[locale];
  await page.goto("/agents");
  await expect(page.getByRole("link", { name: "Fay" })).toBeVisible();
  await shot(page, "list");
  await page.getByRole("button", { name: words.create }).click();
  await expect(page.getByRole("dialog").getByRole("radio")).toHaveCount(6);
  await shot(page, "make");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  for (const [part, mark] of [
    ["", "textarea"],
    ["/versions", "del"],
    ["/statistics", "svg[role=img]"],
  ] as const) {
    await page.goto(`/agents/${fay}${part}`);
    await expect(page.getByRole("main").locator(mark).first()).toBeVisible();
    await shot(page, `agent${part.replace("/", "-")}`);
  }
}

/** What a task came to, step by step, and what it would change. */
async function watched({ page }: Person, { project }: World, locale: Locale, shot: Shot): Promise<void> {
  const words = WORDS[locale];
  await page.goto(`/projects/${project}?view=canvas&tab=agents`);
  const panel = page.getByRole("complementary").last();
  await panel.getByTitle(words.task).click();
  await expect(panel.getByRole("listitem").nth(4)).toBeAttached();
  await shot(page, "task");
  await panel.getByRole("button", { name: words.changes }).click();
  await expect(panel.getByRole("checkbox").first()).toBeVisible();
  await shot(page, "task-changes");
}

/** A conversation in which one speaks, and that is read aloud. */
async function spoken(app: App, ada: Person, { project, sky }: World, locale: Locale, shot: Shot): Promise<void> {
  const words = WORDS[locale];
  const { page } = ada;
  const chat = new Chat(ada);
  await chat.open(project, sky);
  const composer = page.locator("[data-composer]");
  await composer.getByRole("button", { name: words.speak, exact: true }).click();
  await expect(composer.getByRole("group", { name: words.recording }).getByRole("timer")).not.toHaveText("0:00");
  await shot(page, "speaking");
  await composer.getByRole("button", { name: words.discard }).click();
  await expect(composer.getByRole("group", { name: words.recording })).toHaveCount(0);
  const message = chat.message(words.question);
  await message.hover();
  await message.getByRole("button", { name: words.listen }).click();
  (await app.provider.asked()).sound(60);
  await expect(message.getByRole("button", { name: words.pause })).toBeVisible();
  await shot(page, "listening");
  await message.getByRole("button", { name: words.stop }).click();
  await expect(message.getByRole("button", { name: words.listen })).toBeVisible();
}

/** The field under a card, as one types and speaks there, and the card over the whole page. */
async function card(ada: Person, { project, sky }: World, locale: Locale, shot: Shot): Promise<void> {
  const words = WORDS[locale];
  const { page } = ada;
  await page.goto(`/projects/${project}?view=canvas&node=${sky}`);
  await ada.saved();
  const field = page.locator("[data-follow-up]");
  await field.getByRole("textbox").fill(words.next);
  await shot(page, "follow-up");
  await field.getByRole("button", { name: words.speak, exact: true }).click();
  await expect(field.getByRole("timer")).not.toHaveText("0:00");
  await shot(page, "follow-up-speaking");
  await field.getByRole("button", { name: words.discard }).click();
  await field.getByRole("textbox").fill("");
  await ada
    .card(words.question)
    .first()
    .click({ position: { x: 70, y: 12 } });
  await page.keyboard.press("o");
  const whole = page.getByRole("dialog", { name: words.question });
  await expect(whole.locator("ol")).toBeVisible();
  await shot(page, "whole");
  await ada.close();
}
