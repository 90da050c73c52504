/**
 * One call of Slack's Web API without Slack's packages, which take half a second to load. Not by `fetch`, which goes
 * through no proxy in Node.
 */

import { lookup } from "node:dns/promises";
import { request as requestHTTP, type IncomingMessage } from "node:http";
import { request as requestHTTPS } from "node:https";
import { text } from "node:stream/consumers";
import * as z from "zod";
import { createProxyAgent, type ProxySettings } from "./proxy.ts";

/** How long a call may take; Slack answers within a second. */
const CALL_LIMIT_MS = 10_000;
/** How long the look-up of a name may take. */
const LOOK_UP_LIMIT_MS = 3_000;
/** What Slack answers to the calls that are made here has some hundred characters. */
const ANSWER_LIMIT_CHARS = 100_000;

export interface BareCall extends ProxySettings {
  /** `auth.test` and the like. */
  readonly method: string;
  readonly token: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export type BareAnswer =
  | {
      readonly kind: "answered";
      readonly body: SlackAnswer;
      /** Of the token; undefined where Slack does not say. */
      readonly scopes: readonly string[] | undefined;
      /** How far this machine's clock is ahead of Slack's, by a second or two; undefined where Slack tells no time. */
      readonly aheadMs: number | undefined;
    }
  /** Somebody has answered, and it is no answer of Slack's to a call: a proxy, a login page, Slack in trouble. */
  | { readonly kind: "unclear"; readonly status: number }
  /** `why` is a sentence about the likely cause. */
  | { readonly kind: "unreachable"; readonly why: string };

const answerSchema = z.looseObject({ ok: z.boolean(), error: z.string().optional().catch(undefined) });
export type SlackAnswer = z.infer<typeof answerSchema>;

/** Does not reject. */
export async function callBare(call: BareCall): Promise<BareAnswer> {
  const limit = AbortSignal.timeout(CALL_LIMIT_MS);
  const signal = call.signal === undefined ? limit : AbortSignal.any([limit, call.signal]);
  try {
    const sentAt = Date.now();
    const response = await send(call, signal);
    const body = await text(response);
    const parsed = answerSchema.safeParse(parseJSON(body.slice(0, ANSWER_LIMIT_CHARS)));
    const { statusCode: status = 0, headers } = response;
    if (!parsed.success) return status === 407 ? unreachable(PROXY_LOGIN) : { kind: "unclear", status };
    const { "x-oauth-scopes": scopes, date } = headers;
    return {
      kind: "answered",
      body: parsed.data,
      scopes: typeof scopes === "string" ? scopes.split(/[\s,]+/).filter((scope) => scope !== "") : undefined,
      aheadMs: clockAhead(sentAt, date),
    };
  } catch (error) {
    return unreachable(await likelyCause(error, call));
  }
}

const PROXY_LOGIN = "The proxy in HTTPS_PROXY wants a login: put name and password into its address.";

function unreachable(why: string): BareAnswer {
  return { kind: "unreachable", why };
}

async function send(call: BareCall, signal: AbortSignal): Promise<IncomingMessage> {
  const { method, token, parameters = {} } = call;
  const url = new URL(method, call.apiURL);
  const agent = createProxyAgent(call);
  const body = new URLSearchParams(parameters).toString();
  const options = {
    method: "POST",
    signal,
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/x-www-form-urlencoded",
      "content-length": String(Buffer.byteLength(body)),
    },
    ...(agent && { agent }),
  };
  const request = url.protocol === "https:" ? requestHTTPS : requestHTTP;
  return new Promise((resolve, reject) => {
    request(url, options, resolve).on("error", reject).end(body);
  });
}

function parseJSON(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Of a clock that is right, and of an answer that took its time, nothing is said: `Date` has no parts of a second. */
function clockAhead(sentAt: number, date: string | undefined): number | undefined {
  const at = Date.parse(date ?? "");
  if (Number.isNaN(at)) return undefined;
  const now = Date.now();
  if (sentAt > at + 1_000) return sentAt - (at + 1_000);
  return now < at ? now - at : 0;
}

/** In both runtimes: Bun says ECONNREFUSED for a name that nobody knows, so the name is looked up once more. */
async function likelyCause(error: unknown, call: BareCall): Promise<string> {
  const proxy = createProxyAgent(call) === undefined ? undefined : call.httpsProxy;
  const host = new URL(proxy ?? call.apiURL).hostname;
  const who = proxy === undefined ? host : "the proxy in HTTPS_PROXY";
  if (!(await isKnownHost(host)))
    return proxy === undefined
      ? `This machine does not find ${host} (DNS): is it online, or does it need a proxy (HTTPS_PROXY)?`
      : "This machine does not find the host of the proxy in HTTPS_PROXY (DNS): check its address.";
  const code = codeOf(error);
  if (code === undefined || code === "ABORT_ERR" || code === "ETIMEDOUT")
    return `No answer from ${who} for ${CALL_LIMIT_MS / 1_000} seconds: a firewall may be in the way${proxy === undefined ? ", or a proxy is needed (HTTPS_PROXY)" : ""}.`;
  if (/CERT|SELF_SIGNED|ISSUER|LEAF|HOSTNAME_MISMATCH/.test(code))
    return `This machine does not trust the certificate of ${new URL(call.apiURL).hostname} (${code}): set NODE_EXTRA_CA_CERTS if your company has an authority of its own.`;
  const advice = proxy === undefined ? "is a proxy needed (HTTPS_PROXY)?" : "check its address.";
  return `No connection to ${who} (${code}): ${advice}`;
}

async function isKnownHost(host: string): Promise<boolean> {
  const name = host.replace(/^\[|\]$/g, "");
  const late = new Promise<boolean>((resolve) => {
    setTimeout(resolve, LOOK_UP_LIMIT_MS, false).unref();
  });
  const found = lookup(name).then(
    () => true,
    () => false,
  );
  return Promise.race([found, late]);
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error.name === "AbortError" || error.name === "TimeoutError") return undefined;
  return "code" in error ? String(error.code) : error.name;
}
