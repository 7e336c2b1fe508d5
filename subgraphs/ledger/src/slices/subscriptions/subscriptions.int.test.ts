import { encodeCursor } from "@allfunds/platform/graphql/types";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  ask,
  openFund,
  openService,
  POST,
  posting,
  type OpenedFund,
  type Posted,
  type TestService,
} from "../../service.fixture.ts";

let service: TestService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

type Events = ReturnType<TestService["socket"]["iterate"]>;

/** Subscriptions start at "now": posts 1.00 until each has delivered one; returns how often that was. */
async function postUntilBothHaveOne(fund: OpenedFund, ...both: Events[]): Promise<number> {
  const isReady = Promise.all(both.map((events) => events.next())).then(() => true);
  for (let posts = 1; ; posts += 1) {
    await ask(service, POST, posting(fund, "1.00"));
    const pause = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 100));
    if (await Promise.race([isReady, pause])) return posts;
  }
}

/** The data of the event at a position; those before it are skipped. */
async function nextAt(events: Events, field: string, position: number): Promise<unknown> {
  for (;;) {
    const { value } = await events.next();
    const data = value?.data as Record<string, { readonly position: number }> | undefined;
    if (data?.[field]?.position === position) return data;
  }
}

describe("subscriptions", () => {
  test("deliver a transaction and its balances as they happen, of the requested fund only", async () => {
    const [fund, other] = [await openFund(service), await openFund(service)];
    const posted = service.socket.iterate({
      query: `subscription { transactionPosted(fundId: "${fund.fundId}") { position fund { name } entries { account { code } } } }`,
    });
    const moved = service.socket.iterate({
      query: `subscription { balanceChanged(accountId: "${fund.bank}") { account { code version } balance { amount currency } position transaction { id } } }`,
    });
    const before = await postUntilBothHaveOne(fund, posted, moved);
    await ask(service, POST, posting(other));
    const { postTransaction } = await ask<Posted>(service, POST, posting(fund, "7.00"));
    const { position } = postTransaction;
    expect(position).toBe(4 + before);
    const first = await nextAt(posted, "transactionPosted", position);
    const second = await nextAt(moved, "balanceChanged", position);
    expect(first).toEqual({
      transactionPosted: {
        position,
        fund: { name: "Fund" },
        entries: [{ account: { code: "BANK" } }, { account: { code: "CAP" } }],
      },
    });
    expect(second).toEqual({
      balanceChanged: {
        account: { code: "BANK", version: 2 + before },
        balance: { amount: `${7 + before}.00`, currency: "EUR" },
        position,
        transaction: { id: postTransaction.id },
      },
    });
    await Promise.all([posted.return?.(), moved.return?.()]);
  });

  test("begin with what is committed from now on, and name the books that moved", async () => {
    const fund = await openFund(service);
    await ask(service, POST, posting(fund, "1.00"));
    const all = service.socket.iterate<{ ledgerEvents: { events: { position: number }[] } }>({
      query: `subscription { ledgerEvents(fundId: "${fund.fundId}") { events { position } } }`,
    });
    // What has its place in the feed comes to no subscriber who begins now.
    for await (const { data } of all) if (data?.ledgerEvents.events.at(-1)?.position === 4) break;
    const events = service.socket.iterate<{
      ledgerEvents: { events: { position: number }[]; moves: [string, string, number][] };
    }>({
      query: `subscription { ledgerEvents(fundId: "${fund.fundId}", fromNow: true) { moves events { position } } }`,
    });
    const first = events.next();
    let latest = 0;
    for (let isHere = false; !isHere;) {
      const { postTransaction } = await ask<Posted>(service, POST, posting(fund, "1.00"));
      latest = postTransaction.position;
      const pause = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 100));
      isHere = await Promise.race([first.then(() => true), pause]);
    }
    const { value } = await first;
    const { events: seen = [], moves } = value?.data?.ledgerEvents ?? {};
    expect(seen[0]?.position).toBeGreaterThan(4);
    expect(seen.at(-1)?.position).toBeLessThanOrEqual(latest);
    expect(moves).toEqual([[expect.any(String), fund.fundId, seen.at(-1)?.position]]);
    await events.return?.();
  });

  test("give a batch whole with all that its events have one by one, but for their cursors", async () => {
    const fund = await openFund(service);
    await ask(service, POST, posting(fund));
    const batches = service.socket.iterate<{
      ledgerEvents: { events: { cursor?: string; position: number }[]; whole: unknown[] };
    }>({
      query: `subscription { ledgerEvents(fundId: "${fund.fundId}") { whole events { cursor tenantId fundId position type recordedAt payload } } }`,
    });
    let last = 0;
    for await (const { data } of batches) {
      const { events = [], whole } = data?.ledgerEvents ?? {};
      expect(events).not.toEqual([]);
      last = events.at(-1)?.position ?? 0;
      for (const event of events) delete event.cursor;
      expect(whole).toEqual(events);
      if (last === 4) break;
    }
    expect(last).toBe(4);
  });

  test("feed followers from any cursor, filtered by type, and refuse a cursor that the log did not issue", async () => {
    const fund = await openFund(service);
    await ask(service, POST, posting(fund));
    const follow = (more: string) =>
      service.socket.iterate<{
        ledgerEvents: {
          cursor: string;
          events: { type: string; position: number; payload: object }[];
        };
      }>({
        query: `subscription { ledgerEvents(fundId: "${fund.fundId}"${more}) { cursor events { cursor type position payload } } }`,
      });
    const events: { type: string; position: number; payload: object }[] = [];
    let cursor = "";
    for await (const { data } of follow("")) {
      events.push(...(data?.ledgerEvents.events ?? []));
      cursor = data?.ledgerEvents.cursor ?? cursor;
      if (events.length >= 4) break;
    }
    expect(events.map(({ type, position }) => [type, position])).toEqual([
      ["FundOpened", 1],
      ["AccountOpened", 2],
      ["AccountOpened", 3],
      ["TransactionPosted", 4],
    ]);
    expect(events[3]?.payload).toMatchObject({
      fundId: fund.fundId,
      source: { kind: "API" },
      entries: [
        {
          accountId: fund.bank,
          side: "DEBIT",
          amount: "100.00",
          currency: "EUR",
          balanceAfter: "100.00",
        },
        {},
      ],
    });
    await ask(service, POST, posting(fund, "5.00"));
    for await (const { data } of follow(`, after: "${cursor}", types: ["TransactionPosted"]`)) {
      expect(data?.ledgerEvents.events.map(({ position }) => position)).toEqual([5]);
      break;
    }
    const refusals: unknown[] = [];
    for (const after of [
      "WzksOV0x",
      encodeCursor([9_000, 1]),
      encodeCursor([1, 1, "ab".repeat(32)]),
    ]) {
      for await (const { errors } of follow(`, after: "${after}"`)) {
        refusals.push(errors?.[0]?.extensions?.["code"]);
        break;
      }
    }
    expect(refusals).toEqual(["INVALID_INPUT", "CURSOR_OF_ANOTHER_LOG", "CURSOR_OF_ANOTHER_LOG"]);
  });
});
