/** How programs take the options that people write before their subcommands. */

import type { OptionSyntax } from "./arguments.ts";

/**
 * Options that take no value, by program: so that in `npm --silent run publish` nobody takes `run` for a value and
 * `publish` for the subcommand. What is missing here costs a second question, what is wrong here hides a command.
 */
const FLAGS: Readonly<Record<string, string>> = {
  git: "-p --paginate -P --no-pager --bare --no-replace-objects --literal-pathspecs --no-optional-locks -h --help -v --version",
  npm: "-s --silent -q --quiet -d --verbose -g --global -f --force -y --yes --json --ws --workspaces -ws --no-audit --no-fund --offline --ignore-scripts",
  pnpm: "-r --recursive -s --silent -g --global -w --workspace-root --offline --no-color",
  yarn: "-s --silent --offline --json --verbose",
  cargo: "-q --quiet -v --verbose --offline --locked --frozen",
  docker: "-D --debug --tls --tlsverify",
  terraform: "-version -help",
  kubectl: "-A --all-namespaces",
  helm: "--debug",
  gh: "--help --version",
  mvn: "-q --quiet -B --batch-mode -e --errors -X --debug -o --offline -U --update-snapshots -ntp --no-transfer-progress",
  gradle:
    "-q --quiet -i --info -d --debug -s --stacktrace --offline --no-daemon --daemon --parallel --continue",
};

/** Take no option of a subcommand's before it. */
const PARTED = new Set(["git", "docker", "podman", "nerdctl"]);

/** Other names of a program, or programs that are used like it. */
const ALIKE: Readonly<Record<string, string>> = {
  podman: "docker",
  nerdctl: "docker",
  tofu: "terraform",
  oc: "kubectl",
  k: "kubectl",
  gradlew: "gradle",
  mvnw: "mvn",
};

const NONE: OptionSyntax = { flags: new Set(), isParted: false };

const SYNTAXES: ReadonlyMap<string, OptionSyntax> = new Map(
  [...Object.keys(FLAGS), ...Object.keys(ALIKE)].map((program) => [
    program,
    {
      flags: new Set((FLAGS[ALIKE[program] ?? program] ?? "").split(" ")),
      isParted: PARTED.has(program),
    },
  ]),
);

/** @param program its name without its path. */
export function syntaxOf(program: string): OptionSyntax {
  return SYNTAXES.get(program) ?? NONE;
}
