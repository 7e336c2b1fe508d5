import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { WebSocketServer } from "ws";
import { PageGraph } from "./page-graph.ts";

const PATIENCE = { timeout: 60_000, interval: 20 };
const TICKET = { ticket: "one", endsInMs: 600_000 };

afterEach(() => vi.unstubAllGlobals());

test("reports the end of a subscription when the server ends it, and not when the page does", async () => {
  vi.stubGlobal("fetch", async () => Response.json(TICKET));
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const received: { readonly type: string; readonly id?: string }[] = [];
  server.on("connection", (socket) =>
    socket.on("message", (data) => {
      const message = JSON.parse((data as Buffer).toString()) as { type: string; id?: string };
      received.push(message);
      if (message.type === "connection_init") socket.send('{"type":"connection_ack"}');
    }),
  );
  const ofType = (type: string) => received.filter((message) => message.type === type);
  const onEnded = vi.fn<() => void>();
  const graph = new PageGraph(`ws://127.0.0.1:${port}`, {
    onConnected: () => undefined,
    onClosed: () => undefined,
    onRenewing: () => undefined,
    onSignedOut: () => undefined,
    onConfirmed: () => undefined,
    onPosted: () => undefined,
    onMissed: () => undefined,
    onEnded,
  });
  const stopFirst = graph.subscribe("one");
  const stopSecond = graph.subscribe("two");
  await vi.waitFor(() => expect(ofType("subscribe")).toHaveLength(2), PATIENCE);
  stopFirst();
  await vi.waitFor(() => expect(ofType("complete")).toHaveLength(1), PATIENCE);
  expect(onEnded).not.toHaveBeenCalled();
  const left = ofType("subscribe").find(({ id }) => id !== ofType("complete")[0]?.id);
  for (const socket of server.clients)
    socket.send(JSON.stringify({ id: left?.id, type: "complete" }));
  await vi.waitFor(() => expect(onEnded).toHaveBeenCalledTimes(1), PATIENCE);
  stopSecond();
  server.close();
  for (const socket of server.clients) socket.terminate();
});
