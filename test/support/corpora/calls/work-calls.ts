/** What coding agents call all day, in the shapes of public transcripts, with other names each time. */

import type { Label, LabelledCall } from "./labelled-call.ts";

/** What stands for a name in a shape; each shape is made {@link EACH} times, with the next ones. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  file: "src/index.ts src/auth/login.ts lib/parser.py internal/server/http.go app/models/user.rb README.md".split(
    " ",
  ),
  other: "src/util.ts src/auth/session.ts lib/writer.py cmd/main.go app/helpers/date.rb package.json".split(
    " ",
  ),
  dir: "src packages/web services/api test lib docs".split(" "),
  test: "test/login.test.ts tests/test_parser.py internal/server/http_test.go spec/user_spec.rb".split(" "),
  word: "createServer handleLogin parse_line NewRouter UserModel useSession".split(" "),
  other_word: "TODO FIXME deprecated timeout retry import".split(" "),
  branch: "feature/login fix/empty-list main release/1.2 chore/deps wip".split(" "),
  package: "vitest zod react express lodash typescript".split(" "),
  port: "3000 8080 5173 8000 4000 9229".split(" "),
  script: "build test lint typecheck format dev".split(" "),
  n: "1 2 3 5 10 20".split(" "),
  big: "20 30 50 80 100 200".split(" "),
  message: [
    "fix: handle empty input",
    "feat: add login form",
    "refactor: split the parser",
    "docs: say how to install",
    "test: cover the empty list",
    "chore: bump dependencies",
  ],
};

const EACH = 6;

function shapes(text: string): string[] {
  return text
    .trim()
    .split("\n")
    .map((line) => line.trim().replaceAll("\\n", "\n"));
}

/** One a line; `\n` is a line break. */
const COMMANDS = shapes(String.raw`
  cat {file}
  cat {file} | head -{big}
  head -n {big} {file}
  tail -{big} logs/{script}.log
  ls -la {dir}
  ls {dir} && cat {file}
  wc -l {file} {other}
  find {dir} -name "*.ts" -not -path "*/node_modules/*" | head -{big}
  find {dir} -type f -name "*.py" | xargs grep -l "{word}"
  find . -path ./node_modules -prune -o -name "*.json" -print | sort
  grep -rn "{word}" {dir} --include=*.ts | head -{big}
  grep -rnE "{word}|{other_word}" {dir} 2>/dev/null
  grep -c "{other_word}" {file} || true
  rg -n "{word}" {dir} -g '!dist' | head -{n}0
  rg --files {dir} | wc -l
  git status --short && git diff --stat
  git diff HEAD~{n} -- {file} | head -{big}
  git log --oneline -{big} -- {dir}
  git log --format="%h %an %s" --since="{n} weeks ago" | head -{big}
  git show HEAD~{n}:{file}
  git show --stat HEAD
  git blame -L {n},{big} {file}
  git checkout -b {branch}
  git switch {branch} && git pull --rebase
  git add {file} {other} && git commit -m "{message}"
  git commit -m "{message}" && git log -1 --stat
  git commit -m "$(cat <<'EOF'\n{message}\n\n- {word}: say why (see #{n})\n- keep {other} as it is; no change\nEOF\n)"
  git stash && npm test; git stash pop
  git branch -a | grep {branch}
  git rev-parse --abbrev-ref HEAD
  git -C {dir} log -{n} --oneline
  git merge --no-ff {branch}
  git worktree list
  git ls-files {dir} | wc -l
  git grep -n "{word}" -- '*.ts'
  npm run {script} 2>&1 | tail -{big}
  npm test -- {test} 2>&1 | grep -E "(✓|✗|PASS|FAIL)" | head -{big}
  npm install --save-dev {package}
  npm ls {package}
  npm view {package} version
  npx tsc --noEmit -p {dir}
  npx vitest run {test} --reporter=verbose
  npx eslint {dir} --ext .ts,.tsx
  npx prettier --check "{dir}/**/*.ts"
  pnpm --filter {package} {script}
  yarn workspace web {script}
  bun test {test}
  cd {dir} && npm run {script} && cd -
  cd {dir} && npm ci && npm test 2>&1 | tail -{big}
  NODE_ENV=test npm run {script}
  CI=1 npx playwright test --project=chromium -g "{word}"
  timeout {big} npm run dev > /tmp/dev.log 2>&1 &\nsleep 3; tail -{n} /tmp/dev.log
  pytest {test} -x -q 2>&1 | tail -{big}
  pytest -k "{word}" --tb=short
  python3 -m pytest {test}
  python3 -m venv .venv && source .venv/bin/activate && pip install -r requirements.txt
  pip install {package} 2>&1 | tail -{n}
  ruff check {dir} && mypy {dir}
  go build ./... && go vet ./...
  go test ./{dir}/... -run Test{word} -v 2>&1 | tail -{big}
  cargo build --release 2>&1 | tail -{n}
  cargo test {word} -- --nocapture
  cargo clippy --all-targets -- -D warnings
  mvn -q test -Dtest=Login{n}Test
  ./gradlew test --tests "*.Login{n}Test"
  dotnet test --filter FullyQualifiedName~{word}
  bundle exec rspec {test}
  make {script} 2>&1 | tail -{big}
  curl -s http://localhost:{port}/health | jq .
  curl -sS -X POST http://localhost:{port}/api/login -H "Content-Type: application/json" -d '{"user": "ada", "n": {n}}'
  curl -I https://example.com/{n}
  curl -s http://localhost:{port}/api/items?page={n} | jq '.items[] | {id, name}'
  lsof -i :{port}
  ps aux | grep "{script}" | grep -v grep
  docker ps --format "{{.Names}}: {{.Status}}" | head -{n}
  docker compose up -d && docker compose logs --tail={big}
  docker build -t app:{n} .
  docker exec app ls /srv/{dir}
  kubectl get pods -n staging | grep {script}
  kubectl logs deploy/api --tail={big}
  gh pr view {n} --json title,state,files
  gh pr checks {n}
  gh pr create --title "{message}" --body "Adds {word}; closes #{n}."
  gh issue list --label bug --limit {big}
  gh run view {n} --log-failed | tail -{big}
  jq '.scripts' package.json
  jq -r '.dependencies | keys[]' package.json | sort
  mkdir -p {dir}/new{n} && touch {dir}/new{n}/index.ts
  cp {file} {file}.bak{n}
  mv {file} {dir}/moved{n}.ts
  rm -f /tmp/out{n}.log
  chmod +x scripts/{script}.sh && ls -l scripts
  diff -u {file} {other} | head -{big}
  echo "done: {word}" && date
  echo "--- {file} ---"; sed -n '{n},{big}p' {file}
  sed -n '/{word}/,/return/p' {file}
  sed -i 's/{word}/{word}{n}/g' {file}
  sed -i '{n}i // {other_word}: {word}' {file}
  sed -e 's/a/b/' -e '{n}d' {file} | head
  awk '{print $1, $3}' access.log | sort | uniq -c | sort -rn | head -{n}
  awk '$3 > {n} {print $1}' stats.tsv
  awk -F: '/{word}/ {print $2}' {file}
  sort -u names.txt | uniq -c | sort -rn | head -{n}
  xargs -n1 npm view < names.txt | head -{n}
  tree -L {n} {dir} -I node_modules
  stat -c "%s %n" {file}
  du -sh {dir} node_modules
  which node && node --version && npm --version
  env | grep -i proxy
  export NODE_OPTIONS=--max-old-space-size=4096 && npm run {script}
  for f in {dir}/*.ts; do echo "$f: $(wc -l < "$f")"; done
  while ! curl -sf http://localhost:{port}/health; do sleep {n}; done
  if [ -f {file} ]; then cat {file}; else echo "no {file}"; fi
  cat > {dir}/types{n}.ts <<'EOF'\nexport interface {word} {\n  id: string;\n  name?: string; // {other_word}\n}\nEOF
  cat >> .gitignore <<'EOF'\ndist{n}/\n*.log\nEOF
  cat <<'EOF' > /tmp/query{n}.sql\nSELECT id, name FROM users WHERE id < {big} ORDER BY id;\nEOF
  tee -a docs/{script}.md <<'EOF'\n## {word}\n\n- {message}\n- see {file}\nEOF
  psql app_dev -c "SELECT count(*) FROM users WHERE id > {n}"
  sqlite3 dev.db ".schema users"
  ssh staging "systemctl status {script}"
  bash -c 'set -e; npm run {script}; npm test'
  terraform plan -out=plan{n}.out
  tar -tzf {package}-{n}.tgz | head -{big}
  openssl version
  node --version && node scripts/{script}.js --limit {n}
`);

