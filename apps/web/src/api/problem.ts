import type { components } from "../../generated/schema.ts";

export type Problem = components["schemas"]["Problem"];

/** The server refused: `problem` says which rule, and the way out. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly problem: Problem;
  /** Seconds until it is worth asking again, where the server says so. */
  readonly retryAfter: number | null;

  constructor(problem: Problem, retryAfter: number | null = null) {
    super(problem.detail);
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  get code(): Problem["code"] {
    return this.problem.code;
  }

  /** What is wrong with one field of the form that was sent, by its name. */
  of(field: string): string | undefined {
    return this.problem.errors?.find(({ pointer }) => pointer === `/${field}`)?.detail;
  }
}

/** The server was not reached: nothing is known of what became of the request. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

/** An answer that is no success, as an error. What stands between us and the server may answer with anything. */
export async function refusal(response: Response): Promise<Refused> {
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  const retryAfter = Number.isFinite(seconds) ? seconds : null;
  const body: unknown = await response.json().catch(() => null);
  if (isProblem(body)) return new Refused(body, retryAfter);
  const { status, statusText: title } = response;
  const code = status >= 500 ? "unavailable" : "bad_request";
  return new Refused(
    { type: "about:blank", title, status, code, detail: `The server answered ${status} ${title}.` },
    retryAfter,
  );
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "code" in body && "detail" in body;
}
