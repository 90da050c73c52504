import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: "test/support/global-setup.ts",
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Most of the time tests wait for OpenCode and for Slack.
    maxWorkers: "100%",
  },
});
