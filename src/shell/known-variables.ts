/**
 * Variables whose value the command line itself says, before it uses them and nowhere else: `V=1.2; sed "s/x/$V/" a`.
 * The value is put in their place, so that whoever reads the line finds a word that is known.
 */

import {
  forEachChild,
  parse,
  type Assignment,
  type Command,
  type ParsedScript,
  type SyntaxNode,
  type WordPart,
} from "unbash";
import type { Span } from "./scanning.ts";
import { nameOf, wordText } from "./words.ts";
import { names } from "./names.ts";

/** Without it there is no such variable. */
const ASSIGNED = /(?:^|[\s;&])[A-Za-z_]\w*=/;

/** The same in quotes and without, to whatever shell: no blank, quote, wildcard, `~` or `=`. */
const PLAIN_VALUE = /^[\w./:@%+,-]{1,100}$/;

/** Shells give these a meaning or a value of their own. Names in capitals without an underscore often are such. */
const OWN_NAME =
  /^(_|IFS|[A-Z]*PATH|HOME|PWD|OLDPWD|SHELL\w*|S?RANDOM|SECONDS|LINENO|REPLY|OPT\w+|E?[UGP]{1,2}ID|USER\w*|LOGNAME|HOST\w*|BASH\w*|COMP\w*|COPROC|DIRSTACK|EPOCH\w*|ERRNO|FUNC\w*|GROUPS|HIST\w*|MAIL\w*|MAPFILE|PIPESTATUS|READLINE\w*|SHLVL|TIME\w*|TMOUT|TMP\w*|COLUMNS|LINES|TTY\w*|ZSH\w*|ZLE\w*|ARGC|CPUTYPE|KEY\w*|LIST\w*|M(ATCH|BEGIN|END)|(MACH|OS)TYPE|VENDOR|LOG\w*|NULLCMD|READNULLCMD|POSTEDIT|R?PROMPT\d?|R?PS\d|SAVEHIST|SPROMPT|STTY|TERM|WATCH\w*|WORDCHARS|LC_\w+|LANG|FIGNORE|POSIXLY_CORRECT|DIRSTACKSIZE|ENV)$/;
const OWN_NAMES_OF_ZSH = new Set(
  names(`aliases argv builtins cdpath commands dirstack errnos fignore fpath funcstack functions galiases histchars
    history historywords jobdirs jobstates jobtexts keymaps killring mailpath manpath match mbegin mend modules
    module_path nameddirs options parameters path patchars pipestatus prompt psvar reply reswords saliases signals
    status sysparams termcap terminfo userdirs usergroups watch widgets zsh_scheduled_events`),
);

/** Set variables that are not named there, or may; and what such a name can stand behind. */
const SETTERS = new Set(
  names(`. source eval trap let test [ read mapfile readarray getopts export declare typeset local unset
    command builtin - noglob nocorrect`),
);

/** Variables that are looked at: nobody sets more in a line. */
const MAX_VARIABLES = 20;

/** Texts are not made longer than so many times. */
const MAX_GROWTH = 2;

export function withKnownVariables(text: string): string {
  if (!ASSIGNED.test(text) || !text.includes("$")) return text;
  const script = parse(text);
  if ((script.errors ?? []).length > 0 || !keepsVariables(script)) return text;
  const mentions = mentionsIn(text);
  const hidden = hiddenMentionsIn(script);
  const assigned = assignedIn(script)
    .slice(0, MAX_VARIABLES)
    .filter(({ name, end }) => {
      const [first, ...others] = mentions.filter((each) => isOf(each, name));
      const isAssigned = first !== undefined && first.at < end && others.length === 0;
      return isAssigned && !hidden.some((each) => isOf(each, name));
    });
  if (assigned.length === 0) return text;
  const pieces: string[] = [];
  let at = 0;
  for (const { start, end, name } of usesIn(script, text)) {
    const known = assigned.find((each) => each.name === name && each.end < start && end <= each.until);
    if (known === undefined) continue;
    pieces.push(text.slice(at, start), known.value);
    at = end;
  }
  const known = pieces.join("") + text.slice(at);
  return known.length > MAX_GROWTH * text.length ? text : known;
}

