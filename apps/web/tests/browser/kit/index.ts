import { test as base, expect, type Browser, type BrowserContext, type Locator, type Page } from "@playwright/test";

import { Server } from "../../server/kit/server.ts";
import { User } from "../../server/kit/user.ts";
import { Provider } from "./provider.ts";

export { expect };

interface Fixtures {
  app: App;
  /** Settings of the server besides the usual ones. */
  more: NodeJS.ProcessEnv;
  /** What the only model is called. */
  model: string;
}

/** Every test has a server on an empty folder, and a model that says what the test wants. */
export const test = base.extend<Fixtures>({
  more: [{}, { option: true }],
  model: ["test-model", { option: true }],
  app: async ({ browser, more, model }, use) => {
    const provider = await Provider.start(model);
    const settings = {
      ...provider.settings,
      // What a killed server was doing is taken over soon.
      NONLINEAR_JOBS__LEASE_MS: "3000",
      // Links may lead to this machine, at its usual address.
      NONLINEAR_LINKS__PRIVATE_NETWORKS: "127.0.0.1/32",
      // Nobody listens there.
      NONLINEAR_TOOL_SERVERS: '[{name="mail",url="http://127.0.0.1:9/mcp",description="Sends mails"}]',
      ...more,
    };
    const server = await Server.start({ settings });
    const app = new App(server, provider, browser);
    await use(app);
    await app.stop();
  },
});

export class App {
  readonly server: Server;
  readonly provider: Provider;
  readonly #browser: Browser;
  readonly #people: Person[] = [];

  constructor(server: Server, provider: Provider, browser: Browser) {
    this.server = server;
    this.provider = provider;
    this.#browser = browser;
  }

  get url(): string {
    return `http://${this.server.address}`;
  }

  /** Somebody with an account and a browser of their own, logged in. */
  async person(name: string, options: Parameters<Browser["newContext"]>[0] = {}): Promise<Person> {
    const user = await User.register(this.server.address, name);
    const context = await this.#browser.newContext({ baseURL: this.url, ...options });
    // Whoever is here has seen the tips; the test of the tips forgets that.
    // Frames within the page, such as that of a diagram, have no storage.
    await context.addInitScript(() => {
      if (window === window.top) localStorage.setItem("nonlinear.tips", "4");
    });
    const answer = await context.request.post("/api/v1/auth/login", {
      data: { email: user.email, password: User.PASSWORD },
    });
    expect(answer.status()).toBe(200);
    const person = new Person(user, context, await context.newPage());
    this.#people.push(person);
    return person;
  }

  /** A browser of somebody who has not logged in. */
  async stranger(options: Parameters<Browser["newContext"]>[0] = {}): Promise<{ context: BrowserContext; page: Page }> {
    const context = await this.#browser.newContext({ baseURL: this.url, ...options });
    return { context, page: await context.newPage() };
  }

  async stop(): Promise<void> {
    for (const { context } of this.#people) await context.close();
    await this.server.remove();
    await this.provider.stop();
  }
}

export class Person {
  readonly user: User;
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the browser complained about: errors of scripts, and what the policy of the page forbade. */
  readonly complaints: string[] = [];

  constructor(user: User, context: BrowserContext, page: Page) {
    this.user = user;
    this.context = context;
    this.page = page;
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error" && /Content Security Policy|Uncaught/.test(message.text()))
        this.complaints.push(message.text());
    });
  }

  async open(project: string): Promise<void> {
    await this.page.goto(`/projects/${project}`);
    await this.saved();
  }

  card(prompt: string | RegExp): Locator {
    return this.page.locator("[data-node]").filter({ hasText: prompt });
  }

  /** The line that says whether the server has everything. */
  get line(): Locator {
    return this.page.locator("[data-pending]");
  }

  async saved(): Promise<void> {
    await expect(this.line).toHaveAttribute("data-status", "live");
    await expect(this.line).toHaveAttribute("data-pending", "0");
  }

  /** Waits for the program of the list of projects, which comes after what was asked for. */
  async canGoBack(): Promise<void> {
    await this.page.waitForFunction(() => {
      const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
      const needed = [...document.querySelectorAll<HTMLLinkElement>("link[rel=modulepreload]")];
      return (
        loaded.some((name) => /\/Projects-[^/]+\.js$/.test(name)) && needed.every(({ href }) => loaded.includes(href))
      );
    });
  }

  /** Makes a node in the void at a place of the screen. */
  async ask(prompt: string, at: { x: number; y: number }): Promise<void> {
    await this.page.locator(".react-flow__pane").dblclick({ position: at });
    await this.write(prompt);
  }

  /** The prompts that the server has. */
  async prompts(project: string): Promise<readonly string[]> {
    const { items } = (await this.user.call("GET", `/projects/${project}/nodes`)) as { items: { prompt: string }[] };
    return items.map(({ prompt }) => prompt);
  }

  /** Where a prompt is being written. */
  get prompt(): Locator {
    return this.page.locator(".react-flow__node textarea");
  }

  /** Types into the prompt that is being written: before it has the focus, letters are commands. */
  async type(text: string): Promise<void> {
    await expect(this.prompt).toBeFocused();
    await this.page.keyboard.type(text);
  }

  /** Types a prompt and ends it: from then on keys are for its card. */
  async write(prompt: string): Promise<void> {
    await this.type(prompt);
    await this.page.keyboard.press("Escape");
    await expect(this.card(prompt)).toBeVisible();
    await expect(this.prompt).toHaveCount(0);
  }

  /** Closes the window on top by its key: until it is gone, no key is the canvas's. */
  async close(): Promise<void> {
    const windows = this.page.locator("[data-window]");
    const open = await windows.count();
    await this.page.keyboard.press("Escape");
    await expect(windows).toHaveCount(open - 1);
  }

  /** Searches and goes to the first that is found. */
  async find(text: string, found: string): Promise<void> {
    await this.page.keyboard.press("Control+k");
    const search = this.page.getByRole("dialog", { name: "Search" });
    await expect(search.getByRole("combobox")).toBeFocused();
    await this.page.keyboard.type(text);
    await expect(search.locator("[role=option][data-active-item]")).toContainText(found);
    await this.page.keyboard.press("Enter");
  }

  /** Waits until the server knows what is in sight. */
  async viewIsKept(project: string): Promise<void> {
    await expect(async () => {
      const kept = (await this.user.call("GET", `/projects/${project}/viewport`)) as Record<string, number> | null;
      const seen = await this.view();
      // The page writes fewer digits than the server keeps.
      for (const [name, value] of Object.entries(seen)) expect(kept?.[name], name).toBeCloseTo(value ?? 0, 1);
    }).toPass();
  }

  /** What is in sight, exactly. */
  async view(): Promise<Record<"x" | "y" | "zoom", number | undefined>> {
    const style = (await this.page.locator(".react-flow__viewport").getAttribute("style")) ?? "";
    const [x, y, zoom] = (style.match(/-?\d[\d.e-]*/g) ?? []).map(Number);
    return { x, y, zoom };
  }
}
