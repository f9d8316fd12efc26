import { WebSocket } from "ws";

import {
  Connection,
  NotAuthenticated,
  OpsRefused,
  openProject,
  type BatchedOp,
  type EventView,
  type OpStore,
  type PostOps,
  type ProjectSync,
  type Refusal,
} from "../../../src/sync/index.ts";
import { LocalLocks } from "../../../src/sync/tabs.ts";

interface Problem {
  code: string;
  detail: string;
}

/** Somebody with an account. */
export class User {
  static readonly PASSWORD = "correct horse battery";
  readonly id: string;
  readonly email: string;
  readonly #address: string;
  readonly token: string;
  readonly locks = new LocalLocks();

  private constructor(address: string, id: string, email: string, token: string) {
    this.#address = address;
    this.id = id;
    this.email = email;
    this.token = token;
  }

  static async register(address: string, name: string): Promise<User> {
    const email = `${name}@example.org`;
    const body = { email, password: User.PASSWORD, username: name };
    const answer = await call(address, "POST", "/auth/register?tokens=body", body);
    const { user, accessToken } = answer as { user: { id: string }; accessToken: string };
    return new User(address, user.id, email, accessToken);
  }

  async createProject(): Promise<string> {
    const { id } = (await this.call("POST", "/projects", { name: "Shared" })) as { id: string };
    return id;
  }

  async invite(project: string, user: User, role = "EDITOR"): Promise<void> {
    await this.call("POST", `/projects/${project}/members`, { userId: user.id, role });
  }

  async stateHash(project: string): Promise<{ seq: number; hash: string }> {
    return (await this.call("GET", `/projects/${project}/state-hash`)) as { seq: number; hash: string };
  }

  async events(project: string): Promise<EventView[]> {
    const { events } = (await this.call("GET", `/projects/${project}/events?limit=1000`)) as { events: EventView[] };
    return events;
  }

  call(method: string, path: string, body?: object): Promise<unknown> {
    return call(this.#address, method, path, body, this.token);
  }

  connection(): Connection {
    const ticket = async () => {
      try {
        const { ticket } = (await this.call("POST", "/auth/ws-ticket")) as { ticket: string };
        return ticket;
      } catch (error) {
        throw error instanceof OpsRefused && error.refusal.code === "unauthenticated"
          ? new NotAuthenticated(error.message)
          : error;
      }
    };
    return new Connection({ url: `ws://${this.#address}/api/v1/ws`, ticket, WebSocket });
  }

  /** Opens the project as a page would. */
  async open(connection: Connection, project: string, store: OpStore): Promise<ProjectSync> {
    const postOps: PostOps = async (id, ops) =>
      (await this.call("POST", `/projects/${id}/ops`, { ops: ops as BatchedOp[] })) as {
        seq: number;
        results: object[];
      };
    return openProject({ connection, user: this.id, project, store, locks: this.locks, postOps });
  }
}

async function call(address: string, method: string, path: string, body?: object, token?: string): Promise<unknown> {
  const headers = {
    ...(body && { "content-type": "application/json" }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  const answer = await fetch(`http://${address}/api/v1${path}`, {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  });
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  const { code, detail } = (await answer.json()) as Problem;
  const refusal: Refusal = { code, detail, retryable: answer.status === 503 || answer.status === 429 };
  throw new OpsRefused(refusal);
}
