/**
 * Files whose content a command line makes of something that nobody can read there: decoded, reversed, fetched. Where
 * the same line runs such a file, nobody can tell what runs. A pipe counts as a file, too.
 */

import type { Command, Redirection } from "unbash";
import { startsBehind } from "./check-programs.ts";
import { isInterpreter, isToldCode } from "./code.ts";
import type { Line } from "./hidden-commands.ts";
import { names } from "./names.ts";
import { TOO_MANY_WORDS, Unreadable } from "./syntax.ts";
import { isSubstitution, nameOf, wordText } from "./words.ts";
import { filesChanged, wordsWritten } from "./writers.ts";

/** Give on what they get as it is, or nothing of it. */
const PRINTERS = new Set(
  names(
    ": [ cat cd chmod cp dd echo install ln mkdir mv printf pwd rm rsync scp set sponge tee test touch true",
  ),
);
/** Need no input to print something else than what their words say. */
const GENERATORS = new Set(
  names("awk aria2c base32 base64 bc curl dc envsubst gawk gpg jq m4 mawk nawk openssl uudecode wget xxd yq"),
);

/** Read untold by programs that run what stands in them. */
const RUN_UNTOLD =
  /^((gnu)?makefile|justfile|rakefile|package\.json|conftest\.py|\.(bash|zsh)rc|\.zshenv|\.(bash_)?profile)$/;
const SETS_FIELDS = /^(jq|yq)$/;
const RUNNERS = new Set(names("make gmake just rake npm pnpm yarn bun pytest bash zsh sh"));

/** What stands in the line for a command to read. */
const DOCUMENT = "<<";

