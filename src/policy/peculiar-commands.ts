/** What a few default rules have to know of their programs beside subcommands and options. Pure. */

import { knownText, literal, literalText, overlap, type Glob } from "../shell/wildcards.ts";
import { isUnderstood } from "../shell/code.ts";
import { inputIn } from "../shell/simple-command.ts";
import type { Stream } from "../shell/stream.ts";
import { CODE_READERS, isRiskyCode, toldCode } from "../shell/told-code.ts";
import { OPEN_MARK } from "../shell/words.ts";
import { mayHaveOption, operandsOf, type Argument } from "./arguments.ts";
import type { CommandTest } from "./command-forms.ts";
import { syntaxOf } from "./option-syntax.ts";

const GIT = syntaxOf("git");
const OTHER = syntaxOf("");
const NULL_DEVICE = "/dev/null";

/**
 * Whether an option is there for sure: `--dry-run` as no other option's value, not taken back, in words that are all
 * known.
 *
 * @param option what asks for it.
 * @param flags options that may stand before it, as they take no value.
 */
export function hasForSure(option: RegExp, flags: RegExp): (args: readonly string[]) => boolean {
  return (args) => {
    const at = args.findIndex((arg) => option.test(arg));
    const before = args[at - 1];
    return (
      at !== -1 &&
      (before?.startsWith("-") !== true || before.includes("=") || flags.test(before)) &&
      !args.slice(0, at).includes("--") &&
      !args.slice(at + 1).some((arg) => /^(--no-|--dry-?run|false$)/.test(arg))
    );
  };
}

/** `git checkout`: paths lose what was changed there, a branch's name does not. */
export const overwritesFiles: CommandTest = (args) => {
  if (mayHaveOption(args, ["-f", "--force", "-B", "--ours", "--theirs", "--pathspec-from-file"], GIT))
    return true;
  const end = args.findIndex(({ text }) => text === "--");
  if (end !== -1 && end < args.length - 1) return true;
  if (mayHaveOption(args, ["-b", "--orphan", "-t", "--track"], GIT)) return false;
  const [first, ...others] = operandsOf(args, GIT);
  return others.length > 0 || (first !== undefined && looksLikePath(first));
};

/** A branch may have a slash in its name, and `1.2` at its end, but hardly `.ts`. */
function looksLikePath({ text }: Argument): boolean {
  if (text === undefined || text.length > 1_000) return true;
  return (
    /^[.:~/]|\/$|\.[A-Za-z]\w+$|\.[chdmrs]$/.test(text) ||
    /^(src|lib|packages|Makefile|Dockerfile|LICENSE|README)$/.test(text)
  );
}

const isStaged = hasForSure(/^(-S|--staged)$/, /^-[qp]$|^--(quiet|progress)$/);

/** `git restore`: what is only taken out of the index stays in the file. */
export const restoresFiles: CommandTest = (args) => {
  const texts = args.map(({ text }) => text).filter((text) => text !== undefined);
  const isKnown = texts.length === args.length;
  return !isKnown || !isStaged(texts) || mayHaveOption(args, ["-W", "--worktree"], GIT);
};

/** `mv x /dev/null`, `mv -t /dev/null x`: root replaces the device, others lose the file. */
export const movesAway: CommandTest = (args) => {
  const last = args.at(-1);
  return (
    args.some(({ text }) => /^(-t|--t[a-z-]*=)?\/dev\/null$/.test(text ?? "")) ||
    (last !== undefined && overlap(last.word, literal(NULL_DEVICE)))
  );
};

/** `cp /dev/null x`. A variable is taken for a file like any other: copying one is everyday work. */
export const copiesNothing: CommandTest = (args) =>
  operandsOf(args, OTHER)
    .slice(0, -1)
    .some(({ text }) => text === NULL_DEVICE);

/** `ln -sf /dev/null x` puts the device in the file's place. */
export const linksAway: CommandTest = (args) =>
  mayHaveOption(args, ["-f", "--force"], OTHER) && copiesNothing(args, []);

