import { authenticationShape, createAuthentication } from "@allfunds/platform/auth";
import { loadConfig } from "@allfunds/platform/config";
import { migrate } from "@allfunds/platform/database";
import { createFollower } from "@allfunds/platform/feed";
import { serveGraphql } from "@allfunds/platform/graphql";
import { createHttpServer } from "@allfunds/platform/http";
import { newId } from "@allfunds/platform/ids";
import { createLogger } from "@allfunds/platform/logging";
import type { Follower } from "@allfunds/platform/feed";
import type { HttpServer } from "@allfunds/platform/http";
import { createTestDatabase, createTestIssuer } from "@allfunds/platform/testing";
import type { TestDatabase, TestIssuer, TestTokenOptions } from "@allfunds/platform/testing";
import { createClient } from "graphql-ws";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { instrumentMigrations } from "./instruments/migrations.ts";
import { metricsContext } from "./metrics-context.ts";
import { createSchema } from "./schema.ts";
import { applyEvents } from "./series/apply-events.ts";
import { BookFixture } from "./series/book.fixture.ts";
import { FundUpdates } from "./series/fund-updates.ts";
import { LedgerFeedFixture } from "./series/ledger-feed.fixture.ts";
import { seriesMigrations } from "./series/migrations.ts";
import { plainProfile } from "./series/storage/plain-profile.ts";

const logger = createLogger("metrics", "silent");
const feed = new LedgerFeedFixture();
const [mine, theirs] = [newId(), newId()];
let issuer: TestIssuer;
let database: TestDatabase;
let follower: Follower;
let updates: FundUpdates;
let server: HttpServer;
let closeGraphql: () => Promise<void>;

/** A fund of a tenant with one posting, and the account it is on. */
function fundOf(tenantId: string, amount: string) {
  const book = new BookFixture("EUR", tenantId);
  const bank = book.account("1000", "ASSET");
  const capital = book.account("3000", "EQUITY");
  book.post("2026-01-05", [bank, "DEBIT", amount], [capital, "CREDIT", amount]);
  return { book, bank };
}
const granted = fundOf(mine, "10");
const withheld = fundOf(mine, "20");
const foreign = fundOf(theirs, "30");

beforeAll(async () => {
  issuer = await createTestIssuer();
  database = await createTestDatabase();
  const migrations = [...seriesMigrations(plainProfile), ...instrumentMigrations];
  await migrate({ url: database.url, migrations, logger });
  const { pool } = database;
  follower = createFollower({
    name: "metrics",
    ledgerUrl: await feed.start(),
    pool,
    logger,
    effect: applyEvents(plainProfile),
  });
  updates = new FundUpdates(pool, logger);
  const authentication = createAuthentication(
    loadConfig("metrics", authenticationShape, issuer.env),
    logger,
  );
  server = createHttpServer({ service: "metrics", logger, authentication });
  closeGraphql = await serveGraphql({
    schema: createSchema(pool),
    server,
    logger,
    createContext: metricsContext(follower, updates),
  });
  await server.app.listen({ host: "127.0.0.1", port: 0 });
  follower.start();
  updates.start();
  for (const { book } of [granted, withheld, foreign]) {
    feed.publish(book.events);
    await follower.waitFor(book, book.position, 10_000);
  }
});

afterAll(async () => {
  await closeGraphql();
  await server.app.close();
  await updates.stop();
  await follower.stop();
  await feed.stop();
  await database.drop();
  issuer.stop();
});

const SCOPES = ["ledger:read", "metrics:read"];
const reader = (more: TestTokenOptions = {}) =>
  issuer.headers({ tenantId: mine, scopes: SCOPES, ...more });
const ofOneFund = () => reader({ funds: [granted.book.fundId] });

interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: { readonly message: string; readonly extensions: { readonly code: string } }[];
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

const FUND_FIELDS: readonly string[] = [
  "metrics { cash { amount } }",
  "balanceHistory { date }",
  "cashFlows { period }",
  "forecast { method }",
];
const ACCOUNT_FIELDS: readonly string[] = ["metrics { balance { amount } }", "forecast { method }"];

const ofEntity = (headers: Record<string, string>, type: string, field: string, entity: object) =>
  ask(
    headers,
    `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${type} { ${field} } } }`,
    { of: [{ __typename: type, ...entity }] },
  );

const askFund = (headers: Record<string, string>, field: string, id: string, position = 1) =>
  ofEntity(headers, "Fund", field, { id, position });
const askAccount = (
  headers: Record<string, string>,
  field: string,
  id: string,
  book: BookFixture,
) => ofEntity(headers, "Account", field, { id, fund: { id: book.fundId, position: 1 } });

