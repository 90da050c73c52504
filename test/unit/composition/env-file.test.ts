import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readConfig } from "../../../src/composition/config.ts";
import { readLogSettings } from "../../../src/composition/log-settings.ts";
import { blanksFor } from "../../../src/composition/variables.ts";

const TOKENS = "SLACK_BOT_TOKEN=xoxb-1-file\nSLACK_APP_TOKEN=xapp-1-file\nSLACK_CHANNEL_ID=U1\n";

let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "env-file-"));
  file = join(directory, "env");
});

afterEach(() => rmSync(directory, { recursive: true }));

function write(text: string, mode = 0o600): void {
  writeFileSync(file, text);
  chmodSync(file, mode);
}

function read(env: Record<string, string> = {}) {
  const result = readConfig(undefined, { HOME: "/home/ada", OPENCODE_SLACK_GATEWAY_ENV_FILE: file, ...env });
  return result.ok ? result.config : result.problems;
}

test("the gateway reads its variables from the file that the environment names", () => {
  write(TOKENS);
  expect(read()).toMatchObject({ botToken: "xoxb-1-file", appToken: "xapp-1-file", channelID: "U1" });
});

test("the environment wins over the file, but not with an empty variable", () => {
  write(TOKENS);
  expect(read({ SLACK_CHANNEL_ID: "C2", SLACK_APP_TOKEN: " " })).toMatchObject({
    appToken: "xapp-1-file",
    channelID: "C2",
  });
});

test.each([
  ["as a shell takes it", `# mine\n\nexport SLACK_CHANNEL_ID="C3"\n${TOKENS}`, "U1"],
  ["with Windows' line ends and a mark at its beginning", `\uFEFF${TOKENS.replaceAll("\n", "\r\n")}`, "U1"],
  ["with the last of two lines", `${TOKENS}SLACK_CHANNEL_ID='C4'`, "C4"],
])("the file is read %s", (_, text, expected) => {
  write(text);
  expect(read()).toMatchObject({ channelID: expected });
});

test.each(["xoxb-1-naked", "SLACK_CHANNEL_ID = U1", "set SLACK_CHANNEL_ID=U1"])(
  "a line that sets nothing is refused, and not repeated: %s",
  (line) => {
    write(`${line}\n${TOKENS}`);
    expect(read()).toEqual(["OPENCODE_SLACK_GATEWAY_ENV_FILE: line 1 is not NAME=value."]);
  },
);

test.each([
  "PATH=/evil",
  "HOME=/evil",
  "XDG_STATE_HOME=/evil",
  "OPENCODE_SERVER_PASSWORD=x",
  "OPENCODE_SLACK_GATEWAY_ENV_FILE=/other",
])("only the gateway's own variables can stand in it: not %s", (line) => {
  write(`${TOKENS}${line}\n`);
  const [name = ""] = line.split("=");
  expect(read()).toEqual([
    `OPENCODE_SLACK_GATEWAY_ENV_FILE: line 4 sets ${name}, which cannot be set in this file.`,
  ]);
});

test("a file that others may read is refused, and nothing of it counts", () => {
  for (const mode of [0o640, 0o604, 0o620, 0o602, 0o644]) {
    write(TOKENS, mode);
    expect(read()).toEqual([
      "OPENCODE_SLACK_GATEWAY_ENV_FILE: other users may read the file or write to it. Run chmod 600 on it, and make new tokens if others could have read them.",
    ]);
  }
});

test.runIf(process.getuid?.() === 0)("a file of another user is refused", () => {
  write(TOKENS);
  execFileSync("chown", ["65534", file]);
  expect(read()).toEqual(["OPENCODE_SLACK_GATEWAY_ENV_FILE: the file belongs to another user."]);
});

test("what is no file, is not there, or is named by half is refused; a link leads to its file", () => {
  expect(read()).toEqual(["OPENCODE_SLACK_GATEWAY_ENV_FILE: there is no such file."]);
  expect(read({ OPENCODE_SLACK_GATEWAY_ENV_FILE: "env" })).toEqual([
    "OPENCODE_SLACK_GATEWAY_ENV_FILE: the path must be absolute.",
  ]);
  mkdirSync(file);
  expect(read()).toEqual(["OPENCODE_SLACK_GATEWAY_ENV_FILE: this is not a file."]);
  rmSync(file, { recursive: true });
  execFileSync("mkfifo", [file]);
  expect(read()).toEqual(["OPENCODE_SLACK_GATEWAY_ENV_FILE: this is not a file."]);
  rmSync(file);
  write(TOKENS);
  const link = join(directory, "link");
  symlinkSync(file, link);
  expect(read({ OPENCODE_SLACK_GATEWAY_ENV_FILE: link })).toMatchObject({ channelID: "U1" });
});

test("the log takes its settings from the file too, and never shows a token of it", () => {
  write(`${TOKENS}OPENCODE_SLACK_GATEWAY_LOG_LEVEL=debug\n`);
  const { level, mask } = readLogSettings({
    HOME: "/home/ada",
    OPENCODE_SLACK_GATEWAY_ENV_FILE: file,
  });
  expect(level).toBe("debug");
  expect(mask("a xapp-1-file b")).not.toContain("xapp-1-file");
});

test("no command that OpenCode runs is told where the file is", () => {
  expect(blanksFor({ OPENCODE_SLACK_GATEWAY_ENV_FILE: file })).toMatchObject({
    OPENCODE_SLACK_GATEWAY_ENV_FILE: "",
    SLACK_BOT_TOKEN: "",
  });
});
