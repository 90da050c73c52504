import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { literal, overlap, parsePattern } from "../../../src/shell/wildcards.ts";
import { runToEnd } from "../../../src/system/sliced.ts";
import type { PermissionRequest } from "../../../src/gateway/domain/ask.ts";
import { callOf, type Place } from "../../../src/policy/files.ts";
import { editedPaths } from "../../../src/opencode/edits/plan.ts";
import type { Judgement } from "../../../src/policy/judge.ts";
import { parseRule, type Rules } from "../../../src/policy/rules.ts";
import { EVASIONS, HONEST_COMMANDS } from "../../support/corpora/evasions.ts";
import { bashRequest as bash, DEFAULTS, judge as judgeAt, PLACE } from "../../support/judging.ts";
import { permissionRequest } from "../../support/permission-request.ts";

const TERMINAL: Rules = rules({
  terminalOnly: ["rm -*", "rm * -*", "find * -delete*", "git push *-*f*", "git push *+*"],
});

function judge(asked: PermissionRequest, lists: Rules, place: Partial<Place> = {}): Judgement {
  const edited = runToEnd(editedPaths(callOf(asked), asked.metadata, PLACE.directory));
  return judgeAt(asked, lists, { ...PLACE, edited, ...place });
}

interface Lists {
  readonly terminalOnly?: readonly string[];
  readonly confirm?: readonly string[];
  readonly slackMayAllow?: readonly string[];
}

function rules({ terminalOnly = [], confirm = [], slackMayAllow }: Lists): Rules {
  return {
    terminalOnly: terminalOnly.map(parseRule),
    confirm: confirm.map(parseRule),
    slackMayAllow: slackMayAllow?.map(parseRule),
    mayAllowAlways: [],
  };
}

function request(
  permission: string,
  patterns: readonly string[],
  rest: Partial<PermissionRequest> = {},
): PermissionRequest {
  return permissionRequest({ permission, patterns, ...rest });
}

function inDirectory(command: string, workdir: string): PermissionRequest {
  const call = { tool: "bash", args: { command, workdir } };
  return request("bash", [command], { metadata: { command }, call });
}

function write(filePath: string): PermissionRequest {
  const call = { tool: "write", args: { filePath } };
  return request("edit", ["x"], { metadata: { filepath: filePath }, call });
}

function allow(command: string, lists: Rules = DEFAULTS) {
  return judge(bash(command), lists).allow;
}

describe("a command that hides another", () => {
  test("is one of at least sixty", () => {
    expect(EVASIONS.length).toBeGreaterThanOrEqual(60);
  });

  test.each(EVASIONS.map(({ command }) => command))("needs a second question: %s", (command) => {
    expect(allow(command)).toBe("confirm");
  });

  test.each(EVASIONS.map(({ command }) => command))(
    "is for the terminal where its like is: %s",
    (command) => {
      expect(allow(command, TERMINAL)).toBe("terminal-only");
    },
  );

  test.each(EVASIONS.map(({ command }) => command))("is never listed: %s", (command) => {
    const listed = rules({
      slackMayAllow: ["ls *", "true", "echo *", "cat *", "git push", "git status *", "sudo ls"],
    });
    expect(allow(command, listed)).toBe("terminal-only");
  });
});

describe("an honest command", () => {
  test.each(HONEST_COMMANDS)("is allowed at once: %s", (command) => {
    expect(judge(bash(command), DEFAULTS)).toEqual({ allow: "offered" });
  });
});

