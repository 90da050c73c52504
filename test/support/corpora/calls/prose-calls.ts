/** Calls of coding agents in which people's own words stand, once for each language. */

import { LANGUAGES, type Language } from "./languages.ts";
import type { Label, LabelledCall } from "./labelled-call.ts";

type Shape = (text: Texts) => string;

/** What a shape takes of a language, another for each number. */
interface Texts {
  readonly n: number;
  readonly subject: string;
  readonly scope: string;
  readonly point: string;
  readonly otherPoint: string;
  readonly sentence: string;
  readonly label: string;
  readonly otherLabel: string;
}

/** In double quotes of a shell, `"` and `!` apart, which none of the texts has that is put there. */
const COMMANDS: Readonly<Record<string, Shape>> = {
  "a commit": ({ subject }) => `git commit -m "${subject}"`,
  "a conventional commit": ({ subject, n }) => `git commit -m "${n % 2 === 0 ? "feat" : "fix"}: ${subject}"`,
  "a commit with a scope": ({ subject, scope }) => `git commit -m "feat(${scope}): ${subject}"`,
  "a commit with two paragraphs": ({ subject, point, otherPoint }) =>
    `git commit -m "feat: ${subject}\n\n${point}\n- ${otherPoint}"`,
  "a commit with two messages": ({ subject, point }) => `git commit -am "${subject}" -m "${point}"`,
  "a commit from a here-document": ({ subject, point, otherPoint }) =>
    `git add -A && git commit -m "$(cat <<'EOF'\nfeat: ${subject}\n\n- ${point}\n- ${otherPoint}\n\n🤖 Generated with [opencode](https://opencode.ai)\n\nCo-Authored-By: opencode <noreply@opencode.ai>\nEOF\n)"`,
  "a commit from stdin": ({ subject, sentence }) => `git commit -F - <<'EOF'\n${subject}\n\n${sentence}\nEOF`,
  "an amended commit": ({ subject, scope }) => `git commit --amend -m "fix(${scope}): ${subject}" --no-edit`,
  "add, commit, status": ({ subject, n }) =>
    `git add src/a${n}.ts test/a${n}.test.ts && git commit -m "${subject}" && git status --short`,
  "a tag": ({ subject, n }) => `git tag -a v1.${n}.0 -m "${subject}"`,
  "a stash": ({ subject }) => `git stash push -m "${subject}"`,
  "a search in the log": ({ label }) => `git log --oneline --grep="${label}" | head -20`,
  "a pull request": ({ subject, point }) => `gh pr create --title "${subject}" --body "${point}" --base main`,
  "a pull request from a here-document": ({ subject, point, otherPoint, sentence }) =>
    `gh pr create --title "feat: ${subject}" --body "$(cat <<'EOF'\n## Summary\n- ${point}\n- ${otherPoint}\n\n${sentence}\nEOF\n)"`,
  "an issue's comment": ({ sentence, n }) => `gh issue comment ${n + 10} --body "${sentence}"`,
  progress: ({ label, n }) =>
    `echo "${["⚠️ ", "✅ ", "── ", "→ "][n % 4]}${label}" && npm test 2>&1 | tail -20`,
  "a heading between commands": ({ label, otherLabel }) =>
    `echo "=== ${label} ==="\nls -la src\necho "=== ${otherLabel} ==="\nls -la test`,
  "grep -E": ({ label, otherLabel }) => `grep -rnE "${label}|${otherLabel}" src --include=*.ts | head -30`,
  rg: ({ label }) => `rg -n "${label}" src/locales`,
  "a document": ({ label, sentence, point, otherPoint, n }) =>
    `cat > docs/notes-${n}.md <<'EOF'\n# ${label}\n\n${sentence}\n\n• ${point}\n• ${otherPoint}\nEOF`,
  "a tree in a document": ({ label, sentence }) =>
    `cat >> README.md <<'EOF'\n\n## ${label}\n\n${sentence}\n\nsrc\n├── auth\n│   └── login.ts\n└── index.ts\nEOF`,
  "a file of labels": ({ label, otherLabel, n }) =>
    `cat > locales/a${n}.json <<'EOF'\n{\n  "login": "${label}",\n  "logout": "${otherLabel}"\n}\nEOF`,
  "printf to a file": ({ sentence, n }) => `printf '%s\\n' "${sentence}" >> notes/${n}.txt`,
  "a test by name": ({ label }) => `npx vitest run -t "${label}"`,
  "pytest by name": ({ label }) => `pytest -k "test_login" --tb=short # ${label}`,
  "a comment above": ({ sentence }) => `# ${sentence}\nnpm run build && npm test`,
  "a comment behind": ({ label }) => `npm ci # ${label}`,
  "a request to localhost": ({ label, n }) =>
    `curl -s -X POST http://localhost:3000/api/notes -H 'Content-Type: application/json' -d '{"id": ${n}, "title": "${label}"}' | jq .`,
  "a query": ({ label }) => `sqlite3 dev.db "SELECT id, title FROM notes WHERE title = '${label}' LIMIT 5"`,
  "a replacement": ({ label, otherLabel }) => `sed -i "s/${label}/${otherLabel}/" src/locales/app.json`,
  jq: ({ label }) => `jq -r '.[] | select(.title == "${label}") | .id' notes.json`,
  "a variable": ({ label }) => `TITLE="${label}" npm run build`,
  "a shell's text": ({ label }) => `bash -c 'set -e; npm run build; echo "${label}"'`,
  "a loop": ({ label }) => `for f in docs/*.md; do grep -l "${label}" "$f"; done`,
  "a condition": ({ label, otherLabel }) =>
    `if grep -q "${label}" README.md; then echo "${label}"; fi\ntest -f x || echo "${otherLabel}"`,
  "a line of a log": ({ subject, n }) => `echo "${n}: ${subject}" >> notes/log.txt && tail -3 notes/log.txt`,
};

