import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { DEFAULT_RULE_TABLE } from "../../../src/policy/default-rules.ts";
import { DESTRUCTIVE_COMMANDS } from "../../support/corpora/destructive-commands.ts";
import { EVERYDAY_COMMANDS } from "../../support/corpora/everyday-commands.ts";
import { HONEST_COMMANDS } from "../../support/corpora/evasions.ts";
import { DEFAULTS, judge, judgeCommand, PLACE, rulesOf } from "../../support/judging.ts";
import { permissionRequest } from "../../support/permission-request.ts";

/** The default rule that asks about a command; undefined when none does. */
function ruleAskingAbout(command: string): string | undefined {
  const judgement = judgeCommand(command);
  if (judgement.allow === "offered") return undefined;
  return /^This matches the rule `(.*)`\.$/.exec(judgement.why)?.[1] ?? judgement.why;
}

describe("the default rules", () => {
  it("ask about what destroys, publishes or takes down", () => {
    expect(DESTRUCTIVE_COMMANDS.length).toBeGreaterThanOrEqual(600);
    expect(DESTRUCTIVE_COMMANDS.filter((command) => judgeCommand(command).allow !== "confirm")).toEqual([]);
  });

  it("ask about less than one in a hundred of everyday commands", () => {
    const commands = [...EVERYDAY_COMMANDS, ...HONEST_COMMANDS];
    expect(commands.length).toBeGreaterThanOrEqual(700);
    const names = new Set(DEFAULT_RULE_TABLE.map(({ name }) => name));
    const asked = commands.filter((command) => names.has(ruleAskingAbout(command) ?? ""));
    expect(asked.slice(Math.floor(commands.length / 100))).toEqual([]);
  });

  it.each(DEFAULT_RULE_TABLE.filter(({ forms }) => forms !== undefined).map(({ name }) => name))(
    "have one that is needed: %s",
    (name) => {
      const without = rulesOf({ confirm: `default, !${name}` });
      const alone = rulesOf({ confirm: name });
      const isNeeded = (command: string): boolean =>
        judgeCommand(command, alone).allow === "confirm" &&
        judgeCommand(command, without).allow === "offered";
      expect(DESTRUCTIVE_COMMANDS.some(isNeeded)).toBe(true);
    },
  );

  it("have names that no command has, and say what they are about and why", () => {
    const names = DEFAULT_RULE_TABLE.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, about, reason } of DEFAULT_RULE_TABLE) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)+$/);
      expect(about).not.toContain("|");
      expect(reason).toMatch(/^[A-Z].*\.$/);
    }
  });

  it.each([
    ["git push -fu origin main", "git-push-force"],
    ["git push origin :old", "git-push-delete"],
    ["chmod 777 -R ~", "change-rights"],
    ["terraform -chdir=x apply", "terraform-apply"],
    ["npm -w x publish", "npm-publish"],
    ["> x", "empty-file"],
    ["echo x > .git/hooks/pre-commit", "git-config"],
  ])("are named: %s", (command, name) => {
    expect(ruleAskingAbout(command)).toBe(name);
  });
});