/** A simple command, by what it may read and write: names without their paths. */
interface Flow {
  readonly program: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** How often what was made is followed to where it is copied. */
const MAX_COPIES = 10;

export function createMadeFiles() {
  const flows: Flow[] = [];
  const run = new Set<string>();
  /** The words of commands, and what may be copied. */
  const taken = new Set<string>();
  const named = new Set<string>();
  const programs: (readonly [name: string, args: readonly string[]])[] = [];
  /** `3> file` */
  const descriptors: (readonly [descriptor: string, file: string])[] = [];
  let around: Omit<Flow, "program"> = { inputs: [], outputs: [] };
  let pipes = 0;

  function within({ inputs, outputs }: Partial<Flow>, visit: () => void): void {
    const outer = around;
    around = {
      inputs: [...outer.inputs, ...(inputs ?? [])],
      outputs: [...outer.outputs, ...(outputs ?? [])],
    };
    if (around.inputs.length + around.outputs.length > MAX_AROUND)
      throw new Unreadable("A command has too many redirections to be read.");
    visit();
    around = outer;
  }

  function outputsOf(redirects: readonly Redirection[]): string[] {
    return redirects.flatMap((each) => {
      if (each.type !== "Redirect" || each.target === undefined || !each.operator.includes(">")) return [];
      const text = wordText(each.target);
      if (each.operator.endsWith("&") && /^\d+$/.test(text)) return [`&${text}`];
      if (each.descriptor?.type === "FileDescriptor")
        descriptors.push([`&${each.descriptor.value}`, nameOf(text)]);
      return [nameOf(text)];
    });
  }

  function take({ redirects, suffix }: Command, texts: readonly string[]): Omit<Flow, "program"> {
    const program = nameOf(texts[0]);
    const words = texts.slice(1).map((text) => nameOf(text.replace(/^of=/, "")));
    const told = GENERATORS.has(program) ? filesChanged(texts) : [];
    const isGiven = suffix.some((each) => each.type === "Word" && isSubstitution(each));
    for (const file of inputsOf(redirects)) named.add(file);
    const inputs = [...around.inputs, ...inputsOf(redirects), ...(isGiven ? [DOCUMENT] : [])];
    const outputs = [...around.outputs, ...outputsOf(redirects)];
    const written = wordsWritten(texts) === undefined ? [] : words;
    for (const word of words) named.add(word);
    const all = [...outputs, ...written, ...told.map(nameOf)];
    // Others make nothing.
    if (all.length > 0) flows.push({ program, inputs: [...inputs, ...words], outputs: all });
    const key = texts.join("\0");
    if (!taken.has(key))
      for (const start of [0, ...startsBehind(texts)]) takeRun(nameOf(texts[start]), texts.slice(start + 1));
    taken.add(key);
    return { inputs: inputsOf(redirects), outputs: outputsOf(redirects) };
  }

  function takeRun(name: string, args: readonly string[]): void {
    run.add(name);
    programs.push([name, args]);
    if (!isInterpreter(name) && !/^(\.|source)$/.test(name)) return;
    if (args[0] === "-m") run.add(`${args[1]}.py`);
    else if (!isToldCode(name, args)) for (const file of filesRun(args)) run.add(nameOf(file));
  }

  function writtenFiles(): ReadonlySet<string> {
    return new Set([DOCUMENT, ...flows.flatMap(({ outputs }) => outputs)]);
  }

  function madeBy(makers: readonly Flow[]): ReadonlySet<string> {
    const writers = new Map<string, Flow | "several">([[DOCUMENT, "several"]]);
    for (const flow of flows)
      for (const file of flow.outputs) writers.set(file, writers.has(file) ? "several" : flow);
    const made = new Set(
      makers.flatMap((flow) => {
        // What changes a file of the project in its place makes nothing that stands in the line.
        const isFed = flow.inputs.some((file) => writers.has(file) && writers.get(file) !== flow);
        return (isFed && !PRINTERS.has(flow.program)) || GENERATORS.has(flow.program) ? flow.outputs : [];
      }),
    );
    for (let count = 0; count < MAX_COPIES; count++) {
      const before = made.size;
      for (const [descriptor, file] of descriptors) if (made.has(descriptor)) made.add(file);
      for (const { inputs, outputs } of flows)
        if (inputs.some((file) => made.has(file))) for (const file of outputs) made.add(file);
      if (made.size === before) break;
    }
    return made;
  }

  return {
    /** A command, and those in its words. */
    command: (command: Command, texts: readonly string[], visit: () => void) => {
      within(texts.length === 0 ? {} : take(command, texts), visit);
    },
    redirected: (redirects: readonly Redirection[], visit: () => void) => {
      within({ inputs: inputsOf(redirects), outputs: outputsOf(redirects) }, visit);
    },
    /** For the parts of one pipeline, in their order. */
    pipeline: () => {
      let pipe: string | undefined;
      return (isLast: boolean, visit: () => void) => {
        const inputs = pipe === undefined ? [] : [pipe];
        pipe = `|${pipes++}`;
        within({ inputs, outputs: isLast ? [] : [pipe] }, visit);
      };
    },
    /**
     * `cp /bin/rm l; ./l -rf x`: a file that the line writes and runs may be a copy of any program that the line names,
     * and gets the words.
     */
    copies: (): Line[] => {
      const written = writtenFiles();
      const copied = programs.filter(([name]) => written.has(name));
      const sources = [...named].filter((word) => PLAIN_NAME.test(word));
      if (copied.length * sources.length > MAX_LINES) throw new Unreadable(TOO_MANY_WORDS);
      return copied.flatMap(([, args]) => sources.map((name) => ({ texts: [name, ...args] })));
    },
    /** Why nobody can tell what runs, as a sentence; undefined where none of the files is also run. */
    whyRun: (): string | undefined => {
      const runsUntold = [...RUNNERS].some((name) => run.has(name));
      // `jq … > package.json` is how its fields are set.
      const untold = runsUntold ? [...madeBy(flows.filter(({ program }) => !SETS_FIELDS.test(program)))] : [];
      const isRun =
        [...madeBy(flows)].some((file) => run.has(file)) || untold.some((file) => RUN_UNTOLD.test(file));
      return isRun ? "The command runs a file that it decodes, changes or downloads." : undefined;
    },
  };
}

const PLAIN_NAME = /^[a-z_][\w.-]*$/;
const MAX_LINES = 2000;

/** Of the files around a command: nobody writes more. */
const MAX_AROUND = 50;

function inputsOf(redirects: readonly Redirection[]): string[] {
  return redirects.flatMap((each) => {
    if (each.type !== "Redirect") return [DOCUMENT];
    return each.operator === "<" && each.target !== undefined ? [nameOf(wordText(each.target))] : [];
  });
}

/** The first word that is no option, and the next one where that may be an option's value. */
function filesRun(args: readonly string[]): string[] {
  const first = args.findIndex((arg) => !/^[-+]/.test(arg));
  if (first === -1) return [];
  return args.slice(first, args[first - 1]?.startsWith("-") === true ? first + 2 : first + 1);
}
