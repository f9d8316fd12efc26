import { expect } from "vitest";

import { stateHash, type ProjectSync } from "../../../src/sync/index.ts";
import type { User } from "./user.ts";

const PATIENCE_MS = 30_000;

export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  await expect.poll(holds, { timeout: PATIENCE_MS, interval: 20, message: what }).toBe(true);
}

/** Until nothing waits and every copy is at the server's number; then all fingerprints are one. */
export async function converge(user: User, project: string, copies: readonly ProjectSync[]): Promise<string> {
  await until("every copy has caught up", async () => {
    const { seq } = await user.stateHash(project);
    return copies.every((copy) => copy.state().status === "live" && copy.state().pending === 0 && copy.seq === seq);
  });
  const { hash } = await user.stateHash(project);
  for (const copy of copies) {
    const graph = copy.graph();
    expect(graph && (await stateHash(graph))).toBe(hash);
  }
  return hash;
}
