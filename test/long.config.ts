import { defineConfig } from "vitest/config";

/**
 * The hub with 50 processes, 50 rounds of each fault; 50,000 commands in each shell, others each time:
 * `npm run test:long`.
 */
export default defineConfig({
  test: {
    include: ["test/hub-processes.test.ts", "test/differential.test.ts"],
    env: {
      HUB_PROCESSES: "50",
      HUB_ROUNDS: "50",
      DIFFERENTIAL_COMMANDS: "50000",
      DIFFERENTIAL_PER_PROGRAM: "50",
      DIFFERENTIAL_SEED: process.env["DIFFERENTIAL_SEED"] ?? String(Date.now() % 2 ** 31),
    },
    testTimeout: 1_800_000,
    hookTimeout: 60_000,
  },
});