/** `truncate` cuts, unless it is told to add. */
export const cuts: CommandTest = (args) => {
  const sizes = args.flatMap(({ text = "" }, index) => {
    const [, attached] = /^(?:-s|--size=)(.+)$/s.exec(text) ?? [];
    return attached ?? (/^(-s|--size)$/.test(text) ? (args[index + 1]?.text ?? []) : []);
  });
  return sizes.length !== 1 || !/^[+>]/.test(sizes[0] ?? "");
};

/** `kill -9 -1` ends whatever the user runs; `kill -1 4711` is a signal, and `kill $(…)` some processes. */
export const endsEverything: CommandTest = (args) => args.slice(1).some(({ text }) => text === "-1");

/** `docker stop $(docker ps -q)`: not one, but whatever runs. */
export const namesMany: CommandTest = (args) => args.some((arg) => arg.mayBeSeveral);

/** `find -exec rm {} +`: what runs, whatever path it has, stands behind the option. */
export const removesFound: CommandTest = (args) =>
  args.some(
    ({ text }, index) =>
      /^-(exec|ok)(dir)?$/.test(text ?? "") &&
      /(^|\/)(g?rm|unlink|g?shred)$/.test(args[index + 1]?.text ?? ""),
  );

/** A command that prints nothing and whose output goes over a file. */
export const emptiesFile: CommandTest = (_, streams) => streams.some(replacesFile);

/** `cat /dev/null > x` */
export const printsNullDevice: CommandTest = (args, streams) => {
  const files = operandsOf(args, OTHER);
  return (
    streams.some(replacesFile) &&
    (files.length === 0 ? readsNothing(streams) : files.every(({ text }) => text === NULL_DEVICE))
  );
};

/** `echo -n > x`, `printf '' > x` */
export const printsNothing: CommandTest = (args, streams) =>
  streams.some(replacesFile) && args.every(({ text }) => /^(-[neE]+|)$/.test(text ?? "text"));

/** `tee x < /dev/null` */
export const passesNothing: CommandTest = (args, streams) =>
  readsNothing(streams) &&
  !mayHaveOption(
    args.filter((arg) => !arg.mayBeSeveral),
    ["-a", "--append"],
    OTHER,
  );

function replacesFile({ operator, target }: Stream): boolean {
  return (
    /^(>\|?|&>)$/.test(operator) && !/^\/dev\/(null|std\w+|tty|fd\/\d+)$/.test(literalText(target) ?? "")
  );
}

function readsNothing(streams: readonly Stream[]): boolean {
  return streams.some(
    ({ operator, target }) =>
      (operator === "<" && literalText(target) === NULL_DEVICE) ||
      (operator === "<<<" && literalText(target) === ""),
  );
}

