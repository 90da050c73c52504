/**
 * The commands for which "Allow always" is offered, whatever arguments follow.
 *
 * OpenCode saves a command's beginning with `*` behind it (`git status *`), and what that matches is not asked about
 * any more. So a command is here only if no argument makes it run another program, write a file, or print a text that
 * the argument itself or any file says: with a redirection, which the saved pattern matches too, that would be any
 * content in any file. Each was checked in its manual, for GNU, BSD and macOS.
 *
 * Not here, and why, as these are often expected:
 * - `ls`, `du`: `--time-style=+TEXT` prints a text. `ps -o pid=TEXT`, `stat --printf`, `date +TEXT`, `df` apart, too.
 * - `cat`, `head`, `tail`, `grep`, `sort`, `wc`, `diff` and their like print what files say, or their names.
 * - `git diff`, `git log`, `git show`, `git stash list`: `--output=FILE` writes, `--ext-diff` runs a program.
 *   `git branch --edit-description` and `git add -e` open an editor, `git fetch --upload-pack` runs a program.
 *   `git describe --dirty=TEXT`, `git rev-parse --sq-quote TEXT`, `git ls-files --format` print a text.
 * - `rg --pre` runs a program. `find -exec`, `fd -x`, `sort --compress-program`, `tar --to-command` too.
 * - `tsc --outDir` writes, `eslint -c` and `prettier --plugin` load code. So does whatever reads a project's settings:
 *   test runners, build tools, package managers (`npm ls --git=PROGRAM`, `pip list --python PROGRAM`).
 * - `docker ps --format TEXT` prints a text, `kubectl get --kubeconfig FILE` runs a program that the file names, as
 *   `aws`, `gcloud` and `terraform` do by their settings.
 * - `go version` fetches another Go if the project says so. `getconf -v ../x` runs a program. `arch` does on macOS.
 * - `true` and `echo` are good for nothing but a redirection.
 */
export const ALWAYS_TABLE: readonly { readonly command: string; readonly reason: string }[] = [
  {
    command: "git status",
    reason: "Its options choose what it lists and how; none names a file or a program.",
  },
  { command: "git version", reason: "Prints its version; the only option is `--build-options`." },
  { command: "git count-objects", reason: "Prints numbers; options `-v` and `-H`." },
  { command: "git merge-base", reason: "Prints the names of commits; its options choose which." },
  { command: "pwd", reason: "Prints the directory; options `-L` and `-P`." },
  { command: "whoami", reason: "Prints the user's name; has no options." },
  { command: "id", reason: "Prints a user's numbers and groups; an operand has to be a user." },
  { command: "groups", reason: "Prints a user's groups; an operand has to be a user." },
  { command: "uname", reason: "Prints the system's name; no operands." },
  { command: "nproc", reason: "Prints a number." },
  { command: "uptime", reason: "Prints a line about the machine; no operands." },
  { command: "free", reason: "Prints memory; no operands." },
  {
    command: "df",
    reason: "Prints file systems. `--output` has fields of its own; an operand has to be a file.",
  },
  { command: "which", reason: "Prints where programs are, and runs none." },
  { command: "sleep", reason: "Prints nothing." },
];
