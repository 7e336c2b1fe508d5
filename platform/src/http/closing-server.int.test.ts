import { EventEmitter, once } from "node:events";
import { connect, type AddressInfo, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import { expect, it } from "vitest";
import { openContext } from "../context.ts";
import { createLogger } from "../logging.ts";
import { createHttpServer } from "./http-server.ts";

it("ends connections without a request when it closes, and answers the others first", async () => {
  const { app } = createHttpServer({
    service: "library",
    logger: createLogger("library", "silent"),
    contextOf: ({ headers }) => openContext(headers),
  });
  const requests = new EventEmitter();
  const begun = once(requests, "begun");
  app.get("/slow", async () => {
    const allowed = once(requests, "allowed");
    requests.emit("begun");
    await allowed;
    return { done: true };
  });
  await app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = app.server.address() as AddressInfo;
  const ended: string[] = [];
  const open = async (name: string, sent: string): Promise<Socket> => {
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    if (sent !== "") socket.write(sent);
    socket.once("close", () => ended.push(name));
    return socket;
  };
  const unused = await open("unused", "");
  const half = await open("half", "GET /slow HTTP/1.1\r\nhost: lib");
  const slow = await open("slow", "GET /slow HTTP/1.1\r\nhost: library\r\n\r\n");
  const answers = Promise.all([unused, half, slow].map((socket) => text(socket)));
  await begun;

  const closed = app.close();
  await expect.poll(() => ended, { timeout: 60_000 }).toEqual(["unused", "half"]);
  requests.emit("allowed");
  await closed;
  // Without an answer: one would be 408, after all the time that a head may take.
  const [ofUnused, ofHalf, ofSlow] = await answers;
  expect([ofUnused, ofHalf]).toEqual(["", ""]);
  expect(ofSlow).toContain('{"done":true}');
});

it("answers with a code what arrives while it closes, and what does not finish", async () => {
  const { app, refuseUnfinished } = createHttpServer({
    service: "library",
    logger: createLogger("library", "silent"),
    contextOf: ({ headers }) => openContext(headers),
  });
  const requests = new EventEmitter();
  const begun = once(requests, "begun");
  app.get("/endless", () => new Promise(() => undefined));
  // As compression does, what is sent waits for a turn.
  app.addHook("onSend", async (_request, _reply, payload) => {
    await setImmediate();
    return payload;
  });
  app.get("/too-late", async (_request, reply) => {
    await once(requests, "refused");
    return reply.code(201).send({ done: true });
  });
  app.get("/left-to-its-handler", (_request, reply) => {
    void reply.hijack();
    requests.emit("begun");
  });
  await app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = app.server.address() as AddressInfo;
  const send = async (head: string): Promise<Socket> => {
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    socket.write(head);
    return socket;
  };
  const endless = await send("GET /endless HTTP/1.1\r\nhost: library\r\n\r\n");
  const late = await send("GET /endless HTTP/1.1\r\nhost: lib");
  const tooLate = await send("GET /too-late HTTP/1.1\r\nhost: library\r\n\r\n");
  const raw = await send("GET /left-to-its-handler HTTP/1.1\r\nhost: library\r\n\r\n");
  await begun;

  const closed = app.close();
  late.write("rary\r\n\r\n");
  const ofLate = await text(late);
  refuseUnfinished();
  requests.emit("refused");
  await closed;
  for (const answer of [ofLate, await text(endless), await text(tooLate), await text(raw)])
    expect(answer).toMatch(/^HTTP\/1\.1 503 [^]*retry-after: 1[^]*"code":"SHUTTING_DOWN"/);
});

it("answers a request that offers another protocol as one that offers none", async () => {
  const { app } = createHttpServer({
    service: "library",
    logger: createLogger("library", "silent"),
    contextOf: ({ headers }) => openContext(headers),
  });
  app.get("/book", () => ({ done: true }));
  await app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = app.server.address() as AddressInfo;
  const socket = connect(port, "127.0.0.1");
  socket.write(
    "GET /book HTTP/1.1\r\nhost: library\r\nconnection: Upgrade, close\r\nupgrade: h2c\r\n\r\n",
  );
  expect(await text(socket)).toContain('{"done":true}');
  await app.close();
});
