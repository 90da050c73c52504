/** Variables that change what runs, and values in which a shell may find code. */

import type { SyntaxNode } from "unbash";
import { isOpen } from "./words.ts";
import { names } from "./names.ts";

/** Variables that make a shell, a linker or a program run something else than what is written. */
const STEERING_VARIABLE =
  /^(IFS|ENV|PS4|SHELL|PROMPT_COMMAND|ZDOTDIR|path|fpath|module_path|functions|aliases|[gs]aliases|commands|(READ)?NULLCMD|BASH_\w*|LD_\w+|DYLD_\w+|(MAN)?PATH|CDPATH|\w*PAGER|\w*EDITOR|VISUAL|BROWSER|LESS(OPEN|CLOSE)|\w*ASKPASS|GIT_(SSH|SSH_COMMAND|EXTERNAL_DIFF|EXEC_PATH|TEMPLATE_DIR|CONFIG\w*|PROXY_COMMAND|DIR)|RSYNC_RSH|NODE_(OPTIONS|PATH)|PYTHON(PATH|STARTUP|HOME|INSPECT)|PERL5(OPT|LIB|DB)|RUBY(OPT|LIB)|JAVA_TOOL_OPTIONS|npm_config_\w+|TAR_OPTIONS|MAKEFLAGS)$/;
const HARMLESS_VALUE = /^(cat|true|:|)$/;
/** Settings of Node.js's own, and where Python finds the project. */
const HARMLESS_VALUES = new Map([
  [
    "NODE_OPTIONS",
    /^(--(max-old-space-size=\d+|no-[\w-]+|experimental-[\w-]+|openssl-legacy-provider|enable-source-maps|trace-[\w-]+)(\s+|$))+$/,
  ],
  ["PYTHONPATH", /^[\w./:-]*$/],
]);

/** Numbers to bash, which calculates them from the text that they are set to. zsh has more of them. */
const NUMBER_VARIABLE = /^(S?RANDOM|SECONDS|OPTIND)$/;
const MAYBE_NUMBER_VARIABLE =
  /^(LINES|COLUMNS|HIST(SIZE|CMD)|SAVEHIST|E?UID|E?GID|SHLVL|FUNCNEST|KEYTIMEOUT|ERRNO|MAILCHECK|LISTMAX|TRY_\w+|ZLE_\w+)$/;

/** zsh may be told to run what stands in them, as `PS4` is run anyway. */
const PROMPT_VARIABLE = /^(R?PROMPT[2-4]?|prompt|R?PS[1-3]|SPROMPT)$/;

/** Options of the shell that leave the meaning of words as it is, in all shells. */
const PLAIN_OPTIONS = /^[-+]([abefhmnuvxBCET]+|[aefuvx]*o)$/;
const PLAIN_OPTION_NAMES =
  /^(allexport|emacs|errexit|errtrace|functrace|ignoreeof|monitor|noclobber|noexec|noglob|notify|nounset|pipefail|verbose|vi|xtrace)$/;

/** Builtins whose words are names of variables. */
const NAMING_BUILTINS = new Set(
  names(
    `let declare typeset local integer float readonly export private unset read mapfile readarray getln getopts vared`,
  ),
);

/** Builtins that look into a variable's index, or calculate, and run a substitution that they find there. */
const CALCULATING_BUILTINS = new Set([
  ...NAMING_BUILTINS,
  ...names(`test [ printf print wait set shift exit return break continue repeat kill cd pushd popd ulimit umask fg bg
    disown`),
]);

const COMPARES_NUMBERS = new Set(["-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-v", "-t"]);

/** An index that is a number, or all there are. */
const PLAIN_INDEX = /^(-?\d+|[@*])$/;

