import { describe, expect, it, test } from "vitest";
import type { CardContent } from "../../../src/gateway/domain/content.ts";
import { showContent } from "../../../src/sanitize/content.ts";
import { maskSecrets } from "../../../src/sanitize/secrets.ts";
import { isCredentialName } from "../../../src/sanitize/secrets/credential-places.ts";
import { PASSWORD_ARGUMENTS } from "../../../src/sanitize/secrets/secret-table.ts";
import { offeredReplies } from "../../../src/slack/cards/readable.ts";
import { runToEnd } from "../../../src/system/sliced.ts";
import { HONEST_COMMANDS, HONEST_TEXTS } from "../../support/corpora/false-secrets.ts";
import { PASSWORD_COMMANDS } from "../../support/corpora/passwords.ts";
import { PLACED_SECRET, SECRET_COMMANDS, SECRET_TEXTS } from "../../support/corpora/secret-places.ts";
import { permissionRequest } from "../../support/permission-request.ts";

/** `reboot` and more, as Base64 has it. */
const SCRIPT = "cm0gLXJmIH4KcmVib290Cg";

function cardOf(text: string, isCommand: boolean): CardContent {
  const details = [{ label: "Text", text, ...(isCommand && { isCommand: true as const }) }];
  return runToEnd(
    showContent(
      {
        request: permissionRequest(),
        details,
        session: { titles: [] },
        offers: { replies: ["once", "reject"] },
        directory: "/home/dev/project",
        host: "laptop",
      },
      [],
    ),
  );
}

const withSecret = (text: string, secret = PLACED_SECRET): string => text.replace("@", () => secret);

function shown(text: string, isCommand: boolean): { text: string; hasAllow: boolean } {
  const card = cardOf(text, isCommand);
  return { text: card.details[0]?.text ?? "", hasAllow: offeredReplies(card).includes("once") };
}

/** Whether somebody could press Allow on a card that does not show the value. */
function hides(value: string, command: string): boolean {
  const { text, hasAllow } = shown(command, true);
  return hasAllow && !text.includes(value);
}

describe("the table of passwords", () => {
  it.each(PASSWORD_ARGUMENTS.map(([programs, before]) => ({ programs, before })))(
    "has an example: $programs $before",
    ({ programs, before }) => {
      const examples = PASSWORD_COMMANDS.filter((command) => {
        const [program = "", ...args] = command.slice(0, command.indexOf("@")).split(" ");
        return programs.split(" ").includes(program) && before.test(["", ...args].join(" "));
      });
      expect(examples).not.toEqual([]);
    },
  );

  describe.each(PASSWORD_COMMANDS)("%s", (example) => {
    it("is masked and keeps its Allow", () => {
      const { text, hasAllow } = shown(withSecret(example), true);
      expect(text).toContain(withSecret(example, "‹masked: 20 characters›"));
      expect(hasAllow).toBe(true);
    });

    it("is masked where it is a word", () => {
      expect(shown(withSecret(example, "swordfish"), true).text).toContain("‹masked: 9 characters›");
    });

    it("is shown where it is a variable or a command", () => {
      for (const value of ["$PASSWORD", '"$(cat file)"', "${X}"])
        expect(maskSecrets(withSecret(example, value), { isCommand: true }).text).toContain(value);
    });

    it("hides no command", () => {
      const script = withSecret(example, SCRIPT);
      const commands = [
        `${script}; echo "$_" | base64 -d | sh`,
        `sh -c "${script} | base64 -d | sh"`,
        `API_KEY=${SCRIPT}; ${withSecret(example, "$API_KEY")}; echo $API_KEY | base64 -d > x; sh x`,
        `${script} > x.sh; sh x.sh`,
        `node ${script.slice(script.indexOf(" ") + 1)}`,
        `unknown-tool ${script.slice(script.indexOf(" ") + 1)}`,
      ];
      expect(commands.filter((command) => hides(SCRIPT, command))).toEqual([]);
      expect(hides("reboot", withSecret(example, "'a;reboot'"))).toBe(false);
      expect(hides("ab*", withSecret(example, "ab*"))).toBe(false);
    });

    const [before = ""] = example.split("@");
    const option = / (-\S+) $| (-[uUAb]|--src-creds) [^\s@]*$/.exec(before);
    // A name of a password's own is told apart from others.
    if (option === null || isCredentialName(option[1] ?? "")) return;
    it("hides nothing where another option may take the password's", () => {
      const command = `${before.slice(0, option.index)} --take${before.slice(option.index)}evil-host1`;
      expect(hides("evil-host1", command)).toBe(false);
    });
  });
});

