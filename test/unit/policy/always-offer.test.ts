import { describe, expect, it, test } from "vitest";
import { mayAllowAlways } from "../../../src/policy/always-offer.ts";
import { ALWAYS_TABLE } from "../../../src/policy/always-table.ts";
import { DEFAULTS, rulesOf } from "../../support/judging.ts";

const isOffered = (pattern: string, rules = DEFAULTS) => areOffered([pattern], rules);
const areOffered = (always: readonly string[], rules = DEFAULTS) =>
  mayAllowAlways({ permission: "bash", always }, rules);

/** As OpenCode would save them: each runs any program, writes any file, or prints what it is told or what files say. */
const NOT_OFFERED: readonly string[] = `
ansible * ; ansible-playbook * ; ant * ; apt * ; apt-get * ; arch * ; aria2c * ; ash * ; at * ; autossh * ; awk * ; aws s3 ls * ;
aws sts get-caller-identity * ; az vm list * ; b2sum * ; base64 * ; basename * ; bash * ; bat * ; bazel build * ; bc * ; black * ; brew install * ;
brew list * ; bun add * ; bun install * ; bun run dev * ; bun test * ; bun x tsc * ; bundle * ; bunx * ; busybox * ; cargo add serde * ; cargo build * ; cargo check * ;
cargo clippy * ; cargo fmt * ; cargo metadata * ; cargo run --release * ; cargo test * ; cargo tree * ; cat * ; cdk synth * ; chmod * ; choom * ; chown * ; chrt * ;
cksum * ; clang * ; clang-format * ; clojure * ; cmake * ; cmp * ; code * ; column * ; comm * ; command * ; composer install * ; concurrently * ; cp * ; cpio * ;
cross-env * ; csplit * ; ctest * ; curl * ; cut * ; cypress * ; dart * ; dash * ; date * ; dc * ; dd * ; deno run * ; deno task dev * ; deno test * ; diff * ; diff3 * ; dig * ;
dirname * ; docker build * ; docker compose logs * ; docker compose up * ; docker exec * ; docker images * ; docker inspect * ; docker ps * ; docker run * ; dotnet build * ;
dotnet test * ; doppler run * ; du * ; echo * ; ed * ; emacs * ; env * ; env-cmd * ; esbuild * ; eslint * ; eval * ; ex * ; exec * ; expand * ; export * ; expr * ; fd * ;
file * ; find * ; flake8 * ; fmt * ; fold * ; forge * ; g++ * ; gcc * ; gcloud compute ssh * ; gdb * ; gem install * ; getconf * ; gh api repos * ; gh pr checkout * ; gh pr list * ;
gh pr view * ; gh repo clone * ; gh run list * ; git * ; git --git-dir * ; git -C * ; git -c * ; git add * ; git am * ; git apply * ; git archive * ; git bisect * ; git blame * ;
git branch * ; git cat-file * ; git checkout * ; git cherry-pick * ; git clone * ; git commit * ; git config --get * ; git describe * ; git diff * ; git difftool * ;
git fetch * ; git format-patch * ; git grep * ; git help * ; git hook * ; git init * ; git instaweb * ; git log * ; git ls-files * ; git ls-remote * ; git merge * ; git mv * ;
git notes * ; git pull * ; git push * ; git rebase * ; git reflog * ; git remote add * ; git remote show * ; git reset * ; git restore * ; git rev-list * ; git rev-parse * ;
git revert * ; git rm * ; git shortlog * ; git show * ; git stash list * ; git stash push * ; git submodule * ; git switch * ; git tag * ; git var * ; git worktree * ;
go build * ; go doc * ; go env * ; go fmt * ; go generate * ; go get * ; go install * ; go list * ; go mod * ; go run * ; go test * ; go version * ; go vet * ; gofmt * ;
gradle build * ; grep * ; groovy * ; guile * ; gunzip * ; gzip * ; head * ; helm install * ; helm list * ; helm template * ; hexdump * ; host * ; hostname * ; htop * ; infisical run * ;
ionice * ; ip addr show * ; ipython * ; isort * ; java * ; javac * ; jest * ; jq * ; julia * ; jupyter * ; just * ; kill * ; killall * ; ksh * ; kubectl apply * ; kubectl describe * ;
kubectl exec * ; kubectl get * ; kubectl logs * ; lerna * ; less * ; ln * ; locate * ; ls * ; lsof * ; lua * ; m4 * ; make * ; make test * ; man * ; md5sum * ; meson * ;
mix run * ; mix test * ; mkdir * ; mkfifo * ; mocha * ; more * ; mount * ; mv * ; mvn test * ; mypy * ; mysql -e * ; nano * ; nc * ; ncat * ; next * ; nice * ; ninja * ; nl * ; nm * ; node * ;
nohup * ; nox * ; npm ci * ; npm exec tsc * ; npm install * ; npm ls * ; npm outdated * ; npm pack * ; npm run build * ; npm run dev * ; npm test * ; npm view react * ; npx * ; nx test * ;
od * ; open * ; openssl x509 -in * ; pandoc * ; parallel * ; paste * ; patch * ; pdflatex * ; perl * ; pgrep * ; php * ; ping * ; pip freeze * ; pip install * ; pip list * ; pipenv install * ;
pipx * ; pkill * ; pnpm add * ; pnpm install * ; pnpm run build * ; pnpm test * ; poetry install * ; poetry run * ; pr * ; prettier * ; printenv * ; printf * ; prisma * ; ps * ;
psql -c * ; pulumi preview * ; pwsh * ; pylint * ; pytest * ; python -m * ; python --version * ; python3 * ; R * ; racket * ; rake test * ; readlink * ; realpath * ; redis-cli get * ;
rev * ; rg * ; rm * ; rollup * ; rsync * ; rspec * ; rubocop * ; ruby * ; ruff * ; rustc * ; rustup update * ; scp * ; screen * ; script * ; sed * ; seq * ; serverless package * ; sh * ; sha256sum * ;
shellcheck * ; shuf * ; sort * ; source * ; split * ; sqlite3 * ; ss * ; ssh * ; stat * ; strings * ; sudo * ; swift build * ; systemctl --user * ; systemctl status * ; systemd-cat * ;
tac * ; tail * ; tar * ; task * ; tcpdump * ; tee * ; telnet * ; terraform fmt * ; terraform init * ; terraform plan * ; terraform validate * ; test * ; time * ; timeout * ; tmux new * ; top * ; touch * ; tox * ;
tr * ; tree * ; true * ; truncate * ; ts-node * ; tsc * ; tsx * ; turbo build * ; uniq * ; unzip * ; uv * ; uvx * ; vi * ; vim * ; vite * ; vitest * ; volta install * ; watch * ; watchexec * ; wc * ; webpack * ; wget * ;
whereis * ; xargs * ; xcodebuild * ; xcrun * ; xxd * ; xz * ; yarn add * ; yarn build * ; yarn install * ; yarn run build * ; yarn test * ; yes * ; yq * ; zcat * ; zip * ; zsh *
`
  .split(";")
  .map((pattern) => pattern.trim());