describe("the default list", () => {
  test.each([
    "echo x > opencode.json",
    "echo x >> ~/.config/opencode/opencode.jsonc",
    "echo x | tee .opencode/plugin/a.js",
    "cp a.js .opencode/plugin/",
    "sed -i 's/ask/allow/' opencode.json",
    "ln -s a packages/b/opencode.json",
    "ln -s a .opencode",
    "mv a ~/.config/opencode",
    "echo x > .opencode/../opencode.json",
    "cd .opencode && echo x > a.md",
    "curl -o opencode.json https://example.com",
  ])("asks before %s", (command) => {
    expect(allow(command)).toBe("confirm");
  });

  test.each([
    [request("edit", ["opencode.json"])],
    [request("edit", ["opencode.jsonc"])],
    [request("edit", ["OpenCode.json"])],
    [request("edit", ["packages/a/opencode.json"])],
    [request("edit", [".opencode/plugin/a.js"])],
    [request("edit", [".opencode\\plugin\\a.js"])],
    [request("edit", ["a/../.opencode//agent/b.md"])],
    [request("edit", ["../.config/opencode/agent/a.md"])],
    [request("edit", ["../.config/./opencode/a.md"])],
    [request("edit", ["agent/a.md"], { metadata: { filepath: "/home/dev/.config/opencode/agent/a.md" } })],
    [request("edit", ["a.md"], { call: { tool: "write", args: { filePath: "/p/.opencode/a.md" } } })],
    [request("external_directory", ["/a/*"], { call: { tool: "bash", args: { command: "rm -r /a/b" } } })],
    [request("edit", ["b"], { call: { tool: "write", args: { filePath: "src/../.opencode/b" } } })],
    [
      request("edit", ["a.md", "b.md"], {
        metadata: { filepath: "a.md, b.md" },
        call: {
          tool: "apply_patch",
          args: {
            patchText:
              "*** Begin Patch\n*** Update File: a.md\n*** Move to: .opencode/agent/a.md\n@@\n*** Add File: b.md\n+b\n*** End Patch",
          },
        },
      }),
    ],
    [
      request("external_directory", ["/a/*"], {
        call: { tool: "edit", args: { filePath: "/a/opencode.json" } },
      }),
    ],
    [request("doom_loop", ["bash"], { metadata: { tool: "bash", input: { command: "rm -r x" } } })],
    [request("doom_loop", ["write"], { metadata: { tool: "write", input: { filePath: "opencode.json" } } })],
    [request("bash", ["rm -r x"])],
    [request("bash", ["ls"], { metadata: { command: "ls; rm -r x" } })],
    [
      request("bash", ["ls"], {
        metadata: { command: "ls" },
        call: { tool: "bash", args: { command: "rm -r x" } },
      }),
    ],
  ])("asks before request %#", (asked) => {
    expect(judge(asked, DEFAULTS).allow).toBe("confirm");
  });

  test.each([
    [request("edit", ["src/a.ts"], { metadata: { filepath: "/p/src/a.ts" } })],
    [request("webfetch", ["https://example.com/a"])],
    [request("doom_loop", ["read"], { metadata: { tool: "read", input: { filePath: "opencode.json" } } })],
    [
      request("external_directory", ["/a/*"], {
        call: { tool: "read", args: { filePath: "/a/opencode.json" } },
      }),
    ],
    [request("tickets_create", ["*"])],
    [request("read", ["opencode.json"], { call: { tool: "read", args: { filePath: "/p/opencode.json" } } })],
  ])("does not ask before request %#", (asked) => {
    expect(judge(asked, DEFAULTS)).toEqual({ allow: "offered" });
  });
});

describe("a rule", () => {
  test.each<[rule: string, asked: PermissionRequest, matches: boolean]>([
    ["git push *", bash("git push"), true],
    ["git push *", bash("git pushy"), false],
    ["npm run build:*", bash("npm run build:all"), true],
    ["bash:npm test", bash("npm test"), true],
    ["*secret*", bash("cat a/secret.txt"), true],
    ["*secret*", bash('cat "$X"'), false],
    ["*; *", bash("a; b"), true],
    ["/opt/a *", bash("/opt/a b"), true],
    ["a *", bash("/opt/a b"), true],
    ["deploy", bash("if x; then deploy; fi"), true],
    ["webfetch:https://example.com/*", request("webfetch", ["https://example.com/a//b"]), true],
    ["tickets_*:*", request("tickets_create", ["*"]), true],
    ["tickets_*:*", request("github_create", ["*"]), false],
    ["*:*", request("github_create", ["*"]), true],
    ["edit:*", bash("python3 -c 'import os'"), false],
    ["deploy", bash("python3 -c 'import os'"), true],
    ["deploy", bash("python3 -c 'import sys; print(sys.version)'"), false],
    ["git push *", bash("git -C there --no-pager push"), true],
    ["kubectl delete *", bash("kubectl -n prod delete pod x"), true],
    ["git push", bash("xterm -e git push -hold"), true],
    ["rm -*", bash("env rm -r x"), true],
    ["rm -*", bash("env rm x"), false],
    ["/opt/deploy *", bash("zip -TT /opt/deploy x"), true],
    ["/opt/deploy *", bash("zip -TT /usr/deploy x"), false],
    ["dep*", bash("zip -TT deploy x"), true],
    ["deploy prod", bash("x 'deploy prod; y' z"), true],
    ["deploy prod", bash("x 'deploy staging'"), false],
  ])("%s", (text, asked, matches) => {
    expect(judge(asked, rules({ terminalOnly: [text] })).allow === "terminal-only").toBe(matches);
  });

  test("says itself why it asks", () => {
    expect(judge(bash("ls; rm -r x"), DEFAULTS)).toEqual({
      allow: "confirm",
      why: "This matches the rule `rm-recursive`.",
    });
    expect(judge(bash("ls"), rules({ terminalOnly: ["l?"] }))).toEqual({
      allow: "terminal-only",
      why: "This matches `l?`.",
    });
    expect(judge(bash("eval x"), DEFAULTS)).toEqual({
      allow: "confirm",
      why: "`eval` runs text, or changes what other commands do.",
    });
  });

  test("for the terminal goes before all others", () => {
    const all = rules({ terminalOnly: ["a *"], confirm: ["*"], slackMayAllow: ["*"] });
    expect(allow("a b", all)).toBe("terminal-only");
    expect(allow("b", all)).toBe("confirm");
  });

  test("matches nothing that cannot be read where there is none", () => {
    expect(allow("eval x", rules({}))).toBe("offered");
  });
});