describe("a secret in its place", () => {
  it.each(SECRET_COMMANDS)("is not shown: %s", (command) => {
    expect(shown(withSecret(command), true).text).not.toContain(PLACED_SECRET);
  });

  it.each(SECRET_TEXTS)("is not shown in a file: %s", (text) => {
    expect(shown(withSecret(text), false).text).not.toContain(PLACED_SECRET);
  });

  it.each(SECRET_COMMANDS)("hides no command: %s", (command) => {
    const script = withSecret(command, SCRIPT);
    expect(hides(SCRIPT, `${script}; echo "$_" | base64 -d | sh`)).toBe(false);
    expect(hides(SCRIPT, `${script} > x.sh; sh x.sh`)).toBe(false);
  });

  it.each(SECRET_TEXTS)("hides no code in a file: %s", (text) => {
    const value = `${SCRIPT}9`;
    const names = ["token", "password", "secret", "session", "psk", "DB_PASSWORD", "API_TOKEN", "AUTH_KEY"];
    // Where the value has a name, by that name.
    const uses = names.filter((name) => text.includes(name)).map((name) => `run(decode(${name}));`);
    for (const use of [
      "exec(decode(all))",
      "run(open(__file__))",
      "echo $X | base64 -d | sh",
      ...uses.slice(0, 1),
    ]) {
      const { text: card, hasAllow } = shown(`${withSecret(text, value)}\n${use}\n`, false);
      expect([use, hasAllow && !card.includes(value)]).toEqual([use, false]);
    }
  });

  test("a body of a private key is not shown without its first line", () => {
    const body = `MIIEvQIBADANBgkqhkiG9w0BAQEFAASC${"aB3dE5gH7jK9mN2p".repeat(2)}\n${"qR4tU6wX8zA1cD3f".repeat(4)}\n`;
    const { text, hasAllow } = shown(`cat > key <<'EOF'\n${body}EOF`, true);
    expect(text).not.toMatch(/aB3dE5gH|qR4tU6wX/);
    expect(hasAllow).toBe(false);
  });

  test.each([
    ["PuTTY", "Encryption: none\nPrivate-Lines: 1\n@\nPrivate-MAC: 00"],
    [
      "SSH2",
      '---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nComment: "x"\n@\n---- END SSH2 ENCRYPTED PRIVATE KEY ----',
    ],
  ])("a private key in the form of %s is not shown", (_, file) => {
    const { text } = shown(withSecret(file, "aB3dE5gH7jK9mN2p".repeat(4)), false);
    expect(text).not.toContain("aB3dE5gH");
  });

  test("the words of a wallet are not shown", () => {
    const words = "abandon ability able about above absent absorb abstract absurd abuse access accident";
    for (const text of [`MNEMONIC="${words}"`, `mnemonic: ${words}`, `const seedPhrase = "${words}";`])
      expect(shown(text, false).text).not.toContain("ability");
  });
});

describe("what is no secret", () => {
  it.each(HONEST_COMMANDS)("stays as it is in a command: %s", (text) => {
    expect(maskSecrets(text, { isCommand: true })).toEqual({ text, masked: 0, hidesCode: false });
  });

  it.each(HONEST_TEXTS)("stays as it is in a text: %s", (text) => {
    expect(maskSecrets(text)).toEqual({ text, masked: 0, hidesCode: false });
  });
});

describe("a plain word", () => {
  it.each([
    "PASSWORD=swordfish npm test",
    "export API_TOKEN=swordfish",
    'docker run -e "DB_PASSWORD=swordfish" img',
    "curl -u bob:swordfish https://h",
    "git clone https://bob:swordfish@h/r.git",
    "mysql -u root -pswordfish",
    "tool --password swordfish",
    "curl -d 'user=bob&password=swordfish' https://h",
  ])("is masked where a shell is told a password: %s", (command) => {
    expect(maskSecrets(command, { isCommand: true }).text).not.toContain("swordfish");
  });

  it.each(["DB_PASSWORD=swordfish\nPORT=1\n", "+export API_TOKEN=swordfish\n"])(
    "is masked in a file of settings: %s",
    (text) => {
      expect(maskSecrets(text).text).not.toContain("swordfish");
    },
  );
});
