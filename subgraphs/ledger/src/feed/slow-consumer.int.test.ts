import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { PATIENTLY } from "../ledger-database.fixture.ts";
import {
  ask,
  openFund,
  openService,
  type OpenedFund,
  type TestService,
} from "../service.fixture.ts";

const EVENTS = 4_000;
const BULK = 400;
const NOTE = "n".repeat(4_000);
const BACKLOG_BYTES = EVENTS * NOTE.length;

let service: TestService;
const sockets = new Set<Socket>();

beforeAll(async () => {
  service = await openService();
  service.server.app.server.on("connection", (socket: Socket) => sockets.add(socket));
});
afterAll(() => service.close());

const POST = `mutation ($input: PostTransactionsInput!) {
  postTransactions(input: $input) { posted }
}`;

async function postNotes({ fundId, bank, capital }: OpenedFund): Promise<void> {
  const transaction = {
    fundId,
    effectiveDate: "2026-06-30",
    description: "Noted",
    metadata: { note: NOTE },
    entries: [
      { accountId: bank, side: "DEBIT", amount: "1.00" },
      { accountId: capital, side: "CREDIT", amount: "1.00" },
    ],
  };
  const input = { transactions: Array.from({ length: BULK }, () => transaction) };
  for (let posted = 0; posted < EVENTS; posted += BULK) {
    await ask(service, POST, { input });
  }
}

/** Bytes that the server has accepted for its clients and not handed to the system yet. */
const held = (): number =>
  [...sockets].reduce((sum, { writableLength }) => sum + writableLength, 0);

test("a subscriber that does not read costs the server one page, and misses nothing", async () => {
  const fund = await openFund(service);
  const client = new WebSocket(
    `${service.url.replace("http", "ws")}/graphql`,
    "graphql-transport-ws",
  );
  const positions: number[] = [];
  client.on("message", (data: Buffer) => {
    const message = JSON.parse(data.toString()) as {
      type: string;
      payload?: { data: { ledgerEvents: { events: { position: number }[] } } };
    };
    if (message.type === "connection_ack") {
      const query = `subscription { ledgerEvents(fundId: "${fund.fundId}") { cursor events { position payload } } }`;
      client.send(JSON.stringify({ id: "1", type: "subscribe", payload: { query } }));
    }
    for (const { position } of message.payload?.data?.ledgerEvents.events ?? []) {
      positions.push(position);
    }
  });
  client.on("open", () => client.send(JSON.stringify({ type: "connection_init" })));
  while (positions.length < 3) await sleep(10);

  client.pause();
  await postNotes(fund);
  await expect.poll(held, PATIENTLY).toBeGreaterThan(0);
  let most = 0;
  for (let look = 0; look < 50; look += 1) {
    most = Math.max(most, held());
    await sleep(20);
  }
  expect(most).toBeLessThan(BACKLOG_BYTES / 4);

  client.resume();
  while (positions.length < EVENTS + 3) await sleep(20);
  expect(positions).toEqual(positions.map((_, index) => index + 1));
  client.terminate();
});
