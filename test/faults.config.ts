import { defineConfig } from "vitest/config";

/** Every fault that the documents promise something about, against real OpenCode: `npm run test:faults`. */
export default defineConfig({
  test: {
    include: ["test/faults/*.faults.ts", "test/e2e/*.test.ts"],
    globalSetup: "test/support/global-setup.ts",
    testTimeout: 300_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
  },
});
