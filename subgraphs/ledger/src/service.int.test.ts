import { newId } from "@allfunds/platform/ids";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  ask,
  codeOf,
  OPEN_ACCOUNT,
  openFund,
  openService,
  POST,
  posting,
  send,
  type Posted,
  type TestService,
} from "./service.fixture.ts";

let service: TestService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

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

  test("answers with the position of a write, and refuses reads at positions that do not come", async () => {
    const { fundId } = await openFund(service);
    const headersOf = (position: number) => ({ "allfunds-position": `${fundId}:${position}` });
    const open = { fundId, code: "X", name: "X", type: "ASSET", currency: "EUR" };
    const response = await fetch(`${service.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: OPEN_ACCOUNT, variables: { input: open } }),
    });
    const written = Number(response.headers.get("allfunds-position")?.split(":")[1]);
    const query = "query ($id: ID!) { fund(id: $id) { position } }";
    const read = (position: number) => send(service, query, { id: fundId }, headersOf(position));
    expect((await read(written)).data).toEqual({ fund: { position: written } });
    expect(codeOf(await read(written + 1))).toBe("CONSISTENCY_TIMEOUT");
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
        nodes(ids: [$id, "nothing", $bank, $id]) { __typename id }
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
      nodes: [
        { __typename: "Transaction", id: posted.id },
        null,
        { __typename: "Account", id: fund.bank },
        { __typename: "Transaction", id: posted.id },
      ],
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

  test("posts and reverses a bulk of several funds all or none", async () => {
    const first = await openFund(service);
    const funds = [first, await openFund(service)];
    const bulk = (amounts: readonly string[]) =>
      ask<{ postTransactions: { results: { transaction: { id: string } | null }[] } }>(
        service,
        "mutation ($input: PostTransactionsInput!) { postTransactions(input: $input) { posted results { transaction { id } error { code } } } }",
        {
          input: {
            transactions: funds.map((fund, nth) => posting(fund, amounts[nth] ?? "").input),
            mode: "ATOMIC",
          },
        },
      );
    expect((await bulk(["1.00", "0"])).postTransactions).toEqual({
      posted: 0,
      results: [
        { transaction: null, error: { code: "BULK_REFUSED" } },
        { transaction: null, error: { code: "INVALID_AMOUNT" } },
      ],
    });
    const { results } = (await bulk(["1.00", "2.00"])).postTransactions;
    const transactionIds = results.map(({ transaction }) => transaction?.id);
    const reverse = () =>
      ask<{ reverseTransactions: unknown }>(
        service,
        "mutation ($input: ReverseTransactionsInput!) { reverseTransactions(input: $input) { posted refused } }",
        { input: { transactionIds } },
      );
    expect(await reverse()).toEqual({ reverseTransactions: { posted: 2, refused: 0 } });
    expect(await reverse()).toEqual({ reverseTransactions: { posted: 0, refused: 2 } });
    const many = Array.from(
      { length: 51 },
      () => posting({ ...first, fundId: newId() }, "1.00").input,
    );
    const input = { transactions: many, mode: "ATOMIC" };
    const send51 =
      "mutation ($input: PostTransactionsInput!) { postTransactions(input: $input) { posted } }";
    expect(codeOf(await send(service, send51, { input }))).toBe("INVALID_INPUT");
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
