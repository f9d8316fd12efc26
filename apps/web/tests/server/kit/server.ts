import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** The built program `nonlinear` on a folder of its own. It keeps its address when it is started again. */
export class Server {
  readonly address: string;
  /** Where it keeps everything, the mails that it would send among it. */
  readonly folder: string;
  readonly #settings: NodeJS.ProcessEnv;
  #child: ChildProcess | null = null;

  private constructor(address: string, folder: string, settings: NodeJS.ProcessEnv) {
    this.address = address;
    this.folder = folder;
    this.#settings = settings;
  }

  static async start({ rates = false, settings = {} } = {}): Promise<Server> {
    const folder = await mkdtemp(join(tmpdir(), "nonlinear-web-"));
    const all = { NONLINEAR_RATES__ENABLED: `${rates}`, ...settings };
    const server = new Server(`127.0.0.1:${await freePort()}`, folder, all);
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    const binary = process.env.NONLINEAR_BIN;
    if (binary === undefined) throw new Error("NONLINEAR_BIN must name the built program: cargo build --workspace");
    const child = spawn(binary, [], {
      cwd: this.folder,
      stdio: ["ignore", "pipe", "ignore"],
      env: {
        NONLINEAR_LISTEN: this.address,
        NONLINEAR_DATA_DIR: this.folder,
        NONLINEAR_SEED_DEMO: "false",
        NONLINEAR_AUTH__PASSWORD_COST: "4",
        ...this.#settings,
      },
    });
    this.#child = child;
    for await (const line of createInterface(child.stdout)) {
      if (line.includes("is ready: http://")) return;
    }
    throw new Error("the server ended before it was ready");
  }

  /** kill -9: it gets to write nothing more. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child?.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
    this.#child = null;
  }

  async remove(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Below the ports that systems give to whoever asks for any: one of those could be taken while the server is down. */
const PORTS = { first: 20_000, count: 12_000 };

async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.first + Math.floor(Math.random() * PORTS.count);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => {
      resolve(false);
    });
    server.listen(port, "127.0.0.1", () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