describe("a file", () => {
  test.each<[rule: string, path: string]>([
    ["edit:/p/src/a.ts", "/p/src/a.ts"],
    ["edit:src/*", "/p/src/a.ts"],
    ["edit:src/*", "src/deep/../a.ts"],
    ["edit:/p/src/*", "src/a.ts"],
    ["edit:~/.ssh/*", "/home/dev/.ssh/config"],
    ["edit:~/.ssh/*", "../home/dev/.ssh/config"],
    ["edit:~/.SSH/*", "/home/dev/.ssh/config"],
  ])("is meant by %s, called %s", (rule, path) => {
    expect(judge(write(path), rules({ terminalOnly: [rule] })).allow).toBe("terminal-only");
    expect(
      judge(bash(`echo a > ${path.startsWith("/") ? path : `/p/${path}`}`), rules({ terminalOnly: [rule] }))
        .allow,
    ).toBe("terminal-only");
  });

  test("that a link leads to is meant by its own name", () => {
    const linked = ["/p/.opencode/agent/a.md"];
    expect(judge(write("/p/notes/a.md"), DEFAULTS, { linked }).allow).toBe("confirm");
    const listed = rules({ slackMayAllow: ["edit:notes/*"] });
    const asked = { ...write("/p/notes/a.md"), patterns: ["notes/a.md"] };
    expect(judge(asked, listed).allow).toBe("offered");
    expect(judge(asked, listed, { linked }).allow).toBe("terminal-only");
  });
});

describe("what nobody reads", () => {
  const long = `echo ${"a".repeat(20_000)}`;

  test("matches every rule, whatever it is about", () => {
    expect(allow(long)).toBe("confirm");
    expect(judge(request("webfetch", [long]), rules({ terminalOnly: ["edit:x"] }))).toEqual({
      allow: "terminal-only",
      why: "This is too long to check.",
    });
    expect(allow(long, rules({ slackMayAllow: ["*"] }))).toBe("terminal-only");
    expect(allow(long, rules({}))).toBe("offered");
  });
});

describe("a command for Windows", () => {
  const onWindows = { isWindows: true };

  test.each([
    "npm test",
    "git status --short && npm run build",
    'git commit -m "Fix the login (again)"',
    "cd packages/web; npx tsc --noEmit 2>&1 | head -20",
    'python -c "print(1)"',
    "dir src",
  ])("asks no second time where all shells read it alike: %s", (command) => {
    expect(judge(bash(command), DEFAULTS, onWindows)).toEqual({ allow: "offered" });
  });

  test.each([
    "Remove-Item x",
    "del x",
    "rd /s /q x",
    "git push --force",
    "npm test; rm -r x",
    "git.exe status",
    "git pu\\sh",
    "git status & del x",
    "git status ^& del x",
    'git "status"x',
    "echo %X%",
    "echo $env:X",
    "npm test > x",
    "npx {del x}",
    "git status–f",
    "cmd /c dir",
    "powershell -c dir",
    "python -c \"import os; os.remove('x')\"",
    ...EVASIONS.map(({ command }) => command),
  ])("asks a second time where they may not, or it is told: %s", (command) => {
    expect(judge(bash(command), DEFAULTS, onWindows).allow).toBe("confirm");
  });

  test("may be whatever a pattern means, and is listed nowhere", () => {
    expect(judge(bash("npm test"), rules({ terminalOnly: ["deploy *"] }), onWindows)).toEqual({
      allow: "terminal-only",
      why: "The gateway cannot read this Windows command.",
    });
    expect(judge(bash("npm test"), rules({ slackMayAllow: ["npm test"] }), onWindows).allow).toBe(
      "terminal-only",
    );
  });
});

