import { Chat, written } from "./kit/chat.ts";
import { faultless } from "./kit/faultless.ts";
import { expect, test, type App, type Person } from "./kit/index.ts";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const;

async function createProject({ user }: Person, name: string): Promise<string> {
  return ((await user.call("POST", "/projects", { name })) as { id: string }).id;
}

/** Asks a question of its own, and has the model answer. */
async function asks(app: App, { user }: Person, project: string, prompt: string, text: string): Promise<string> {
  const at = `/projects/${project}/nodes`;
  const { id } = (await user.call("POST", at, { prompt, position: { x: 0, y: 0 } })) as { id: string };
  await user.call("POST", `${at}/${id}/generate`, {});
  const answer = await app.provider.asked();
  answer.say(text);
  answer.end();
  await expect(async () => {
    expect(await user.call("GET", `${at}/${id}`)).toMatchObject({ status: "COMPLETED" });
  }).toPass();
  return id;
}

const row = ({ page }: Person, title: string) => page.getByRole("listitem").filter({ hasText: title });

test("conversations of two projects: what is unread, what is searched for, and back from what was read", async ({
  app,
}) => {
  const ada = await app.person("ada", { reducedMotion: "reduce", locale: "en-GB" });
  const bob = await app.person("bob");
  const [sea, shop] = [await createProject(ada, "The sea"), await createProject(bob, "The bookshop")];
  await bob.user.invite(shop, ada.user);
  await asks(app, ada, sea, "Why is the sea salt?", "Rivers bring it.");
  const node = await asks(app, bob, shop, "What makes a good bookshop?", "People who read.");

  const { page } = ada;
  await page.goto("/");
  await expect(page.getByRole("link", { name: "The bookshop" })).toBeVisible();
  await page.getByRole("navigation", { name: "Projects or conversations" }).getByText("Conversations").click();
  await expect(page).toHaveURL(/\?view=conversations$/);
  await expect(page.getByRole("heading", { name: "Conversations", level: 1 })).toBeVisible();
  await expect(page.getByRole("heading", { level: 2 })).toHaveText([
    "What makes a good bookshop?",
    "Why is the sea salt?",
  ]);
  const bookshop = row(ada, "What makes a good bookshop?");
  await expect(bookshop).toContainText("People who read.");
  await expect(bookshop).toContainText("The bookshop");
  await expect(bookshop).toContainText("Unread");
  await faultless(page, "conversations");

  const search = page.getByRole("searchbox", { name: "Search conversations" });
  await search.fill("rivers");
  await expect(page.getByRole("heading", { level: 2 })).toHaveText(["Why is the sea salt?"]);
  await expect(page).toHaveURL(/q=rivers/);
  await search.fill("mountains");
  await page.getByRole("button", { name: "Clear search" }).click();

  // Waited for before it can be sent: it may be answered before the next line is reached.
  const read = page.waitForResponse(/\/read$/);
  await page.getByRole("link", { name: "What makes a good bookshop?" }).click();
  await expect(page).toHaveURL(`/projects/${shop}?view=thread&node=${node}`);
  await expect(new Chat(ada).message("What makes a good bookshop?")).toContainText("People who read.");
  expect((await read).status()).toBe(204);
  await page.goBack();
  await expect(bookshop).toBeVisible();
  await expect(bookshop).not.toContainText("Unread");
  expect(ada.complaints).toEqual([]);
});

test("on a phone conversations come first, and a list goes on as one reads it", async ({ app }) => {
  const ada = await app.person("ada", { ...PHONE, reducedMotion: "reduce", locale: "en-GB" });
  const project = await createProject(ada, "The sea");
  for (let number = 1; number <= 55; number += 1) await written(ada, project, [[`Question ${number}.`, "Yes."]]);
  const { page } = ada;
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "Conversations", level: 1 })).toBeVisible();
  await expect(page.getByRole("heading", { level: 2 })).toHaveCount(50);
  await faultless(page, "conversations on a phone");
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  await page.getByRole("button", { name: "Show more" }).scrollIntoViewIfNeeded();
  await expect(page.getByRole("heading", { level: 2 })).toHaveCount(55);
  await page.getByRole("navigation", { name: "Projects or conversations" }).getByText("Projects").tap();
  await expect(page).toHaveURL(/\?view=all$/);
  await page.getByRole("link", { name: "The sea" }).tap();
  await expect(new Chat(ada).message("Question 55.")).toBeVisible();
  expect(ada.complaints).toEqual([]);
});

test("notes and what the model is told first are part of a conversation, and nothing to be asked", async ({ app }) => {
  const ada = await app.person("ada", { reducedMotion: "reduce", locale: "en-GB" });
  const project = await createProject(ada, "The sea");
  const make = async (fields: object): Promise<string> => {
    const body = { position: { x: 0, y: 0 }, ...fields };
    return ((await ada.user.call("POST", `/projects/${project}/nodes`, body)) as { id: string }).id;
  };
  const rule = await make({ role: "SYSTEM", prompt: "Be brief." });
  const question = await make({ prompt: "Why is it salt?", response: "Rivers.", parentIds: [rule] });
  const note = await make({ kind: "NOTE", prompt: "Ask a geologist.", parentIds: [question] });
  await make({ kind: "FRAME", prompt: "" });
  const chat = new Chat(ada);
  await chat.open(project, note);
  await expect(chat.messages).toHaveCount(3);
  await expect(chat.message("Be brief.").getByRole("region", { name: "System" })).toContainText("System");
  await expect(chat.message("Ask a geologist.").getByRole("region", { name: "Note" })).toBeVisible();
  await expect(chat.message("Ask a geologist.").getByRole("button", { name: "Ask", exact: true })).toHaveCount(0);
  await expect(chat.message("Be brief.").getByRole("button", { name: "Edit question" })).toHaveCount(0);
  await faultless(ada.page, "notes in a conversation");
  expect(ada.complaints).toEqual([]);
});
