import { generateKeyPairSync, sign } from "node:crypto";
import { once } from "node:events";
import { createServer as createHTTPServer, type Server } from "node:http";
import { createServer as createHTTPSServer } from "node:https";
import { connect, type AddressInfo } from "node:net";

import { WebSocketServer } from "ws";

/** A certificate that is its own authority, in PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** X.509 by hand, since Node makes none and a fresh machine may have no openssl (RFC 5280, section 4.1). */
export function createCertificate(host: string): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const ecdsaWithSHA256 = sequence(der(0x06, Buffer.from("2a8648ce3d040302", "hex")));
  const commonName = sequence(der(0x06, Buffer.from("550403", "hex")), der(0x0c, Buffer.from(host)));
  const name = sequence(der(0x31, commonName));
  const validity = sequence(der(0x17, Buffer.from("250101000000Z")), der(0x17, Buffer.from("490101000000Z")));
  const alternativeNames = sequence(
    der(0x06, Buffer.from("551d11", "hex")),
    der(0x04, sequence(der(0x82, Buffer.from(host)))),
  );
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    ecdsaWithSHA256,
    name,
    validity,
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(alternativeNames)),
  );
  const signature = der(0x03, Buffer.from([0]), sign("sha256", content, privateKey));
  const base64 = sequence(content, ecdsaWithSHA256, signature).toString("base64");
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`,
  };
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, ...parts);
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, ...derLength(body.length)]), body]);
}

/** In as few bytes as it takes: Bun's BoringSSL refuses more. */
function derLength(length: number): number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, Math.floor(length / 0x100), length % 0x100];
}

/** As much of Slack as it takes to say that a call and a WebSocket have arrived, over TLS on loopback. */
export async function startTLSSlack(certificate: Certificate): Promise<{ port: number; server: Server }> {
  const server = createHTTPSServer({ ...certificate }, (request, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ ok: true, url: `wss://${request.headers.host}/link/?ticket=1` }));
  });
  new WebSocketServer({ server }).on("connection", (socket) => {
    socket.send(JSON.stringify({ type: "hello", num_connections: 1 }));
  });
  return { port: await listen(server), server };
}

/** A proxy that takes every CONNECT to the same port on loopback, whatever its host, and notes the host. */
export async function startProxy(
  targetPort: number,
): Promise<{ port: number; server: Server; connects: string[] }> {
  const connects: string[] = [];
  const server = createHTTPServer().on("connect", (request, client, head) => {
    connects.push(`${request.url} ${request.headers["proxy-authorization"] ?? ""}`.trim());
    const target = connect(targetPort, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      target.write(head);
      target.pipe(client).pipe(target);
    });
    target.on("error", () => client.destroy());
    client.on("error", () => target.destroy());
  });
  return { port: await listen(server), server, connects };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
