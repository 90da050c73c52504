import { defineConfig } from "vitest/config";

/** The hub with 50 processes, 50 rounds of each fault: `npm run test:long`. */
export default defineConfig({
  test: {
    include: ["test/hub-processes.test.ts"],
    env: { HUB_PROCESSES: "50", HUB_ROUNDS: "50" },
    testTimeout: 900_000,
    hookTimeout: 60_000,
  },
});
