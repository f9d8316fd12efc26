import { Chat, written } from "./kit/chat.ts";
import { faultless } from "./kit/faultless.ts";
import { expect, test, type App } from "./kit/index.ts";
import { pictured } from "./kit/pictures.ts";

const WIDE = { viewport: { width: 1440, height: 900 } } as const;
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const;
const SCREENS = [
  ["on a wide screen", WIDE],
  ["on a phone", PHONE],
] as const;

const TURNS = [
  [
    "What makes a good bookshop?",
    "A good bookshop has **three** things:\n\n1. a range with a point of view\n2. people who read\n3. a chair",
  ],
  ["And which of them matters most?", "The people: they make the other two happen."],
  ["How would I find such people?", "Ask your best customers first. They know the shop already."],
] as const;

async function answer(app: App, text: string): Promise<void> {
  const writing = await app.provider.asked();
  writing.say(text);
  writing.end();
}

/** Somebody in a conversation that exists already. */
async function reading(app: App) {
  const ada = await app.person("ada");
  const project = await ada.user.createProject();
  await written(ada, project, TURNS);
  const chat = new Chat(ada);
  await chat.open(project);
  return { ada, project, chat };
}

test("a chat of ten turns by keyboard alone, which a colleague sees on the canvas", async ({ app }) => {
  const ada = await app.person("ada");
  const bob = await app.person("bob");
  const project = await ada.user.createProject();
  await ada.user.invite(project, bob.user);
  await ada.open(project);
  await bob.open(project);
  const chat = new Chat(ada);

  // An empty project becomes an empty conversation, and the keyboard is where one types.
  await ada.page.keyboard.press("t");
  for (let turn = 1; turn <= 10; turn += 1) {
    await chat.ask(app, `Question number ${turn}.`, `Answer number ${turn}, in a few words.`);
    await expect(bob.card(`Question number ${turn}.`)).toHaveAttribute("data-status", "COMPLETED");
  }
  await ada.saved();
  const { edges } = (await ada.user.call("GET", `/projects/${project}/graph`)) as { edges: unknown[] };
  expect(edges).toHaveLength(9);

  // The same key leads to the same place on the canvas, and back.
  await ada.page.keyboard.press("Escape");
  await expect(chat.message("Question number 10.")).toBeFocused();
  await ada.page.keyboard.press("Alt+ArrowUp");
  await expect(chat.message("Question number 9.")).toBeFocused();
  await ada.page.keyboard.press("t");
  await expect(ada.page.locator(".react-flow__node").filter({ hasText: "Question number 9." })).toBeFocused();
  await ada.page.keyboard.press("t");
  await expect(chat.message("Question number 9.")).toBeFocused();
  expect(ada.complaints).toEqual([]);
});

for (const [where, screen] of SCREENS) {
  test(`another attempt is made, and either is shown, ${where}`, async ({ app }) => {
    const ada = await app.person("ada", screen);
    const project = await ada.user.createProject();
    const chat = new Chat(ada);
    await chat.open(project);
    await chat.composer.focus();
    await chat.ask(app, "Say something.", "The first thing.");
    for (const text of ["The second thing.", "The third thing."]) {
      await chat.message("Say something.").getByRole("button", { name: "Retry" }).click();
      await answer(app, text);
      await expect(chat.message("Say something.")).toContainText(text);
    }
    const attempts = chat.message("Say something.").getByRole("group", { name: "Answers to this question" });
    await expect(attempts).toContainText("3/3");
    await attempts.getByRole("button", { name: "Previous" }).click();
    await expect(attempts).toContainText("2/3");
    await expect(chat.message("Say something.")).toContainText("The second thing.");
    const { items } = (await ada.user.call("GET", `/projects/${project}/nodes`)) as { items: { response: string }[] };
    expect(items.map(({ response }) => response)).toEqual(["The second thing."]);
  });
}

