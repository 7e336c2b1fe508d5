import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OPEN_TO_ALL } from "@allfunds/platform/auth";
import { serveGraphql } from "@allfunds/platform/graphql";
import { createHttpServer } from "@allfunds/platform/http";
import type { HttpServer } from "@allfunds/platform/http";
import { createClient } from "graphql-ws";
import { WebSocket } from "ws";
import { createAnalytics } from "./analytics.ts";
import type { Analytics } from "./analytics.ts";
import { createAnalyticsDatabase, silent } from "./testing/analytics-database.ts";
import type { AnalyticsDatabase } from "./testing/analytics-database.ts";
import { BookWriter } from "./testing/ledger-events.ts";
import { LedgerStandIn } from "./testing/ledger-stand-in.ts";

let database: AnalyticsDatabase;
let ledger: LedgerStandIn;
let analytics: Analytics;
let server: HttpServer;
let closeGraphql: () => Promise<void>;

beforeAll(async () => {
  database = await createAnalyticsDatabase();
  ledger = new LedgerStandIn();
  await ledger.start();
  analytics = createAnalytics({
    pool: database.pool,
    logger: silent,
    ledgerUrl: ledger.url,
    provider: undefined,
  });
  server = createHttpServer({ service: "analytics", logger: silent, authentication: OPEN_TO_ALL });
  closeGraphql = await serveGraphql({
    schema: analytics.schema,
    server,
    logger: silent,
    createContext: analytics.createScope,
  });
  await server.app.listen({ port: 0, host: "127.0.0.1" });
  analytics.start();
});
afterAll(async () => {
  await closeGraphql();
  await server.app.close();
  await analytics.stop();
  await ledger.stop();
  await database.drop();
});

interface Answer {
  readonly data: { readonly [field: string]: unknown } | null;
  readonly errors?: readonly { extensions: { code: string; violations?: unknown } }[];
}