/** Why an assignment can change what runs, as a sentence; undefined when it cannot. */
export function whySteering(variable: string, value: string | undefined): string | undefined {
  if (NUMBER_VARIABLE.test(variable) && !/^\d+$/.test(value ?? ""))
    return "A number is calculated from text, and text can contain code.";
  if (PROMPT_VARIABLE.test(variable) && /[$`]/.test(value ?? "$"))
    return `The variable ${variable} can hold code.`;
  if (!STEERING_VARIABLE.test(variable)) return undefined;
  const isHarmless =
    value !== undefined &&
    (HARMLESS_VALUE.test(value) || HARMLESS_VALUES.get(variable)?.test(value) === true);
  return isHarmless ? undefined : `The variable ${variable} can change what runs.`;
}

/** Why the words of a builtin can run code that stands in a variable, or set one that nobody knows. */
export function whyBuiltin(name: string, texts: readonly string[], at: number): string | undefined {
  if (!CALCULATING_BUILTINS.has(name)) return undefined;
  const args = texts.slice(at + 1);
  const isName = (index: number) => NAMING_BUILTINS.has(name) || args[index - 1] === "-v";
  if (args.some((text, index) => holdsIndexedCode(text) || (isName(index) && hasOddIndex(text))))
    return "The index of a variable may contain code.";
  if (args.some((text, index) => isOpenName(name, text, args[index - 1])))
    return "Which variable is set is only known when it runs.";
  // `printf -vPATH x` too.
  for (const text of args) {
    const why = whySteering(text.replace(/^-v/, ""), undefined);
    if (why !== undefined) return why;
  }
  return name === "set" && setsOddOption(args) ? "`set` changes what later words mean." : undefined;
}

/** `set -o promptsubst`, `set -k` */
function setsOddOption(args: readonly string[]): boolean {
  for (const [index, text] of args.entries()) {
    const isName = /^[-+]\w*o$/.test(args[index - 1] ?? "");
    if (isName ? !PLAIN_OPTION_NAMES.test(text) : /^[-+]\w/.test(text) && !PLAIN_OPTIONS.test(text))
      return true;
    if (!isName && !/^[-+]\w/.test(text)) return false;
  }
  return false;
}

function isOpenName(name: string, text: string, before: string | undefined): boolean {
  if (!isOpen(text) || /^\w+\+?=/.test(text)) return false;
  return NAMING_BUILTINS.has(name) || text.startsWith("-v") || /^-[vpA]$/.test(before ?? "");
}

/** `functions[x]=y`, `a[x]`: a number alone is no code. */
function hasOddIndex(text: string): boolean {
  const index = /^(?:-v)?[A-Za-z_]\w*\[([^\]]*)\]/.exec(text)?.[1];
  return index !== undefined && !isPlainIndex(index);
}

/** Whether a text, as the value of a variable, is code to whoever calculates with it: `a[$(x)]`. */
export function holdsIndexedCode(text: string): boolean {
  const index = text.indexOf("[");
  return index !== -1 && /\$[({]|`/.test(text.slice(index));
}

export function isPlainIndex(text: string): boolean {
  return PLAIN_INDEX.test(text);
}

/**
 * Whether somewhere is calculated with variables while a text somewhere could be code in an index: a value may come to
 * a variable by ways that nobody follows.
 */
export function createCalculationWatch() {
  let calculates = false;
  let hasIndex = false;
  let hasCode = false;

  return {
    calculation: () => {
      calculates = true;
    },
    assignment: (variable: string) => {
      calculates ||= MAYBE_NUMBER_VARIABLE.test(variable);
    },
    node: (node: SyntaxNode) => {
      calculates ||= isCalculation(node);
    },
    builtin: (name: string, texts: readonly string[]) => {
      if (calculates || !CALCULATING_BUILTINS.has(name)) return;
      calculates =
        /^(let|integer|float|repeat)$/.test(name) ||
        (/^(declare|typeset|local|readonly|export)$/.test(name) &&
          texts.some((text) => /^-\w*[iEFn]/.test(text))) ||
        (name !== "printf" && texts.some(isOpen));
    },
    /** Also when the characters come from an escape that `printf` or `echo` turns into them. */
    text: (text: string) => {
      hasIndex ||= /\[|\\(x5b|0?133|[uU]0*5b)/i.test(text);
      hasCode ||= /\$[({]|`|\\(x(24|60)|0?(044|44|140)|[uU]0*(24|60))/i.test(text);
    },
    why: () =>
      calculates && hasIndex && hasCode ? "A calculation can run code from a variable." : undefined,
  };
}

function isCalculation(node: SyntaxNode): boolean {
  if (node.type === "ArithmeticWord") return /[A-Za-z_$]/.test(node.value);
  if (node.type === "TestBinary" || node.type === "TestUnary") return COMPARES_NUMBERS.has(node.operator);
  return node.type === "Slice" && !/^\s*-?\d*$/.test(`${node.offset.text}${node.length?.text ?? ""}`);
}