test("an edited question stands beside the old one", async ({ app }) => {
  const { ada, chat } = await reading(app);
  await chat.message("And which of them").focus();
  await ada.page.keyboard.press("e");
  const field = ada.page.getByLabel("Edited question");
  await expect(field).toBeFocused();
  await field.fill("Which of them is the cheapest?");
  await ada.page.keyboard.press("Enter");
  await answer(app, "The chair.");
  await expect(chat.message("Which of them is the cheapest?")).toContainText("The chair.");
  await expect(chat.message("Which of them is the cheapest?")).toBeFocused();
  await expect(chat.messages).toHaveCount(2);

  const questions = ada.page.getByRole("group", { name: "Versions of this question" });
  await expect(questions).toContainText("2/2");
  await ada.page.keyboard.press("Alt+ArrowLeft");
  await expect(questions).toContainText("1/2");
  await expect(chat.messages).toHaveCount(3);
  await expect(chat.message("And which of them")).toBeFocused();

  // The first question has no parent, and other wordings of it all the same.
  await chat.message("What makes a good").focus();
  await ada.page.keyboard.press("e");
  await field.fill("What makes a bad bookshop?");
  await ada.page.keyboard.press("Enter");
  await answer(app, "Dust.");
  await expect(chat.message("What makes a bad bookshop?")).toContainText("Dust.");
  await expect(questions).toContainText("2/2");

  // One key takes it back.
  await ada.page.keyboard.press("Control+z");
  await expect(chat.messages).not.toContainText(["Dust."]);
});

for (const [where, screen] of SCREENS) {
  test(`words of an answer are asked about in a branch, ${where}`, async ({ app }) => {
    const ada = await app.person("ada", screen);
    const project = await ada.user.createProject();
    const [, second] = await written(ada, project, TURNS);
    const chat = new Chat(ada);
    await chat.open(project);
    await chat
      .message("And which of them")
      .locator("[data-answer] p")
      .evaluate((element) => {
        const text = element.firstChild;
        if (text === null) return;
        const range = document.createRange();
        range.setStart(text, 0);
        range.setEnd(text, "The people".length);
        getSelection()?.removeAllRanges();
        getSelection()?.addRange(range);
      });
    await ada.page.getByRole("button", { name: "Ask about this" }).click();
    await expect(chat.composer).toBeFocused();
    await expect(ada.page.locator("[data-composer]")).toContainText("The people");
    await chat.type("Which people?");
    await answer(app, "Readers.");
    await expect(chat.message("Which people?")).toContainText("Readers.");
    // It follows the answer that it is about, and not the end.
    await expect(chat.messages).toHaveCount(3);
    const { items } = (await ada.user.call("GET", `/projects/${project}/nodes`)) as {
      items: { prompt: string; metadata: object | null }[];
    };
    const asked = items.find(({ prompt }) => prompt.endsWith("Which people?"));
    expect(asked?.prompt).toBe("> The people\n\nWhich people?");
    expect(asked?.metadata).toMatchObject({ quote: { nodeId: second, text: "The people" } });
  });
}

for (const [where, screen] of SCREENS) {
  test(`what follows is asked while the answer above is written, ${where}`, async ({ app }) => {
    const ada = await app.person("ada", screen);
    const project = await ada.user.createProject();
    const chat = new Chat(ada);
    await chat.open(project);
    await chat.composer.focus();
    await chat.type("Count to three.");
    const first = await app.provider.asked();
    first.say("One, two, ");
    await expect(chat.message("Count to three.")).toContainText("One, two,");
    await chat.type("And on to five.");
    await expect(chat.message("And on to five.")).toHaveAttribute("data-status", "GENERATING");
    first.say("three.");
    first.end();
    await answer(app, "Four, five.");
    await expect(chat.message("Count to three.")).toContainText("One, two, three.");
    await expect(chat.message("And on to five.")).toContainText("Four, five.");
    await ada.saved();
  });
}

test("one reads and asks on while offline, and is answered after the return", async ({ app }) => {
  const { ada, project, chat } = await reading(app);
  await expect(chat.messages).toHaveCount(3);

  await ada.context.setOffline(true);
  await expect(ada.line).toHaveAttribute("data-status", "offline");
  await expect(chat.message("And which of them")).toContainText("The people: they make the other two happen.");
  await chat.composer.focus();
  await chat.type("And how do I keep them?");
  await expect(chat.message("And how do I keep them?")).toContainText("It will be sent once the server is back");
  await expect(ada.line).not.toHaveAttribute("data-pending", "0");
  // A second one follows it, without anybody having heard of the first.
  await chat.type("For how long?");
  await expect(chat.messages).toHaveCount(5);
  expect(await ada.prompts(project)).toHaveLength(3);
  await ada.context.setOffline(false);

  const first = await app.provider.asked();
  expect(await first.sent()).toContain("And how do I keep them?");
  first.say("Pay them well.");
  first.end();
  const second = await app.provider.asked();
  expect(await second.sent()).toContain("Pay them well.");
  second.say("For years.");
  second.end();
  await expect(chat.message("And how do I keep them?")).toContainText("Pay them well.");
  await expect(chat.message("For how long?")).toContainText("For years.");
  await ada.saved();
  expect(await ada.prompts(project)).toHaveLength(5);
});

