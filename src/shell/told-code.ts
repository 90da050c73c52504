/**
 * Code that a command gives to an interpreter in its own words or in a here-document: all of it can be read where the
 * command can. What an interpreter finds elsewhere is none, nor is the text of a shell, which is read as commands.
 */

import { hidesModules } from "./module-uses.ts";
import { isOpen } from "./words.ts";
import { rowsOf } from "./names.ts";

type Language = "python" | "javascript" | "perl" | "ruby";

const PYTHON_NAMES =
  "python python2 python3 pypy pypy3 " +
  Array.from({ length: 20 }, (_, index) => `python3.${index}`).join(" ");

/** Interpreters whose code is looked at, by their language. Names are without a path, with blanks between them. */
export const CODE_READERS: Readonly<Record<Language, string>> = {
  python: PYTHON_NAMES,
  javascript: "node nodejs deno bun tsx ts-node",
  perl: "perl",
  ruby: "ruby",
};

const LANGUAGE_OF = new Map<string, Language>([
  ...rowsOf<Language>(CODE_READERS.python, "python"),
  ...rowsOf<Language>(CODE_READERS.javascript, "javascript"),
  ...rowsOf<Language>(CODE_READERS.perl, "perl"),
  ...rowsOf<Language>(CODE_READERS.ruby, "ruby"),
]);

/** How a language's interpreters are told code. */
interface Telling {
  /** Options that say nothing about the code; the second of two has the next word as its value. */
  readonly flags: RegExp;
  readonly valued: RegExp;
  /** Behind it stands the code, in the same word or in the next. */
  readonly code: RegExp;
  /** Words behind the code that say nothing about it. */
  readonly behind: RegExp;
  /** Whether options may also follow the code, and more of it. */
  readonly goesOn: boolean;
}

const NOTHING = /^(?!)/;

const TELLING: Readonly<Record<Language, Telling>> = {
  python: {
    flags: /^-([bBdEIOPqsSuv]+|[WX][\w.:=-]+)$/,
    valued: /^-[WX]$/,
    code: /^-[bBdEIOPqsSuv]*c(.*)$/s,
    behind: /^/,
    goesOn: false,
  },
  javascript: {
    flags:
      /^--(no-[\w-]+|input-type=[\w-]+|experimental-[\w-]+|enable-source-maps|trace-[\w-]+|max-old-space-size=\d+)$/,
    valued: NOTHING,
    code: /^(?:-e|-p|-pe|--eval|--print|eval)()$|^--(?:eval|print)=(.*)$/s,
    behind: /^[^-\uFFFB\uFFFC]/,
    goesOn: false,
  },
  perl: {
    flags:
      /^-([pnlaw0-9]+(i(\.\w+)?)?|i(\.\w+)?|F[^{}]{1,5}|M(strict|warnings|utf8|List::Util|POSIX|JSON::PP|Data::Dumper)(=[\w,]+)?)$/,
    valued: NOTHING,
    code: /^-[pnlaw0-9]*[eE]()$/,
    // A file's name with one of these is a command, or written to.
    behind: /^[^-|<>\s][^|<>]*$/,
    goesOn: true,
  },
  ruby: {
    flags: /^-([nplaw]+|W\d?|i(\.\w+)?|r(json|yaml|date|time|set|csv|pp|digest|securerandom))$/,
    valued: NOTHING,
    code: /^-[nplaw]*e()$/,
    behind: /^[^-|]/,
    goesOn: true,
  },
};

export interface ToldCode {
  readonly text: string;
  /** Where it stands among the arguments; nowhere where it comes as the input. */
  readonly words: readonly number[];
}

/**
 * The code that an interpreter is told, whole; undefined where it is no such interpreter, or anything of the code may
 * come from elsewhere.
 *
 * @param args the words behind its name, with marks for what is open.
 * @param input the text that it is given, when that is known.
 */
export function toldCode(
  name: string,
  args: readonly string[],
  input: string | undefined,
): ToldCode | undefined {
  const language = LANGUAGE_OF.get(name);
  if (language === undefined) return undefined;
  const { flags, valued, code, behind, goesOn } = TELLING[language];
  const told: string[] = [];
  const words: number[] = [];
  let index = 0;
  for (; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (told.length > 0 && !goesOn) break;
    const found = code.exec(arg);
    if (found !== null) {
      const attached = (found[1] ?? "") || (found[2] ?? "");
      const text = attached === "" ? args[++index] : attached;
      if (text === undefined || isOpen(text)) return undefined;
      told.push(text);
      words.push(index);
    } else if (valued.test(arg)) index++;
    else if (isOpen(arg) || !flags.test(arg)) break;
  }
  const rest = args.slice(index);
  if (told.length > 0)
    return rest.every((arg) => behind.test(arg)) ? { text: told.join("\n"), words } : undefined;
  return input !== undefined && (rest.length === 0 || rest[0] === "-") ? { text: input, words } : undefined;
}

/** Whatever in code may name a file, or a module. */
export function filesNamedIn(code: string): readonly string[] {
  return code.match(/[\w./-]+/g) ?? [];
}

/** Starts programs, or has its code from a text. */
const RUNS =
  /(?<!platform\.|[Ff]ile |[Oo]perating )\bsystem\b|exec(?!ut)|(?<![A-Za-z_])eval(?!u)|popen|spawn|subprocess|child_process|\bfork\b|\bpty\b|\b(import|from)\s+(sh|plumbum|fabric|invoke|pexpect|paramiko|commands|delegator|envoy)\b|\b(cProfile|pdb|bdb|timeit|doctest|runpy|jinja2?|mako|sympify|parse_expr|lambdify|call_command|load_extension|dictConfig)\b|pickle\.loads|\bdill\b|!!python/;

