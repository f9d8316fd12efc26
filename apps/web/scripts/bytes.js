// Says how much JavaScript the first view of a project takes, and fails where that is more than it may be: the program's
// entry, the page of a project, and the list of projects, which is fetched meanwhile, each with all that it imports.
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { build } from "vite";

/** Over the wire, as brotli makes it. */
const BYTES_MAX = 350_000;
const FIRST = ["index.html", "src/pages/ProjectPage.tsx", "src/around/projects/Projects.tsx"];

const outDir = await mkdtemp(join(tmpdir(), "bytes-"));
await build({ logLevel: "error", build: { outDir, emptyOutDir: true, manifest: true } });
const manifest = JSON.parse(await readFile(join(outDir, ".vite/manifest.json"), "utf8"));

const seen = new Set();
const closure = (name) => {
  if (seen.has(name)) return [];
  seen.add(name);
  const { file, imports = [] } = manifest[name];
  return [...(file.endsWith(".js") ? [file] : []), ...imports.flatMap(closure)];
};
const size = async (path) => (await stat(join(outDir, path)).catch(() => null))?.size ?? 0;

let [raw, wire] = [0, 0];
for (const part of FIRST) {
  let [ownRaw, ownWire] = [0, 0];
  for (const file of closure(part)) {
    ownRaw += await size(file);
    ownWire += (await size(`${file}.br`)) || (await size(file));
  }
  console.log(`${part}: ${kilobytes(ownRaw)}, ${kilobytes(ownWire)} over the wire`);
  raw += ownRaw;
  wire += ownWire;
}
console.log(`together: ${kilobytes(raw)}, ${kilobytes(wire)} over the wire (at most ${kilobytes(BYTES_MAX)})`);
await rm(outDir, { recursive: true });
if (wire > BYTES_MAX) process.exitCode = 1;

function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(0)} KB`;
}
