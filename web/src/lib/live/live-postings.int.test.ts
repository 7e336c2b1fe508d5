import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { WebSocketServer } from "ws";
import { isMissedBefore, LivePostings } from "./live-postings.ts";

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
  const postings = new LivePostings(`ws://127.0.0.1:${port}`, {
    onConnected: () => undefined,
    onClosed: () => undefined,
    onRenewing: () => undefined,
    onSignedOut: () => undefined,
    onConfirmed: () => undefined,
    onPosted: () => undefined,
    onMissed: () => undefined,
    reached: () => [],
    onEnded,
  });
  const stopFirst = postings.subscribe("one");
  const stopSecond = postings.subscribe("two");
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

test("finds a gap before a posting, but none within a frame or among what is known", () => {
  const known = [{ fundId: "fund", position: 4 }];
  const missed = (...positions: number[]) =>
    isMissedBefore(
      positions.map((position) => ({ fundId: "fund", position })),
      known,
    );
  expect([missed(5, 6, 7), missed(3, 4, 5), missed(6), missed(5, 7)]).toEqual([
    false,
    false,
    true,
    true,
  ]);
  expect(isMissedBefore([{ fundId: "other", position: 9 }], known)).toBe(false);
});
