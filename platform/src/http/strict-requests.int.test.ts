import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { OPEN_TO_ALL } from "../auth/authentication.ts";
import { createLogger } from "../logging.ts";
import { createHttpServer, type HttpServer } from "./http-server.ts";

let server: HttpServer;
beforeAll(async () => {
  server = createHttpServer({
    service: "test",
    logger: createLogger("test", "silent"),
    authentication: OPEN_TO_ALL,
  });
  server.app.post("/echo", (request) => ({ received: request.body }));
  await server.app.listen({ host: "127.0.0.1", port: 0 });
});
afterAll(() => server.app.close());

/** Sends raw bytes; resolves with the whole reply when the server ends the connection. */
function sendRaw(bytes: string | Buffer): Promise<string> {
  const { port } = new URL(server.app.listeningOrigin);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), "127.0.0.1", () => socket.write(bytes));
    let reply = "";
    socket.setEncoding("utf8");
    socket.on("data", (text: string) => (reply += text));
    socket.on("end", () => resolve(reply));
    socket.on("error", reject);
  });
}

const post = (body: string | Buffer, headers = "Content-Type: application/json"): Buffer => {
  const bytes = Buffer.from(body);
  const head = `POST /echo HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Length: ${bytes.length}\r\n${headers}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
};

const JSON_TYPE = "Content-Type: application/json";

test.each<[string, string | Buffer, string, number]>([
  ["a body", post('{"amount":"1.00"}'), '{"received":{"amount":"1.00"}}', 200],
  ["a body of a named charset", post('"ä"', `${JSON_TYPE}; charset="UTF-8"`), '"ä"', 200],
  ["a member twice", post('{"amount":"1.00","amount":"2.00"}'), "MALFORMED_BODY", 400],
  ["bytes that are no UTF-8", post(Buffer.from([0x22, 0xe4, 0x22])), "MALFORMED_BODY", 400],
  ["a bidirectional override", post('"\u202E"'), "MALFORMED_BODY", 400],
  ["no body", post(""), "MALFORMED_BODY", 400],
  ["another charset", post('"a"', `${JSON_TYPE}; charset=utf-16le`), "UNSUPPORTED_MEDIA_TYPE", 415],
  ["another media type", post("a", "Content-Type: application/xml"), "UNSUPPORTED_MEDIA_TYPE", 415],
  [
    "two tokens",
    post("{}", "Authorization: Bearer a\r\nauthorization: Bearer b"),
    "authorization",
    400,
  ],
  ["two hosts", post("{}", `Host: other\r\n${JSON_TYPE}`), "MALFORMED_REQUEST", 400],
  ["two content types", post("{}", `${JSON_TYPE}\r\n${JSON_TYPE}`), "MALFORMED_REQUEST", 400],
  ["no host", "GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n", "MALFORMED_REQUEST", 400],
  ["what is no HTTP", "HELO there\r\n\r\n", "MALFORMED_REQUEST", 400],
  ["a length and chunks", post("{}", "Transfer-Encoding: chunked"), "MALFORMED_REQUEST", 400],
  ["an unknown expectation", post("{}", "Expect: a-miracle"), "EXPECTATION_FAILED", 417],
  ["a large header", post("{}", `X-Large: ${"a".repeat(140_000)}`), "HEADERS_TOO_LARGE", 431],
])(
  "answers with the coded reply, and serves the next request, when it receives %s",
  async (_what, bytes, part, status) => {
    const answer = await sendRaw(bytes);
    expect(answer.split("\r\n")[0]).toContain(`HTTP/1.1 ${status} `);
    expect(answer).toContain(part);
    expect(answer).toMatch(/content-type: application\/json/i);
    expect(await sendRaw(post("1"))).toContain('{"received":1}');
  },
);
