import { once } from "node:events";
import { createServer } from "node:http";
import { connect, constants, type ClientHttp2Session } from "node:http2";
import { connect as connectSocket, type AddressInfo } from "node:net";
import { Registry } from "prom-client";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { OPEN_TO_ALL } from "../auth/authentication.ts";
import { createLogger } from "../logging.ts";
import { Http2Acceptor } from "./accept-http2.ts";
import { signalWhenGone } from "./client-gone.ts";
import { createHttpServer, type HttpServer } from "./http-server.ts";

let server: HttpServer;
let gone = 0;
beforeAll(async () => {
  server = createHttpServer({
    service: "test",
    logger: createLogger("test", "silent"),
    authentication: OPEN_TO_ALL,
    http2: true,
  });
  server.app.post("/echo", (request) => ({ received: request.body }));
  server.app.get("/never", (_request, reply) => {
    signalWhenGone(reply.raw).addEventListener("abort", () => (gone += 1));
    return new Promise(() => undefined);
  });
  await server.app.listen({ host: "127.0.0.1", port: 0 });
});
afterAll(() => server.app.close());

const clients: ClientHttp2Session[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
});

function open(origin = server.app.listeningOrigin): ClientHttp2Session {
  const client = connect(origin, {
    maxOutstandingPings: 1_000,
    maxOutstandingSettings: 1_000,
  } as object);
  client.on("error", () => undefined);
  clients.push(client);
  return client;
}

interface Answer {
  readonly status: unknown;
  readonly text: string;
}

async function send(client: ClientHttp2Session, path: string, body?: string): Promise<Answer> {
  const request = client.request({
    ":method": body === undefined ? "GET" : "POST",
    ":path": path,
    ...(body === undefined ? {} : { "content-type": "application/json" }),
  });
  const responded = once(request, "response") as Promise<[{ ":status"?: number }]>;
  request.setEncoding("utf8").end(body);
  let text = "";
  for await (const part of request) text += String(part);
  const [headers] = await responded;
  return { status: headers[":status"], text };
}

describe("a server of HTTP/2", () => {
  it("answers both versions on one port", async () => {
    const client = open();
    expect(await send(client, "/health/live")).toMatchObject({ status: 200 });
    expect(await send(client, "/metrics")).toMatchObject({
      text: expect.stringContaining('http2_connections{service="test"} 1') as string,
    });
    const body = JSON.stringify("x".repeat(200_000));
    expect(await send(client, "/echo", body)).toEqual({
      status: 200,
      text: `{"received":${body}}`,
    });
    expect(await send(client, "/echo", '{"a":1,"a":2}')).toMatchObject({ status: 400 });
    const response = await fetch(`${server.app.listeningOrigin}/echo`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    expect(await response.text()).toBe(`{"received":${body}}`);
    expect(client.remoteSettings.maxConcurrentStreams).toBe(100);
  });

  it("learns when a client cancels its request", async () => {
    const request = open().request({ ":path": "/never" });
    request.on("error", () => undefined);
    await expect.poll(async () => send(open(), "/health/live")).toMatchObject({ status: 200 });
    const before = gone;
    request.close(constants.NGHTTP2_CANCEL);
    await expect.poll(() => gone, { timeout: 20_000 }).toBe(before + 1);
  });

  it.each<[string, (client: ClientHttp2Session) => void]>([
    ["settings", (client) => client.settings({ initialWindowSize: 65_536 })],
    ["pings", (client) => client.ping(() => undefined)],
    [
      "resets",
      (client) => {
        const request = client.request({ ":path": "/never" });
        request.on("error", () => undefined);
        request.close(constants.NGHTTP2_CANCEL);
      },
    ],
  ])("ends a connection with too many %s, and serves the others", async (what, flood) => {
    const [hostile, other] = [open(), open()];
    await once(hostile, "remoteSettings");
    const closed = new Promise((resolve) => hostile.once("close", resolve));
    for (let count = 0; count < 900 && !hostile.closed && !hostile.destroyed; count += 1) {
      flood(hostile);
      if (count % 20 === 0) await new Promise(setImmediate);
    }
    await closed;
    expect(await send(other, "/health/live")).toMatchObject({ status: 200 });
    const { text } = await send(other, "/metrics");
    expect(text).toMatch(new RegExp(`connections_ended_total\\{reason="${what}"[^}]*\\} 1`));
  });
});

/** A frame of HTTP/2. */
function frame(type: number, flags: number, stream: number, payload = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}
const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const [DATA, HEADERS, SETTINGS, CONTINUATION] = [0, 1, 4, 9];
/** A header field that is not indexed: its name and a value, each with its length. */
const field = (value: string) => Buffer.from([0, 1, 0x78, value.length, ...Buffer.from(value)]);
const MEGABYTE = 1024 * 1024;

/** Sends frames as fast as the server takes them, until it closes the connection; returns the bytes it took. */
async function flood(first: readonly Buffer[], next: () => Buffer): Promise<number> {
  const socket = connectSocket(Number(new URL(server.app.listeningOrigin).port), "127.0.0.1");
  socket.on("error", () => undefined);
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.resume();
  socket.write(Buffer.concat([PREFACE, frame(SETTINGS, 0, 0), ...first]));
  while (!socket.destroyed) {
    if (socket.write(next())) await new Promise(setImmediate);
    else await Promise.race([new Promise((resolve) => socket.once("drain", resolve)), closed]);
  }
  return socket.bytesWritten;
}

describe("a client that floods with frames", () => {
  it.each<[string, readonly Buffer[], () => Buffer]>([
    [
      "headers that never end",
      [frame(HEADERS, 0, 1, field("a"))],
      () => frame(CONTINUATION, 0, 1, Buffer.concat(Array.from({ length: 100 }, () => field("b".repeat(100))))), // prettier-ignore
    ],
    ["empty continuations", [frame(HEADERS, 0, 1, field("a"))], () => frame(CONTINUATION, 0, 1)],
    ["settings", [], () => frame(SETTINGS, 0, 0)],
    ["data of no stream", [], () => frame(DATA, 0, 1, Buffer.alloc(1_000))],
  ])("is disconnected, and takes no memory: %s", async (_what, first, next) => {
    const before = process.memoryUsage().rss;
    const sent = await Promise.all(Array.from({ length: 20 }, () => flood(first, next)));
    expect(Math.max(...sent)).toBeLessThan(16 * MEGABYTE);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * MEGABYTE);
    expect(await send(open(), "/health/live")).toMatchObject({ status: 200 });
  });
});

