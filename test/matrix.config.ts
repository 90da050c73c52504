import { defineConfig } from "vitest/config";
import { MATRIX } from "./support/opencode/versions.ts";

/** The main job on every OpenCode that stands for a time: `npm run test:matrix`. */
export default defineConfig({
  test: {
    globalSetup: "test/support/global-setup.ts",
    testTimeout: 60_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    projects: MATRIX.map((version) => ({
      extends: true as const,
      test: {
        name: `OpenCode ${version}`,
        env: { OPENCODE_TEST_VERSION: version },
        include: ["test/e2e/{replies,card,calls,edits,races,directories}.test.ts"],
      },
    })),
  },
});