test("whoever scrolled away stays there while an answer is written, and a button leads to its end", async ({ app }) => {
  const ada = await app.person("ada", { reducedMotion: "reduce" });
  const project = await ada.user.createProject();
  const paragraphs = (what: string) => Array.from({ length: 20 }, (_, at) => `${what} ${at + 1}.`).join("\n\n");
  await written(ada, project, [["Tell me much.", paragraphs("Much")]]);
  const chat = new Chat(ada);
  await chat.open(project);
  await chat.composer.focus();
  await chat.type("Tell me more.");
  const writing = await app.provider.asked();
  writing.say(paragraphs("More"));
  const toEnd = ada.page.getByRole("button", { name: "Scroll to the end" });
  await expect(ada.page.getByText("More 20.")).toBeInViewport();
  await expect(toEnd).toHaveCount(0);

  await ada.page.mouse.move(700, 300);
  await ada.page.mouse.wheel(0, -700);
  await expect(toEnd).toBeVisible();
  const top = () => ada.page.locator("[data-scroller]").evaluate(({ scrollTop }) => scrollTop);
  const before = await top();
  writing.say(`\n\n${paragraphs("Most")}`);
  await expect(ada.page.getByText("Most 20.")).toBeAttached();
  expect(await top()).toBe(before);
  await expect(ada.page.getByText("Most 20.")).not.toBeInViewport();

  await toEnd.click();
  await expect(ada.page.getByText("Most 20.")).toBeInViewport();
  await expect(toEnd).toHaveCount(0);
  // From here on the end is followed again.
  writing.say(`\n\n${paragraphs("Last")}`);
  await expect(ada.page.getByText("Last 20.")).toBeInViewport();
  writing.end();
  await expect(chat.message("Tell me more.")).toHaveAttribute("data-status", "COMPLETED");
});

test("a question is taken back together with its place in the conversation, and comes again", async ({ app }) => {
  const { ada, project, chat } = await reading(app);
  await chat.composer.focus();
  await chat.ask(app, "What do they read?", "Everything.");
  await expect(chat.messages).toHaveCount(4);
  await ada.page.keyboard.press("Escape");
  await expect(chat.message("What do they read?")).toBeFocused();

  await ada.page.keyboard.press("Control+z");
  await expect(chat.message("What do they read?")).toHaveCount(0);
  await expect(chat.messages).toHaveCount(3);
  await ada.saved();
  expect(await ada.prompts(project)).not.toContain("What do they read?");

  await ada.page.keyboard.press("Control+Shift+z");
  await expect(chat.message("What do they read?")).toContainText("Everything.");
  await ada.saved();
  expect(await ada.prompts(project)).toContain("What do they read?");
});

test("a question that is taken back while it is answered is answered no further", async ({ app }) => {
  const { ada, project, chat } = await reading(app);
  await chat.composer.focus();
  await chat.type("What do they read?");
  (await app.provider.asked()).say("Every");
  await expect(chat.message("What do they read?")).toContainText("Every");
  await ada.page.keyboard.press("Escape");
  await ada.page.keyboard.press("Control+z");
  await expect(chat.messages).toHaveCount(3);
  await ada.saved();
  const { items } = (await ada.user.call("GET", `/projects/${project}/nodes`)) as { items: { status: string }[] };
  expect(items.map(({ status }) => status)).not.toContain("GENERATING");
});

test("what was typed and not asked is found again, and what is refused as well", async ({ app }) => {
  const { ada, chat } = await reading(app);
  await chat.composer.fill("Not asked yet");
  await ada.page.reload();
  await expect(chat.composer).toHaveValue("Not asked yet");
});

test("a link leads to the message, also somebody who has to log in first", async ({ app }) => {
  const ada = await app.person("ada");
  const project = await ada.user.createProject();
  const [first] = await written(ada, project, TURNS);
  const chat = new Chat(ada);
  await chat.open(project, first);
  await expect(chat.message("What makes a good")).toBeInViewport();
  const { page } = await app.stranger();
  await page.goto(`/projects/${project}?view=thread&node=${first ?? ""}`);
  await page.getByLabel("E-mail").fill(ada.user.email);
  await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
  await page.keyboard.press("Enter");
  await expect(page.locator("[data-message]").first()).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`node=${first ?? ""}`));
});