/** Syntax stands between two texts: it cannot be told which comes first where both run from right to left. */
const ORDERED = new Set(["grep -E", "a replacement", "a condition"]);

/** Code for an interpreter stands in the command. */
const PROGRAMS: Readonly<Record<string, Shape>> = {
  "Python from a here-document": ({ label, sentence }) =>
    `python3 - <<'EOF'\n# ${sentence}\nimport json\nprint("${label}")\nEOF`,
  "node -e": ({ label }) => `node -e 'console.log("${label}")'`,
  "a script that is run": ({ label, sentence }) =>
    `cat > /tmp/check.py <<'EOF'\n# ${sentence}\nprint(f"${label}: {count}")\nEOF\npython3 /tmp/check.py`,
};

const TEXTS: Readonly<Record<string, Shape>> = {
  "comments in a diff": ({ sentence, point, n }) =>
    `@@ -${n + 1},3 +${n + 1},3 @@\n export function login() {\n-  // ${sentence}\n+  // ${point}\n   return true;`,
  "Python comments in a diff": ({ sentence, label, n }) =>
    `@@ -${n + 1},3 +${n + 1},4 @@\n def login():\n+    # ${sentence}\n     """${label}"""\n     return True`,
  "labels in a diff": ({ label, otherLabel, n }) =>
    `@@ -${n + 1},2 +${n + 1},2 @@\n-  "save": "${label}",\n+  "save": "${otherLabel}",\n   "id": ${n}`,
  "JSX in a diff": ({ label, n }) => `@@ -${n + 1} +${n + 1} @@\n-<h1>Login</h1>\n+<h1>${label}</h1>`,
  "a document in a diff": ({ sentence, point, otherPoint }) =>
    `@@ -1,2 +1,5 @@\n # README\n+\n+${sentence}\n+- ${point}\n+* ${otherPoint}`,
};