/** An interpreter runs code that stands in the command. */
const PROGRAMS = shapes(String.raw`
  node -e "console.log(require('./package.json').version, {n})"
  node -p "require('{package}/package.json').version"
  python3 -c "import json; print(json.load(open('package.json'))['name'][:{n}])"
  python3 - <<'EOF'\nimport re\ntext = open('{file}').read()\nprint(len(re.findall('{word}', text)))\nEOF
  cat {file} | python3 -c "import sys; print(len(sys.stdin.read()))"
  perl -pi -e 's/{word}/{word}{n}/g' {file}
  ruby -e 'puts File.read("{file}").lines.size + {n}'
`);

const CALLS: readonly ((fill: (shape: string) => string) => Pick<LabelledCall, "tool" | "args">)[] = [
  (fill) => ({ tool: "read", args: { filePath: fill("/p/{file}") } }),
  (fill) => ({ tool: "read", args: { filePath: fill("/p/{other}"), offset: 10, limit: 200 } }),
  (fill) => ({ tool: "glob", args: { pattern: fill("{dir}/**/*.ts") } }),
  (fill) => ({ tool: "grep", args: { pattern: fill("{word}\\("), path: fill("{dir}"), include: "*.ts" } }),
  (fill) => ({ tool: "list", args: { path: fill("/p/{dir}") } }),
  (fill) => ({
    tool: "webfetch",
    args: { url: fill("https://example.com/docs/{script}#{word}"), format: "markdown" },
  }),
  (fill) => ({
    tool: "task",
    args: {
      description: fill("Find {word}"),
      prompt: fill("Find every use of {word} in {dir}."),
      subagent_type: "general",
    },
  }),
  (fill) => ({
    tool: "github_create_issue",
    args: {
      owner: "example",
      repo: "app",
      title: fill("{message}"),
      body: fill("{word} fails in {file}.\n\n1. run\n2. see"),
      labels: ["bug"],
    },
  }),
  (fill) => ({
    tool: "github_get_file_contents",
    args: { owner: "example", repo: "app", path: fill("{file}") },
  }),
  (fill) => ({ tool: "playwright_browser_navigate", args: { url: fill("http://localhost:{port}/login") } }),
  (fill) => ({
    tool: "playwright_browser_click",
    args: { element: fill("{word} button"), ref: fill("e{n}") },
  }),
  (fill) => ({
    tool: "postgres_query",
    args: { sql: fill("SELECT * FROM users WHERE id = {n} LIMIT {big}") },
  }),
  (fill) => ({
    tool: "context7_get_library_docs",
    args: { library: fill("{package}"), topic: fill("{other_word}"), tokens: 5000 },
  }),
  (fill) => ({
    tool: "todowrite",
    args: { todos: [{ content: fill("{message}"), status: "pending", id: fill("{n}") }] },
  }),
  (fill) => ({
    tool: "write",
    args: {
      filePath: fill("/nowhere/{dir}/new{n}.ts"),
      content: fill("export function {word}(a: number) {\n\treturn a > {n} ? `${a}` : null;\n}\n"),
    },
  }),
  (fill) => ({
    tool: "edit",
    args: {
      diff: fill(
        "@@ -{n},3 +{n},3 @@\n function {word}(a) {\n-    return a - {n};\n+    return a + {n}; // {other_word}\n }",
      ),
    },
  }),
  (fill) => ({
    tool: "edit",
    args: { diff: fill('@@ -1 +1 @@\n-  "{package}": "^{n}.0.0",\n+  "{package}": "^{n}.1.0",') },
  }),
];

export const WORK_CALLS: readonly LabelledCall[] = [
  ...COMMANDS.flatMap((shape) => commands(shape, "honest")),
  ...PROGRAMS.flatMap((shape) => commands(shape, "interpreter")),
  ...CALLS.flatMap((make) =>
    Array.from({ length: EACH }, (_, n): LabelledCall => {
      const call = make((shape) => filled(shape, n));
      return { label: "honest", shape: call.tool, ...call };
    }),
  ),
];

function commands(shape: string, label: Label): LabelledCall[] {
  const made = Array.from({ length: EACH }, (_, n) => filled(shape, n));
  return [...new Set(made)].map((command) => ({ label, shape, tool: "bash", args: { command } }));
}

function filled(shape: string, n: number): string {
  return shape.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const names = NAMES[name];
    return names === undefined ? whole : (names[n % names.length] ?? whole);
  });
}