/** Statements that remove data. What stands in a file is not seen. */
const DESTRUCTIVE_QUERY =
  /\b(drop|truncate|dropdatabase|drop(collection|index|indexes)|delete(one|many)|removeall)\b|\bdelete\s+from\b|\.(drop|remove)\(/i;

/** @param codeOptions behind these stands a query, so that an open word there may be any. */
export function removesData(...codeOptions: readonly string[]): CommandTest {
  return (args, streams) => {
    const passed = textsPassed(streams);
    return (
      [...args.map(({ word }) => word), ...passed].some((text) =>
        DESTRUCTIVE_QUERY.test(knownText(text).replace(/^-\w/, " ")),
      ) ||
      args.some(
        ({ word, text }, index) =>
          text === undefined &&
          codeOptions.some(
            (option) =>
              isOption(args[index - 1]?.text ?? "", option) || knownText(word).startsWith(`${option}=`),
          ),
      )
    );
  };
}

/** `-Atqc` is `-c` with others before it. */
function isOption(text: string, option: string): boolean {
  return text === option || (/^-\w$/.test(option) && /^-\w+$/.test(text) && text.endsWith(option.charAt(1)));
}

/** `echo 'drop table x' | psql`, `psql <<< 'drop table x'` */
function textsPassed(streams: readonly Stream[]): Glob[] {
  return streams.filter(({ operator }) => /^(<<|\|)/.test(operator)).map(({ target }) => target);
}

/** `sqlite3 x.db "$Q"`: what stands behind the file is a query. */
export const mayQuery: CommandTest = (args) => {
  const operands = operandsOf(args, OTHER);
  return operands.length > 1 && operands.at(-1)?.text === undefined;
};

/** `echo flushall | redis-cli`, `redis-cli eval 'redis.call("flushall")' 0` */
export const flushes: CommandTest = (args, streams) =>
  [...args.map(({ word }) => word), ...textsPassed(streams)].some((text) =>
    /\b(flushall|flushdb|shutdown)\b/i.test(knownText(text)),
  );

/** `rails runner 'User.delete_all'`, `manage.py shell -c 'User.objects.all().delete()'` */
export const deletesRecords: CommandTest = (args, streams) =>
  [...args.map(({ word }) => word), ...textsPassed(streams)].some((text) =>
    /\b(delete_all|destroy_all|truncate|drop_table|drop_database|flushall)\b|\.delete\(/.test(
      knownText(text),
    ),
  );

/** `docker buildx build -o type=registry` */
export const pushesImage: CommandTest = (args) =>
  args.some(({ word }) => /\b(type=registry|push=true)\b/.test(knownText(word)));

/** `gh api graphql -f query='mutation { deleteRef … }'` */
export const deletesByGraphQL: CommandTest = (args) =>
  args.some(({ word }) => /\bmutation\b[^]*\b(delete|remove|archive|transfer)[A-Z]/.test(knownText(word)));

/** `fd x -xrm`, `fd x --exec=rm` */
export const removesAttached: CommandTest = (args) =>
  args.some(({ text }) =>
    /^(--exec(-batch)?=|-(?!-)[A-Wa-wYyZz]*[xX])(\S*\/)?(rm|unlink|shred)$/.test(text ?? ""),
  );

/** Options of curl's that people use and that the next word belongs to. */
const CURL_VALUES =
  /^(-(?!\w*X)\w*[HduowAbcFTeEmx]|--(header|data\S*|json|user|output|write-out|cookie|form|max-time|cacert|cert|key))$/;
const LOOPBACK = /^(https?:\/\/)?(localhost|127\.\d+\.\d+\.\d+|\[::1\]|0\.0\.0\.0)(:\d+)?([/?]|$)/;

/**
 * `curl -X DELETE` of another machine's data: what runs on this one is a test's. What is open behind `-X` may be any
 * method; an address without quotes, which could bring options, is taken for an address.
 */
export const deletesOverHTTP: CommandTest = (args) => {
  const texts = args.map(({ word, text }) => text ?? `${knownText(word)}DELETE`);
  const isDelete = texts.some(
    (text, index) =>
      /^(-\w*X|--request=|--method=)DELETE$/i.test(text) ||
      (/^(-\w*X|--request|--method)$/.test(text) && /^delete$/i.test(texts[index + 1] ?? "")),
  );
  const sent = texts.filter((_, index) => !CURL_VALUES.test(texts[index - 1] ?? ""));
  const isHere = sent.some((text) => LOOPBACK.test(text));
  const isElsewhere = sent.some((text) => text.includes("://") && !LOOPBACK.test(text));
  return isDelete && (isElsewhere || !isHere);
};

/** `vercel` alone deploys, and so does `vercel` with a directory. Behind an option there may be either. */
export const deploysUnlessTold: CommandTest = ([first]) =>
  !/^(-v|--version|-h|--help|dev|build|pull|link|ls|list|inspect|logs?|whoami|login|logout|env|init|help|switch|teams?|git|project|bisect|telemetry)$/.test(
    first?.text ?? "",
  );

/** `fdisk -l /dev/sda`, `parted /dev/sda print` and `crontab -u ada -l` only list. */
export function listsOnly(args: readonly string[]): boolean {
  const [first, second, third] = args;
  return (
    args.length <= 3 &&
    (/^(-l|--list)$/.test(first ?? "") ||
      (first === "-u" && third === "-l") ||
      (args.length === 2 && (second === "print" || second === "-l")))
  );
}

/** Code that starts programs, removes, or hides what it does; a script's file is none. */
export function runsRiskyCode(language: keyof typeof CODE_READERS): CommandTest {
  const [name = ""] = CODE_READERS[language].split(" ");
  return (args, streams) => {
    const texts = args.map(({ text }) => text ?? OPEN_MARK);
    const input = inputIn(streams);
    const told = toldCode(name, texts, input);
    return told !== undefined && !isUnderstood(name, texts, input) && isRiskyCode(name, told.text);
  };
}
