import { execFileSync } from "node:child_process";
import { join } from "node:path";

import { afterEach, describe, expect, it, vi } from "vitest";

import { type Config, readConfig } from "../../../src/composition/config.ts";
import { readLogSettings } from "../../../src/composition/log-settings.ts";
import { DEFAULT_RULE_TABLE } from "../../../src/policy/default-rules.ts";
import { ALL_DEFAULT_RULES } from "../../../src/policy/rule-lists.ts";
import type { Rule } from "../../../src/policy/rules.ts";

const COMPLETE = {
  HOME: "/home/ada",
  SLACK_BOT_TOKEN: "xoxb-1111-2222-botSecretBotSecret",
  SLACK_APP_TOKEN: "xapp-1-A111-2222-appSecretAppSecret",
  SLACK_CHANNEL_ID: "C0123456789",
  SLACK_APPROVER_IDS: "U111,W222",
};

function configOf(env: Record<string, string | undefined>, options?: unknown): Config {
  const result = readConfig(options, { ...COMPLETE, ...env });
  if (!result.ok) throw new Error(result.problems.join("\n"));
  return result.config;
}

function problemsOf(env: Record<string, string | undefined>, options?: unknown): readonly string[] {
  const result = readConfig(options, env);
  return result.ok ? [] : result.problems;
}

/** What is written of each rule; of the default ones their names. */
function textsOf(env: Record<string, string>) {
  const { terminalOnly, confirm, slackMayAllow, mayAllowAlways } = configOf(env).rules;
  return [terminalOnly, confirm, slackMayAllow, mayAllowAlways].map((rules) =>
    rules === undefined ? undefined : Array.from(new Set(rules.map(nameOf))),
  );
}

function nameOf(rule: Rule): string {
  return rule.kind === "program" ? rule.text : (rule.name ?? rule.text);
}

it("says whether approvers may mute from Slack, which nobody may otherwise", () => {
  expect(configOf({ OPENCODE_SLACK_GATEWAY_MUTE: "approvers" }).mayMute).toBe("approvers");
  expect(configOf({ OPENCODE_SLACK_GATEWAY_MUTE: "" }).mayMute).toBe("nobody");
  for (const wrong of ["on", "everybody", "U1"])
    expect(problemsOf({ ...COMPLETE, OPENCODE_SLACK_GATEWAY_MUTE: wrong })).toEqual([
      "OPENCODE_SLACK_GATEWAY_MUTE must be nobody or approvers.",
    ]);
});

