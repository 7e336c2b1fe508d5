import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { authenticationShape, createAuthentication } from "@allfunds/platform/auth";
import { loadConfig } from "@allfunds/platform/config";
import { serveGraphql } from "@allfunds/platform/graphql";
import { createHttpServer } from "@allfunds/platform/http";
import { newId } from "@allfunds/platform/ids";
import type { HttpServer } from "@allfunds/platform/http";
import { createTestIssuer } from "@allfunds/platform/testing";
import type { TestIssuer, TestTokenOptions } from "@allfunds/platform/testing";
import { createClient } from "graphql-ws";
import { WebSocket } from "ws";
import { createAnalytics } from "./analytics.ts";
import type { Analytics } from "./analytics.ts";
import { createAnalyticsDatabase, silent } from "./testing/analytics-database.ts";
import type { AnalyticsDatabase } from "./testing/analytics-database.ts";
import { BookWriter } from "./testing/ledger-events.ts";
import { LedgerStandIn } from "./testing/ledger-stand-in.ts";

const [mine, theirs] = [newId(), newId()];
const PAID_TWICE = { amount: "-900.00", description: "Translation agency", counterparty: "Agency" };

/** A fund of a tenant in which a bill was paid twice. */
function fundOf(tenantId: string) {
  const book = new BookWriter(tenantId);
  const paid = [book.post(PAID_TWICE), book.post(PAID_TWICE)];
  const transactionId = paid[0]?.payload.transactionId ?? "";
  return { book, transactionId, events: [...book.opening, ...paid] };
}
const granted = fundOf(mine);
const withheld = fundOf(mine);
const foreign = fundOf(theirs);

let issuer: TestIssuer;
let database: AnalyticsDatabase;
let ledger: LedgerStandIn;
let analytics: Analytics;
let server: HttpServer;
let closeGraphql: () => Promise<void>;

beforeAll(async () => {
  issuer = await createTestIssuer();
  database = await createAnalyticsDatabase();
  ledger = new LedgerStandIn();
  await ledger.start();
  analytics = createAnalytics({
    pool: database.pool,
    logger: silent,
    ledgerUrl: ledger.url,
    provider: undefined,
  });
  const config = loadConfig("analytics", authenticationShape, issuer.env);
  const authentication = createAuthentication(config, silent);
  server = createHttpServer({ service: "analytics", logger: silent, authentication });
  closeGraphql = await serveGraphql({
    schema: analytics.schema,
    server,
    logger: silent,
    createContext: analytics.createScope,
  });
  await server.app.listen({ port: 0, host: "127.0.0.1" });
  analytics.start();
  for (const { events, book } of [granted, withheld, foreign]) {
    ledger.publish(events);
    const tenantId = events[0]?.tenantId ?? "";
    await analytics.follower.waitFor({ tenantId, fundId: book.fundId }, book.position, 10_000);
  }
});
afterAll(async () => {
  await closeGraphql();
  await server.app.close();
  await analytics.stop();
  await ledger.stop();
  await database.drop();
  issuer.stop();
});

const reader = (more: TestTokenOptions = {}) =>
  issuer.headers({ tenantId: mine, scopes: ["analytics:read", "analytics:run"], ...more });
const ofOneFund = () => reader({ funds: [granted.book.fundId] });

interface Answer {
  readonly data: { readonly [field: string]: unknown } | null;
  readonly errors?: readonly { message: string; extensions: { code: string } }[];
}

