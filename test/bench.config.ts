import { defineConfig } from "vitest/config";

/** Figures, not verdicts: `npm run bench`. */
export default defineConfig({
  test: {
    include: ["test/bench/*.bench.ts"],
    globalSetup: "test/support/global-setup.ts",
    testTimeout: 900_000,
    hookTimeout: 60_000,
  },
});