async function ask(query: string, variables: object = {}): Promise<Answer> {
  const response = await fetch(`${server.app.listeningOrigin}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answer;
}

const ENTITIES = `query ($refs: [_Any!]!) { _entities(representations: $refs) {
  ... on Transaction { id category { code confidence source needsReview categorisedAt } }
  ... on Fund { id
    insights(first: 5) { nodes { kind message transaction { id } } pageInfo { hasNextPage } }
    predictions {
      awaitingReview(first: 2) { nodes { transaction { id } category { code needsReview } } pageInfo { hasNextPage endCursor } }
      expectedCashFlows { counterparty recurrence date amount { amount currency } confidence evidence { date transaction { id } } }
    }
    spendingByCategory(from: "2026-01-01") { category { code } outflow { amount currency } inflow { amount } transactions }
  }
} }`;

function thirtyCharges() {
  const book = new BookWriter();
  const posted = Array.from({ length: 30 }, (_, index) =>
    book.post({ amount: "-12.50", description: `Bank charges ${index}` }),
  );
  const refs = posted.map(({ payload, position }) => ({
    __typename: "Transaction",
    id: payload.transactionId,
    position,
    fund: { __typename: "Fund", id: book.fundId },
  }));
  return { opening: book.opening, posted, refs };
}

const monthly = (month: number): string => `2026-${String(month).padStart(2, "0")}-01`;

describe("the analytics subgraph", () => {
  test("answers categories of transactions that are still on their way here", async () => {
    const { opening, posted, refs } = thirtyCharges();
    const answer = ask(ENTITIES, { refs });
    ledger.publish([...opening, ...posted]);
    expect((await answer).data?.["_entities"]).toMatchObject(
      posted.map(({ payload }) => ({
        id: payload.transactionId,
        category: { code: "BANK_CHARGES", source: "RULE" },
      })),
    );
  });

  test("reads the categories of thirty transactions with one connection, once", async () => {
    const { opening, posted, refs } = thirtyCharges();
    ledger.publish([...opening, ...posted]);
    await ask(ENTITIES, { refs });
    let acquired = 0;
    const count = (): void => {
      acquired += 1;
    };
    database.pool.on("acquire", count);
    await ask(ENTITIES, { refs });
    database.pool.off("acquire", count);
    expect(acquired).toBe(1);
  });

  test("says CONSISTENCY_TIMEOUT within two seconds when a position does not come", async () => {
    const book = new BookWriter();
    const started = performance.now();
    const { data, errors } = await ask(ENTITIES, {
      refs: [{ __typename: "Fund", id: book.fundId, position: 9 }],
    });
    expect(data?.["_entities"]).toMatchObject([
      { insights: null, predictions: null, spendingByCategory: null },
    ]);
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(
      Array.from({ length: 3 }, () => "CONSISTENCY_TIMEOUT"),
    );
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  test("answers insights, predictions and spending of a fund at its position", async () => {
    const book = new BookWriter();
    const rents = [1, 2, 3, 4, 5, 6].map((month) =>
      book.post({
        amount: "-6500.00",
        description: `OFFICE RENT ${month}/2026`,
        counterparty: "Landlord Ltd",
        date: monthly(month),
      }),
    );
    const again = book.post({
      amount: "-6500.00",
      description: "OFFICE RENT 6/2026",
      counterparty: "Landlord Ltd",
      date: "2026-06-02",
    });
    const vague = book.post({ amount: "-80.00", description: "ZZGQ XKV", date: "2026-06-03" });
    ledger.publish([...book.opening, ...rents, again, vague]);

    const { data, errors } = await ask(ENTITIES, {
      refs: [{ __typename: "Fund", id: book.fundId, position: book.position }],
    });
    expect(errors).toBeUndefined();
    expect(data?.["_entities"]).toMatchObject([
      {
        insights: {
          nodes: [{ kind: "POSSIBLE_DUPLICATE", transaction: { id: again.payload.transactionId } }],
          pageInfo: { hasNextPage: false },
        },
        predictions: {
          awaitingReview: {
            nodes: [
              {
                transaction: { id: vague.payload.transactionId },
                category: { code: "OTHER", needsReview: true },
              },
            ],
          },
        },
        spendingByCategory: [
          {
            category: { code: "RENT" },
            outflow: { amount: "45500.00", currency: "EUR" },
            inflow: { amount: "0.00" },
            transactions: 7,
          },
          { category: { code: "OTHER" }, outflow: { amount: "80.00" }, transactions: 1 },
        ],
      },
    ]);
  });

  test("expects the next rent on its usual day, with the past payments as evidence", async () => {
    const book = new BookWriter();
    const rents = [1, 2, 3, 4, 5, 6].map((month) =>
      book.post({
        amount: "-6500.00",
        description: "OFFICE RENT",
        counterparty: "Landlord Ltd",
        date: monthly(month),
      }),
    );
    ledger.publish([...book.opening, ...rents]);
    const { data } = await ask(ENTITIES, {
      refs: [{ __typename: "Fund", id: book.fundId, position: book.position }],
    });
    expect(data?.["_entities"]).toMatchObject([
      {
        predictions: {
          expectedCashFlows: [
            {
              counterparty: "Landlord Ltd",
              recurrence: "MONTHLY",
              date: "2026-07-01",
              amount: { amount: "6500.00", currency: "EUR" },
              evidence: rents.map(({ payload }) => ({
                date: payload.effectiveDate,
                transaction: { id: payload.transactionId },
              })),
            },
          ],
        },
      },
    ]);
  });

  test("tells subscribers of a new insight, and only of the fund they asked for", async () => {
    const [mine, other] = [new BookWriter(), new BookWriter()];
    const client = createClient({
      url: `${server.app.listeningOrigin.replace("http", "ws")}/graphql`,
      webSocketImpl: WebSocket,
    });
    const insights = client.iterate<{ insightCreated: { kind: string; fund: { id: string } } }>({
      query: "subscription ($fundId: ID) { insightCreated(fundId: $fundId) { kind fund { id } } }",
      variables: { fundId: mine.fundId },
    });
    const first = insights.next();
    // The socket needs a moment to be listening; what happens before that is not promised.
    await new Promise((resolve) => {
      setTimeout(resolve, 300);
    });
    for (const book of [other, mine]) {
      const twice = {
        amount: "-900.00",
        description: "Translation agency",
        counterparty: "Agency",
      };
      ledger.publish([...book.opening, book.post(twice), book.post(twice)]);
    }
    expect((await first).value?.data).toEqual({
      insightCreated: { kind: "POSSIBLE_DUPLICATE", fund: { id: mine.fundId } },
    });
    await insights.return?.();
    await client.dispose();
  });

  test("analyses texts and posted transactions in one request", async () => {
    const book = new BookWriter();
    const fee = book.post({
      amount: "-41250.00",
      description: "Portfolio mandate remuneration May",
    });
    ledger.publish([...book.opening, fee]);
    const { data, errors } = await ask(
      `mutation ($input: AnalyzeInput!) { analyze(input: $input) { kind results { index text transaction { id } category { code source } contributions { feature weight } } } }`,
      {
        input: {
          kind: "EXPLAIN",
          texts: ["OFFICE RENT"],
          transactionIds: [fee.payload.transactionId],
        },
      },
    );
    expect(errors).toBeUndefined();
    expect(data?.["analyze"]).toMatchObject({
      kind: "EXPLAIN",
      results: [
        {
          index: 0,
          category: { code: "RENT", source: "RULE" },
          contributions: [{ feature: "rule:office-rent", weight: null }],
        },
        {
          index: 1,
          transaction: { id: fee.payload.transactionId },
          category: { code: "MANAGEMENT_FEE", source: "MODEL" },
        },
      ],
    });
  });

  test.each([
    [{ kind: "SENTIMENT" }, "INVALID_INPUT"],
    [{ kind: "SENTIMENT", texts: [""] }, "INVALID_INPUT"],
    [{ kind: "SENTIMENT", texts: Array.from({ length: 101 }, () => "x") }, "INVALID_INPUT"],
    [{ kind: "EXPLAIN", transactionIds: ["nonsense"] }, "INVALID_INPUT"],
    [
      { kind: "EXPLAIN", transactionIds: ["018f0000-0000-7000-8000-00000000dead"] },
      "TRANSACTION_NOT_FOUND",
    ],
  ])("refuses %o with %s", async (input, code) => {
    const { errors } = await ask(
      "mutation ($input: AnalyzeInput!) { analyze(input: $input) { kind } }",
      { input },
    );
    expect(errors?.[0]?.extensions.code).toBe(code);
  });
});
