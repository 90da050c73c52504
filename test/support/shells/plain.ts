/** Grammars of commands that are made of plain words, quotes and operators only. */

import type { Grammar } from "./grammar.ts";

/** Programs that run no others, whatever word they are given. */
export const QUIET_PROGRAMS: readonly string[] =
  "cat cp cut diff echo git grep head ls mkdir mv printf rg sort tail touch uniq wc".split(" ");

/** Programs that are given no word that names a rule's program. */
export const OTHER_PROGRAMS: readonly string[] = "cargo go make node npm npx pnpm tsc vitest".split(" ");

/**
 * What people's agents write, some of it about `deploy`, some of it running `deploy`. Where a line runs `deploy`
 * anywhere, each shell comes there: every program here ends well, and nothing that runs it stands behind `||`.
 */
export const PLAIN_COMMANDS: Grammar = {
  line: [
    "«quiet»",
    "«quiet»",
    "«quiet»«and»«line»",
    "«quiet» || «quiet»",
    "«quiet» || «quiet»«and»«line»",
    "deploy prod",
    "«quiet»«and»deploy «word»",
  ],
  and: [" && ", "; ", " | ", "\n", ";", " &&\n", "&&", "|"],
  quiet: [
    "echo «word»",
    "echo «text»",
    "echo «word» «word» «text»",
    "printf '%s\\n' «text»",
    "ls «word»",
    "ls -la «path»",
    "cat «path»",
    "cat «path» «path»",
    "head -20 «path»",
    "tail -n 5 «path»",
    "wc -l «path»",
    "grep -rn «word» «path»",
    "grep «text» «path»",
    "rg «word»",
    "rg -l «text» «path»",
    "sort «path»",
    "uniq -c",
    "cut -d: -f1 «path»",
    "diff «path» «path»",
    "mkdir -p «path»",
    "touch «path»",
    "cp «path» «path»",
    "mv «path» «path»",
    "git status --short",
    "git add «path»",
    "git commit -m «text»",
    "git commit -m «word»",
    "git log --oneline «path»",
    "git diff «path»",
    "git show HEAD:«path»",
    "git checkout -b «word»",
    "git log --grep «word»",
    "npm test",
    "npm run build",
    "npm install lodash",
    "npx tsc --noEmit",
    "node dist/index.js --port 3000",
    "cargo test --all",
    "go test ./...",
    "make -j4 all",
    "pnpm install --frozen-lockfile",
    "tsc -p .",
    "vitest run «file»",
    "'ls' «path»",
    '"git" status',
    "l's' -la",
  ],
  word: ["a", "deploy", "prod", "'deploy'", '"deploy"', "TODO", "deploys", "redeploy", "deploy-prod", "x1"],
  path: ["src", "deploy", ".", "«file»", "docs/deploy", "'my files'", "deploy/"],
  file: ["a.txt", "src/deploy.ts", "deploy.md", "package.json", '"b c.txt"', "scripts/deploy.sh"],
  text: [
    "'fix the build'",
    "'deploy prod'",
    '"deploy prod"',
    "'Add a step: deploy'",
    '"it\'s time to deploy"',
    "'a; deploy prod'",
    '"a && deploy prod"',
    "'a | deploy'",
    "'say \"deploy\"'",
    "'(deploy)'",
    "fix\\ it",
    "\\(deploy\\)",
    "a\\;deploy",
  ],
};

/** What `npm test` and `git status *` list, written in the ways that a list of what may be allowed allows. */
export const LISTED_COMMANDS: Grammar = {
  line: ["«call»", "«call»«and»«line»"],
  and: [" && ", " || ", "; ", " | ", "\n", ";", "&&", "\n\n"],
  call: [
    "«listed»",
    "«listed»",
    "«listed» 2>&1",
    "«listed» >/dev/null",
    "«listed» > /dev/null 2>&1",
    "«listed» 2>/dev/null",
  ],
  listed: [
    "npm test",
    "git status",
    "git status --short",
    "git status src test",
    "git status 'my files'",
    'git status -- "a b.txt"',
    "'npm' test",
    "npm 'test'",
    'n"pm" "test"',
    "git  status   .",
    "git\tstatus .",
    "git status ./a-b_c.ts",
    "git status 'it is (not); run | here'",
    'git status "a && b"',
  ],
};
