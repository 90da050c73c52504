/**
 * Secrets that are known by their look alone: the tokens of services that give theirs a prefix of its own.
 *
 * Every shape is made of characters that no shell acts on. A shape ends in its open-ended part, so that a search
 * takes time in proportion to the text.
 *
 * @see https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml
 */

import type { Span } from "./values.ts";

const SHAPES: readonly RegExp[] = [
  // Slack
  /(?:xox[a-z](?:\.xox[a-z])?|xapp|xwfp)-[\w-]{8,}/,
  // Code hosts and package registries
  /gh[opsur]_\w{20,}|github_pat_\w{22,}/,
  /gl(?:agent|cbt|dt|ffct|ft|imt|oas|pat|ptt|rt|rtr|soat|wt)-[\w.-]{20,}|GR1348941[\w-]{20,}/,
  /ATATT3[\w=-]{50,}|ATCTT3[\w=-]{50,}|ATBB[A-Za-z0-9]{32,}/,
  /npm_[A-Za-z0-9]{36,}|pypi-AgE[\w-]{50,}|rubygems_[0-9a-f]{48,}|dckr_(?:oat|pat)_[\w-]{20,}/,
  // Clouds
  /(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16,}|ABSK[A-Za-z0-9+/]{60,}={0,2}/,
  /AIza[\w-]{35,}|ya29\.[\w.-]{20,}|GOCSPX-[\w-]{28,}|1\/\/0[\w-]{30,}/,
  /[\w.-]{3}[0-9]Q~[\w.~-]{31,}/,
  /do[opr]_v1_[0-9a-f]{64,}|HRKU-[\w-]{30,}|FlyV1 fm\d_[\w+/=,-]{40,}|fo1_[\w-]{40,}/,
  /hv[bsr]\.[\w-]{20,}|[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{60,}|dp\.(?:audit|ct|pt|sa|scim|st)\.[\w.-]{40,}|pul-[0-9a-f]{40,}/,
  // Models
  /sk-(?:admin|ant|or|proj|svcacct)-[\w-]{20,}|gsk_\w{40,}|xai-\w{60,}|pplx-\w{40,}|hf_[A-Za-z0-9]{30,}/,
  // Payment, mail, messages
  /[rs]k_(?:live|prod|test)_\w{10,}|whsec_[\w+/=]{24,}|sq0(?:atp|csp)-[\w-]{22,}|shp(?:at|ca|pa|ss)_[0-9A-Fa-f]{32,}/,
  /SG\.[\w-]{16,64}\.[\w-]{16,}|key-[0-9a-f]{32,}|[0-9a-f]{32}-us\d{1,2}/,
  // Tools
  /gl(?:c|sa)_[\w+/=]{32,}|NRAK-[A-Z0-9]{27,}|sntry[su]_[\w+/=-]{40,}|dapi[0-9a-f]{32,}|PMAK-[0-9a-f]{24}-[0-9a-f]{34,}/,
  /figd_[\w-]{40,}|lin_api_\w{40,}|ntn_\w{40,}|sb(?:p|_secret)_\w{30,}|pscale_(?:oauth|pw|tkn)_[\w.=-]{32,}/,
  /AGE-SECRET-KEY-1[0-9A-Z]{58,}|ops_eyJ[\w+/=-]{50,}/,
];

/** Shapes that a longer word could hold by chance. */
const WORD_SHAPES: readonly RegExp[] = [
  /sk-[A-Za-z0-9]{32,}|SK[0-9a-f]{32}/,
  /[MNO][\w-]{23,25}\.[\w-]{6}\.[\w-]{27,}/,
  /pat[A-Za-z0-9]{14}\.[0-9a-f]{64}|\d{8,10}:AA[\w-]{33,}/,
];

/** No lookbehind: OpenCode's runtime is twenty times slower with one. */
const SHAPE = new RegExp(SHAPES.map(({ source }) => source).join("|"), "g");
/** In JSON the line break before a token is a backslash and the letter n. */
const WORD_SHAPE = new RegExp(
  String.raw`(?:^|[^A-Za-z0-9]|\\[nrt])(${WORD_SHAPES.map(({ source }) => source).join("|")})`,
  "g",
);

/** A JSON Web Token from its first full stop on: searched for from its beginning, every `eyJ` would be read to its end. */
const JWT_REST = /\.eyJ[\w-]{8,}(?:\.[\w.-]*)?/g;
const JWT_HEADER = /(?:^|[^A-Za-z0-9]|\\[nrt])(eyJ[\w-]{8,})$/;

/** The tokens of known services, anywhere in a text. */
export function* findTokens(text: string): Generator<Span | undefined> {
  for (const shape of [SHAPE, WORD_SHAPE]) {
    yield undefined;
    for (const { 0: match, 1: token = match, index } of text.matchAll(shape)) {
      const end = index + match.length;
      yield { start: end - token.length, end };
    }
  }
  yield* findJWTs(text);
}

function* findJWTs(text: string): Generator<Span | undefined> {
  let from = 0;
  for (const { 0: rest, index } of text.matchAll(JWT_REST)) {
    let start = index;
    while (start > from && /[\w-]/.test(text.charAt(start - 1))) start -= 1;
    // With what may stand before it.
    const [, header] = JWT_HEADER.exec(text.slice(Math.max(from, start - 2), index)) ?? [];
    from = index + rest.length;
    yield header === undefined ? undefined : { start: index - header.length, end: from };
  }
}