describe("whatever the order of its words", () => {
  test.each<[program: string, words: readonly string[]]>([
    ["rm", ["-f", "-r", "x", "y"]],
    ["chmod", ["-R", "-v", "755", "x"]],
    ["git push", ["--force", "-u", "origin", "main"]],
    ["git push", ["-d", "origin", "old"]],
    ["git reset", ["--hard", "-q", "HEAD~1"]],
    ["git branch", ["-D", "a", "-q"]],
    ["rsync", ["-a", "--delete", "a/", "b/"]],
    ["find", [".", "-delete", "-empty"]],
    ["docker compose down", ["-v", "--remove-orphans", "web"]],
    ["kubectl", ["scale", "--replicas=0", "--namespace=x"]],
    ["kubectl", ["delete", "--context=prod", "--wait=true"]],
    ["npm", ["publish", "--workspace=x", "--access=public", "--silent"]],
    ["aws s3", ["rm", "--recursive", "--quiet"]],
    ["terraform", ["apply", "-chdir=x", "-auto-approve"]],
    ["mvn", ["clean", "deploy", "-B"]],
    ["psql", ["--host=db", "-q", "-c 'DROP TABLE x'"]],
  ])("%s with %j asks", (program, words) => {
    const orders = fc.shuffledSubarray([...words], { minLength: words.length });
    fc.assert(
      fc.property(orders, (order) => {
        expect(ruleAskingAbout(`${program} ${order.join(" ")}`)).not.toBeUndefined();
      }),
    );
  });

  test.each([
    ["git -C dir --no-pager -c", "push", "-f"],
    ["git --git-dir=x --work-tree x", "clean", "-fd"],
    ["docker --log-level x --context y", "volume rm", "v"],
    ["kubectl -n x --kubeconfig y", "delete", "pod z"],
    ["npm --prefix x --registry y", "publish", ""],
    ["cargo --color always +nightly", "publish", ""],
    ["helm --namespace x", "uninstall", "y"],
    ["gh --repo a/b", "release create", "v1"],
    ["aws --profile x --output json", "s3 rb", "s3://y"],
    ["pulumi --cwd x --stack y", "destroy", ""],
    ["poetry --directory x", "publish", ""],
    ["systemctl --host x --user", "stop", "y"],
  ])("%s … %s asks: what stands before the subcommand is no subcommand", (before, subcommand, after) => {
    expect(ruleAskingAbout(`${before} ${subcommand} ${after}`)).not.toBeUndefined();
  });
});

describe("an option", () => {
  test.each([
    ["behind -- is none", "rm -- -r", undefined],
    ["behind a -- that is another option's value", "git push -o -- -f", "git-push-force"],
    ["may be abbreviated", "git push --mirr x", "git-push-force"],
    ["of another subcommand is none of this", "git -C -D branch x", undefined],
    ["may be written apart from its value", "kubectl scale x --replicas 0", "kubectl-delete"],
    ["with another value is another", "kubectl scale x --replicas 10", undefined],
    ["in a word that only looks so", "git push origin feature/-f", undefined],
    ["may be false", "npm --json false publish", "npm-publish"],
  ])("%s: %s", (_, command, name) => {
    expect(ruleAskingAbout(command)).toBe(name);
  });
});

describe("a variable", () => {
  test.each([
    ["rm $FILES", "rm-recursive"],
    ['rm "$FILE"', "rm-recursive"],
    ["rm *", "rm-recursive"],
    ["chmod 644 a$X", "change-rights"],
    ["git push origin $(git branch --show-current)", "git-push-force"],
    ["npm $X", "npm-publish"],
    ["git reset $X", "git-reset-hard"],
    ["git checkout $X", "git-checkout-paths"],
    ["terraform $X", "terraform-apply"],
    ["find $X -name a", "find-delete"],
  ])("may be what a rule means: %s", (command, name) => {
    expect(ruleAskingAbout(command)).toBe(name);
  });

  test.each([
    "chmod +x scripts/*.sh",
    "chmod +x *.sh",
    'chmod 644 "dist/$NAME"',
    'git reset "src/$NAME"',
    'git log "$X"',
    "git log $X",
    "docker run -v $PWD:/app x",
    'kubectl get pods -n "$NAMESPACE"',
    "kubectl get pods -n $NAMESPACE",
    'rm -f "build/$NAME.o"',
    "rm build/*.o",
    'psql "$DATABASE_URL"',
    "npm run $SCRIPT",
    "kill -9 $(pgrep node)",
    'curl "$URL/health"',
  ])("does not ask where it cannot be: %s", (command) => {
    const names: readonly string[] = DEFAULT_RULE_TABLE.flatMap(({ name, forms }) => (forms ? [name] : []));
    expect(names).not.toContain(ruleAskingAbout(command));
  });
});

