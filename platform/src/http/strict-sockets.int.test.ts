import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { createStrictSockets } from "./strict-sockets.ts";

const server = createServer();
const sockets = createStrictSockets({ server, path: "/graphql" });
const received: string[] = [];
sockets.on("connection", (socket) =>
  socket.on("message", (data) => received.push((data as Buffer).toString())),
);
let port = 0;
beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => {
  sockets.close();
  server.close();
});

async function closedAfter(message: string): Promise<[number, string]> {
  const client = new WebSocket(`ws://127.0.0.1:${port}/graphql`);
  await once(client, "open");
  const closed = once(client, "close");
  client.send(message);
  const [code, reason] = (await closed) as [number, Buffer];
  return [code, String(reason)];
}

test("emits a message when it is unambiguous", async () => {
  const client = new WebSocket(`ws://127.0.0.1:${port}/graphql`);
  await once(client, "open");
  client.send('{"type":"ping"}');
  await expect.poll(() => received, { timeout: 60_000 }).toEqual(['{"type":"ping"}']);
  client.close();
  await once(client, "close");
});

test.each([
  ["a member twice", '{"amount":"1","amount":"2"}'],
  ["invalid JSON", "{"],
  ["a bidirectional override", '{"a":"\u202E"}'],
])("closes the socket without emitting the message when it contains %s", async (_what, message) => {
  const before = received.length;
  const [code, reason] = await closedAfter(message);
  expect(code).toBe(4400);
  expect(reason).toContain("MALFORMED_BODY: The message");
  expect(received.length).toBe(before);
});

test("refuses the handshake when it has two tokens", async () => {
  const socket = connect(port, "127.0.0.1");
  socket.write(
    "GET /graphql HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
      "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n",
  );
  let answer = "";
  socket.on("data", (data) => (answer += String(data)));
  await once(socket, "end");
  expect(answer).toContain("HTTP/1.1 400");
  expect(answer).toContain('"code":"MALFORMED_REQUEST"');
});

test("leaves it to the caller of listen when the port is in use", async () => {
  const second = createServer();
  const errors: unknown[] = [];
  createStrictSockets({ server: second, path: "/graphql" }).on("error", (error) =>
    errors.push(error),
  );
  const failed = once(second, "error");
  second.listen(port, "127.0.0.1");
  expect(await failed).toMatchObject([{ code: "EADDRINUSE" }]);
  expect(errors).toEqual([]);
});

interface Opened {
  readonly client: WebSocket;
  /** The server's bytes that wait to be sent to the client. */
  readonly waiting: () => number;
}

async function opened(): Promise<Opened> {
  const known = new Set(sockets.clients);
  const client = new WebSocket(`ws://127.0.0.1:${port}/graphql`);
  client.on("error", () => undefined);
  await once(client, "open");
  const socket = [...sockets.clients].find((one) => !known.has(one));
  return { client, waiting: () => socket?.bufferedAmount ?? 0 };
}

test.each([
  ["frames", (client: WebSocket) => client.ping("x".repeat(100))],
  ["messages", (client: WebSocket) => client.send('{"type":"ping"}')],
])("ends a socket when it sends 100,000 pings as %s and reads nothing", async (_what, ping) => {
  const { client, waiting } = await opened();
  const ended = once(client, "close");
  client.pause();
  let most = 0;
  for (let count = 0; count < 100_000; count += 1) {
    ping(client);
    most = Math.max(most, waiting());
  }
  client.resume();
  await ended;
  expect(most).toBeLessThan(1024 * 1024);
});

test("ends a socket when more is sent to it than its client reads", async () => {
  const known = new Set(sockets.clients);
  const { client } = await opened();
  client.pause();
  const socket = [...sockets.clients].find((one) => !known.has(one));
  let most = 0;
  while (socket?.readyState === WebSocket.OPEN) {
    socket.send("x".repeat(10_000));
    most = Math.max(most, socket.bufferedAmount);
  }
  expect(most).toBeLessThan(1024 * 1024);
  client.terminate();
});

test("refuses the handshake when too many sockets wait for their connection_ack", async () => {
  const small = createServer();
  const few = createStrictSockets({ server: small }, { open: 10, unacknowledged: 2 });
  small.listen(0, "127.0.0.1");
  await once(small, "listening");
  const address = `ws://127.0.0.1:${(small.address() as AddressInfo).port}`;
  const clients = [new WebSocket(address), new WebSocket(address)];
  await Promise.all(clients.map(async (client) => once(client, "open")));
  const third = new WebSocket(address);
  const [error] = (await once(third, "error")) as [Error];
  expect(error.message).toContain("429");
  few.clients.values().next().value?.send('{"type":"connection_ack"}');
  const fourth = new WebSocket(address);
  await once(fourth, "open");
  for (const client of [...clients, fourth]) client.terminate();
  few.close();
  small.close();
});
