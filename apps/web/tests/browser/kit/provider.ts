import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** An OpenAI-compatible server that says what a test tells it to, when the test tells it to. */
export class Provider {
  readonly #server: Server;
  readonly #model: string;
  readonly #answers: Answer[] = [];
  readonly #waiting: ((answer: Answer) => void)[] = [];

  private constructor(server: Server, model: string) {
    this.#server = server;
    this.#model = model;
  }

  /** With one model, of which its name tells whether it sees pictures. */
  static async start(model: string): Promise<Provider> {
    const server = createServer();
    const provider = new Provider(server, model);
    server.on("request", (request, response) => {
      provider.#serve(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return provider;
  }

  /** What the program has to be told to use it. */
  get settings(): NodeJS.ProcessEnv {
    const { port } = this.#server.address() as AddressInfo;
    return { OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`, OPENAI_API_KEY: "of-a-test" };
  }

  /** The next answer that is asked for, once it is. */
  asked(): Promise<Answer> {
    const answer = this.#answers.shift();
    return answer === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(answer);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    if (request.url?.endsWith("/models") === true) {
      response.setHeader("content-type", "application/json");
      response.end(
        JSON.stringify({ object: "list", data: [{ id: this.#model, object: "model", created: 0, owned_by: "test" }] }),
      );
      return;
    }
    const isSound = request.url?.endsWith("/audio/speech") === true;
    response.writeHead(200, { "content-type": isSound ? "audio/wav" : "text/event-stream" });
    response.flushHeaders();
    const answer = new Answer(response, read(request));
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#answers.push(answer);
    else waiting(answer);
  }
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** An answer that is being written. */
export class Answer {
  readonly #response: ServerResponse;
  readonly #body: Promise<string>;

  constructor(response: ServerResponse, body: Promise<string>) {
    this.#response = response;
    this.#body = body;
  }

  /** Everything that it is asked with, as one text. */
  async sent(): Promise<string> {
    const { messages } = JSON.parse(await this.#body) as { messages: { content: unknown }[] };
    return messages.map(({ content }) => (typeof content === "string" ? content : JSON.stringify(content))).join("\n");
  }

  say(text: string): void {
    this.#chunk({ choices: [{ index: 0, delta: { role: "assistant", content: text }, finish_reason: null }] });
  }

  /** Wants a tool to be used, and ends. */
  use(tool: string, input: object): void {
    const call = {
      index: 0,
      id: `call-${tool}`,
      type: "function",
      function: { name: tool, arguments: JSON.stringify(input) },
    };
    this.#chunk({ choices: [{ index: 0, delta: { tool_calls: [call] }, finish_reason: null }] });
    this.end("tool_calls");
  }

  end(why = "stop"): void {
    this.#chunk({ choices: [{ index: 0, delta: {}, finish_reason: why }] });
    this.#chunk({ choices: [], usage: { prompt_tokens: 12, completion_tokens: 34, total_tokens: 46 } });
    this.#response.end("data: [DONE]\n\n");
  }

  /** What was heard next of a recording. */
  hear(words: string): void {
    this.#event({ type: "transcript.text.delta", delta: words });
  }

  /** All that was heard, which ends it. */
  heard(text: string): void {
    this.#event({ type: "transcript.text.done", text, usage: { type: "duration", seconds: 1 } });
    this.#response.end();
  }

  /** So many seconds of silence, as the sound of an answer. */
  sound(seconds: number): void {
    const bytes = seconds * 16_000;
    const wav = Buffer.alloc(44 + bytes);
    wav.write("RIFF", 0);
    wav.writeUInt32LE(36 + bytes, 4);
    wav.write("WAVEfmt ", 8);
    wav.writeUInt32LE(16, 16);
    wav.writeUInt16LE(1, 20);
    wav.writeUInt16LE(1, 22);
    wav.writeUInt32LE(8_000, 24);
    wav.writeUInt32LE(16_000, 28);
    wav.writeUInt16LE(2, 32);
    wav.writeUInt16LE(16, 34);
    wav.write("data", 36);
    wav.writeUInt32LE(bytes, 40);
    this.#response.end(wav);
  }

  #event(data: object): void {
    this.#response.write(`data: ${JSON.stringify(data)}\n\n`);
  }

  #chunk(fields: object): void {
    const chunk = { id: "one", object: "chat.completion.chunk", created: 0, model: "test-model", ...fields };
    this.#response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  }
}
