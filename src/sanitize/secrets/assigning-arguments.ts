/**
 * Words that are nothing but a name and a secret, as `token=‹secret›`: an assignment to some programs and behind some
 * options, and to all others a file, a target or a task that is called so. Pure.
 */

import { shapeOf } from "./command-steps.ts";
import { LEAD_LENGTH } from "./credential-places.ts";
import type { Program } from "./step-programs.ts";

/** What stands before the secret: an option, or none, and the name. Nothing that a sentence, a URL or a document has. */
const ASSIGNMENT = /^(?:(-{1,2}[A-Za-z][\w-]*)[=:]|(-[A-Z]))?([^\s=:?&;,{}"'`]*)=$/;
/** A part of a path before the name, or the sign of a file: `tests/token=…`, `@token=…`. */
const NAMES_FILE = /^[@<]|\//;
/** The same for a file among fields: `file=@token=…`, `source=token=…`. */
const FIELD_OF_FILE = /(?:[=:][@<]|(?:^|,)(?:src|source)=)[^\s=:&;,]*=$/;

/** Options whose value is an assignment, whatever the program. */
const ASSIGNS =
  /^(?:-[DPXeH]|--?(?:[\w-]*(?:vars?|env|param(?:eter)?s?|prop(?:ertie|erty)?s?|header|form|string|query|literal|option|field|args?|cookie)|set|set-json|data|data-raw|data-binary|data-urlencode|json|body|settings))$/;
/** The same for these programs only: for others, such an option names a file, or something else. */
const ASSIGNS_FOR: readonly (readonly [program: RegExp, option: RegExp])[] = [
  [/^(?:curl|xh|https?|hey|ab)$/, /^-[dFb]$/],
  [/^gh$/, /^-[fFb]$/],
  [/^psql$/, /^-[vd]$/],
  [/^(?:cargo|pulumi)$/, /^--config$/],
];
/** Options that take a file for their value, so that a word behind one of them is no operand. */
const TAKES_FILE =
  /^-(?:[CfIoWbcpdiKOTLP]|cp|jar|-?[\w-]*(?:file|dir|path|config|include|prefix|project|manifest|input|output)[\w-]*)$/;

/** Programs to which an operand of this form is an assignment. */
const TAKES_ASSIGNMENTS = /^(?:g?make|just|task|rake|mage|cap|vault|psql|doppler|kamal|java)$/;
/** Those to which it is one behind the URL. */
const HTTP_CLIENT = /^(?:xh|https?)$/;
const METHOD = /^[A-Z]+$/;
/** The command of a program that sets what follows. */
const SETS = /^(?:\w+:)?(?:set|setenv|login|appsettings)$/;
/** What these set may be a script, or a package. */
const PACKAGE_TOOL = /^(?:npm|pnpm|yarn|bun|npx|pnpx|bunx|composer)$/;

/** Variables that hold arguments or a body, and nothing that is run or read by name. */
const HOLDS_ARGUMENTS =
  /(?:arg|arg[sv]|opt|opts|flags|params|query|data|body|payload|header|headers|cookie|dsn|conn\w*|string|extra_vars)$/i;

/**
 * Whether an argument may be something else than the assignment of a credential.
 *
 * @param before what stands in it before the secret.
 */
export function mayNameSomethingElse(program: Program, index: number, before: string): boolean {
  if (FIELD_OF_FILE.test(before)) return true;
  const [found, option, glued, name = ""] = ASSIGNMENT.exec(joined(before)) ?? [];
  if (found === undefined) return false;
  if (NAMES_FILE.test(name)) return true;
  if (option !== undefined) return !isAssigning(program, option);
  if (glued !== undefined) return !isAssigning(program, glued) || program.name === "wget";
  if (name.startsWith("-")) return false;
  const earlier = program.args.slice(0, index).map(shapeOf);
  const last = earlier.at(-1) ?? "";
  if (isAssigning(program, last)) return false;
  return TAKES_FILE.test(last) || !takesOperand(program, index, earlier);
}

/** Whether a variable's value may be a file or a program that is called so. */
export function mayBeNameIn(variable: string, before: string): boolean {
  const [found, option, , name = ""] = ASSIGNMENT.exec(joined(before)) ?? [];
  if (found === undefined || name.startsWith("-")) return false;
  return option === undefined ? !HOLDS_ARGUMENTS.test(variable) : !ASSIGNS.test(option);
}

/** Of a long text the middle is left out, and a line break stands there. */
function joined(before: string): string {
  return before.length > LEAD_LENGTH ? before.replace("\n", "") : before;
}

function isAssigning({ name }: Program, option: string): boolean {
  if (ASSIGNS.test(option)) return true;
  return ASSIGNS_FOR.some(([program, own]) => program.test(name) && own.test(option));
}

function takesOperand({ name, path, scriptAt }: Program, index: number, earlier: readonly string[]): boolean {
  // A program of the project's own.
  if (path.includes("/")) return true;
  if (PACKAGE_TOOL.test(name)) return earlier.includes("--");
  // What an interpreter hands to its script.
  if (scriptAt !== undefined && scriptAt < index) return true;
  if (HTTP_CLIENT.test(name)) return earlier.some((arg) => !arg.startsWith("-") && !METHOD.test(arg));
  return TAKES_ASSIGNMENTS.test(name) || earlier.some((arg) => SETS.test(arg));
}
