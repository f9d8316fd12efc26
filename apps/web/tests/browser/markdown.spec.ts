import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { Chat, written } from "./kit/chat.ts";
import { faultless } from "./kit/faultless.ts";
import { expect, test } from "./kit/index.ts";

const PLAIN = "Only **words**, and a [link](https://example.org).";
const RICH = [
  "The roots are $x = \\frac{-b \\pm \\sqrt{b^2 - 4ac}}{2a}$, and it costs $5 or $10.",
  "\\[ \\int_0^1 x^2 \\, dx = \\frac{1}{3} \\]",
  "```mermaid\nflowchart LR\n  Question --> Model --> Answer\n```",
  "- [x] done\n- [ ] to do",
  "A claim[^1].\n\n[^1]: Its source.",
].join("\n\n");
/** What would act if it could: it fetches from a server that stands for EVIL, runs, leads away. */
const HOSTILE = [
  '```mermaid\n%%{init: {"securityLevel": "loose", "themeCSS": "@import url(EVIL/a.css); .node { background: url(EVIL/b.png) }"}}%%\nflowchart LR\n  A["<img src=EVIL/c.png onerror=alert(1)>"] --> B["<script>fetch(`EVIL/d`)</script>"]\n  click A href "javascript:alert(1)"\n```',
  "$\\href{javascript:alert(1)}{x}$ $\\includegraphics{EVIL/e.png}$ $\\htmlClass{evil}{y}$",
].join("\n\n");

test("formulas and diagrams are drawn, each program only for a text that needs it", async ({ app }) => {
  const ada = await app.person("ada");
  const project = await ada.user.createProject();
  const [plain] = await written(ada, project, [["Plain?", PLAIN]]);
  const loaded: string[] = [];
  ada.page.on("request", (request) => loaded.push(new URL(request.url()).pathname));
  const chat = new Chat(ada);
  await chat.open(project, plain);
  await expect(chat.message("Plain?")).toContainText("Only words");
  expect(loaded.filter((path) => /katex|mermaid|diagram|highlight/.test(path))).toEqual([]);

  await ada.user.call("POST", `/projects/${project}/nodes`, {
    prompt: "Rich?",
    response: RICH,
    position: { x: 0, y: 500 },
    parentIds: [plain],
  });
  const rich = chat.message("Rich?");
  await expect(rich.locator(".katex")).toHaveCount(2);
  await expect(rich.locator(".katex-display")).toHaveCount(1);
  await expect(rich).toContainText("it costs $5 or $10");
  const drawing = rich.frameLocator("iframe").locator("svg").first();
  await expect(drawing).toContainText("Question");
  await expect(rich.getByRole("img", { name: "Done:" })).toBeVisible();
  await expect(rich.locator("sup a")).toBeVisible();
  await faultless(ada.page, "formulas and diagrams");
  expect(ada.complaints).toEqual([]);
});

test("neither a formula nor a diagram reaches anything", async ({ app }) => {
  const ada = await app.person("ada");
  const project = await ada.user.createProject();
  const evil = await listening();
  await written(ada, project, [["Hostile?", HOSTILE.replaceAll("EVIL", evil.url)]]);
  const alerts: string[] = [];
  ada.page.on("dialog", (dialog) => {
    alerts.push(dialog.message());
    void dialog.dismiss();
  });
  const chat = new Chat(ada);
  await chat.open(project);
  const hostile = chat.message("Hostile?");
  await expect(hostile.locator(".katex").first()).toBeVisible();
  const frame = hostile.locator("iframe");
  await expect(frame).toHaveAttribute("sandbox", "allow-scripts");
  await expect(hostile.frameLocator("iframe").locator("svg").first()).toBeVisible();
  await hostile.frameLocator("iframe").locator(".node").first().click();
  // From inside, nothing of the page is in reach: no storage, no cookies, no server.
  const inside = ada.page.frames().find((each) => each.url().endsWith("/diagram.html"));
  expect(
    await inside?.evaluate(async () => {
      const tried = async (reach: () => unknown) => {
        try {
          await reach();
          return "reached";
        } catch {
          return "refused";
        }
      };
      return Promise.all([
        tried(() => localStorage.length),
        tried(() => document.cookie),
        tried(() => parent.document.title),
        tried(() => fetch("/api/v1/projects")),
      ]);
    }),
  ).toEqual(["refused", "refused", "refused", "refused"]);
  expect(await hostile.locator("a[href^=javascript], .evil, img").count()).toBe(0);
  expect(evil.heard).toEqual([]);
  expect(alerts).toEqual([]);
  evil.stop();
});

/** A server that hears whatever gets to it. */
async function listening(): Promise<{ url: string; heard: string[]; stop: () => void }> {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    heard.push(request.url ?? "");
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, heard, stop: () => server.close() };
}
