/**
 * Secrets in documents and calls in which their names say nothing: in a Kubernetes Secret, a block of YAML, a password
 * file, what is fed to a program. Nobody can tell from the card what is done with them, so what they are masked in
 * cannot be allowed.
 */

import type { Source } from "./named-values.ts";
import { matchesOf, mayHold, type Needs } from "./matches.ts";
import type { PlaceRule } from "./placed-values.ts";
import { names } from "../../shell/names.ts";
import type { Span } from "../../shell/scanning.ts";
import { SECRET_NAME, literalParts } from "./values.ts";

export const STRUCTURES: readonly PlaceRule[] = [
  // .pgpass: host:port:database:user:password
  {
    needs: /:(?:\d{4,5}|\*):/,
    before:
      /(?:^|[\s"'])[+-]?[\w.*-]{1,120}:(?:\d{4,5}|\*):(?:\*|[A-Za-z_][\w-]{0,60}):(?:\*|[\w.-]{1,60}):(?=[^\s:/])/g,
  },
  { needs: ["bundle_"], before: /\bBUNDLE_[A-Z0-9_]{1,80}=[^\s:"'$]{1,80}:/g },
  // btoa("user:password"), HTTPBasicAuth("user", "password")
  {
    needs: ["buffer.from(", "btoa(", "encode"],
    before:
      /\b(?:Buffer\.from|btoa|b64encode|base64_encode|(?:strict_|urlsafe_)?encode64|EncodeToString|Base64\.encode\w{0,20}|utf8\.encode)\([ \t]{0,3}(?:\[\]byte\()?[bfr]?["'`][^\s"'`:${}]{1,80}:/g,
    isCode: true,
  },
  {
    needs: ["echo"],
    before:
      /\becho[ \t]+-n[ \t]+["']?[\w.@-]{1,60}:(?=[^\s"'|]{1,200}["']?[ \t]*\|[ \t]*(?:openssl[ \t]+)?base64\b)/g,
  },
  {
    needs: ["auth", ".login", ".setcredentials"],
    before:
      /(?:\bHTTP(?:Basic|Digest)Auth|\b(?:set_?)?basic_?auth|\bauth[ \t]{0,3}=[ \t]{0,3}|\.(?:auth|login|setCredentials))\([ \t]{0,3}["'][^"'\n]{1,80}["'],[ \t]{0,3}(?=["'])/gi,
    isCode: true,
  },
  { needs: ["securestring"], before: /\bConvertTo-SecureString[ \t]+(?:-String[ \t]+)?(?=["'])/gi },
  {
    needs: ["ssm put-parameter"],
    before: /\bssm put-parameter[^\n;|&]{0,200} --value[ =](?=[^\n;|&]{1,300}SecureString)/g,
  },
  // A private key as JSON
  { needs: ['"d"'], before: /"d"[ \t]{0,3}:[ \t]{0,3}(?="[\w-]{40,700}")/g },
  // What is fed to a program that asks for a password
  { needs: ["--with-token"], before: /--with-token[ \t]+<<<[ \t]*/g },
  {
    needs: ["<<<"],
    before:
      /\b(?:argon2|cryptsetup|chpasswd|env add|kinit|(?:vnc)?passwd|secrets? (?:put|set))\b[^\n;|&<]{0,200}<<<[ \t]*(?:["'][\w-]{1,60}:(?=[^\n"']{4}))?/g,
  },
  // <property name="password" value="…"/>, and what is named a line before
  {
    needs: ["value="],
    before: new RegExp(
      String.raw`(?:${SECRET_NAME})["'][ \t]{1,9}(?:[\w-]{1,40}=["'][^"'\n]{0,80}["'][ \t]{1,9}){0,2}value=(?=["'])`,
      "gi",
    ),
    isCode: true,
  },
  {
    needs: ["value"],
    before: new RegExp(
      String.raw`\bname["']?[ \t]{0,3}:[ \t]{0,3}["']?[\w.-]{0,80}(?:${SECRET_NAME})["']?,?\s{1,40}["']?value["']?[ \t]{0,3}:[ \t]{0,3}`,
      "gi",
    ),
    isCode: true,
  },
  // user.setPassword("…")
  {
    needs: names(
      `password( apikey( api_key( secretkey( secret_key( accesstoken( access_token( authtoken( auth_token( clientsecret(
      client_secret(`,
    ),
    before:
      /(?:\.|\b(?:set|with))(?:password|api_?key|secret_?key|access_?token|auth_?token|client_?secret)\([ \t]{0,3}(?=["'`])/gi,
    isCode: true,
  },
  // SET PASSWORD FOR user = PASSWORD('…')
  { needs: ["password("], before: /\bpassword\((?=')/gi, isCode: true },
  // In a sentence
  {
    needs: [
      "password",
      "passwort",
      "contraseña",
      "senha",
      "hasło",
      "mot de passe",
      "пароль",
      "密码",
      "密碼",
      "口令",
      "パスワード",
      "비밀번호",
      "ſ",
    ],
    before:
      /(?:\b(?:password|passwort|contraseña|senha|hasło|mot de passe)[ \t](?:is|was|ist|lautet|es|é|est|to)|пароль|密码|密碼|口令|パスワード|비밀번호)[是为は ]{0,2}[:：=]?[ \t]{1,2}["'`]?(?=[^\s"'`]{0,80}\d)/giu,
    isCode: true,
  },
  { needs: ["masterauth", "requirepass"], before: /(?:^|\n)[+-]?[ \t]*(?:masterauth|requirepass)[ \t]+/g },
  { needs: ["jdbc:oracle:"], before: /\bjdbc:oracle:thin:\w{1,60}\//g },
];

/** A program that reads a password, and what is piped to it. */
const READS_PASSWORD =
  /\|[ \t]*(?:[^\n|;&]{0,200}[ \t])?(?:--(?:password|passphrase|token)-(?:stdin|fd)|--with-token|--stdin|--data-file=-|--key-file[ =]-|chpasswd|cryptsetup|kinit|(?:secret|secrets) (?:put|set)|env add|sudo[ \t]+-S|passwd|vncpasswd)(?![\w/])/g;
const PIPED =
  /\b(?:echo|printf)[ \t]+(?:-[neE]+[ \t]+)?(?:["']?%s(?:\\n)?["']?[ \t]+)?["']?(?:\w{1,40}:(?=[^\s"'|]{4,200}["']?[ \t]*\|?$))?([^\s"'|;&<>()]{4,200})["']?[ \t]*$/;
const PIPED_LENGTH = 300;
const FED: Needs = names(
  "-stdin -fd --with-token --data-file=- --key-file chpasswd cryptsetup kinit secret env sudo passwd",
);

/** `cookies={"session": "…"}` */
const COOKIE_MAP = /\bcookies?["']?[ \t]*[:=][ \t]*\{/gi;
/** `kind: Secret`, and the blocks of what it keeps. */
const SECRET_KIND = /(?:^|[\n{,])[+ -]?[ \t]*["']?kind["']?[ \t]*:[ \t]*["']?Secret["']?[ \t]*(?=$|[\n,}])/;
const KEPT = /(?:^|[\n{,])([+ -]?[ \t]*)["']?(?:stringData|data)["']?[ \t]*:[ \t]*(?=[\n{])/g;
const NEXT_DOCUMENT = /\n[+ -]?---[ \t]*(?=\n)/g;
/** `name: `, `"name": ` on a line of its own or behind a comma. */
const ENTRY = /(?:\n([+ -]?[ \t]*)|[{,][ \t]*|[ \t]+)\s{0,40}["']?([\w.-]{1,120})["']?[ \t]*:[ \t]*/y;
const ENTRIES_LIMIT = 100;

/** A name, and a block of lines for its value. */
const BLOCK = new RegExp(
  String.raw`(?:^|\n)([+ -]?[ \t]*)(?:- )?["']?[\w.-]{0,80}(?:${SECRET_NAME})["']?[ \t]*:[ \t]*[|>][+-]?\d?[ \t]*(?=\n)`,
  "gi",
);
/** Whose value is a block. */
const BLOCK_START: Needs = /:[ \t]*[|>][+-]?\d?[ \t]*\n/;
const BLOCK_LINE = /\n([+ -]?[ \t]*)(?=\S)/y;
const BLOCK_LIMIT = 40;

/** Twelve words and more that a wallet is made of. */
const WALLET =
  /(?:mnemonic|(?:backup|recovery|secret|seed)[-_ ](?:recovery[-_ ])?phrase|\bseed)["']?[ \t]*[:=][ \t]*((?:[a-z]{3,8} ){11,23}[a-z]{3,8})\b/gi;

/** The literal parts of such values; nothing for a place that has none. */
export function* findStructuredValues({ text, small }: Source): Generator<Span | undefined> {
  for (const rule of STRUCTURES) if (mayHold(small, rule.needs)) yield* findRuled(text, rule);
  if (mayHold(small, FED)) yield* findPiped(text);
  if (mayHold(small, ["cookie"])) yield* findCookies(text);
  if (mayHold(small, ["secret"]) && mayHold(small, ["kind"])) yield* findKept(text);
  if (mayHold(small, BLOCK_START)) yield* findBlocks(text);
  if (!mayHold(small, ["mnemonic", "phrase", "seed"])) return;
  for (const { 0: match, 1: words = "", index } of matchesOf(text, WALLET))
    yield { start: index + match.length - words.length, end: index + match.length };
}

function* findRuled(text: string, { before, isCode }: PlaceRule): Generator<Span | undefined> {
  yield undefined;
  for (const { 0: match, index } of matchesOf(text, before)) {
    yield undefined;
    yield* literalParts(text, index + match.length, isCode === true);
  }
}

function* findPiped(text: string): Generator<Span | undefined> {
  for (const { index } of matchesOf(text, READS_PASSWORD)) {
    yield undefined;
    const before = text.slice(Math.max(0, index - PIPED_LENGTH), index);
    const piped = PIPED.exec(before);
    if (piped === null) continue;
    const value = piped[1] ?? "";
    yield* literalParts(text, index - before.length + before.lastIndexOf(value), false);
  }
}

function* findCookies(text: string): Generator<Span | undefined> {
  for (const { 0: match, index } of matchesOf(text, COOKIE_MAP)) {
    yield undefined;
    yield* entriesFrom(text, index + match.length - 1, -1, true);
  }
}

function* findKept(text: string): Generator<Span | undefined> {
  for (const { start, end } of documentsIn(text)) {
    const document = text.slice(start, end);
    if (!SECRET_KIND.test(document)) continue;
    for (const { 0: match, 1: indent = "", index } of matchesOf(document, KEPT)) {
      yield undefined;
      yield* entriesFrom(text.slice(0, end), start + index + match.length, indent.length, false);
    }
  }
}

function* documentsIn(text: string): Generator<Span> {
  let start = 0;
  for (const { index } of matchesOf(text, NEXT_DOCUMENT)) {
    yield { start, end: index };
    start = index + 1;
  }
  yield { start, end: text.length };
}

/** The values of the entries that stand deeper than `indent`, on lines or in braces. */
function* entriesFrom(
  text: string,
  from: number,
  indent: number,
  isCode: boolean,
): Generator<Span | undefined> {
  let at = from;
  for (let count = 0; count < ENTRIES_LIMIT; count += 1) {
    ENTRY.lastIndex = at;
    const entry = ENTRY.exec(text);
    const depth = entry?.[1]?.length;
    if (entry === null || (depth !== undefined && depth <= indent)) return;
    at = ENTRY.lastIndex;
    yield* literalParts(text, at, isCode);
    // To the end of the value.
    at +=
      /^(?:"[^"\n]{0,4000}"|'[^'\n]{0,4000}'|[^\s,}]{0,4000})/.exec(text.slice(at, at + 4_002))?.[0].length ??
      0;
  }
}

function* findBlocks(text: string): Generator<Span | undefined> {
  for (const { 0: match, 1: indent = "", index } of matchesOf(text, BLOCK)) {
    yield undefined;
    let at = index + match.length;
    for (let count = 0; count < BLOCK_LIMIT; count += 1) {
      BLOCK_LINE.lastIndex = at;
      const line = BLOCK_LINE.exec(text);
      if (line === null || (line[1] ?? "").length <= indent.length) break;
      const values = literalParts(text, BLOCK_LINE.lastIndex, true);
      yield* values;
      const end = text.indexOf("\n", BLOCK_LINE.lastIndex);
      if (end === -1) break;
      at = end;
    }
  }
}