/** Removes, publishes, or sends mail, as the default rules mean it for commands. */
const REMOVES =
  /\brm\b|\b(unlink|rmdir|rmtree|removedirs|rm_r|rmSync|remove_tree)|\brimraf|\bshutil\b|\bos\.remove|\bimport\b[^;\n]{0,80}\bremove\b|(?<![.\w])remove\s*\(|\bfs\w*\.remove|\bsend2trash\b|remove\(force|(delete|destroy|terminate|prune|publish|purge|wipe|truncate|shred)\w{0,30}["']?\]?\(|["']delete["']|drop_?(table|database|collection|all|index)|flushall|flushdb|\b(drop|truncate)\s+(table|database|schema)\b|\bdelete\s+from\b|\.drop\(\)|["']--(force|hard|delete|mirror)\b|smtplib|nodemailer/i;

/** Leaves a file empty. */
const EMPTIES =
  /["']w[bt+]*["']\)\.close|\bwrite_(text|bytes)\(b?(""|'')\)|\bwriteFile(Sync)?\([^(),\n]{1,80},\s?(""|''|``)\)/;

/** Names things by texts, or makes code of them, so that the names do not have to be written. */
const HIDES =
  /getattr|attrgetter|methodcaller|getmembers|get_field|\b(globals|locals|vars|importlib|import_module|builtins|ctypes|cffi|marshal|codecs|gc|pydoc|pkgutil)\b|(?<!\bre\.)\bcompile\b|__(?!(name|main|file|version|doc|init|class|len|str|repr|future|eq|hash|enter|exit|iter|next|contains|getitem)__)\w{1,40}__|_getframe|f_(globals|builtins|locals)|base64|b64|fromhex|unhexlify/;

/** Files that decide what runs, or who gets in. */
const GUARDED =
  /\.opencode|opencode\.json|config\/opencode|opencode-slack|\.git\/|\.gitconfig|\.ssh\b|authorized_keys|\.gnupg|\.aws\b|\.kube\b|\.docker\b|\.netrc|\.npmrc|\.pypirc|\.bash|\.zsh|\.profile\b|\.config\/(fish|autostart|systemd|git)|LaunchAgents|\/etc\/|\/var\/spool|\/dev\/(?!null|std|tty|fd)|\.vscode/;

/** The same of one language. */
const OWN_RISKS: Readonly<Record<Language, RegExp>> = {
  python:
    /(?:^|[\n;:])[ \t]*import[ \t]+(?:[\w.]+(?:[ \t]+as[ \t]+\w+)?[ \t]*,[ \t]*){0,5}(?:code|codeop|trace|profile|webbrowser|imp|site|pip|idlelib|tkinter|turtle|zipimport|distutils|setuptools|pkg_resources)\b|\bfrom[ \t]+(?:code|codeop|trace|profile|webbrowser|imp|site|pip|idlelib|tkinter|zipimport|distutils|setuptools|pkg_resources)\b|runsource|runcode|Interactive(?:Interpreter|Console)|fileConfig|\b_resolve\b|Configurator|TestLoader|loadTests|\bpatch\(|get_original|run_setup|addsitedir|meta_path|path_hooks|ForwardRef|get_type_hints|unsafe_load|UnsafeLoader|\bc?[Pp]ickle|Pickler|\bshelve\b|load_module|load_source/,
  javascript:
    /\\u|\\x(?!1b)|\]\s*\(|\]\s*\?\.\(|\bimport\s*\(|\brequire\b(?!\s*\(\s*(["'`])[^"'`\n+]*\1\s*\)|\.resolve)|constructor|\bFunction\b|fromCharCode|atob|Reflect|\bbinding\b|mainModule|globalThis|worker_threads|["'](node:)?(vm|module|repl|inspector|cluster)["']|\.(entries|values|assign)\s*\(\s*(require|fs|os|process)\b|\{\s*\[|\b(fs|os|process|require)\s*\[|\b(shelljs|execa|zx|cross-spawn)\b|\$`|\b(Deno|Bun)\.(run|Command|\$)/,
  perl: /[`@]ARGV|`|\bqx\b|\bopen\b|\bARGV\b|&\s*[{$]|->\s*[($]|\*\s*\{|\bcan\b|\bdo\s*["'$]|\brequire\b|\bsyscall\b|\W[gimsxr]*e[gimsxr]*e\b|\bpack\b/,
  ruby: /`|%x|\bIO\b|Open3|\b(send|public_send|method|const_get|instance_eval|class_eval|to_proc|to_sym|Kernel|Process|syscall|load|require_relative|FileUtils|pack|unpack1?)\b|["']\s*\|/,
};

/** Whether code may start programs, remove, touch files that decide what runs, or hide what it does. */
export function isRiskyCode(name: string, code: string): boolean {
  const language = LANGUAGE_OF.get(name);
  // Python takes letters of other alphabets for those that they look like.
  const text = code.normalize("NFKC");
  const risks = [
    RUNS,
    REMOVES,
    EMPTIES,
    HIDES,
    GUARDED,
    ...(language === undefined ? [] : [OWN_RISKS[language]]),
  ];
  if (language === undefined || risks.some((risk) => risk.test(text))) return true;
  return language === "javascript" && hidesModules(text);
}
