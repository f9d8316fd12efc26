import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** Where `npm run dev` finds the API. */
const SERVER = process.env.NONLINEAR_SERVER ?? "http://127.0.0.1:4000";
const COMPRESSED = /\.(js|css|html|svg)$/;

export default defineConfig({
  plugins: [react(), oneKindOfFont(), compressed()],
  build: {
    // Small images in the code would need `data:` in the policy of scripts and styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2023",
    rolldownOptions: {
      // Diagrams are drawn on a page of their own, which can reach nothing.
      input: ["index.html", "diagram.html"],
      output: { codeSplitting: { includeDependenciesRecursively: false, groups: [{ name: partOf }] } },
    },
  },
  server: {
    host: "127.0.0.1",
    proxy: {
      "/api": { target: SERVER, ws: true },
      "/docs": SERVER,
      "/problems": SERVER,
    },
  },
});

interface Modules {
  getModuleInfo(
    id: string,
  ): { readonly importedIds: readonly string[]; readonly dynamicallyImportedIds: readonly string[] } | null;
}

/**
 * In which file a module is fetched that the first view needs; all others are left to the bundler. It would make a file of each set
 * of modules that the same pages need, a hundred for the first view, and a browser asks one server for six at once.
 */
function partOf(id: string, modules: Modules): string | null {
  if (/node_modules\/(react|react-dom|scheduler)\//.test(id)) return "react";
  if (id.includes("node_modules/lucide-react/")) return "icons";
  // What pages begin with keeps its own name.
  if (id === MAIN || id === PROJECT) return null;
  const { main, project, others, diagram } = (found ??= closures(modules));
  // The page on which diagrams are drawn may fetch nothing else.
  if (diagram.has(id)) return null;
  if (main.has(id)) return "main";
  if (!project.has(id)) return null;
  return others.has(id) ? "shared" : "project";
}

const MAIN = join(import.meta.dirname, "src/main.tsx");
const PROJECT = join(import.meta.dirname, "src/pages/ProjectPage.tsx");
/** It shows projects as well. */
const PUBLIC = join(import.meta.dirname, "src/pages/PublicPage.tsx");

const DIAGRAM = join(import.meta.dirname, "src/markdown/diagram-frame.ts");

type Closures = Record<"main" | "project" | "others" | "diagram", ReadonlySet<string>>;
let found: Closures | undefined;

/** What the program begins with, what the page of a project takes, and what the other pages do. */
function closures(modules: Modules): Closures {
  const main = closure([MAIN], modules);
  const pages = [...main].flatMap((id) => modules.getModuleInfo(id)?.dynamicallyImportedIds ?? []);
  return {
    main,
    project: closure([PROJECT], modules),
    others: closure(
      pages.filter((id) => id !== PROJECT && id !== PUBLIC),
      modules,
    ),
    diagram: closure([DIAGRAM], modules, { isLate: true }),
  };
}

/** All that modules import, and what they import later as well if that is wanted. */
function closure(from: readonly string[], modules: Modules, { isLate = false } = {}): ReadonlySet<string> {
  const reached = new Set(from);
  // A set that grows is walked to its end.
  for (const id of reached) {
    const { importedIds = [], dynamicallyImportedIds = [] } = modules.getModuleInfo(id) ?? {};
    for (const next of importedIds) reached.add(next);
    if (isLate) for (const next of dynamicallyImportedIds) reached.add(next);
  }
  return reached;
}

/** Every browser that this program is for knows woff2; the other kinds of KaTeX' fonts would only make it larger. */
function oneKindOfFont(): Plugin {
  return {
    name: "one-kind-of-font",
    enforce: "pre",
    transform(code, id) {
      if (!/katex.*\.css/.test(id)) return null;
      return code.replace(/,\s*url\([^)]*\.(?:woff|ttf)\)\s*format\([^)]*\)/g, "");
    },
  };
}

/** Puts a brotli copy beside every file that shrinks, so that the server never compresses them again. */
function compressed(): Plugin {
  return {
    name: "compressed",
    apply: "build",
    async writeBundle({ dir = "dist" }, bundle) {
      const names = Object.keys(bundle).filter((name) => COMPRESSED.test(name));
      const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
      await Promise.all(
        names.map(async (name) => {
          const path = join(dir, name);
          await writeFile(`${path}.br`, brotliCompressSync(await readFile(path), { params }));
        }),
      );
    },
  };
}
