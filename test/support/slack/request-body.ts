import type { IncomingMessage } from "node:http";

/** A call's arguments, or Slack's error for a body that has none that can be read. */
export type Body = { ok: true; arguments: Record<string, unknown> } | { ok: false; error: string };

/** The whole body of a request. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

/** Arguments come as a form or as JSON: https://docs.slack.dev/apis/web-api/#basics */
export function parseArguments(request: IncomingMessage, body: Buffer): Body {
  const query = new URL(request.url ?? "/", "http://127.0.0.1").searchParams;
  const type = contentType(request);
  if (body.length === 0) return { ok: true, arguments: Object.fromEntries(query) };
  if (type === "application/x-www-form-urlencoded") {
    return { ok: true, arguments: Object.fromEntries([...query, ...new URLSearchParams(body.toString())]) };
  }
  if (type !== "application/json") return { ok: false, error: "invalid_post_type" };
  const json = parseJSON(body);
  if (json === undefined) return { ok: false, error: "invalid_json" };
  if (typeof json !== "object" || json === null || Array.isArray(json))
    return { ok: false, error: "json_not_object" };
  return { ok: true, arguments: { ...Object.fromEntries(query), ...json } };
}

/** JSON, or `undefined` for what is none. */
export function parseJSON(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** An uploaded file's content: the body itself, or the one file inside a multipart form. */
export async function parseUpload(request: IncomingMessage, body: Buffer): Promise<Buffer> {
  if (contentType(request) !== "multipart/form-data") return body;
  const headers = { "content-type": request.headers["content-type"] ?? "" };
  const form = await new Response(new Uint8Array(body), { headers }).formData();
  const file = [...form.values()].find((value) => typeof value !== "string");
  return file ? Buffer.from(await file.arrayBuffer()) : Buffer.alloc(0);
}

function contentType(request: IncomingMessage): string | undefined {
  return request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
}
