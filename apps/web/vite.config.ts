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
      output: { codeSplitting: { groups: [{ name: "react", test: /node_modules\/(react|react-dom|scheduler)\// }] } },
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
