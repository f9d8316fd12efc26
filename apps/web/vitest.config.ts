import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: [
            "tests/{api,export,matrix,sync,session,markdown,project,panel,canvas,thread,around,pages,ui}/**/*.test.{ts,tsx}",
          ],
        },
      },
      // These start the built server: NONLINEAR_BIN says where it is.
      { test: { name: "server", include: ["tests/server/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 60_000 } },
    ],
  },
});