describe("a file that only the run will tell", () => {
  test.each([
    "grep -rl foo src | xargs sed -i 's/foo/bar/g'",
    "find . -name '*.ts' -exec sed -i 's/foo/bar/g' {} +",
    "git ls-files '*.md' | xargs sed -i '' 's/foo/bar/'",
    'for f in src/*.ts; do sed -i s/a/b/ "$f"; done',
    "sed -i 's/a/b/' src/*.ts *.md",
    'npm test > "$LOG" 2>/dev/null',
    "ls | xargs -I{} cp {} out/{}",
    "awk '{print > $1\".txt\"}' x",
  ])("is not feared to be one of those that default rules mean: %s", (command) => {
    expect(judge(bash(command), DEFAULTS)).toEqual({ allow: "offered" });
  });

  test.each([
    'F=opencode; echo x > "$F.json"',
    'D=.git/hooks; cp x "$D"',
    'echo x > "$HOME/.ssh/authorized_keys"',
    'D=/dev; cat x > "$D/sda"',
    "echo opencode.json | xargs sed -i s/a/b/",
  ])("is feared where the command speaks of one: %s", (command) => {
    expect(judge(bash(command), DEFAULTS).allow).toBe("confirm");
  });

  test.each(["xargs sed -i s/a/b/", 'tee "$F"', "awk '{print > $1}' x", "find . -exec touch {} +"])(
    "may be any that a pattern means: %s",
    (command) => {
      expect(allow(command, rules({ terminalOnly: ["edit:infra/*"] }))).toBe("terminal-only");
      expect(allow(command, rules({ confirm: ["edit:infra/*"] }))).toBe("confirm");
    },
  );
});

describe("where only what is listed may be allowed", () => {
  const listed = rules({
    slackMayAllow: [
      "git status *",
      "npm test",
      "edit:src/*",
      "cd *",
      "echo *",
      "sh a b",
      "export *",
      "test *",
    ],
  });

  test.each<[PermissionRequest, string]>([
    [bash("git status"), "offered"],
    [bash("git status --short"), "offered"],
    [bash("git status --short && npm test || echo no; echo 'a b'\n\nnpm test | echo 2>&1\n"), "offered"],
    [bash("'git' status > /dev/null 2>&1"), "offered"],
    [bash('git "status" 2>/dev/null'), "offered"],
    [bash("git status HEAD~3 HEAD^ a=b"), "offered"],
    [bash("git\\ status"), "terminal-only"],
    [bash("echo 로그인 오류"), "terminal-only"],
    [bash("echo '로그인 오류'"), "offered"],
    [bash("sh a b"), "offered"],
    [bash("sh 'a b'"), "terminal-only"],
    [bash("git '' status"), "terminal-only"],
    [bash("cd a && git status; npm test"), "terminal-only"],
    [bash("export A=1"), "terminal-only"],
    [bash("test -v 'a[$(x)]'"), "terminal-only"],
    [bash("Git status"), "terminal-only"],
    [bash("/tmp/git status"), "terminal-only"],
    [bash("sudo git status"), "terminal-only"],
    [bash("A=1 git status"), "terminal-only"],
    [bash("A=1"), "terminal-only"],
    [bash("git status $X"), "terminal-only"],
    [bash("git status *"), "terminal-only"],
    [bash("git status $(git status)"), "terminal-only"],
    [bash("git status > a"), "terminal-only"],
    [bash("git status; ls"), "terminal-only"],
    [bash("[[ a ]]"), "terminal-only"],
    [bash("{ echo a; } > src/../a"), "terminal-only"],
    [bash("echo a > src/a"), "terminal-only"],
    [bash("echo a &"), "terminal-only"],
    [bash("<&-deploy npm test"), "terminal-only"],
    [bash("npm test <=(deploy prod)"), "terminal-only"],
    [bash("git status < =(deploy)"), "terminal-only"],
    [bash("<&-find git status . -exec deploy {} +"), "terminal-only"],
    [inDirectory("npm test", "vendor/evil"), "terminal-only"],
    [inDirectory("npm test", "/p"), "offered"],
    [inDirectory("npm test", "."), "offered"],
    [bash(""), "terminal-only"],
    [request("edit", ["src/a.ts"]), "offered"],
    [request("edit", ["src/a.ts", "b.ts"]), "terminal-only"],
    [request("edit", ["src/../b.ts"]), "terminal-only"],
    [request("edit", []), "terminal-only"],
    [request("webfetch", ["src/a"]), "terminal-only"],
  ])("%# is %s", (asked, expected) => {
    expect(judge(asked, listed).allow).toBe(expected);
  });
});

