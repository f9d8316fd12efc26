import { existsSync } from "node:fs";

import { defineConfig } from "@playwright/test";

/** Debian's; nothing is downloaded. */
const CHROMIUM =
  process.env.CHROMIUM_BIN ??
  ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path));

export default defineConfig({
  projects: [
    { name: "browser", testDir: "tests/browser" },
    // These measure, and want a machine to themselves: npm run measure.
    { name: "measure", testDir: "tests/measure", use: { trace: "off" } },
  ],
  // Each test has a server of its own.
  fullyParallel: true,
  workers: 2,
  // Far longer than anything takes, also beside other work: they only turn a hang into a failure.
  timeout: 240_000,
  expect: { timeout: 60_000 },
  reporter: [["list"]],
  outputDir: "test-results",
  use: {
    browserName: "chromium",
    viewport: { width: 1440, height: 900 },
    // Pictures of every moment would cost a quarter of the suite's time.
    trace: { mode: "retain-on-failure", screenshots: false, snapshots: true, sources: false },
    launchOptions: {
      ...(CHROMIUM !== undefined && { executablePath: CHROMIUM }),
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