const refusal = ({ errors }: Answer) =>
  errors?.map(({ message, extensions }) => [message, extensions.code]);

describe("figures are shown", () => {
  test("to nobody without a token, and not with a token for something else", async () => {
    const field = FUND_FIELDS[0] ?? "";
    expect(refusal(await askFund({}, field, granted.book.fundId))).toMatchObject([
      [expect.any(String), "UNAUTHENTICATED"],
    ]);
    const noScope = await reader({ scopes: ["ledger:read"] });
    for (const asked of FUND_FIELDS) {
      expect(refusal(await askFund(noScope, asked, granted.book.fundId))).toMatchObject([
        [expect.any(String), "FORBIDDEN"],
      ]);
    }
    expect(refusal(await ask(noScope, "{ instruments { nodes { id } } }"))).toMatchObject([
      [expect.any(String), "FORBIDDEN"],
    ]);
  });

  test("to the tenant they belong to", async () => {
    const { data, errors } = await askFund(
      await reader(),
      "metrics { cash { amount } }",
      withheld.book.fundId,
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({ _entities: [{ metrics: { cash: { amount: "20.00" } } }] });
  });

  test.each(FUND_FIELDS)("of another tenant's fund as of none: %s", async (field) => {
    const who = await reader();
    const unknown = refusal(await askFund(who, field, newId(), 0));
    expect(unknown).toEqual([["There is no such fund.", "FUND_NOT_FOUND"]]);
    expect(refusal(await askFund(who, field, foreign.book.fundId, 0))).toEqual(unknown);
  });

  test.each(FUND_FIELDS)("of a fund that was not granted as of none: %s", async (field) => {
    const who = await ofOneFund();
    const unknown = refusal(await askFund(who, field, newId()));
    expect(unknown).toEqual([["There is no such fund.", "FUND_NOT_FOUND"]]);
    expect(refusal(await askFund(who, field, withheld.book.fundId))).toEqual(unknown);
    expect(refusal(await askFund(who, field, granted.book.fundId))).not.toEqual(unknown);
  });

  test.each(ACCOUNT_FIELDS)("of an account by the book it is in: %s", async (field) => {
    const who = await ofOneFund();
    // The question names the granted fund; the account is in another, or another tenant's.
    const answers = await Promise.all(
      [withheld.bank, foreign.bank, newId()].map((id) => askAccount(who, field, id, granted.book)),
    );
    for (const answer of answers) {
      expect(refusal(answer)).toEqual([["There is no such account.", "ACCOUNT_NOT_FOUND"]]);
    }
    expect(refusal(await askAccount(who, field, granted.bank, granted.book))).not.toEqual(
      refusal(answers[0] ?? {}),
    );
  });

  test("to subscribers of funds they may see", async () => {
    const client = createClient({
      url: `${server.app.listeningOrigin.replace("http", "ws")}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: await ofOneFund(),
    });
    const updatesOf = (fundId: string) =>
      client.iterate({
        query: `subscription { metricsUpdated(fundId: "${fundId}") { position } }`,
      });
    for (const fundId of [withheld.book.fundId, foreign.book.fundId, newId(), "no id"]) {
      const { value } = await updatesOf(fundId).next();
      expect(refusal(value as Answer)).toEqual([["There is no such fund.", "FUND_NOT_FOUND"]]);
    }
    await client.dispose();
  });
});

test("prices are each tenant's own, and imported with a scope of its own", async () => {
  const input = { symbol: "OWN", currency: "EUR", content: "date,close\n2026-01-05,10\n" };
  const IMPORT =
    "mutation ($input: ImportPricesInput!) { importPrices(input: $input) { instrument { id } } }";
  expect(refusal(await ask(await reader(), IMPORT, { input }))).toMatchObject([
    [expect.any(String), "FORBIDDEN"],
  ]);
  const writer = await reader({ scopes: [...SCOPES, "metrics:write"] });
  const imported = await ask(writer, IMPORT, { input });
  expect(imported.errors).toBeUndefined();
  const { importPrices } = imported.data as { importPrices: { instrument: { id: string } } };
  const { id } = importPrices.instrument;
  const query = `{ instrument(id: "${id}") { symbol } instruments { nodes { symbol } } }`;
  expect((await ask(writer, query)).data).toEqual({
    instrument: { symbol: "OWN" },
    instruments: { nodes: [{ symbol: "OWN" }] },
  });
  const stranger = await reader({ tenantId: theirs });
  expect((await ask(stranger, query)).data).toEqual({
    instrument: null,
    instruments: { nodes: [] },
  });
  const reference = await ofEntity(stranger, "Instrument", "prices { nodes { close } }", { id });
  expect(refusal(reference)).toEqual([["There is no such instrument.", "INSTRUMENT_NOT_FOUND"]]);
});