describe("a run that only says what it would do", () => {
  test.each([
    "git clean -n",
    "git clean -dn -x",
    "git push --dry-run --force origin main",
    "rsync -avn --delete a b",
    "npm publish --dry-run",
    "cargo publish --dry-run",
    "kubectl delete pod x --dry-run=client",
    "kubectl apply --dry-run=server -f x.yaml",
    "helm upgrade x y --dry-run",
    "ansible-playbook --check site.yml",
    "fdisk -l /dev/sda",
    "parted /dev/sda print",
    "git restore -q --staged .",
    "truncate -s +1M x",
    "vercel dev",
    "terraform apply -help",
  ])("does not ask: %s", (command) => {
    expect(ruleAskingAbout(command)).toBeUndefined();
  });

  test.each([
    "git clean -e -n -fd",
    "git clean -fdx -- -n",
    "git clean -en -f",
    "git push -o -n --force",
    "git push --force -- -n",
    "git push -n $X --force",
    "git clean -n $X",
    "rsync -e -n --delete a b",
    "npm publish --dry-run false",
    "npm publish --dry-run --dry-run=false",
    "npm publish --dry-run=false",
    "npm publish --tag --dry-run",
    "kubectl apply -f --dry-run=client",
    "kubectl delete pod x --dry-run=none",
    "helm upgrade -f --dry-run x y",
    "rm -r x --help",
    "git restore -s --staged a",
    "git restore -sS a",
    "git restore --staged --no-staged a",
    "git rm -r --pathspec-from-file --cached x",
    "truncate -s 0 +x",
    "parted /dev/sda mklabel gpt print",
    "sgdisk -l backup /dev/sda",
    "vercel --scope team --prod",
    "ansible-playbook site.yml -- --check",
    ": --help > x",
  ])("is none: %s", (command) => {
    expect(ruleAskingAbout(command)).not.toBeUndefined();
  });
});

describe("files that decide what runs", () => {
  test.each([
    ["opencode.json", "opencode-config"],
    [".opencode/plugin/a.js", "opencode-config"],
    ["/home/dev/.config/opencode/agent/a.md", "opencode-config"],
    ["/home/dev/.local/state/opencode-slack-gateway/gateway.log", "opencode-config"],
    ["/home/dev/.config/opencode-slack-gateway/gateway.env", "opencode-config"],
    [".git/hooks/pre-commit", "git-config"],
    ["sub/.git/config", "git-config"],
    [".git/modules/a/config", "git-config"],
    ["/home/dev/.gitconfig", "git-config"],
    ["/home/dev/.bashrc", "shell-profile"],
    ["/home/dev/.zshenv", "shell-profile"],
    ["/home/dev/.config/fish/config.fish", "shell-profile"],
    ["/etc/cron.d/a", "shell-profile"],
    ["/home/dev/.ssh/authorized_keys", "credential-files"],
    ["/etc/sudoers.d/a", "credential-files"],
    [".vscode/tasks.json", "editor-tasks"],
  ])("ask: %s", (file, name) => {
    const absolute = file.startsWith("/") ? file : `/p/${file}`;
    const asked = permissionRequest({
      permission: "edit",
      patterns: [file],
      metadata: { filepath: absolute },
      call: { tool: "write", args: { filePath: absolute } },
    });
    const expected = { allow: "confirm", why: `This matches the rule \`${name}\`.` };
    expect(judge(asked, DEFAULTS, PLACE)).toEqual(expected);
    expect(judgeCommand(`echo x > ${absolute}`)).toEqual(expected);
  });

  test.each([
    "src/a.ts",
    ".github/workflows/ci.yml",
    ".husky/pre-commit",
    ".envrc",
    ".vscode/settings.json",
    "package.json",
    "Makefile",
    ".gitignore",
    "AGENTS.md",
  ])("do not ask: %s", (file) => {
    const asked = permissionRequest({
      permission: "edit",
      patterns: [file],
      metadata: { filepath: `/p/${file}` },
      call: { tool: "write", args: { filePath: `/p/${file}` } },
    });
    expect(judge(asked, DEFAULTS, PLACE)).toEqual({ allow: "offered" });
  });
});