/** Whether nothing calculates, and no command sets a variable by other means than to assign it. */
function keepsVariables(script: SyntaxNode): boolean {
  let isKept = true;
  const visit = (node: SyntaxNode): void => {
    if (/^(Arithmetic|Test|Slice|Coproc)/.test(node.type)) isKept = false;
    if (node.type === "Command" && SETTERS.has(nameOf(node.name && wordText(node.name)))) isKept = false;
    if (isKept) forEachChild(node, visit);
  };
  visit(script);
  return isKept;
}

interface Assigned {
  readonly name: string;
  readonly value: string;
  /** Where it is set, and as far as that is certain to have been done. */
  readonly end: number;
  readonly until: number;
}

/** What is assigned whatever happens before: by the line itself, or by the first of what it joins by `&&`. */
function assignedIn({ commands }: ParsedScript): Assigned[] {
  return commands.flatMap(({ command, background }) => {
    if (background === true) return [];
    if (command.type === "Command") return valuesIn(command, Infinity);
    if (command.type !== "AndOr" || command.operators.some((operator) => operator !== "&&")) return [];
    return command.commands.flatMap((each, index) =>
      each.type === "Command" ? valuesIn(each, index === 0 ? Infinity : command.end) : [],
    );
  });
}

function valuesIn({ name, prefix, suffix, end }: Command, until: number): Assigned[] {
  if (name !== undefined || suffix.length > 0) return [];
  const assignments = prefix.filter((each): each is Assignment => each.type === "Assignment");
  if (assignments.length < prefix.length) return [];
  return assignments.flatMap(({ name: variable, value, append, index }) => {
    const text = value.type === "Word" ? wordText(value) : "";
    const isKnown = append !== true && index === undefined && PLAIN_VALUE.test(text);
    const isOwn = OWN_NAME.test(variable) || OWN_NAMES_OF_ZSH.has(variable);
    return isKnown && !isOwn ? [{ name: variable, value: text, end, until }] : [];
  });
}

interface Mention {
  /** With the `-` before it, as in `-vNAME`. */
  readonly word: string;
  readonly at: number;
}

const NAME = /(\$\{?|-)?(\w+)(\}?)/g;

/** The words that may be variables' names, but for `$V` and `${V}`, which only use them. */
function mentionsIn(text: string): Mention[] {
  return Array.from(text.matchAll(NAME)).flatMap(({ 1: sign = "", 2: word = "", 3: close = "", index }) =>
    sign === "$" || (sign === "${" && close === "}")
      ? []
      : [{ word: (sign === "-" ? sign : "") + word, at: index }],
  );
}

/** The same of words in which quotes and escapes hide them from those who look at the text. */
function hiddenMentionsIn(script: SyntaxNode): Mention[] {
  const mentions: Mention[] = [];
  const visit = (node: SyntaxNode): void => {
    if (node.type === "Word" && node.parts !== undefined) mentions.push(...mentionsIn(wordText(node)));
    forEachChild(node, visit);
  };
  visit(script);
  return mentions;
}

/** `read V`, `for V in`, `printf -vV` */
function isOf(mention: Mention, name: string): boolean {
  return mention.word === name || (mention.word.startsWith("-") && mention.word.endsWith(name));
}

interface Use extends Span {
  readonly name: string;
}

/** In the arguments of commands, in their order. */
function usesIn(script: SyntaxNode, text: string): Use[] {
  const uses: Use[] = [];
  const take = (parts: readonly WordPart[]): void => {
    for (const part of parts) {
      if (part.type === "DoubleQuoted") take(part.parts);
      if (part.type !== "SimpleExpansion" && part.type !== "ParameterExpansion") continue;
      const [, simple, braced] = /^\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})$/.exec(part.text) ?? [];
      const name = simple ?? braced;
      // To zsh, `$x[1]` is a part of `$x`, `$x:h` its directory; in `2>f` the number is no word.
      if (name !== undefined && !/[[:<>]/.test(text[part.end] ?? ""))
        uses.push({ start: part.pos, end: part.end, name });
    }
  };
  const visit = (node: SyntaxNode): void => {
    if (node.type === "Command")
      for (const each of node.suffix) if (each.type === "Word") take(each.parts ?? []);
    // What is in these has other quotes.
    const isOther = node.type === "CommandExpansion" && node.text.startsWith("`");
    if (!isOther && node.type !== "HereDocBody") forEachChild(node, visit);
  };
  visit(script);
  return uses.sort((one, other) => one.start - other.start);
}
