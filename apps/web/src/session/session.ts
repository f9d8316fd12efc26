import { createStore } from "zustand/vanilla";

import { refusal, Unreachable } from "../api/problem.ts";
import type { components } from "../../generated/schema.ts";

export type User = components["schemas"]["UserView"];
type LoggedIn = components["schemas"]["LoggedIn"];

export type Session =
  /** The page has just been loaded, and the server is asked whose it is. */
  { readonly status: "unknown" } | { readonly status: "out" } | { readonly status: "in"; readonly user: User };

/** Asking anew begins this long before a token runs out, so that none runs out on its way. */
const RENEW_BEFORE_MS = 30_000;

interface AccessToken {
  readonly value: string;
  readonly renewAt: number;
}

/** Who is logged in. The access token lives in memory only; the cookie that renews it is not readable here. */
export const session = createStore<Session>(() => ({ status: "unknown" }));

let token: AccessToken | null = null;
let renewing: Promise<string | null> | null = null;

/** Takes what registering, logging in and renewing answer. */
export function begin({ user, accessToken, expiresIn }: LoggedIn): void {
  token = { value: accessToken, renewAt: performance.now() + expiresIn * 1000 - RENEW_BEFORE_MS };
  session.setState({ status: "in", user }, true);
}

export function end(): void {
  token = null;
  session.setState({ status: "out" }, true);
}

/** After a change of one's own profile. */
export function setUser(user: User): void {
  if (session.getState().status === "in") session.setState({ status: "in", user }, true);
}

/** A token that is good for a while, or null when nobody is logged in. Throws `Unreachable` without a server. */
export async function accessToken(): Promise<string | null> {
  if (session.getState().status === "out") return null;
  if (token !== null && performance.now() < token.renewAt) return token.value;
  return renew();
}

/** Asks for another token: at the start of a page, when one runs out, or when the server no longer takes it. */
export function renew(): Promise<string | null> {
  renewing ??= askForToken().finally(() => {
    renewing = null;
  });
  return renewing;
}

async function askForToken(): Promise<string | null> {
  const response = await fetch("/api/v1/auth/refresh", { method: "POST" }).catch((error: unknown) => {
    throw new Unreachable("The server was not reached.", { cause: error });
  });
  if (response.ok) {
    const answer = (await response.json()) as LoggedIn;
    begin(answer);
    return answer.accessToken;
  }
  const refused = await refusal(response);
  if (refused.problem.status !== 401) throw refused;
  end();
  return null;
}

/** The token as it was when a request was sent; another one may have come since. */
export function isCurrent(value: string): boolean {
  return token?.value === value;
}
