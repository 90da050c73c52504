import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { defineConfig, type TestProjectConfiguration } from "vitest/config";
import { LongFirst } from "./support/long-first.ts";
import { MATRIX } from "./support/opencode/versions.ts";

/** Packs the plugin and installs it from its tarball, for tests with real OpenCode. */
const PACKED = "test/support/global-setup.ts";

const MINUTE_MS = 60_000;

/** Tests of one room that start processes, or try thousands of inputs: they take several seconds and more. */
const SLOW = [
  "growth",
  "recordings",
  "audit/audit",
  "audit/audit-verification",
  "commands/cli",
  "commands/doctor",
  "commands/mute-command",
  "commands/status",
  "composition/config",
  "composition/index",
  "composition/plugin",
  "gateway/grants-time",
  "hub/directories",
  "hub/processes",
  "machine/containers",
  "machine/ledger",
  "policy/default-rules",
  "sanitize/content",
  "sanitize/labelled-calls",
  "sanitize/secret-places",
  "sanitize/shown-questions",
  "sanitize/visible",
  "shell/differential",
  "shell/script-languages",
  "shell/shell",
  "slack/card-check-properties",
  "slack/card-properties",
  "slack/messages",
  "slack/proxy",
  "slack/socket-mode",
  "slack/unsent",
  "system/log",
  "system/make-directory",
].map((name) => `test/unit/${name}.test.ts`);

/** Tests that try generated inputs. */
const PROPERTIES = readdirSync("test", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".test.ts"))
  .map((file) => `test/${file}`)
  .filter((path) => /\bfc\.(?:assert|check|sample)\(/.test(readFileSync(path, "utf8")));

type Settings = Exclude<
  TestProjectConfiguration,
  string | Promise<unknown> | ((...args: never[]) => unknown)
>["test"];

/** A process and all modules anew for each file would take as long as half of the small ones. */
const SHARED_PROCESS: Settings = { isolate: false };

function project(
  name: string,
  include: readonly string[],
  settings: Settings = {},
): TestProjectConfiguration {
  return {
    test: {
      name,
      include: [...include],
      setupFiles: ["test/support/seeded.ts"],
      testTimeout: 3 * MINUTE_MS,
      hookTimeout: 3 * MINUTE_MS,
      ...settings,
    },
  };
}

export default defineConfig({
  test: {
    // While some wait for OpenCode and for Slack, others have something to do.
    maxWorkers: availableParallelism() * 2,
    sequence: { sequencer: LongFirst },
    projects: [
      project("unit", ["test/unit/**/*.test.ts"], { ...SHARED_PROCESS, exclude: SLOW }),
      project("unit-slow", SLOW),
      project("gateway", ["test/gateway/*.test.ts"], SHARED_PROCESS),
      project("stand-in", ["test/stand-in/*.test.ts"], SHARED_PROCESS),
      project("e2e", ["test/e2e/*.test.ts"], { ...SHARED_PROCESS, globalSetup: PACKED }),
      // Every fault that the documents promise something about.
      project("faults", ["test/faults/*.faults.ts", "test/e2e/*.test.ts"], {
        globalSetup: PACKED,
        testTimeout: 5 * MINUTE_MS,
        hookTimeout: 5 * MINUTE_MS,
      }),
      // Figures, not verdicts.
      project("bench", ["test/bench/*.bench.ts"], { globalSetup: PACKED, testTimeout: 15 * MINUTE_MS }),
      // 50 processes, 50 rounds of each fault; 50,000 commands in each shell; all texts that may keep an expression or a
      // pass busy; every property with other inputs each time.
      project("long", ["test/unit/{hub/processes,growth}.test.ts", ...PROPERTIES], {
        testTimeout: 30 * MINUTE_MS,
        env: {
          HUB_PROCESSES: "50",
          HUB_ROUNDS: "50",
          DIFFERENTIAL_COMMANDS: "50000",
          DIFFERENTIAL_PER_PROGRAM: "50",
          GROWTH_TEXTS: "all",
          PROPERTY_SEED: process.env["PROPERTY_SEED"] ?? String(Date.now() % 2 ** 31),
        },
      }),
      // The main job with all that OpenCode tries out.
      project("matrix experiments", ["test/e2e/{replies,calls}.test.ts"], {
        globalSetup: PACKED,
        fileParallelism: false,
        env: { OPENCODE_TEST_EXPERIMENTS: "on" },
      }),
      // And on every OpenCode that stands for a time.
      ...MATRIX.map((version) =>
        project(
          `matrix ${version}`,
          ["test/e2e/{replies,card,calls,edits,questions,races,directories}.test.ts"],
          {
            globalSetup: PACKED,
            fileParallelism: false,
            env: { OPENCODE_TEST_VERSION: version },
          },
        ),
      ),
    ],
  },
});
