import { expect, test } from "vitest";
import { describeLaunchers } from "../../../../src/commands/init/launchers.ts";

const FILE = { name: "OPENCODE_SLACK_GATEWAY_ENV_FILE", value: "/home/ada/my files/env" };
const base = { variables: [FILE], areSecret: false, env: {}, platform: "linux", openCodeMajor: 1 } as const;

function lineFor(SHELL: string): readonly string[] {
  return describeLaunchers({ ...base, env: { SHELL } }).slice(0, 2);
}

test("each shell gets its own line", () => {
  expect(lineFor("/bin/zsh")).toEqual([
    "In ~/.zshenv, and once in this shell:",
    "export OPENCODE_SLACK_GATEWAY_ENV_FILE='/home/ada/my files/env'",
  ]);
  expect(lineFor("/usr/bin/fish")).toEqual([
    "In your shell, once:",
    "set -Ux OPENCODE_SLACK_GATEWAY_ENV_FILE '/home/ada/my files/env'",
  ]);
  expect(lineFor("/bin/strange")[0]).toBe("In your shell's profile, and once in this shell:");
});

test("what starts OpenCode without a shell is named, where it is there", () => {
  const linux = describeLaunchers(base).join("\n");
  expect(linux).toContain('[Service]\nEnvironment="OPENCODE_SLACK_GATEWAY_ENV_FILE=/home/ada/my files/env"');
  expect(linux).toContain("~/.config/environment.d/");
  expect(linux).not.toMatch(/tmux|launchctl|opencode service/);
  expect(describeLaunchers({ ...base, env: { TMUX: "x" } }).join("\n")).toContain(
    "tmux set-environment -g OPENCODE_SLACK_GATEWAY_ENV_FILE '/home/ada/my files/env'",
  );
  expect(describeLaunchers({ ...base, platform: "darwin" }).join("\n")).toContain("launchctl setenv");
  expect(describeLaunchers({ ...base, openCodeMajor: 2 }).join("\n")).toContain("opencode service set env");
  expect(describeLaunchers({ ...base, platform: "win32" })[1]).toBe(
    'setx OPENCODE_SLACK_GATEWAY_ENV_FILE "/home/ada/my files/env"',
  );
});

test("where the variables are secrets, only the shell is named: others show them to everybody", () => {
  const variables = [{ name: "SLACK_BOT_TOKEN", value: "xoxb-…" }];
  const lines = describeLaunchers({ ...base, variables, areSecret: true, openCodeMajor: 2 });
  expect(lines).toEqual([
    "In your shell's profile, and once in this shell:",
    "export SLACK_BOT_TOKEN='xoxb-…'",
    expect.stringContaining("Run this again with --write-env"),
  ]);
});