const CALLS: Readonly<Record<string, (text: Texts) => Pick<LabelledCall, "tool" | "args">>> = {
  "a file": ({ label, sentence, point, n }) => ({
    tool: "write",
    args: { filePath: `/nowhere/docs/${n}.md`, content: `# ${label}\n\n${sentence}\n\n- ${point}\n` },
  }),
  "a file of labels": ({ label, otherLabel, n }) => ({
    tool: "write",
    args: {
      filePath: `/nowhere/locales/${n}.json`,
      content: `{\n  "login": "${label}",\n  "logout": "${otherLabel}"\n}\n`,
    },
  }),
  "a program": ({ sentence, label, n }) => ({
    tool: "write",
    args: {
      filePath: `/nowhere/src/${n}.ts`,
      content: `/** ${sentence} */\nexport const title = "${label}";\n`,
    },
  }),
  "a subagent": ({ sentence, point, label }) => ({
    tool: "task",
    args: { description: label, prompt: `${sentence}\n\n1. ${point}\n2. npm test`, subagent_type: "general" },
  }),
  "an issue by MCP": ({ subject, sentence, point }) => ({
    tool: "github_create_issue",
    args: { owner: "example", repo: "notes", title: subject, body: `${sentence}\n\n- ${point}` },
  }),
  "a message by MCP": ({ sentence }) => ({
    tool: "slack_post_message",
    args: { channel_id: "C0123456789", text: sentence },
  }),
  "a page by MCP": ({ label, sentence, otherPoint }) => ({
    tool: "notion_create_page",
    args: { title: label, content: [sentence, otherPoint] },
  }),
  "a search by MCP": ({ label, n }) => ({ tool: "docs_search", args: { query: label, limit: n + 5 } }),
  "a search of the web": ({ sentence }) => ({ tool: "websearch", args: { query: sentence } }),
  "a search in files": ({ label }) => ({ tool: "grep", args: { pattern: label, path: "src" } }),
  "a list of what is to do": ({ point, subject }) => ({
    tool: "todowrite",
    args: {
      todos: [
        { content: subject, status: "pending" },
        { content: point, status: "completed" },
      ],
    },
  }),
};

/** Of each shape so many in each language. */
const EACH = 4;

export const PROSE_CALLS: readonly LabelledCall[] = LANGUAGES.flatMap(callsIn);

function callsIn(language: Language): LabelledCall[] {
  return [
    made(language, COMMANDS, (command, shape) => bash(command, labelOf(language, shape))),
    made(language, PROGRAMS, (command) => bash(command, "interpreter")),
    made(language, TEXTS, (diff) => ({ label: "honest", tool: "edit", args: { diff } })),
    made(language, CALLS, ({ tool, args }) => ({ label: "honest", tool, args })),
  ].flat();
}

function labelOf({ isRightToLeft }: Language, shape: string): Label {
  return isRightToLeft && ORDERED.has(shape) ? "ordered" : "honest";
}

function bash(command: string, label: Label): Pick<LabelledCall, "label" | "tool" | "args"> {
  return { label, tool: "bash", args: { command } };
}

function made<T>(
  language: Language,
  shapes: Readonly<Record<string, (texts: Texts) => T>>,
  call: (made: T, shape: string) => Pick<LabelledCall, "label" | "tool" | "args">,
): LabelledCall[] {
  return Object.entries(shapes).flatMap(([shape, make], row) =>
    Array.from({ length: EACH }, (_, n) => ({
      shape: `${shape}, ${language.name}`,
      ...call(make(textsOf(language, row + n)), shape),
    })),
  );
}

function textsOf({ subjects, scopes, points, sentences, labels }: Language, n: number): Texts {
  return {
    n,
    subject: pick(subjects, n),
    scope: pick(scopes, n),
    point: pick(points, n),
    otherPoint: pick(points, n + 1),
    sentence: pick(sentences, n),
    label: pick(labels, n),
    otherLabel: pick(labels, n + 1),
  };
}

function pick(texts: readonly string[], at: number): string {
  return texts[at % texts.length] ?? "";
}