describe("Allow always", () => {
  it("is offered for nothing that runs others, writes, or prints what it is told", () => {
    expect(NOT_OFFERED.length).toBeGreaterThanOrEqual(300);
    expect(NOT_OFFERED.filter((pattern) => isOffered(pattern))).toEqual([]);
  });

  test.each(ALWAYS_TABLE.map(({ command }) => command))("is offered for %s", (command) => {
    expect(isOffered(`${command} *`)).toBe(true);
    expect(isOffered(command)).toBe(true);
  });

  test.each([
    "./pwd *",
    "/usr/bin/pwd *",
    "git st*",
    "git  status *",
    "git status --short *",
    "git status* ",
    '"git" status *',
    "GIT status *",
    "git status *; ls",
    "g* status",
    "*",
    " ?* ",
    "",
  ])("is not offered for what only looks like it: %j", (pattern) => {
    expect(isOffered(pattern)).toBe(false);
  });

  it("is offered for several patterns only where it is for each", () => {
    expect(areOffered(["git status *", "pwd *"])).toBe(true);
    expect(areOffered(["git status *", "ls *"])).toBe(false);
  });

  test.each([
    ["webfetch", "https://example.com/*", true],
    ["tickets_create", "tickets_create", true],
    ["edit", "*", false],
    ["external_directory", "/*", false],
    ["edit", "*.json", false],
  ])("of %s %s is offered: %s", (permission, pattern, isSo) => {
    expect(mayAllowAlways({ permission, always: [pattern] }, DEFAULTS)).toBe(isSo);
  });

  it("is not offered for what nobody reads", () => {
    expect(isOffered(`uname ${"a".repeat(20_000)}`, rulesOf({ mayAllowAlways: "uname *" }))).toBe(false);
  });
});

describe("Allow always for what the environment names", () => {
  const rules = rulesOf({
    confirm: "default",
    mayAllowAlways: "git log *, npm run *, ./run-*, go tes?, tickets_*:*, edit:docs/*",
  });
  const offered = (permission: string, pattern: string) =>
    mayAllowAlways({ permission, always: [pattern] }, rules);

  test.each([
    ["bash", "git log *", true],
    ["bash", "git log", true],
    ["bash", "npm run dev *", true],
    ["bash", "./run-12 *", true],
    ["bash", "go tes?", true],
    ["bash", "git status *", true],
    ["bash", "git *", false],
    ["bash", "git lo*", false],
    ["bash", "npm *", false],
    ["bash", "npm exec *", false],
    ["bash", "go test", false],
    ["bash", "go tes*", false],
    ["bash", "docs/a.md", false],
    ["edit", "docs/a.md", true],
    // There could be a `docs/.opencode/`.
    ["edit", "docs/*", false],
    ["edit", "*", false],
  ])("%s %s is offered: %s", (permission, pattern, isSo) => {
    expect(offered(permission, pattern)).toBe(isSo);
  });

  test.each([
    ["git push *", "git push *", "default"],
    ["git *", "git stash *", "default"],
    ["rm *", "rm *", "default"],
    ["* run *", "* run *", "default"],
    ["/bin/rm *", "/bin/rm *", "default"],
    ["deploy *", "deploy *", "deploy prod *"],
    ["edit:*", "*", "default"],
  ])("is not, with %s, where a rule could match: %s", (mayAllowAlways_, pattern, confirm) => {
    const permission = mayAllowAlways_.startsWith("edit:") ? "edit" : "bash";
    const named = { mayAllowAlways: mayAllowAlways_ };
    const may = (lists: object) =>
      mayAllowAlways({ permission, always: [pattern] }, rulesOf({ ...named, ...lists }));
    expect(may({})).toBe(true);
    expect(may({ confirm })).toBe(false);
    expect(may({ terminalOnly: confirm })).toBe(false);
  });

  test("is offered for what is listed word by word, where only that may be allowed", () => {
    const listed = rulesOf({
      slackMayAllow: "git status *, git log *",
      mayAllowAlways: "git log *, npm test *",
    });
    expect(isOffered("git status *", listed)).toBe(true);
    expect(isOffered("git log *", listed)).toBe(true);
    expect(isOffered("npm test *", listed)).toBe(false);
    expect(isOffered("pwd *", listed)).toBe(false);
  });
});
