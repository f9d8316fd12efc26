import type { ClientFrame, Ready, ServerFrame, Socket } from "../../../src/sync/index.ts";

type Handler = ((event: never) => void) | null;

/** The client's end of a socket; the test is the server. */
export class FakeSocket implements Socket {
  onopen: Handler = null;
  onmessage: Handler = null;
  onclose: Handler = null;
  onerror: Handler = null;
  readonly sent: ClientFrame[] = [];
  closed = false;
  onSent: (frame: ClientFrame) => void = () => undefined;

  readonly url: string;
  readonly protocol: string;

  constructor(url: string, protocol: string) {
    this.url = url;
    this.protocol = protocol;
  }

  send(text: string): void {
    const frame = JSON.parse(text) as ClientFrame;
    this.sent.push(frame);
    this.onSent(frame);
  }

  close(): void {
    this.closed = true;
  }

  open(): void {
    this.onopen?.({} as never);
  }

  hear(frame: ServerFrame): void {
    this.onmessage?.({ data: JSON.stringify(frame) } as never);
  }

  /** The server, or the network, ends it. */
  break(code = 1006, reason = ""): void {
    this.closed = true;
    this.onclose?.({ code, reason } as never);
  }

  /** What was sent of one type, oldest first. */
  of<T extends ClientFrame["type"]>(type: T): Extract<ClientFrame, { type: T }>[] {
    return this.sent.filter((frame): frame is Extract<ClientFrame, { type: T }> => frame.type === type);
  }
}

/** Collects the sockets that a connection opens. */
export function socketFactory(): {
  sockets: FakeSocket[];
  WebSocket: new (url: string, protocol: string) => FakeSocket;
} {
  const sockets: FakeSocket[] = [];
  class Collected extends FakeSocket {
    constructor(url: string, protocol: string) {
      super(url, protocol);
      sockets.push(this);
    }
  }
  return { sockets, WebSocket: Collected };
}

export const USER = "0190c0de-0000-7000-8000-00000000000a";

export function ready(change: Partial<Ready> = {}): Ready {
  return {
    type: "ready",
    userId: USER,
    sessionId: "0190c0de-0000-7000-8000-00000000000b",
    s: 1,
    serverTime: "2026-01-01T00:00:00.000Z",
    limits: {
      frameBytes: 65_536,
      subscriptions: 64,
      opsInFlight: 64,
      opsPerSecond: 30,
      opsBurst: 60,
      messagesPerSecond: 60,
      messagesBurst: 120,
      pingMs: 20_000,
      silenceMs: 45_000,
    },
    ...change,
  };
}
