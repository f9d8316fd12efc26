import { createHmac } from "node:crypto";

import { test as base, expect, type Page } from "@playwright/test";

import { Server } from "../../server/kit/server.ts";
import { linkTo, type Kind } from "./mail.ts";

export { expect };

export const PASSWORD = "seven quiet otters";

/** One server for all the tests of a worker: everybody there is somebody else. */
export class Site {
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.url = `http://${server.address}`;
    this.#server = server;
  }

  static async start(): Promise<Site> {
    return new Site(await Server.start());
  }

  /** The newest mailed link of a kind. */
  linkTo(email: string, kind: Kind): Promise<string> {
    return linkTo(this.#server.folder, email, kind);
  }

  async stop(): Promise<void> {
    await this.#server.remove();
  }
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
      if (message.type() === "error" && /Content Security Policy|Uncaught/.test(message.text()))
        this.complaints.push(message.text());
    });
  }

  async register(firstName = "", lastName = ""): Promise<void> {
    await this.page.goto(`${this.#site.url}/register`);
    await this.fillRegistration(firstName, lastName);
    // On a narrow screen the conversations come first.
    await expect(this.page.getByRole("heading", { name: /^(Projects|Conversations)$/ })).toBeVisible();
  }

  async fillRegistration(firstName: string, lastName: string): Promise<void> {
    await this.page.getByLabel("First name").fill(firstName);
    await this.page.getByLabel("Last name").fill(lastName);
    await this.page.getByLabel("E-mail address").fill(this.email);
    await this.page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await this.page.getByRole("button", { name: "Create account" }).click();
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
    await this.page.goto(`${this.#site.url}/?view=all`);
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
  const bits = Array.from(secret, (letter) =>
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"),
  ).join("");
  const key = Buffer.from(bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? []);
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const hash = createHmac("sha1", key).update(counter).digest();
  const offset = (hash.at(-1) ?? 0) & 15;
  return ((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).toString().padStart(6, "0");
}