describe("a complete environment", () => {
  it("is all it takes", () => {
    expect(configOf({})).toEqual({
      botToken: COMPLETE.SLACK_BOT_TOKEN,
      appToken: COMPLETE.SLACK_APP_TOKEN,
      apiURL: "https://slack.com/api/",
      channelID: "C0123456789",
      approvers: { kind: "listed", userIDs: ["U111", "W222"], groupIDs: [] },
      rules: { terminalOnly: [], confirm: ALL_DEFAULT_RULES, slackMayAllow: undefined, mayAllowAlways: [] },
      unknownVariables: [],
      allowAlways: true,
      grantMinutes: 30,
      mayMute: "nobody",
      allowFromThread: true,
      questions: true,
      cardCheck: "words",
      postAfterMs: 0,
      push: {
        mention: ["U111", "W222"],
        isMentionMissing: false,
        reminder: undefined,
        expiry: undefined,
      },
      serverLogin: undefined,
      startedAs: "other",
      httpsProxy: undefined,
      noProxy: undefined,
      stateDirectory: "/home/ada/.local/state/opencode-slack-gateway",
      socketDirectory: `/tmp/opencode-slack-gateway-${process.getuid?.()}`,
    });
  });

  it("may have blanks and quotes around its values", () => {
    const config = configOf({
      SLACK_BOT_TOKEN: ` "${COMPLETE.SLACK_BOT_TOKEN}"\n`,
      SLACK_CHANNEL_ID: "'G42'",
      SLACK_APPROVER_IDS: " U111 , W222, ",
    });
    expect(config.botToken).toBe(COMPLETE.SLACK_BOT_TOKEN);
    expect(config.channelID).toBe("G42");
    expect(config.approvers).toEqual({ kind: "listed", userIDs: ["U111", "W222"], groupIDs: [] });
  });

  it("keeps the password of OpenCode's server as it stands", () => {
    expect(configOf({ OPENCODE_SERVER_PASSWORD: ' "x" ' }).serverLogin).toEqual({
      username: "opencode",
      password: ' "x" ',
    });
    expect(
      configOf({ OPENCODE_SERVER_PASSWORD: "x", OPENCODE_SERVER_USERNAME: "ada" }).serverLogin?.username,
    ).toBe("ada");
  });

  it("says where state and sockets are kept", () => {
    const config = configOf({
      XDG_STATE_HOME: "/state",
      OPENCODE_SLACK_GATEWAY_SOCKET_DIR: "/run/user/7/gw",
    });
    expect(config.stateDirectory).toBe("/state/opencode-slack-gateway");
    expect(config.socketDirectory).toBe("/run/user/7/gw");
    expect(configOf({ XDG_STATE_HOME: "state" }).stateDirectory).toBe(
      "/home/ada/.local/state/opencode-slack-gateway",
    );
  });
});