test("whoever may only read sees the conversation and a clear word", async ({ app }) => {
  const ada = await app.person("ada");
  const bob = await app.person("bob");
  const project = await ada.user.createProject();
  await written(ada, project, TURNS);
  await ada.user.invite(project, bob.user, "VIEWER");
  const chat = new Chat(bob);
  await chat.open(project);
  await expect(chat.messages).toHaveCount(3);
  await expect(chat.composer).toHaveCount(0);
  await expect(bob.page.getByText("You can read this conversation")).toBeVisible();
  await faultless(bob.page, "a conversation to read");
});

test("where branches meet, the others are named", async ({ app }) => {
  const ada = await app.person("ada");
  const project = await ada.user.createProject();
  const node = async (prompt: string, parentIds: string[] = []) => {
    const body = { prompt, response: `About: ${prompt}`, position: { x: 0, y: 0 }, parentIds };
    return ((await ada.user.call("POST", `/projects/${project}/nodes`, body)) as { id: string }).id;
  };
  const root = await node("The goal");
  const left = await node("The risks", [root]);
  const right = await node("The market", [root]);
  await node("The plan", [left, right]);
  const chat = new Chat(ada);
  await chat.open(project);
  await expect(chat.messages).toHaveCount(3);
  await chat.message("The plan").getByText("Also based on 1 other branch").click();
  await chat.message("The plan").getByRole("button", { name: "The market" }).click();
  await expect(chat.message("The market")).toBeFocused();
  // What was read stays what is read: nothing that somebody adds takes its place.
  await node("A later idea", [right]);
  await expect(ada.page.getByRole("group", { name: "Versions of this question" }).last()).toContainText("1/2");
  await expect(chat.message("The plan")).toBeVisible();
});

test("on a phone a project is a conversation, and the canvas a map into it", async ({ app }) => {
  const ada = await app.person("ada", PHONE);
  const project = await ada.user.createProject();
  await ada.page.goto(`/projects/${project}`);
  const chat = new Chat(ada);
  for (let turn = 1; turn <= 10; turn += 1) {
    await chat.composer.fill(`Question ${turn}.`);
    await ada.page.getByRole("button", { name: "Ask", exact: true }).tap();
    await answer(app, `Answer ${turn}.`);
    await expect(chat.message(`Question ${turn}.`)).toContainText(`Answer ${turn}.`);
  }
  for (const field of await ada.page.locator("input, select, textarea").all()) {
    const size = await field.evaluate((element) => parseFloat(getComputedStyle(element).fontSize));
    expect(size).toBeGreaterThanOrEqual(16);
  }
  await ada.page.getByRole("button", { name: "Conversation", exact: true }).tap();
  await ada.card("Question 9.").tap();
  await expect(chat.message("Question 9.")).toBeVisible();
  await expect(ada.page).toHaveURL(/view=thread/);
  expect(await ada.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
});

test("how a conversation looks, without a serious fault", async ({ app }, info) => {
  for (const [name, size] of [
    ["wide", WIDE],
    ["phone", PHONE],
  ] as const) {
    const ada = await app.person(name, { ...size, reducedMotion: "reduce", locale: "en-GB" });
    const project = await ada.user.createProject();
    await written(ada, project, TURNS);
    const chat = new Chat(ada);
    await chat.open(project);
    await chat.composer.fill("What would you pay them?");
    for (const step of ["typed", "writing", "map"] as const) {
      if (step === "writing") {
        await ada.page.getByRole("button", { name: "Ask", exact: true }).click();
        const writing = await app.provider.asked();
        writing.say(
          "Above all enough to stay. A table says more:\n\n| who | a month |\n|---|---|\n| bookseller | 2,600 |\n",
        );
        await expect(ada.page.getByText("2,600")).toBeVisible();
      }
      if (step === "map") await ada.page.getByRole("button", { name: "Conversation", exact: true }).click();
      await faultless(ada.page, `${name}, ${step}`);
      await pictured(ada.page, `${name}-${step}`, info);
    }
    expect(ada.complaints).toEqual([]);
  }
});
