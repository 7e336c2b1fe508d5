import { newId } from "@allfunds/platform/ids";
import { createTestIssuer } from "@allfunds/platform/testing";
import type { TestIssuer, TestTokenOptions } from "@allfunds/platform/testing";
import { createClient } from "graphql-ws";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { BookFixture } from "./feed/book.fixture.ts";
import { openService } from "./service.fixture.ts";
import type { GraphqlResponse, OpenService } from "./service.fixture.ts";

const [ownTenant, otherTenant] = [newId(), newId()];
let issuer: TestIssuer;
let service: OpenService;

/** A fund of a tenant with one posting, and the account it is on. */
function fundOf(tenantId: string, amount: string) {
  const book = new BookFixture("EUR", tenantId);
  const bank = book.account("1000", "ASSET");
  const capital = book.account("3000", "EQUITY");
  book.post("2025-12-05", [bank, "DEBIT", amount], [capital, "CREDIT", amount]);
  return { book, bank };
}
const granted = fundOf(ownTenant, "10");
const withheld = fundOf(ownTenant, "20");
const foreign = fundOf(otherTenant, "30");

beforeAll(async () => {
  issuer = await createTestIssuer();
  service = await openService({ issuer });
  for (const { book } of [granted, withheld, foreign]) {
    service.ledger.publish(book.events);
    await service.applied(book);
  }
});

afterAll(async () => {
  await service.close();
  issuer.stop();
});

const SCOPES = ["ledger:read", "metrics:read"];
const reader = (more: TestTokenOptions = {}) =>
  issuer.headers({ tenantId: ownTenant, scopes: SCOPES, ...more });
const ofOneFund = () => reader({ funds: [granted.book.fundId] });

const FUND_FIELDS: readonly string[] = [
  "metrics { cash { amount } }",
  "balanceHistory { date }",
  "cashFlows { period }",
  "forecast { method }",
];
const ACCOUNT_FIELDS: readonly string[] = ["metrics { balance { amount } }", "forecast { method }"];

type Headers = Record<string, string>;

const queryEntity = (headers: Headers, type: string, field: string, entity: object) =>
  service.executeEntity({ __typename: type, ...entity }, `... on ${type} { ${field} }`, headers);
const queryFund = (headers: Headers, field: string, id: string, position = 1) =>
  queryEntity(headers, "Fund", field, { id, position });
const queryAccount = (headers: Headers, field: string, id: string, book: BookFixture) =>
  queryEntity(headers, "Account", field, { id, fund: { id: book.fundId, position: 1 } });

const refusal = ({ errors }: GraphqlResponse) =>
  errors?.map(({ message, extensions }) => [message, extensions.code]);

describe("figures", () => {
  test("are refused without a token, and with a token for something else", async () => {
    const field = FUND_FIELDS[0] ?? "";
    expect(refusal(await queryFund({}, field, granted.book.fundId))).toMatchObject([
      [expect.any(String), "UNAUTHENTICATED"],
    ]);
    const noScope = await reader({ scopes: ["ledger:read"] });
    for (const each of FUND_FIELDS) {
      expect(refusal(await queryFund(noScope, each, granted.book.fundId))).toMatchObject([
        [expect.any(String), "FORBIDDEN"],
      ]);
    }
    expect(
      refusal(await service.execute("{ instruments { nodes { id } } }", {}, noScope)),
    ).toMatchObject([[expect.any(String), "FORBIDDEN"]]);
  });

  test("are shown to the tenant they belong to", async () => {
    const { data, errors } = await queryFund(
      await reader(),
      "metrics { cash { amount } }",
      withheld.book.fundId,
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({ _entities: [{ metrics: { cash: { amount: "20.00" } } }] });
  });

  test.each(FUND_FIELDS)(
    "of another tenant's fund are refused as if it did not exist: %s",
    async (field) => {
      const headers = await reader();
      const absent = refusal(await queryFund(headers, field, newId(), 0));
      expect(absent).toEqual([["There is no such fund.", "FUND_NOT_FOUND"]]);
      expect(refusal(await queryFund(headers, field, foreign.book.fundId, 0))).toEqual(absent);
    },
  );

  test.each(FUND_FIELDS)(
    "of a fund that was not granted are refused as if it did not exist: %s",
    async (field) => {
      const headers = await ofOneFund();
      const absent = refusal(await queryFund(headers, field, newId()));
      expect(absent).toEqual([["There is no such fund.", "FUND_NOT_FOUND"]]);
      expect(refusal(await queryFund(headers, field, withheld.book.fundId))).toEqual(absent);
      expect(refusal(await queryFund(headers, field, granted.book.fundId))).not.toEqual(absent);
    },
  );

  test.each(ACCOUNT_FIELDS)("of an account are granted by the book it is in: %s", async (field) => {
    const headers = await ofOneFund();
    // The request names the granted fund; the account is in another, or another tenant's.
    const responses = await Promise.all(
      [withheld.bank, foreign.bank, newId()].map((id) =>
        queryAccount(headers, field, id, granted.book),
      ),
    );
    for (const response of responses) {
      expect(refusal(response)).toEqual([["There is no such account.", "ACCOUNT_NOT_FOUND"]]);
    }
    expect(refusal(await queryAccount(headers, field, granted.bank, granted.book))).not.toEqual(
      refusal(responses[0]),
    );
  });

  test("are refused to subscribers of funds they may not see", async () => {
    const client = createClient({
      url: `${service.origin.replace("http", "ws")}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: await ofOneFund(),
    });
    const updatesOf = (fundId: string) =>
      client.iterate({
        query: `subscription { metricsUpdated(fundId: "${fundId}") { position } }`,
      });
    for (const fundId of [withheld.book.fundId, foreign.book.fundId, newId(), "no id"]) {
      const { value } = await updatesOf(fundId).next();
      expect(refusal(value as GraphqlResponse)).toEqual([
        ["There is no such fund.", "FUND_NOT_FOUND"],
      ]);
    }
    await client.dispose();
  });
});

test("prices belong to one tenant, and their import needs a scope of its own", async () => {
  const input = { symbol: "OWN", currency: "EUR", content: "date,close\n2025-12-05,10\n" };
  const IMPORT =
    "mutation ($input: ImportPricesInput!) { importPrices(input: $input) { instrument { id } } }";
  expect(refusal(await service.execute(IMPORT, { input }, await reader()))).toMatchObject([
    [expect.any(String), "FORBIDDEN"],
  ]);
  const writer = await reader({ scopes: [...SCOPES, "metrics:write"] });
  const imported = await service.execute(IMPORT, { input }, writer);
  expect(imported.errors).toBeUndefined();
  const { id } = (imported.data["importPrices"] as { instrument: { id: string } }).instrument;
  const query = `{ instrument(id: "${id}") { symbol } instruments { nodes { symbol } } }`;
  expect((await service.execute(query, {}, writer)).data).toEqual({
    instrument: { symbol: "OWN" },
    instruments: { nodes: [{ symbol: "OWN" }] },
  });
  const foreigner = await reader({ tenantId: otherTenant });
  expect((await service.execute(query, {}, foreigner)).data).toEqual({
    instrument: null,
    instruments: { nodes: [] },
  });
  const reference = await queryEntity(foreigner, "Instrument", "prices { nodes { close } }", {
    id,
  });
  expect(refusal(reference)).toEqual([["There is no such instrument.", "INSTRUMENT_NOT_FOUND"]]);
});