async function ask(
  headers: Record<string, string>,
  query: string,
  variables: object = {},
): Promise<Answer> {
  const response = await fetch(`${server.app.listeningOrigin}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answer;
}

const codes = ({ errors }: Answer) => errors?.map(({ extensions }) => extensions.code);

const ofEntity = (headers: Record<string, string>, type: string, field: string, entity: object) =>
  ask(
    headers,
    `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${type} { ${field} } } }`,
    { of: [{ __typename: type, ...entity }] },
  );
const askFund = (headers: Record<string, string>, field: string, id: string, position = 1) =>
  ofEntity(headers, "Fund", field, { id, position });

const FUND_FIELDS: readonly string[] = [
  "insights { nodes { kind } }",
  "predictions { expectedCashFlows { date } awaitingReview { nodes { transaction { id } } } }",
  "spendingByCategory { transactions }",
];

describe("what analytics tells", () => {
  test("is told to nobody without a token, and not with a token for something else", async () => {
    expect(codes(await ask({}, "{ categories { code } }"))).toEqual(["UNAUTHENTICATED"]);
    const noScope = await reader({ scopes: ["ledger:read"] });
    for (const field of FUND_FIELDS) {
      expect(codes(await askFund(noScope, field, granted.book.fundId))).toEqual(["FORBIDDEN"]);
    }
    const analyze =
      'mutation { analyze(input: { kind: SENTIMENT, texts: ["good"] }) { results { text } } }';
    expect(codes(await ask(noScope, analyze))).toEqual(["FORBIDDEN"]);
    // The list of categories is nobody's secret, but for those who have signed in.
    expect(codes(await ask(noScope, "{ categories { code } }"))).toBeUndefined();
  });

  test.each(FUND_FIELDS)("of a fund that was not granted is as of none: %s", async (field) => {
    const who = await ofOneFund();
    expect(codes(await askFund(who, field, granted.book.fundId))).toBeUndefined();
    for (const fundId of [withheld.book.fundId, foreign.book.fundId, newId()]) {
      expect(codes(await askFund(who, field, fundId))).toEqual(["FUND_NOT_FOUND"]);
    }
  });

  test.each(FUND_FIELDS)("of another tenant's fund is as of none: %s", async (field) => {
    const who = await reader();
    for (const position of [0, 1]) {
      const unknown = await askFund(who, field, newId(), position);
      const other = await askFund(who, field, foreign.book.fundId, position);
      expect([other.data, codes(other)]).toEqual([unknown.data, codes(unknown)]);
    }
  });

  test("the category of a transaction goes by the fund it is in, whatever the question says", async () => {
    const who = await ofOneFund();
    const categoryOf = (id: string) =>
      ofEntity(who, "Transaction", "category { code }", {
        id,
        position: 1,
        fund: { id: granted.book.fundId },
      });
    const [own, ...others] = await Promise.all(
      [granted, withheld, foreign].map(({ transactionId }) => categoryOf(transactionId)),
    );
    const none = await categoryOf(newId());
    expect(own?.data).toMatchObject({ _entities: [{ category: { code: expect.any(String) } }] });
    expect(none.data).toEqual({ _entities: [{ category: null }] });
    for (const other of others) expect([other.data, other.errors]).toEqual([none.data, undefined]);
  });

  test("a transaction of another fund cannot be analysed", async () => {
    const analyze = `mutation ($of: [ID!]) {
      analyze(input: { kind: EXPLAIN, transactionIds: $of }) { results { transaction { id } } } }`;
    const who = await ofOneFund();
    const analysed = (id: string) => ask(who, analyze, { of: [id] });
    expect(codes(await analysed(granted.transactionId))).toBeUndefined();
    for (const id of [withheld.transactionId, foreign.transactionId, newId()]) {
      const { errors } = await analysed(id);
      expect(errors?.map(({ message }) => message)).toEqual([`There is no transaction ${id}.`]);
    }
  });

  test("subscribers hear of the funds they may see, and of no other", async () => {
    const client = createClient({
      url: `${server.app.listeningOrigin.replace("http", "ws")}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: await reader({ funds: [granted.book.fundId] }),
    });
    const insights = client.iterate<{ insightCreated: { fund: { id: string } } }>({
      query: "subscription { insightCreated { fund { id } } }",
    });
    const first = insights.next();
    // The socket needs a moment to be listening; what happens before that is not promised.
    await new Promise((resolve) => {
      setTimeout(resolve, 300);
    });
    for (const { book } of [foreign, withheld, granted]) {
      const agency = { ...PAID_TWICE, description: "Interpreters", counterparty: "Interpreters" };
      ledger.publish([book.post(agency), book.post(agency)]);
    }
    expect((await first).value?.data).toEqual({
      insightCreated: { fund: { id: granted.book.fundId } },
    });
    await insights.return?.();
    await client.dispose();
  });
});
