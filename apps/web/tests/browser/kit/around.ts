import { createHmac } from "node:crypto";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { test as base, expect, type Page } from "@playwright/test";
import { build, preview, type PreviewServer } from "vite";

export { expect };

export const PASSWORD = "seven quiet otters";

/** What the server sends with its pages. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** One server, with the pages in front of it, for all the tests of a worker. */
export class Site {
  readonly url: string;
  readonly #folder: string;
  readonly #server: ChildProcess;
  readonly #pages: PreviewServer;

  private constructor(url: string, folder: string, server: ChildProcess, pages: PreviewServer) {
    this.url = url;
    this.#folder = folder;
    this.#server = server;
    this.#pages = pages;
  }

  static async start(): Promise<Site> {
    const folder = await mkdtemp(join(tmpdir(), "nonlinear-around-"));
    const [listen, port] = [`127.0.0.1:${await freePort()}`, await freePort()];
    const url = `http://127.0.0.1:${port}`;
    const server = await startServer(folder, listen, url);
    const built = { build: { outDir: join(folder, "pages") }, logLevel: "error" } as const;
    await build(built);
    const proxy = { "/api": { target: `http://${listen}`, ws: true } };
    const headers = { "content-security-policy": POLICY };
    const pages = await preview({ ...built, preview: { port, strictPort: true, proxy, headers } });
    return new Site(url, folder, server, pages);
  }

  /** The newest mailed link of a kind, which the server writes as a file when it has no mail server. */
  async linkTo(email: string, kind: "verify" | "reset" | "invitations"): Promise<string> {
    let found: string | undefined;
    await expect(async () => {
      found = await this.#find(email, new RegExp(`http://\\S+/${kind}[/?]\\S+`));
      expect(found).toBeDefined();
    }).toPass();
    return found ?? "";
  }

  async #find(email: string, link: RegExp): Promise<string | undefined> {
    const folder = join(this.#folder, "mail");
    const names = await readdir(folder).catch(() => []);
    for (const name of names.sort().reverse()) {
      const mail = await readFile(join(folder, name), "utf8");
      const body = mail.replace(/=\r?\n/g, "").replaceAll("=3D", "=");
      if (mail.includes(`To: ${email}`) && link.test(body)) return link.exec(body)?.[0];
    }
    return undefined;
  }

  async stop(): Promise<void> {
    await this.#pages.close();
    const ended = once(this.#server, "exit");
    this.#server.kill();
    await ended;
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function startServer(folder: string, listen: string, url: string): Promise<ChildProcess> {
  const binary = process.env.NONLINEAR_BIN;
  if (binary === undefined) throw new Error("NONLINEAR_BIN must name the built program: cargo build --workspace");
  const server = spawn(binary, ["serve"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "ignore"],
    env: {
      NONLINEAR_LISTEN: listen,
      NONLINEAR_DATA_DIR: folder,
      NONLINEAR_PUBLIC_URL: url,
      NONLINEAR_SEED_DEMO: "false",
      NONLINEAR_AUTH__PASSWORD_COST: "4",
      NONLINEAR_RATES__ENABLED: "false",
    },
  });
  for await (const line of createInterface(server.stdout)) {
    if (line.includes("is ready: http://")) return server;
  }
  throw new Error("the server ended before it was ready");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** Somebody with a browser of their own and no account yet. */
export class Guest {
  readonly page: Page;
  readonly email: string;
  /** What the browser complained about: errors of scripts, and what the policy of the page forbade. */
  readonly complaints: string[] = [];
  readonly #site: Site;

  constructor(site: Site, page: Page, email: string) {
    this.#site = site;
    this.page = page;
    this.email = email;
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error" && /Content Security Policy|Uncaught/.test(message.text())) this.complaints.push(message.text());
    });
  }

  async register(firstName = "", lastName = ""): Promise<void> {
    await this.page.goto(`${this.#site.url}/register`);
    await this.fillRegistration(firstName, lastName);
    await expect(this.page.getByRole("heading", { name: "Projects" })).toBeVisible();
  }

  async fillRegistration(firstName: string, lastName: string): Promise<void> {
    await this.page.getByLabel("First name").fill(firstName);
    await this.page.getByLabel("Last name").fill(lastName);
    await this.page.getByLabel("E-mail address").fill(this.email);
    await this.page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await this.page.getByRole("button", { name: "Make the account" }).click();
  }

  async logIn(password = PASSWORD, email = this.email): Promise<void> {
    await this.page.getByLabel("E-mail address").fill(email);
    await this.page.getByLabel("Password", { exact: true }).fill(password);
    await this.page.getByRole("button", { name: "Log in" }).click();
  }

  async logOut(): Promise<void> {
    await this.page.getByRole("button", { name: /Your account/ }).click();
    await this.page.getByRole("menuitem", { name: "Log out", exact: true }).click();
    await expect(this.page.getByRole("heading", { name: "Log in" })).toBeVisible();
  }

  /** Makes a project and comes back to the list. */
  async createProject(name: string, description: string): Promise<void> {
    await this.page.getByRole("button", { name: "New project" }).first().click();
    await this.page.getByLabel("Name", { exact: true }).fill(name);
    await this.page.getByLabel("Description").fill(description);
    await this.page.getByRole("button", { name: "Create and open" }).click();
    await expect(this.page).toHaveURL(/\/projects\//);
    await this.page.goto(this.#site.url);
    await expect(this.page.getByRole("link", { name })).toBeVisible();
  }

  /** Chooses from the menu of one line of a list. */
  async act(name: string, what: string): Promise<void> {
    await this.page.getByRole("button", { name: `Actions for ${name}` }).click();
    await this.page.getByRole("menuitem", { name: what }).click();
  }
}

interface Fixtures {
  guest: Guest;
  newcomer: Guest;
}

let people = 0;
const address = (name: string) => `${name}${(people += 1)}@example.org`;

export const test = base.extend<Fixtures, { site: Site }>({
  site: [
    // Playwright reads from the pattern which fixtures this one needs: none.
    async ({}, hand) => {
      const site = await Site.start();
      await hand(site);
      await site.stop();
    },
    { scope: "worker", timeout: 60_000 },
  ],
  guest: async ({ site, page }, hand) => {
    const guest = new Guest(site, page, address("guest"));
    await hand(guest);
    expect(guest.complaints).toEqual([]);
  },
  newcomer: async ({ site, browser }, hand) => {
    const context = await browser.newContext();
    const newcomer = new Guest(site, await context.newPage(), address("newcomer"));
    await hand(newcomer);
    await context.close();
    expect(newcomer.complaints).toEqual([]);
  },
});

/** The six digits of an authenticator app (RFC 6238), some steps of 30 s from now. */
export function codeOf(secret: string, steps = 0): string {
  const bits = Array.from(secret, (letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? []);
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const hash = createHmac("sha1", key).update(counter).digest();
  const offset = (hash.at(-1) ?? 0) & 15;
  return ((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).toString().padStart(6, "0");
}
