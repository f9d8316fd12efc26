import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";

import { build } from "vite";

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const KINDS: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };

/** A bare page, built as ours is, beside the same graph. */
export async function served(page: string, graph: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const outDir = await mkdtemp(join(tmpdir(), "nonlinear-bare-"));
  await build({
    root: join(import.meta.dirname, page),
    configFile: false,
    logLevel: "error",
    build: { outDir, emptyOutDir: true, target: "es2023" },
  });
  const server = createServer((request, response) => {
    void (async () => {
      const path = request.url === "/" ? "/index.html" : (request.url ?? "");
      response.setHeader(
        "content-type",
        path === "/graph.json" ? "application/json" : (KINDS[extname(path)] ?? "text/plain"),
      );
      response.end(path === "/graph.json" ? graph : await readFile(join(outDir, path)).catch(() => ""));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await rm(outDir, { recursive: true, force: true });
    },
  };
}
