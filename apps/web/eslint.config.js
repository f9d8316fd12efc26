import { createNodeResolver, importX } from "eslint-plugin-import-x";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

/** The folders of `src`, each with those that it may import besides itself; `remembered.ts` is below all but `sync`. */
const WALLS = {
  sync: [],
  text: [],
  session: ["sync", "api"],
  api: ["session"],
  ui: ["sync", "text", "api"],
  markdown: ["sync", "text", "ui"],
  project: ["sync", "text", "session", "api", "ui"],
  canvas: ["sync", "text", "session", "api", "ui", "markdown", "project"],
  panel: ["sync", "text", "session", "api", "ui", "markdown", "project"],
  thread: ["sync", "text", "session", "api", "ui", "markdown", "project", "panel"],
  matrix: ["sync", "text", "session", "api", "ui", "markdown", "project", "canvas", "panel"],
  export: ["sync", "text", "session", "api", "ui", "markdown", "project", "canvas", "panel", "thread"],
  around: ["sync", "text", "session", "api", "ui", "markdown", "project"],
  pages: [
    "sync",
    "text",
    "session",
    "api",
    "ui",
    "markdown",
    "project",
    "canvas",
    "panel",
    "thread",
    "matrix",
    "export",
    "around",
  ],
  app: ["sync", "text", "session", "api", "ui", "around", "pages"],
};

const zones = Object.entries(WALLS).map(([folder, below]) => ({
  target: `./src/${folder}`,
  from: "./src",
  except: [folder, ...below, ...(folder === "sync" ? [] : ["remembered.ts"])].map((name) => `./${name}`),
  message: `The walls in eslint.config.js say what src/${folder} may import.`,
}));
/** From outside, `sync` is its index. */
const syncIsWhole = {
  target: Object.keys(WALLS)
    .filter((folder) => folder !== "sync")
    .map((folder) => `./src/${folder}`),
  from: "./src/sync",
  except: ["./index.ts"],
};

export default tseslint.config(
  { ignores: ["dist", "node_modules", "generated", "public"] },
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  reactHooks.configs.flat.recommended,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["eslint.config.js", "scripts/*.js"] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      // What a promise comes to is said where it is made; handlers of events need no answer.
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "max-lines-per-function": ["error", { max: 70, skipComments: true }],
    },
  },
  {
    files: ["src/**"],
    plugins: { "import-x": importX },
    settings: {
      "import-x/resolver-next": [createNodeResolver()],
      "import-x/parsers": { "@typescript-eslint/parser": [".ts", ".tsx"] },
      "import-x/extensions": [".ts", ".tsx"],
    },
    rules: {
      "import-x/no-restricted-paths": ["error", { basePath: import.meta.dirname, zones: [...zones, syncIsWhole] }],
      "import-x/no-cycle": "error",
      // What is generated is there for the types alone: the program is built without it.
      "@typescript-eslint/no-restricted-imports": [
        "error",
        { patterns: [{ group: ["**/generated/**"], allowTypeImports: true }] },
      ],
    },
  },
  {
    files: ["src/sync/**"],
    rules: {
      "no-restricted-imports": ["error", { patterns: [{ regex: "^[^.]", message: "sync has no dependency." }] }],
    },
  },
  // Playwright calls a fixture's hand-over `use`, which is no hook.
  { files: ["tests/**"], rules: { "max-lines-per-function": "off", "react-hooks/rules-of-hooks": "off" } },
  { files: ["*.config.js", "scripts/*.js"], extends: [tseslint.configs.disableTypeChecked] },
);
