import { Chat, written } from "./kit/chat.ts";
import { faultless } from "./kit/faultless.ts";
import { expect, test, type App, type Person } from "./kit/index.ts";
import { MICROPHONE, VOICE } from "./kit/voice.ts";

/** Speaking: what is said becomes text, and answers are read aloud. */

test.use(MICROPHONE);

async function conversation(app: App, options = {}): Promise<{ ada: Person; chat: Chat; project: string }> {
  const ada = await app.person("ada", { permissions: ["microphone"], ...options });
  const project = await ada.user.createProject();
  await written(ada, project, [["What falls?", "**Rain** falls."]]);
  const chat = new Chat(ada);
  await chat.open(project);
  return { ada, chat, project };
}

test.describe("with a voice", () => {
  test.use({ more: VOICE });

  test("what is spoken becomes words in the field, is changed, and asked; the recording goes along if one wants", async ({
    app,
  }) => {
    const { ada, chat } = await conversation(app);
    const { page } = ada;
    const composer = page.locator("[data-composer]");
    await composer.getByRole("button", { name: "Speak", exact: true }).press("Enter");
    const strip = composer.getByRole("group", { name: "Recording" });
    await expect(strip.getByRole("timer")).not.toHaveText("0:00");
    await strip.getByRole("checkbox", { name: "Keep audio" }).check();
    await faultless(page, "a recording", { within: "[data-composer]" });
    await composer.getByRole("button", { name: "Stop recording" }).click();
    const hearing = await app.provider.asked();
    hearing.hear("How often ");
    await expect(chat.composer).toHaveValue("How often ");
    hearing.hear("does it");
    await expect(chat.composer).toHaveValue("How often does it");
    hearing.heard("How often does it rain?");
    await expect(chat.composer).toHaveValue("How often does it rain?");
    await expect(chat.composer).toBeFocused();
    await expect(composer.getByText("Recording.weba")).toBeVisible();
    await page.keyboard.press("End");
    await chat.ask(app, " Tell me.", "Often.");
    await expect(chat.message("How often does it rain? Tell me.")).toBeVisible();
    const attached = await ada.user.call("GET", `/media?projectId=${idOf(page.url())}&type=AUDIO`);
    expect(JSON.stringify(attached)).toContain("Recording.weba");
    expect(ada.complaints).toEqual([]);
  });

  test("what is spoken is kept as a note, which nobody answers", async ({ app }) => {
    const { ada, chat } = await conversation(app);
    const { page } = ada;
    const composer = page.locator("[data-composer]");
    await composer.getByRole("button", { name: "Speak", exact: true }).click();
    await expect(composer.getByRole("timer")).not.toHaveText("0:00");
    await composer.getByRole("button", { name: "Stop recording" }).click();
    (await app.provider.asked()).heard("It rained on Monday.");
    await expect(chat.composer).toHaveValue("It rained on Monday.");
    await composer.getByRole("button", { name: "Add as a note" }).click();
    await expect(chat.message("It rained on Monday.")).toBeVisible();
    await expect(chat.composer).toHaveValue("");
    await expect(chat.composer).toBeFocused();
    const project = idOf(page.url());
    await expect
      .poll(async () => JSON.stringify(await ada.user.call("GET", `/projects/${project}/nodes?kind=NOTE`)))
      .toContain("It rained on Monday.");
    // What is asked next knows of it.
    await chat.ask(app, "When did it rain?", "On Monday.");
    expect(ada.complaints).toEqual([]);
  });

  test("a recording is discarded, and what fails says why", async ({ app }) => {
    const { ada, chat } = await conversation(app);
    const { page } = ada;
    const composer = page.locator("[data-composer]");
    await composer.getByRole("button", { name: "Speak", exact: true }).click();
    await composer.getByRole("button", { name: "Discard the recording" }).click();
    await expect(composer.getByRole("button", { name: "Speak", exact: true })).toBeVisible();
    await composer.getByRole("button", { name: "Speak", exact: true }).click();
    // What ends as soon as it begins holds nothing that could be heard.
    await expect(composer.getByRole("timer")).not.toHaveText("0:00");
    await composer.getByRole("button", { name: "Stop recording" }).click();
    (await app.provider.asked()).heard("");
    await expect(page.getByText("Nothing was heard.")).toBeVisible();
    await expect(chat.composer).toHaveValue("");
    for (const [error, words] of [
      ["NotAllowedError", "This page may not use the microphone."],
      ["NotFoundError", "There is no microphone."],
    ] as const) {
      await page.evaluate((name) => {
        navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", name));
      }, error);
      await composer.getByRole("button", { name: "Speak", exact: true }).click();
      await expect(page.getByText(words)).toBeVisible();
    }
  });

  test("an answer is heard, paused and stopped by keyboard", async ({ app }) => {
    const { ada, chat } = await conversation(app);
    const { page } = ada;
    const message = chat.message("What falls?");
    await message.hover();
    await message.getByRole("button", { name: "Listen" }).press("Enter");
    (await app.provider.asked()).sound(30);
    await message.getByRole("button", { name: "Pause" }).press("Enter");
    await message.getByRole("button", { name: "Go on reading" }).press("Enter");
    await expect(message.getByRole("button", { name: "Pause" })).toBeVisible();
    await faultless(page, "an answer that is read aloud", { within: "[data-message]" });
    await message.getByRole("button", { name: "Stop reading" }).press("Enter");
    await expect(message.getByRole("button", { name: "Listen" })).toBeVisible();
    expect(ada.complaints).toEqual([]);
  });

  test("on a phone, in French, one speaks as well", async ({ app }) => {
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, locale: "fr-FR" };
    const { ada, chat } = await conversation(app, phone);
    const { page } = ada;
    await page.evaluate(() => localStorage.setItem("nonlinear.language", "fr"));
    await page.reload();
    const composer = page.locator("[data-composer]");
    await composer.getByRole("button", { name: "Parler", exact: true }).tap();
    await expect(composer.getByRole("timer")).not.toHaveText("0:00");
    await faultless(page, "a recording on a phone", { within: "[data-composer]" });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await composer.getByRole("button", { name: "Arrêter l’enregistrement" }).tap();
    (await app.provider.asked()).heard("Il pleut.");
    await expect(chat.composer).toHaveValue("Il pleut.");
  });
});

test("a server without a voice says what to set", async ({ app }) => {
  const { ada } = await conversation(app);
  const { page } = ada;
  await page.locator("[data-composer]").getByRole("button", { name: "Speak", exact: true }).click();
  await expect(page.getByText("voice.transcription_model")).toBeVisible();
  const message = new Chat(ada).message("What falls?");
  await message.hover();
  await message.getByRole("button", { name: "Listen" }).click();
  await expect(page.getByText("voice.speech_model")).toBeVisible();
});

const idOf = (address: string): string => new URL(address).pathname.split("/").at(2) ?? "";
