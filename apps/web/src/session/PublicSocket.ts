import { refusal, Refused } from "../api/problem.ts";
import {
  systemClock,
  type ClientFrame,
  type Clock,
  type GraphView,
  type Ready,
  type ServerFrame,
  type Socket,
} from "../sync/index.ts";

/** Whose project it is here: that of nobody in particular. */
export const ANYBODY = "anonymous";

/** Many may look from behind one address, and share what the server lets it ask. */
export const LOOK_MS = 5_000;
const ANSWER_MS_MAX = 15_000;
const TRY_LATER = 1013;
const GONE = 4004;
const NOT_MODIFIED = 304;
const NOT_FOUND = 404;
const TOO_MANY = 429;

const READY: Omit<Ready, "serverTime"> = {
  type: "ready",
  userId: ANYBODY,
  sessionId: ANYBODY,
  s: 0,
  // What is sent goes nowhere: these only have to let it pass.
  limits: {
    frameBytes: 65_536,
    subscriptions: 1,
    opsInFlight: 1,
    opsPerSecond: null,
    opsBurst: null,
    messagesPerSecond: null,
    messagesBurst: null,
    pingMs: 20_000,
    silenceMs: 60_000,
  },
};

export interface Surroundings {
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  clock: Clock;
  /** Calls once somebody can see the page, now or later; the answer takes that back. */
  whenSeen: (call: () => void) => () => void;
}

const browser: Surroundings = { fetch: (url, init) => fetch(url, init), clock: systemClock, whenSeen };

type Handler = ((event: never) => void) | null;

/**
 * Speaks the frames of the socket for somebody without an account, out of what `GET /public/projects/{id}` answers:
 * the canvas need not know that nobody logged in. The server is asked again and again whether something happened.
 */
export class PublicSocket implements Socket {
  onopen: Handler = null;
  onmessage: Handler = null;
  onclose: Handler = null;
  onerror: Handler = null;
  readonly #url: string;
  readonly #around: Surroundings;
  #isClosed = false;
  /** Names what was told last. */
  #tag: string | null = null;
  /** Ends when the project is left; what is still answered then is not told. */
  #following = new AbortController();
  #cancel: () => void = () => undefined;

  /** `url` is where the project is read. */
  constructor(url: string, _protocol: string, around = browser) {
    this.#url = url;
    this.#around = around;
    this.#later(() => this.onopen?.({} as never));
  }

  send(text: string): void {
    const frame = JSON.parse(text) as ClientFrame;
    switch (frame.type) {
      case "auth":
        this.#say({ ...READY, serverTime: new Date().toISOString() });
        return;
      case "subscribe":
        this.#follow(frame.project);
        return;
      case "unsubscribe":
        this.#leave();
        this.#say({ type: "unsubscribed", project: frame.project });
        return;
      case "ping":
        this.#say({ type: "pong" });
        return;
      case "op":
        this.#say({
          type: "nack",
          id: frame.id,
          project: frame.project,
          code: "forbidden",
          detail: "Log in to change something.",
          retryable: false,
        });
        return;
      case "presence":
        // Nobody sees who looks in from outside.
        return;
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#leave();
  }

  #follow(project: string): void {
    this.#leave();
    this.#following = new AbortController();
    // Whoever subscribes gets everything.
    this.#tag = null;
    void this.#look(project, this.#following.signal);
  }

  #leave(): void {
    this.#following.abort();
    this.#cancel();
  }

  async #look(project: string, left: AbortSignal): Promise<void> {
    let waitMs = LOOK_MS;
    try {
      const graph = await this.#read(left);
      if (left.aborted) return;
      if (graph === "gone") {
        this.#say({ type: "unsubscribed", project, code: GONE, reason: "it is not public" });
        this.#end(GONE);
        return;
      }
      if (graph !== "same")
        this.#say({
          type: "snapshot",
          project,
          epoch: graph.epoch,
          seq: graph.seq,
          graph,
          presence: [],
          generations: [],
        });
    } catch (error) {
      if (left.aborted) return;
      const retryAfterMs = error instanceof Refused && error.retryAfter !== null ? error.retryAfter * 1_000 : 0;
      if (!(error instanceof Refused && error.problem.status === TOO_MANY)) {
        this.#say({ type: "closing", code: TRY_LATER, reason: "the server was not reached", retryAfterMs });
        this.#end(TRY_LATER);
        return;
      }
      // Others look from the same address: what is shown is a little older then.
      waitMs = Math.max(waitMs, retryAfterMs);
    }
    this.#cancel = this.#around.clock.after(waitMs, () => {
      this.#cancel = this.#around.whenSeen(() => void this.#look(project, left));
    });
  }

  async #read(left: AbortSignal): Promise<GraphView | "same" | "gone"> {
    const answer = await this.#around.fetch(this.#url, {
      signal: AbortSignal.any([left, AbortSignal.timeout(ANSWER_MS_MAX)]),
      ...(this.#tag !== null && { headers: { "if-none-match": this.#tag } }),
    });
    if (answer.status === NOT_MODIFIED) return "same";
    if (answer.status === NOT_FOUND) return "gone";
    if (!answer.ok) throw await refusal(answer);
    const graph = (await answer.json()) as GraphView;
    this.#tag = answer.headers.get("etag");
    return graph;
  }

  #say(frame: ServerFrame): void {
    const data = JSON.stringify(frame);
    this.#later(() => this.onmessage?.({ data } as never));
  }

  #end(code: number): void {
    this.#leave();
    this.#later(() => {
      this.#isClosed = true;
      this.onclose?.({ code, reason: "" } as never);
    });
  }

  /** Nobody hears from a socket while they speak to it. */
  #later(call: () => void): void {
    queueMicrotask(() => {
      if (!this.#isClosed) call();
    });
  }
}

function whenSeen(call: () => void): () => void {
  const look = () => {
    if (document.visibilityState !== "visible") return;
    stop();
    call();
  };
  const stop = () => document.removeEventListener("visibilitychange", look);
  document.addEventListener("visibilitychange", look);
  look();
  return stop;
}