describe("a connection", () => {
  const big = "x".repeat(MEGABYTE);
  const plain = createServer(({ url }, response) => {
    if (url === "/big") setImmediate(() => response.end(big));
    else response.end();
  });
  const registry = new Registry();
  const acceptor = new Http2Acceptor({
    registry,
    maxHeaderBytes: 16_384,
    firstBytesMs: 100,
    requestMs: 100,
    idleMs: 60_000,
  });
  acceptor.accept(plain);
  beforeAll(() => once(plain.listen(0, "127.0.0.1"), "listening"));
  afterAll(() => {
    acceptor.close();
    plain.close();
  });
  const port = (): number => (plain.address() as AddressInfo).port;

  it("ends when it does not begin in time, also with a part of the first bytes", async () => {
    for (const bytes of ["", "PR"]) {
      const socket = connectSocket(port(), "127.0.0.1");
      await once(socket, "connect");
      socket.write(bytes);
      const closed = once(socket, "close").then(() => true);
      expect(await closed).toBe(true);
    }
  });

  it("is one of HTTP/1.1 when its first bytes come one by one", async () => {
    const socket = connectSocket(port(), "127.0.0.1").setNoDelay();
    for (const byte of "PUT / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n") {
      socket.write(byte);
      await new Promise(setImmediate);
    }
    let text = "";
    for await (const part of socket) text += String(part);
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
  });

  it("ends when it holds the windows of streams closed for which 64 MB of answers wait", async () => {
    const client = connect(`http://127.0.0.1:${port()}`, { settings: { initialWindowSize: 0 } });
    clients.push(client);
    client.on("error", () => undefined);
    const closed = new Promise((resolve) => client.once("close", resolve));
    for (let count = 0; count < 90; count += 1)
      client.request({ ":path": "/big" }).on("error", () => undefined);
    await closed;
    expect(await registry.metrics()).toMatch(/ended_total\{reason="waiting"\} 1/);
  });

  it("cancels a request that does not arrive in time", async () => {
    const request = open(`http://127.0.0.1:${port()}`).request({ ":method": "POST", ":path": "/" });
    request.on("error", () => undefined);
    request.write("half");
    await once(request, "close");
    expect(request.rstCode).toBe(constants.NGHTTP2_CANCEL);
  });
});
