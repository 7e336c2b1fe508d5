import { newId } from "@allfunds/platform";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  ask,
  codeOf,
  OPEN_ACCOUNT,
  openFund,
  openService,
  send,
  type OpenedFund,
  type TestService,
} from "./service.fixture.ts";

let service: TestService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

const POST = `mutation ($input: PostTransactionInput!) {
  postTransaction(input: $input) { id position replayed entries { side amount { amount currency } balanceAfter { amount } account { code } } }
}`;

const posting = ({ fundId, bank, capital }: OpenedFund, amount = "100.00", more: object = {}) => ({
  input: {
    fundId,
    effectiveDate: "2026-06-30",
    description: "Paid in",
    entries: [
      { accountId: bank, side: "DEBIT", amount },
      { accountId: capital, side: "CREDIT", amount },
    ],
    ...more,
  },
});

interface Posted {
  readonly postTransaction: {
    readonly id: string;
    readonly position: number;
    readonly replayed: boolean;
  };
}

interface Opened {
  readonly openFund: { readonly id: string; readonly replayed: boolean };
}

const refused = (index: number, code: string) => ({
  index,
  transaction: null,
  error: { code },
});

interface Page {
  readonly nodes: readonly Record<string, unknown>[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}
async function readPage(
  query: string,
  id: string,
  field: string,
  after: string | null,
): Promise<Page> {
  const { fund } = await ask<{ fund: Record<string, Page> }>(service, query, { id, after });
  const page = fund[field];
  if (page === undefined) throw new Error(`no ${field}`);
  return page;
}

describe("the service", () => {
  test("is ready when its database is", async () => {
    const response = await fetch(`${service.url}/health/ready`);
    expect([response.status, await response.json()]).toEqual([
      200,
      { ready: true, checks: { database: "ok", issuer: "ok" } },
    ]);
  });

  test("answers a posting with its entries and running balances, and serves it back by every way", async () => {
    const fund = await openFund(service);
    const { postTransaction: posted } = await ask<Posted>(
      service,
      POST,
      posting(fund, "100.00", { metadata: { tag: [1, "x"] }, reference: "R" }),
    );
    expect(posted).toMatchObject({
      position: 4,
      entries: [
        {
          side: "DEBIT",
          amount: { amount: "100.00", currency: "EUR" },
          balanceAfter: { amount: "100.00" },
          account: { code: "BANK" },
        },
        { side: "CREDIT", balanceAfter: { amount: "100.00" }, account: { code: "CAP" } },
      ],
    });
    const read = await ask(
      service,
      `query ($fund: ID!, $bank: ID!, $id: ID!) {
        fund(id: $fund) { position account(code: "BANK") { id } transactions { nodes { id } } }
        account(id: $bank) { balance { amount } before: balance(asOf: "2026-06-29") { amount } after: balance(asOf: "2026-06-30") { amount } version entries { nodes { transaction { id reference metadata } } } }
        transaction(id: $id) { fund { name } effectiveDate }
        node(id: $id) { __typename id }
        none: node(id: "nothing") { id }
        entries(accountId: $bank) { nodes { id account { fund { id } } } }
        _entities(representations: [{ __typename: "Fund", id: $fund }, { __typename: "Transaction", id: $id }]) { ... on Fund { position } ... on Transaction { position } }
      }`,
      { fund: fund.fundId, bank: fund.bank, id: posted.id },
    );
    expect(read).toEqual({
      fund: {
        position: 4,
        account: { id: fund.bank },
        transactions: { nodes: [{ id: posted.id }] },
      },
      account: {
        balance: { amount: "100.00" },
        before: { amount: "0.00" },
        after: { amount: "100.00" },
        version: 2,
        entries: {
          nodes: [{ transaction: { id: posted.id, reference: "R", metadata: { tag: [1, "x"] } } }],
        },
      },
      transaction: { fund: { name: "Fund" }, effectiveDate: "2026-06-30" },
      node: { __typename: "Transaction", id: posted.id },
      none: null,
      entries: { nodes: [{ id: `${posted.id}:1`, account: { fund: { id: fund.fundId } } }] },
      _entities: [{ position: 4 }, { position: 4 }],
    });
  });

  test("refuses with a stable code, a trace id and the place of the fault", async () => {
    const fund = await openFund(service);
    const [bank, capital] = posting(fund).input.entries;
    const wrong = (entries: unknown[]) => send(service, POST, posting(fund, "1.00", { entries }));
    expect(codeOf(await wrong([bank, { ...capital, amount: "99.00" }]))).toBe("LEDGER_UNBALANCED");
    expect(codeOf(await wrong([bank, { ...capital, accountId: newId() }]))).toBe(
      "ACCOUNT_NOT_FOUND",
    );
    expect(codeOf(await wrong([bank, { ...capital, currency: "USD" }]))).toBe("CURRENCY_MISMATCH");
    expect(codeOf(await wrong([bank]))).toBe("INVALID_INPUT");
    expect(codeOf(await send(service, POST, posting({ ...fund, fundId: newId() })))).toBe(
      "FUND_NOT_FOUND",
    );
    expect(codeOf(await send(service, "{ funds(first: 201) { nodes { id } } }"))).toBe(
      "INVALID_INPUT",
    );
    expect(codeOf(await send(service, "{ entries(asOf: 3) { nodes { id } } }"))).toBe(
      "INVALID_INPUT",
    );
    const { errors } = await wrong([{ ...bank, amount: "1e3" }, capital]);
    expect(errors?.[0]?.extensions).toMatchObject({
      code: "INVALID_AMOUNT",
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      violations: [{ path: "entries.0.amount" }],
    });
    const { fund: after } = await ask<{ fund: { position: number } }>(
      service,
      `{ fund(id: "${fund.fundId}") { position } }`,
    );
    expect(after.position).toBe(3);
  });

  test("takes a repeat by header or by input for the same request", async () => {
    const fund = await openFund(service);
    const key = { "idempotency-key": newId() };
    const { postTransaction: first } = await ask<Posted>(service, POST, posting(fund), key);
    expect(first.replayed).toBe(false);
    expect((await ask<Posted>(service, POST, posting(fund), key)).postTransaction).toEqual({
      ...first,
      replayed: true,
    });
    expect(codeOf(await send(service, POST, posting(fund, "2.00"), key))).toBe(
      "IDEMPOTENCY_CONFLICT",
    );
    const input = { idempotencyKey: "k" };
    const second = await ask<Posted>(service, POST, posting(fund, "1.00", input));
    expect(
      (await ask<Posted>(service, POST, posting(fund, "1.00", input))).postTransaction.id,
    ).toBe(second.postTransaction.id);
  });

  test("opens one fund for a repeated key, and refuses taken ids and codes", async () => {
    const open =
      'mutation ($id: ID, $key: String) { openFund(input: { id: $id, name: "Once", currency: "EUR", idempotencyKey: $key }) { id replayed } }';
    const key = newId();
    const twins = await Promise.all([1, 2].map(() => ask<Opened>(service, open, { key })));
    expect(new Set(twins.map(({ openFund: { id } }) => id)).size).toBe(1);
    expect(new Set(twins.map(({ openFund: { replayed } }) => replayed))).toEqual(
      new Set([false, true]),
    );
    const fund = await openFund(service);
    expect(codeOf(await send(service, open, { id: fund.fundId }))).toBe("ALREADY_EXISTS");
    const account = { fundId: fund.fundId, code: "BANK", name: "x", type: "ASSET" };
    expect(codeOf(await send(service, OPEN_ACCOUNT, { input: account }))).toBe("ALREADY_EXISTS");
    const taken = { ...account, code: "NEW", id: fund.bank };
    expect(codeOf(await send(service, OPEN_ACCOUNT, { input: taken }))).toBe("ALREADY_EXISTS");
    expect(
      codeOf(
        await send(service, OPEN_ACCOUNT, { input: { ...account, code: "NEW", currency: "EURO" } }),
      ),
    ).toBe("INVALID_INPUT");
  });

  test("posts a bulk atomically or item by item, with a verdict each", async () => {
    const fund = await openFund(service);
    const bulk = async (mode: string) => {
      const transactions = ["1.00", "0", "3.00"].map((amount) => posting(fund, amount).input);
      const { postTransactions } = await ask<{ postTransactions: unknown }>(
        service,
        "mutation ($input: PostTransactionsInput!) { postTransactions(input: $input) { posted refused results { index transaction { position } error { code } } } }",
        { input: { transactions, mode } },
      );
      return postTransactions;
    };
    expect(await bulk("ATOMIC")).toEqual({
      posted: 0,
      refused: 3,
      results: [
        refused(0, "BULK_REFUSED"),
        refused(1, "INVALID_AMOUNT"),
        refused(2, "BULK_REFUSED"),
      ],
    });
    expect(await bulk("INDEPENDENT")).toEqual({
      posted: 2,
      refused: 1,
      results: [
        { index: 0, transaction: { position: 4 }, error: null },
        refused(1, "INVALID_AMOUNT"),
        { index: 2, transaction: { position: 5 }, error: null },
      ],
    });
  });

  test("adjusts a balance at the expected version only", async () => {
    const { bank } = await openFund(service);
    const adjust = (balance: string, expectedVersion?: number) =>
      send(
        service,
        "mutation ($input: AdjustBalanceInput!) { adjustBalance(input: $input) { account { version balance { amount } } transaction { description entries { account { name type } } } } }",
        { input: { accountId: bank, balance, reason: "Count", expectedVersion } },
      );
    expect((await adjust("12.50", 1)).data).toMatchObject({
      adjustBalance: {
        account: { version: 2, balance: { amount: "12.50" } },
        transaction: {
          description: "Count",
          entries: [{}, { account: { name: "Balance adjustments", type: "EQUITY" } }],
        },
      },
    });
    expect(codeOf(await adjust("13.00", 1))).toBe("VERSION_CONFLICT");
    expect((await adjust("12.50", 2)).data).toMatchObject({ adjustBalance: { transaction: null } });
  });

  test("pages through every list without a gap or a repeat", async () => {
    const fund = await openFund(service);
    const days = ["2026-03-01", "2026-01-01", "2026-02-01", "2026-02-01", "2026-03-01"];
    for (const [index, effectiveDate] of days.entries()) {
      await ask(service, POST, posting(fund, `${index + 1}.00`, { effectiveDate }));
    }
    const walk = async (field: string, leaf: string): Promise<unknown[]> => {
      const found: unknown[] = [];
      let after: string | null = null;
      do {
        const query = `query ($id: ID!, $after: Cursor) { fund(id: $id) { ${field}(first: 2, after: $after) { nodes { ${leaf} } pageInfo { hasNextPage endCursor } } } }`;
        const page: Page = await readPage(query, fund.fundId, field, after);
        found.push(...page.nodes.map((node) => node[leaf]));
        after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      } while (after !== null);
      return found;
    };
    expect(await walk("transactions", "position")).toEqual([8, 4, 7, 6, 5]);
    expect(await walk("accounts", "code")).toEqual(["BANK", "CAP"]);
    const entries = await ask<{ entries: { nodes: { balanceAfter: { amount: string } }[] } }>(
      service,
      `{ entries(accountId: "${fund.bank}", from: "2026-02-01", asOf: 7) { nodes { balanceAfter { amount } } } }`,
    );
    expect(entries.entries.nodes.map(({ balanceAfter }) => balanceAfter.amount)).toEqual([
      "1.00",
      "6.00",
      "10.00",
    ]);
  });

  test("refuses a cursor of another list", async () => {
    const fund = await openFund(service);
    const cursor = Buffer.from('["x","y","z"]').toString("base64url");
    for (const list of ["transactions", "accounts"]) {
      expect(
        codeOf(
          await send(
            service,
            `{ fund(id: "${fund.fundId}") { ${list}(after: "${cursor}") { nodes { id } } } }`,
          ),
        ),
      ).toBe("INVALID_INPUT");
    }
    expect(codeOf(await send(service, `{ entries(after: "${cursor}") { nodes { id } } }`))).toBe(
      "INVALID_INPUT",
    );
    const noDate = Buffer.from('["x","y"]').toString("base64url");
    expect(codeOf(await send(service, `{ funds(after: "${noDate}") { nodes { id } } }`))).toBe(
      "INVALID_INPUT",
    );
  });
});

describe("subscriptions", () => {
  test("tell of a transaction and its balances as they happen, of the asked fund only", async () => {
    const [fund, other] = [await openFund(service), await openFund(service)];
    const posted = service.socket.iterate({
      query: `subscription { transactionPosted(fundId: "${fund.fundId}") { position fund { name } entries { account { code } } } }`,
    });
    const moved = service.socket.iterate({
      query: `subscription { balanceChanged(accountId: "${fund.bank}") { account { code version } balance { amount currency } position transaction { id } } }`,
    });
    const next = Promise.all([posted.next(), moved.next()]);
    // Subscriptions start at "now", so the posting must come after they are set up.
    await new Promise((resolve) => setTimeout(resolve, 300));
    await ask(service, POST, posting(other));
    const { postTransaction } = await ask<Posted>(service, POST, posting(fund, "7.00"));
    const [first, second] = await next;
    expect(first.value.data).toEqual({
      transactionPosted: {
        position: 4,
        fund: { name: "Fund" },
        entries: [{ account: { code: "BANK" } }, { account: { code: "CAP" } }],
      },
    });
    expect(second.value.data).toEqual({
      balanceChanged: {
        account: { code: "BANK", version: 2 },
        balance: { amount: "7.00", currency: "EUR" },
        position: 4,
        transaction: { id: postTransaction.id },
      },
    });
    await Promise.all([posted.return?.(), moved.return?.()]);
  });

  test("give a batch whole with all that its events tell one by one, but for their cursors", async () => {
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

  test("feed followers from any cursor, filtered by type, and refuse a cursor of nobody", async () => {
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
    for await (const { errors } of follow(', after: "WzksOV0x"')) {
      expect(errors?.[0]?.extensions?.["code"]).toBe("INVALID_INPUT");
      break;
    }
  });
});
