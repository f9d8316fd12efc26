import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "@playwright/test";

export type Kind = "verify" | "reset" | "invitations";

/** The newest link of a kind that was mailed to somebody: without a mail server, mails are files in the server's folder. */
export async function linkTo(folder: string, email: string, kind: Kind): Promise<string> {
  let found: string | undefined;
  await expect(async () => {
    found = await find(join(folder, "mail"), email, new RegExp(`http://\\S+/${kind}[/?]\\S+`));
    expect(found).toBeDefined();
  }).toPass();
  return found ?? "";
}

async function find(folder: string, email: string, link: RegExp): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.sort().reverse()) {
    const mail = await readFile(join(folder, name), "utf8");
    const body = mail.replace(/=\r?\n/g, "").replaceAll("=3D", "=");
    if (mail.includes(`To: ${email}`) && link.test(body)) return link.exec(body)?.[0];
  }
  return undefined;
}