describe("a file that is named from another directory", () => {
  const infra = rules({ terminalOnly: ["edit:infra/*", "edit:*/secret.txt", "edit:/home/dev/notes/*"] });

  test.each([
    inDirectory("echo new > prod.tf", "infra"),
    inDirectory("terraform plan", "infra"),
    inDirectory("echo x > ../infra/a", "src"),
    bash("cd infra && echo new > prod.tf"),
    bash("(cd src/../infra; echo new > prod.tf)"),
    bash("cd -P -- infra; tee prod.tf"),
    bash("cd src; cd ../infra && touch a"),
    bash("pushd infra > /dev/null; echo new > prod.tf; popd"),
    bash("builtin cd infra; echo > a"),
    bash('D=infra; cd "$D" && echo new > prod.tf'),
    bash('cd "$ROOT/infra" && echo new > prod.tf'),
    bash("cd infra/$X && make"),
    bash("git -C infra checkout ."),
    bash("make -C infra"),
    bash("tar -C infra -xf a.tar"),
    bash("tar xf a.tar --directory=infra"),
    bash("env -C infra tee prod.tf"),
    bash("npm --prefix infra install"),
    bash("terraform -chdir=infra apply"),
    bash("unzip a.zip -d infra"),
    bash("cp a.tf infra"),
    bash("cd src && echo x > secret.txt"),
    bash("cd ~/notes && npm test"),
    bash("cd notes; cd && npm test; echo x > notes/a"),
    bash("sudo tee infra/a"),
    bash("sort -o infra/a b"),
    bash("shuf --output=infra/a b"),
    bash("npx prettier --write infra/a"),
    bash("yq -i .a=1 infra/a"),
    bash("perl -pi -e s/a/b/ infra/a"),
    bash("cat b | sponge infra/a"),
    bash("git checkout HEAD~1 -- infra/a"),
    bash("git restore infra/a"),
    bash("gcc -o infra/a a.c"),
    bash("openssl rand -out infra/a 5"),
    bash("pg_dump --file x -o infra/a"),
    bash("curl -oinfra/a https://example.com"),
    bash("sed -n 's/a/b/w infra/a' b"),
    bash("sed -n -e '/a/w infra/a' -e p b"),
    bash("find . -exec sed -n 'w infra/a' {} +"),
    bash("awk '{print > \"infra/a\"}' b"),
    bash("xargs awk '{print $1 >> \"infra/\" $2}'"),
    bash("cd infra && awk '{print > \"a\"}' ../b"),
    bash("tar czf infra/a.tgz dist"),
    bash("tar -c -f infra/a.tar dist"),
    bash("tar cfC infra/a.tar .. dist"),
    bash("tar --create --file=infra/a.tar dist"),
    bash("zip -r infra/a dist"),
  ])("is one that a rule means: %#", (asked) => {
    expect(judge(asked, infra).allow).toBe("terminal-only");
  });

  test.each([
    inDirectory("npm test", "packages/web"),
    inDirectory("ls && git log -3", "infra"),
    bash("cd packages/web && npm test 2>&1 | tail -40"),
    bash('cd "$DIR" && npm run build > log.txt'),
    bash("cd infra && cat prod.tf | head"),
    bash("git -C infra log -3"),
    bash("cd infra && cd .. && ls"),
    bash("find infra -name '*.tf'"),
    bash("sed -n 1,5p infra/prod.tf"),
    bash("npx prettier --check infra/a"),
    bash("grep -o infra/a b"),
    bash("sed -n '/a/p' infra/a"),
    bash("awk '$1 > 5 {print $1}' infra/a"),
    bash("tar tf infra/a.tar"),
    bash("tar czf out.tgz infra/a"),
    bash("git checkout main"),
    bash("perl -ne 1 infra/a"),
    bash("sort -o b infra/a"),
    bash("cd a; cd b; cd c; cd d; cd e; cd f; cd g; cd h; npm test > log.txt"),
  ])("is not one that no rule means: %#", (asked) => {
    expect(judge(asked, infra)).toEqual({ allow: "offered" });
  });

  test("may be any where more are written than anybody names", () => {
    const many = Array.from({ length: 500 }, (_, index) => `f${index}`).join(" ");
    expect(judge(bash(`touch ${many}`), infra)).toEqual({
      allow: "terminal-only",
      why: "The command writes too many files to check.",
    });
    expect(judge(bash(`touch ${many}`), rules({ terminalOnly: ["deploy *"] })).allow).toBe("offered");
  });
});