describe("missing or wrong keys", () => {
  it("are all named at once, with where to find the value", () => {
    const problems = problemsOf({
      SLACK_APPROVER_IDS: "ada",
      SLACK_API_URL: "http://slack.com/api/",
      OPENCODE_SLACK_GATEWAY_LOG_LEVEL: "loud",
      OPENCODE_SLACK_GATEWAY_LOG_FILE: "gateway.log",
    });
    expect(problems).toEqual([
      expect.stringMatching(/^SLACK_BOT_TOKEN is not set\. .*xoxb-.*Install App/),
      expect.stringMatching(/^SLACK_APP_TOKEN is not set\. .*xapp-.*connections:write/),
      expect.stringMatching(/^SLACK_API_URL must be an https:/),
      expect.stringMatching(/^SLACK_CHANNEL_ID is not set\. .*About tab/),
      expect.stringMatching(/^SLACK_APPROVER_IDS must be member IDs .*Copy member ID/),
      expect.stringMatching(/^OPENCODE_SLACK_GATEWAY_LOG_LEVEL must be one of debug, /),
      expect.stringMatching(/^OPENCODE_SLACK_GATEWAY_LOG_FILE must be an absolute path/),
    ]);
  });

  it("count as missing when they are empty", () => {
    expect(problemsOf({ ...COMPLETE, SLACK_CHANNEL_ID: '""' })).toEqual([
      expect.stringMatching(/^SLACK_CHANNEL_ID is not set/),
    ]);
  });

  it("are said to be swapped when the tokens are", () => {
    const problems = problemsOf({
      ...COMPLETE,
      SLACK_BOT_TOKEN: COMPLETE.SLACK_APP_TOKEN,
      SLACK_APP_TOKEN: COMPLETE.SLACK_BOT_TOKEN,
    });
    expect(problems).toEqual([
      expect.stringMatching(/^SLACK_BOT_TOKEN holds an app token .*SLACK_APP_TOKEN.*swapped/),
      expect.stringMatching(/^SLACK_APP_TOKEN holds a bot token .*SLACK_BOT_TOKEN.*swapped/),
    ]);
  });

  it.each([
    ["xoxp-1-user", /holds a user token/],
    ["xoxe.xoxb-1-rotating", /token rotation must be off/],
    ["Bearer", /does not start with xoxb-/],
    ["xoxb-1111 2222", /begins with xoxb-, but is not a Slack token/],
  ])("say what is wrong with the bot token %j", (token, mistake) => {
    expect(problemsOf({ ...COMPLETE, SLACK_BOT_TOKEN: token })).toEqual([expect.stringMatching(mistake)]);
  });

  it.each([
    ["#general", /channel's name/],
    ["@ada", /person's name/],
    ["https://acme.slack.com/archives/C0123456789", /holds a link/],
    ["general", /not an ID/],
    ["c0123456789", /not an ID/],
  ])("say why %j is no channel ID, and where to find one", (channel, mistake) => {
    const [problem, ...others] = problemsOf({ ...COMPLETE, SLACK_CHANNEL_ID: channel });
    expect(problem).toMatch(mistake);
    expect(problem).toMatch(/About tab/);
    expect(others).toEqual([]);
  });

  it("are named without their values, since a token may stand in any of them", () => {
    const token = "xoxb-secret-";
    const everywhere = Object.fromEntries(
      [
        "SLACK_APP_TOKEN",
        "SLACK_API_URL",
        "SLACK_CHANNEL_ID",
        "SLACK_APPROVER_IDS",
        "HTTPS_PROXY",
        "OPENCODE_SLACK_GATEWAY_LOG_LEVEL",
        "OPENCODE_SLACK_GATEWAY_LOG_FILE",
        "OPENCODE_SLACK_GATEWAY_SOCKET_DIR",
      ].map((name) => [name, `${token} ${name}`]),
    );
    const problems = problemsOf({ ...everywhere, SLACK_BOT_TOKEN: `${token} ` + token });
    expect(problems).toHaveLength(9);
    expect(problems.join("\n")).not.toContain(token);
  });
});

describe("SLACK_APPROVER_IDS", () => {
  it("lets nobody answer when it is empty", () => {
    expect(configOf({ SLACK_APPROVER_IDS: "" }).approvers).toEqual({
      kind: "listed",
      userIDs: [],
      groupIDs: [],
    });
    expect(configOf({ SLACK_APPROVER_IDS: undefined, SLACK_CHANNEL_ID: "D111" }).approvers).toEqual({
      kind: "listed",
      userIDs: [],
      groupIDs: [],
    });
  });

  it.each(["U333", "W333"])("is the person whose direct message %s is, when it is empty", (channel) => {
    expect(configOf({ SLACK_APPROVER_IDS: "", SLACK_CHANNEL_ID: channel }).approvers).toEqual({
      kind: "listed",
      userIDs: [channel],
      groupIDs: [],
    });
  });

  it("takes precedence over the person of the direct message", () => {
    expect(configOf({ SLACK_CHANNEL_ID: "U333" }).approvers).toEqual({
      kind: "listed",
      userIDs: ["U111", "W222"],
      groupIDs: [],
    });
  });

  it("may name user groups", () => {
    expect(configOf({ SLACK_APPROVER_IDS: "S1,U111, S22" }).approvers).toEqual({
      kind: "listed",
      userIDs: ["U111"],
      groupIDs: ["S1", "S22"],
    });
  });

  it("may be everyone", () => {
    expect(configOf({ SLACK_APPROVER_IDS: "*" }).approvers).toEqual({ kind: "everyone" });
  });

  it.each(["*,U111", "U111,ada", "U111 U222", "C111", "s111", "*,S1", ",", "U111,,U222", "u111"])(
    "refuses %j",
    (list) => {
      expect(problemsOf({ ...COMPLETE, SLACK_APPROVER_IDS: list })).toHaveLength(1);
    },
  );
});

describe("SLACK_API_URL", () => {
  it.each([
    ["https://slack-gov.com/api", "https://slack-gov.com/api/"],
    ["http://localhost:8080/api/", "http://localhost:8080/api/"],
    ["http://127.0.0.1:8080/api", "http://127.0.0.1:8080/api/"],
    ["http://[::1]:8080/api/", "http://[::1]:8080/api/"],
  ])("may be %s", (url, expected) => {
    expect(configOf({ SLACK_API_URL: url }).apiURL).toBe(expected);
  });

  it.each([
    "http://slack.com/api/",
    "http://localhost.example.com/",
    "http://127.0.0.1.example.com/",
    "http://127.0.0.1@example.com/",
    "ftp://localhost/",
    "slack.com/api",
  ])("may not be %s", (url) => {
    expect(problemsOf({ ...COMPLETE, SLACK_API_URL: url })).toHaveLength(1);
  });
});

describe("a proxy", () => {
  it("is read under either name, the small one first", () => {
    expect(configOf({ HTTPS_PROXY: "http://a:1", https_proxy: "http://b:2" }).httpsProxy).toBe("http://b:2");
    expect(configOf({ HTTPS_PROXY: "http://a:1", https_proxy: "" }).httpsProxy).toBe("http://a:1");
    expect(configOf({ HTTPS_PROXY: "http://a:1", NO_PROXY: "x.example" })).toMatchObject({
      httpsProxy: "http://a:1",
      noProxy: "x.example",
    });
  });

  it("may be written without http://", () => {
    expect(configOf({ HTTPS_PROXY: "proxy.example.com:3128" }).httpsProxy).toBe(
      "http://proxy.example.com:3128",
    );
  });

  it("must speak HTTP", () => {
    expect(problemsOf({ ...COMPLETE, HTTPS_PROXY: "socks5://proxy:1080" })).toEqual([
      expect.stringMatching(/^HTTPS_PROXY must be an http/),
    ]);
  });
});

describe("the rules", () => {
  const TERMINAL_ONLY = "OPENCODE_SLACK_GATEWAY_TERMINAL_ONLY";
  const CONFIRM = "OPENCODE_SLACK_GATEWAY_CONFIRM";
  const SLACK_MAY_ALLOW = "OPENCODE_SLACK_GATEWAY_SLACK_MAY_ALLOW";
  const MAY_ALLOW_ALWAYS = "OPENCODE_SLACK_GATEWAY_MAY_ALLOW_ALWAYS";
  const NAMES = DEFAULT_RULE_TABLE.map(({ name }) => name);
  const without = (...removed: string[]) => NAMES.filter((name) => !removed.includes(name));

  it("are separated by commas or line breaks", () => {
    expect(
      textsOf({
        [TERMINAL_ONLY]: "deploy *,\n  edit:infra/* ,",
        [CONFIRM]: "a",
        [SLACK_MAY_ALLOW]: "ls *",
        [MAY_ALLOW_ALWAYS]: "git log *\nnpm run *",
      }),
    ).toEqual([["deploy *", "edit:infra/*"], ["a"], ["ls *"], ["git log *", "npm run *"]]);
  });

  it.each<[list: string, names: string[]]>([
    ["", NAMES],
    ["default", NAMES],
    ["none", []],
    ["default, deploy *", [...NAMES, "deploy *"]],
    ["default, !docker-prune", without("docker-prune")],
    [
      "!docker-prune, deploy *, !git-push-force\ndefault",
      ["deploy *", ...without("docker-prune", "git-push-force")],
    ],
    ["default, ! opencode-config", without("opencode-config")],
    ["git-push-force", ["git-push-force"]],
    ["opencode-config, npm version *", ["opencode-config", "npm version *"]],
  ])("of CONFIRM are default ones, by their names, and one's own: %j", (list, names) => {
    expect(textsOf({ [CONFIRM]: list })[1]).toEqual(names);
  });

  it("of TERMINAL_ONLY may be default ones, too", () => {
    expect(textsOf({ [TERMINAL_ONLY]: "git-push-force, deploy *" })[0]).toEqual([
      "git-push-force",
      "deploy *",
    ]);
    expect(textsOf({ [TERMINAL_ONLY]: "default, !rm-recursive" })[0]).toEqual(without("rm-recursive"));
    expect(textsOf({ [TERMINAL_ONLY]: "" })[0]).toEqual([]);
  });

  it.each([
    [TERMINAL_ONLY, ",", "holds no rule"],
    [SLACK_MAY_ALLOW, "\n,", "holds no rule"],
    [MAY_ALLOW_ALWAYS, ",", "holds no rule"],
    [TERMINAL_ONLY, "a, edit:", `Rule 2 of ${TERMINAL_ONLY} has no pattern after its colon.`],
    [TERMINAL_ONLY, "none", "stands for a whole list and cannot be used here"],
    [SLACK_MAY_ALLOW, "ls, none", "stands for a whole list and cannot be used here"],
    [MAY_ALLOW_ALWAYS, "default", "stands for a whole list and cannot be used here"],
    [CONFIRM, "deploy, none", "stands for a whole list and cannot be used here"],
    [CONFIRM, "Default", "stands for a whole list and cannot be used here"],
    [CONFIRM, "a".repeat(201), "is longer than 200 characters"],
    [MAY_ALLOW_ALWAYS, "a".repeat(201), "is longer than 200 characters"],
    [TERMINAL_ONLY, "rm\u200b *", "contains an invisible character"],
    [TERMINAL_ONLY, "ls, 'rm *'", "is in quotes"],
    [TERMINAL_ONLY, "^rm.*", "looks like a regular expression"],
    [
      CONFIRM,
      "default, !docker-purne",
      `Rule 2 of ${CONFIRM} removes a default rule that does not exist. Similar names: \`docker-prune\`.`,
    ],
    [CONFIRM, "default, !x", "removes a default rule that does not exist: the documents list them."],
    [CONFIRM, "!docker-prune", "removes a rule from `default`, but `default` is not in the list: add it."],
    [
      TERMINAL_ONLY,
      "deploy *, !git-clean",
      "removes a rule from `default`, but `default` is not in the list: add it.",
    ],
    [
      TERMINAL_ONLY,
      "git-push-forse",
      "is not a default rule. Similar names: `git-push-force`. If you mean a command with this name, write ` *` after it.",
    ],
    [SLACK_MAY_ALLOW, "ls, !rm-recursive", "begins with `!`, but that removes only default rules."],
    [
      MAY_ALLOW_ALWAYS,
      "git-push-force",
      "is a default rule: these name dangerous commands, so this list does not take them.",
    ],
  ])("of %s that cannot be meant stop the gateway: %j", (variable, list, mistake) => {
    const problems = problemsOf({ ...COMPLETE, [variable]: list });
    expect(problems).toEqual([expect.stringContaining(mistake)]);
    expect(problems[0]).toContain(variable);
  });

  it("are never repeated by a problem, since a token may stand in the wrong variable", () => {
    const token = COMPLETE.SLACK_BOT_TOKEN;
    for (const variable of [TERMINAL_ONLY, CONFIRM, SLACK_MAY_ALLOW, MAY_ALLOW_ALWAYS])
      for (const list of [`x, '${token}'`, `x, !${token}`]) {
        const problems = problemsOf({ ...COMPLETE, [variable]: list });
        expect(problems).toHaveLength(1);
        expect(problems.join()).not.toContain("xoxb");
      }
  });
});

describe("plugin options", () => {
  it.each(["allowAlways", "allowFromThread", "questions"] as const)(
    "can take away what %s names",
    (option) => {
      expect(configOf({}, { [option]: false })[option]).toBe(false);
      expect(configOf({}, {})[option]).toBe(true);
    },
  );

  it("cannot bring back the questions that the environment has taken away", () => {
    const off = { OPENCODE_SLACK_GATEWAY_QUESTIONS: "off" };
    expect(configOf(off).questions).toBe(false);
    expect(configOf(off, { questions: true }).questions).toBe(false);
    expect(problemsOf({ ...COMPLETE, OPENCODE_SLACK_GATEWAY_QUESTIONS: "no" })).toEqual([
      "OPENCODE_SLACK_GATEWAY_QUESTIONS must be on or off.",
    ]);
  });

  it("can take away what allowGrants names", () => {
    expect(configOf({}, { allowGrants: false }).grantMinutes).toBe(0);
    expect(configOf({}, { allowGrants: true }).grantMinutes).toBe(30);
  });

  it.each([{ allowAlways: "false" }, { allowAlways: null }, { allowFromThread: 0 }, [], "x", null])(
    "stop the gateway when they are wrong: %j",
    (options) => {
      expect(problemsOf(COMPLETE, options)).toHaveLength(1);
    },
  );

  it("cannot say who is trusted", () => {
    const options = { SLACK_APPROVER_IDS: "*", approvers: "*" };
    expect(problemsOf(COMPLETE, options)).toEqual([
      expect.stringMatching(/^Unknown plugin option "SLACK_APPROVER_IDS", "approvers".*environment/),
    ]);
  });
});

describe("how much of a card must be as it was posted", () => {
  it.each(["words", "strict", "off"])("is set by a variable: %s", (cardCheck) => {
    expect(configOf({ OPENCODE_SLACK_GATEWAY_CARD_CHECK: cardCheck })).toMatchObject({ cardCheck });
  });

  it("is never taken from a project's options", () => {
    expect(problemsOf(COMPLETE, { cardCheck: "off" })).toEqual([
      expect.stringMatching(/^Unknown plugin option "cardCheck"/),
    ]);
  });

  it("is one of three words", () => {
    expect(problemsOf({ ...COMPLETE, OPENCODE_SLACK_GATEWAY_CARD_CHECK: "none" })).toEqual([
      "OPENCODE_SLACK_GATEWAY_CARD_CHECK must be one of words, strict, off.",
    ]);
  });

  it("takes Allow always away where it is nothing", () => {
    expect(configOf({ OPENCODE_SLACK_GATEWAY_CARD_CHECK: "strict" }).allowAlways).toBe(true);
    expect(configOf({ OPENCODE_SLACK_GATEWAY_CARD_CHECK: "off" }, { allowAlways: true }).allowAlways).toBe(
      false,
    );
  });
});

describe("for how long a request may be allowed", () => {
  it.each([
    [undefined, 30],
    ["", 30],
    ["0", 0],
    ["5", 5],
    ["480", 480],
  ])("is set by a variable, in minutes: %s", (minutes, grantMinutes) => {
    expect(configOf({ OPENCODE_SLACK_GATEWAY_GRANT_MINUTES: minutes })).toMatchObject({ grantMinutes });
  });

  it.each(["481", "-1", "1.5", "30m", "1e2", "0x10"])("is a whole number of minutes: not %s", (minutes) => {
    expect(problemsOf({ ...COMPLETE, OPENCODE_SLACK_GATEWAY_GRANT_MINUTES: minutes })).toEqual([
      "OPENCODE_SLACK_GATEWAY_GRANT_MINUTES must be a whole number of minutes, from 0 to 480.",
    ]);
  });

  it("is never taken from a project's options", () => {
    expect(problemsOf(COMPLETE, { grantMinutes: 480 })).toEqual([
      expect.stringMatching(/^Unknown plugin option "grantMinutes"/),
    ]);
  });

  it("is nothing where cards are not checked, and no option changes that", () => {
    const unchecked = { OPENCODE_SLACK_GATEWAY_CARD_CHECK: "off" };
    expect(configOf(unchecked, { allowGrants: true }).grantMinutes).toBe(0);
  });
});

describe("how long a request waits for an answer in OpenCode", () => {
  it.each([
    [undefined, 0],
    ["", 0],
    ["0", 0],
    ["90", 90_000],
    ["600", 600_000],
  ])("is set by a variable, in seconds: %s", (seconds, postAfterMs) => {
    expect(configOf({ OPENCODE_SLACK_GATEWAY_POST_AFTER_SECONDS: seconds })).toMatchObject({ postAfterMs });
  });

  it.each(["601", "-1", "1.5", "5m", "1e2", "0x10"])("is a whole number of seconds: not %s", (seconds) => {
    expect(problemsOf({ ...COMPLETE, OPENCODE_SLACK_GATEWAY_POST_AFTER_SECONDS: seconds })).toEqual([
      "OPENCODE_SLACK_GATEWAY_POST_AFTER_SECONDS must be a whole number of seconds, from 0 to 600.",
    ]);
  });

  it("is never taken from a project's options", () => {
    expect(problemsOf(COMPLETE, { postAfterSeconds: 600 })).toEqual([
      expect.stringMatching(/^Unknown plugin option "postAfterSeconds"/),
    ]);
  });
});

describe("the log's settings", () => {
  it("come from the environment", () => {
    const { level, file, mask } = readLogSettings({
      ...COMPLETE,
      OPENCODE_SLACK_GATEWAY_LOG_LEVEL: "debug",
      OPENCODE_SLACK_GATEWAY_LOG_FILE: "/var/log/gateway.log",
      OPENCODE_SERVER_PASSWORD: "correct horse",
    });
    expect({ level, file }).toEqual({ level: "debug", file: "/var/log/gateway.log" });
    for (const secret of [COMPLETE.SLACK_BOT_TOKEN, COMPLETE.SLACK_APP_TOKEN, "correct horse"])
      expect(mask(`it is ${secret}, yes`)).toMatch(/^it is ‹masked: \d+ characters›, yes$/);
  });

  it("are the defaults where they are wrong, so that this can be logged", () => {
    expect(
      readLogSettings({
        XDG_STATE_HOME: "/state",
        OPENCODE_SLACK_GATEWAY_LOG_LEVEL: "loud",
        OPENCODE_SLACK_GATEWAY_LOG_FILE: "gateway.log",
      }),
    ).toMatchObject({ level: "info", file: join("/state", "opencode-slack-gateway", "gateway.log") });
  });
});

describe("where there is no home directory", () => {
  afterEach(() => vi.unstubAllEnvs());

  // What the system says of nobody: Node asks it with the process's own environment.
  it.each(["", "not/absolute"])(
    "as HOME is '%s', the gateway is off and says so, and nothing is written",
    (HOME) => {
      vi.stubEnv("HOME", HOME);
      const env = { ...COMPLETE, HOME };
      expect(problemsOf(env)).toEqual([
        expect.stringContaining("There is no home directory to keep files in"),
      ]);
      expect(readLogSettings(env)).toMatchObject({ level: "silent" });
      expect(configOf({ HOME, XDG_STATE_HOME: "/state" }).stateDirectory).toBe(
        "/state/opencode-slack-gateway",
      );
      expect(readLogSettings({ OPENCODE_SLACK_GATEWAY_LOG_FILE: "/var/log/gateway.log" })).toMatchObject({
        level: "info",
        file: "/var/log/gateway.log",
      });
    },
  );

  it.skipIf(process.getuid?.() !== 0)("as nobody is known by the process's number, it is the same", () => {
    const script = `
      import { readConfig } from ${JSON.stringify(new URL("../../../src/composition/config.ts", import.meta.url).href)};
      import { readLogSettings } from ${JSON.stringify(new URL("../../../src/composition/log-settings.ts", import.meta.url).href)};
      console.log(readLogSettings({}).level, readConfig(undefined, {}).problems.at(-1));
    `;
    const args = ["--import", "tsx", "--input-type=module", "-e", script];
    const env = { PATH: process.env["PATH"] };
    const options = { uid: 54_321, gid: 54_321, env, encoding: "utf8" } as const;
    expect(execFileSync(process.execPath, args, options)).toMatch(/^silent There is no home directory/);
  });
});
