/** Whether what a command does with its secrets stays apart from what it runs. Pure. */

import { baseName, isInterpreter } from "./code-givers.ts";
import { shapeOf, textOf, type Step, type Steps, type StepWord } from "./command-steps.ts";
import { holdsSecret, writtenFile } from "./credential-arguments.ts";
import type { Carriers } from "./credential-places.ts";
import type { Program } from "./step-programs.ts";
import { names } from "../../shell/names.ts";

/** Show what they are given, and write nothing. */
const VIEWERS = new Set(names("cat grep egrep rg head tail wc less more jq yq sort uniq column bat nl ls"));
/** Name a file and leave it as it is. */
const LOOKERS = new Set([
  ...VIEWERS,
  ...names("chmod stat test [ which type file cd pushd mkdir rm touch echo wait"),
]);

/** Read back what a program was given before, its credentials among it. */
const READS_BACK: readonly (readonly [program: RegExp, line: RegExp])[] = [
  [/^curl$/, / (?:-[a-uw-zA-Z]*v[a-zA-Z]*|--verbose|--trace(?:-ascii)?|--libcurl)(?: |$)/],
  [/^wget$/, / (?:-d|--debug)(?: |$)/],
  [/^git$/, /^ (?:remote(?: (?:-v|show|get-url).*)?|config .*|var .*)$/],
  [/^(?:docker|podman|nerdctl|docker-compose)$/, / (?:inspect|history|config|export|save|cp|commit)(?: |$)/],
  [
    /^(?:npm|pnpm|yarn|aws|gh|gcloud|az|heroku|vercel)$/,
    / (?:get|list|ls|token|config|show|print-\S+)(?: |$)/,
  ],
  [/^(?:kubectl|oc|helm)$/, / (?:get|describe|config|view)(?: |$)/],
  [
    /^(?:vault|doppler|pulumi|chamber|poetry|composer|bundle|bundler|dotnet|mc|security|bw|fly|flyctl|infisical|supabase|wpa_passphrase|rclone)$/,
    / (?:config|download|export|find-\S+|get[\w-]*|list|ls|obscure|read|show|unlock)(?: |$)/,
  ],
  [/^(?:aws|az|gh)$/, / (?:get-[\w-]+|show)(?: |$)/],
  [/^pgrep$/, /^/],
  [/^/, /\.git\/|\.npmrc|\.netrc|\.pgpass|\.docker\/|\.aws\/|\.kube\/|\.config\//],
];

/** Write what they are given to a file. */
const PRINTS = /^(?:echo|printf|cat|tee)$/;

/** Change a text into another one, or copy it. */
const CHANGERS = new Set(
  names(`awk gawk mawk base32 base64 bunzip2 bzip2 cp cut dd expand fold gpg gunzip gzip iconv install join ln mv od openssl
    paste patch perl read rev rsync scp sed split sponge strings tac tar tr unzip uudecode xxd xz zcat zip zstd`),
);
/** Tell of the machine, and read no file. */
const HARMLESS_CAPTURE =
  /^(?:pwd|date|whoami|id|hostname|uname|nproc|mktemp|basename|dirname|git (?:rev-parse|describe|branch|log)\b.*)/;

/**
 * Whether no file is run that the command may have written, what can be read back of a secret is only shown, and a file
 * that gets one is left alone.
 */
export function keepsSecretsApart(
  read: Steps,
  programs: readonly (Program | undefined)[],
  carriers: Carriers,
): boolean {
  const stored = read.steps.filter(
    (step, index) =>
      PRINTS.test(programs[index]?.name ?? "") &&
      [...step.words, ...step.inputs].some((word) => holdsSecret(word, carriers)),
  );
  const files = new Set(stored.flatMap((step) => writtenFile(step) ?? []).map(baseName));
  return (
    !runsWritten(read, programs) &&
    read.steps.every((step, index) => isOnlyShown(step) || !tellsSecrets(step, programs[index])) &&
    (files.size === 0 || read.steps.every((step) => leavesAlone(step, files)))
  );
}

/** Whether a program or script is run that is named elsewhere in the command, where it could be written. */
function runsWritten({ steps, looseWords }: Steps, programs: readonly (Program | undefined)[]): boolean {
  const run = new Set(programs.flatMap((program) => (program === undefined ? [] : filesRun(program))));
  if (run.size === 0) return false;
  if (
    steps.some(
      ({ outputs, inputs }) => inputs.length === 0 && outputs.some((file) => textOf(file) === undefined),
    )
  )
    return true;
  const named = steps.flatMap(({ outputs, inputs }, index): readonly StepWord[] => {
    const program = programs[index];
    // A document stands in the command, to be read.
    if (inputs.some(({ isDocument }) => isDocument)) return [];
    const args = program === undefined || LOOKERS.has(program.name) ? [] : program.args;
    return [...args.filter((_, at) => at !== program?.scriptAt), ...outputs];
  });
  return [...named, ...looseWords].some((word) =>
    shapeOf(word)
      .split(/[\s/=:,;'"]+/)
      .some((part) => run.has(part)),
  );
}

function filesRun({ name, path, args, scriptAt }: Program): string[] {
  const script = scriptAt === undefined ? undefined : args[scriptAt];
  const own = path.includes("/") && !isInterpreter(name) ? [name] : [];
  return script === undefined ? own : [...own, baseName(shapeOf(script))];
}

/** Whether what it prints may hold a secret: what a program of the project's own prints is not known. */
function tellsSecrets({ words: [, ...args], isCaptured }: Step, program: Program | undefined): boolean {
  if (isCaptured && program !== undefined && filesRun(program).length > 0) return true;
  const line = ` ${args.map(shapeOf).join(" ")}`;
  return READS_BACK.some(([name, told]) => name.test(program?.name ?? "") && told.test(line));
}

/** Whether what a step prints goes to whoever started the command, and nowhere else. */
function isOnlyShown(step: Step): boolean {
  for (let at: Step | "other" | undefined = step; at !== undefined; at = at.feeds) {
    if (at === "other" || at.isCaptured || at.outputs.length > 0) return false;
    if (at !== step && !VIEWERS.has(shapeOf(at.words[0] ?? EMPTY))) return false;
  }
  return true;
}

const EMPTY: StepWord = { start: 0, end: 0, pieces: [] };

/** Whether a step does nothing with files that hold a secret but to show them, or to hand them to a program by name. */
function leavesAlone(step: Step, files: ReadonlySet<string>): boolean {
  const { words: all, outputs, inputs, isCaptured } = step;
  const [program, ...args] = all.map(shapeOf);
  const name = baseName(program ?? "");
  const isWriter = inputs.some(({ isDocument }) => isDocument) || /^(?:echo|printf|tee)$/.test(name);
  if (
    outputs.some((file) => !files.has(baseName(shapeOf(file)))) &&
    !inputs.some(({ isDocument }) => isDocument)
  )
    return false;
  if (isCaptured) return HARMLESS_CAPTURE.test(all.map(shapeOf).join(" "));
  if (isWriter) return true;
  if (CHANGERS.has(name) || args.some((arg) => /[*?[]/.test(arg))) return false;
  const isNamed = args.some((arg) => files.has(baseName(arg)));
  return !isNamed || isOnlyShown(step);
}
