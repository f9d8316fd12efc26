import createClient, { type Middleware } from "openapi-fetch";

import { accessToken, isCurrent, renew } from "../session/session.ts";
import { refusal, Unreachable } from "./problem.ts";
import type { components, paths } from "../../generated/schema.ts";

export type Schemas = components["schemas"];

/** The server's REST API with its own types. Whatever is no success is thrown: `Refused` or `Unreachable`. */
export const api = createClient<paths>({ baseUrl: location.origin, fetch: authorized });

/** Sends a request with the session, for what is no JSON. */
export async function authorized(request: Request): Promise<Response> {
  const token = await accessToken();
  const again = request.clone();
  const response = await sendWith(request, token);
  if (response.status !== 401 || token === null) return response;
  // A wrong password is a 401 as well: another token changes nothing there, and asking again would count as another try.
  if ((await refusal(response.clone())).code !== "unauthenticated") return response;
  // The session may have got another token meanwhile, or this one was taken back early.
  const renewed = isCurrent(token) ? await renew() : await accessToken();
  return renewed === null ? response : sendWith(again, renewed);
}

async function sendWith(request: Request, token: string | null): Promise<Response> {
  if (token !== null) request.headers.set("authorization", `Bearer ${token}`);
  try {
    return await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw new Unreachable("The server was not reached.", { cause: error });
  }
}

const throwing: Middleware = {
  async onResponse({ response }) {
    if (!response.ok) throw await refusal(response);
  },
};
api.use(throwing);

/** What a request that succeeded answered. */
export async function data<T>(answer: Promise<{ data?: T }>): Promise<T> {
  // Refusals are thrown before: only an answer without a body is undefined, and its type says so.
  return (await answer).data as T;
}