describe("whatever is written", () => {
  const harmless = fc.constantFrom(
    "ls",
    "git status",
    "true",
    "cd a",
    "echo 'rm -rf x'",
    'printf "%s" a',
    "[ -f a ]",
  );
  const dangerous = fc.constantFrom(
    ...EVASIONS.map(({ command }) => command).filter((each) => !/[#\n]|alias/.test(each)),
  );
  const judged = fc.constantFrom(
    "rm -r a",
    "git push -f",
    "rm a",
    "git status",
    "sudo ls",
    "npm publish",
    "env rm -f a",
  );

  test("quotes do not change the judgement", () => {
    const cases = judged.chain((command) =>
      fc.tuple(
        fc.constant(command),
        fc.tuple(...command.split(" ").map(quoted)).map((words) => words.join(" ")),
      ),
    );
    fc.assert(
      fc.property(cases, ([plain, withQuotes]) => {
        expect(judge(bash(withQuotes), DEFAULTS)).toEqual(judge(bash(plain), DEFAULTS));
      }),
      { numRuns: 500 },
    );
  });

  test("a harmless command beside it does not hide a dangerous one", () => {
    const joint = fc.constantFrom("; ", " && ", " || ", " | ", "\n", " & ");
    fc.assert(
      fc.property(harmless, joint, dangerous, joint, harmless, (before, first, command, second, after) => {
        expect(allow(before + first + command + second + after)).toBe("confirm");
      }),
      { numRuns: 1000 },
    );
  });

  test("no text makes it fail", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(["offered", "confirm"]).toContain(allow(text));
      }),
      { numRuns: 1000 },
    );
  });
});

function quoted(word: string): fc.Arbitrary<string> {
  const way = fc.constantFrom("plain", "single", "double", "backslash", "ansi");
  const ways = fc.array(way, { minLength: word.length, maxLength: word.length });
  return ways.map((each) => each.map((one, index) => quote(word.charAt(index), one)).join(""));
}

function quote(character: string, way: string): string {
  switch (way) {
    case "single":
      return `'${character}'`;
    case "double":
      return `"${character}"`;
    case "backslash":
      return `\\${character}`;
    case "ansi":
      return `$'\\x${character.charCodeAt(0).toString(16)}'`;
    default:
      return character;
  }
}

describe("two patterns", () => {
  const ALPHABET = ["a", "b", " "];
  const TEXTS = textsUpTo(6);
  const pattern = fc.string({ unit: fc.constantFrom(...ALPHABET, "*", "?"), maxLength: 4 });

  test("overlap when there is a text that both match", () => {
    fc.assert(
      fc.property(pattern, pattern, (a, b) => {
        const both = TEXTS.some((text) => opencodeMatches(text, a) && opencodeMatches(text, b));
        expect(parsePattern(a).some((each) => parsePattern(b).some((other) => overlap(each, other)))).toBe(
          both,
        );
      }),
      { numRuns: 300 },
    );
  });

  test("match what OpenCode says that they match", () => {
    fc.assert(
      fc.property(pattern, fc.constantFrom(...TEXTS), (each, text) => {
        expect(parsePattern(each).some((glob) => overlap(literal(text), glob))).toBe(
          opencodeMatches(text, each),
        );
      }),
      { numRuns: 2000 },
    );
  });

  function textsUpTo(length: number): string[] {
    return length === 0
      ? [""]
      : ["", ...textsUpTo(length - 1).flatMap((text) => ALPHABET.map((each) => each + text))];
  }
});

/** OpenCode's own way: a regular expression in which a blank and a star at the end may be missing. */
function opencodeMatches(text: string, pattern: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll("*", ".*")
    .replaceAll("?", ".")
    .replace(/ \.\*$/, "( .*)?");
  return new RegExp(`^${source}$`, "s").test(text);
}
