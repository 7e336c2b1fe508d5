import { newId } from "@allfunds/platform/ids";
import { createTestIssuer } from "@allfunds/platform/testing";
import type { TestIssuer, TestTokenOptions } from "@allfunds/platform/testing";
import { createClient } from "graphql-ws";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { BookFixture } from "./feed/book.fixture.ts";
import { openService, repeatUntil } from "./service.fixture.ts";
import type { GraphqlResponse, OpenService } from "./service.fixture.ts";

const [ownTenant, otherTenant] = [newId(), newId()];
const PAID_TWICE = { amount: "-900.00", description: "Translation agency", counterparty: "Agency" };

/** A fund of a tenant in which a bill was paid twice. */
function fundOf(tenantId: string) {
  const book = new BookFixture(tenantId);
  const paid = [book.post(PAID_TWICE), book.post(PAID_TWICE)];
  const transactionId = paid[0]?.payload.transactionId ?? "";
  return { book, transactionId, events: [...book.opening, ...paid] };
}
const granted = fundOf(ownTenant);
const withheld = fundOf(ownTenant);
const foreign = fundOf(otherTenant);

let issuer: TestIssuer;
let service: OpenService;

beforeAll(async () => {
  issuer = await createTestIssuer();
  service = await openService({ issuer });
  for (const { events, book } of [granted, withheld, foreign]) {
    service.ledger.publish(events);
    await service.applied(book);
  }
});
afterAll(async () => {
  await service.close();
  issuer.stop();
});

const reader = (more: TestTokenOptions = {}) =>
  issuer.headers({ tenantId: ownTenant, scopes: ["analytics:read", "analytics:run"], ...more });
const ofOneFund = () => reader({ funds: [granted.book.fundId] });

type Headers = Record<string, string>;

const codes = ({ errors }: GraphqlResponse) => errors?.map(({ extensions }) => extensions.code);

const queryEntity = (headers: Headers, type: string, field: string, entity: object) =>
  service.execute(
    `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${type} { ${field} } } }`,
    { of: [{ __typename: type, ...entity }] },
    headers,
  );
const queryFund = (headers: Headers, field: string, id: string, position = 1) =>
  queryEntity(headers, "Fund", field, { id, position });

/** An instrument as the gateway refers to it, with its closes. */
const pricedBy = (dailyCloses: readonly number[]) => ({
  id: newId(),
  dailyCloses,
  lastPriceDate: "2026-06-30",
});

const FUND_FIELDS: readonly string[] = [
  "insights { nodes { kind } }",
  "predictions { expectedCashFlows { date } awaitingReview { nodes { transaction { id } } } }",
  "spendingByCategory { transactions }",
];

describe("what analytics has found", () => {
  test("is refused without a token, and with a token for something else", async () => {
    const categories = "{ categories { code } }";
    expect(codes(await service.execute(categories))).toEqual(["UNAUTHENTICATED"]);
    const noScope = await reader({ scopes: ["ledger:read"] });
    for (const field of FUND_FIELDS) {
      expect(codes(await queryFund(noScope, field, granted.book.fundId))).toEqual(["FORBIDDEN"]);
    }
    const analyze =
      'mutation { analyze(input: { kind: SENTIMENT, texts: ["good"] }) { results { text } } }';
    expect(codes(await service.execute(analyze, {}, noScope))).toEqual(["FORBIDDEN"]);
    // The list of categories is public to everyone who has signed in.
    expect(codes(await service.execute(categories, {}, noScope))).toBeUndefined();
  });

  test.each(FUND_FIELDS)(
    "is refused as if the fund did not exist when it was not granted: %s",
    async (field) => {
      const headers = await ofOneFund();
      expect(codes(await queryFund(headers, field, granted.book.fundId))).toBeUndefined();
      for (const fundId of [withheld.book.fundId, foreign.book.fundId, newId()]) {
        expect(codes(await queryFund(headers, field, fundId))).toEqual(["FUND_NOT_FOUND"]);
      }
    },
  );

  // All fields at once and both funds side by side: each wait for a position takes 1.5 s.
  test.each([0, 1])(
    "is refused as if the fund did not exist when it is another tenant's, at position %i",
    async (position) => {
      const headers = await reader();
      const [absent, other] = await Promise.all(
        [newId(), foreign.book.fundId].map((id) =>
          queryFund(headers, FUND_FIELDS.join(" "), id, position),
        ),
      );
      expect([other.data, codes(other)]).toEqual([absent.data, codes(absent)]);
    },
  );

  test("is granted by the fund a transaction is in, whatever fund the request names", async () => {
    const headers = await ofOneFund();
    const categoryOf = (id: string) =>
      queryEntity(headers, "Transaction", "category { code }", {
        id,
        position: 1,
        fund: { id: granted.book.fundId },
      });
    const [own, ...others] = await Promise.all(
      [granted, withheld, foreign].map(({ transactionId }) => categoryOf(transactionId)),
    );
    const absent = await categoryOf(newId());
    expect(own?.data).toMatchObject({ _entities: [{ category: { code: expect.any(String) } }] });
    expect(absent.data).toEqual({ _entities: [{ category: null }] });
    for (const other of others)
      expect([other.data, other.errors]).toEqual([absent.data, undefined]);
  });

  test("is not computed for a transaction of another fund", async () => {
    const analyze = `mutation ($of: [ID!]) {
      analyze(input: { kind: EXPLAIN, transactionIds: $of }) { results { transaction { id } } } }`;
    const headers = await ofOneFund();
    const analysed = (id: string) => service.execute(analyze, { of: [id] }, headers);
    expect(codes(await analysed(granted.transactionId))).toBeUndefined();
    const refused = [withheld.transactionId, foreign.transactionId, newId()];
    const messages = await Promise.all(
      refused.map(async (id) => (await analysed(id)).errors?.map(({ message }) => message)),
    );
    expect(messages).toEqual(refused.map((id) => [`There is no transaction ${id}.`]));
  });

  test("predicts the direction of a price from its closes, for who may read figures", async () => {
    const direction =
      "direction(horizon: DAY) { verdict probability baseRate backTest { folds } message }";
    // A random walk of fixed steps: there is nothing to predict.
    let [price, state] = [100, 7];
    const dailyCloses = Array.from({ length: 900 }, () => {
      state = (state * 48_271) % 2_147_483_647;
      return (price *= state % 2 === 0 ? 1.01 : 1 / 1.01);
    });
    const figures = await reader({ scopes: ["analytics:read", "metrics:read"] });
    const ask = (headers: Headers, closes: readonly number[]) =>
      queryEntity(headers, "Instrument", direction, pricedBy(closes));
    expect((await ask(figures, dailyCloses)).data).toMatchObject({
      _entities: [
        { direction: { verdict: "NO_EDGE", probability: null, backTest: { folds: 12 } } },
      ],
    });
    expect((await ask(figures, dailyCloses.slice(0, 50))).data).toMatchObject({
      _entities: [{ direction: { verdict: "UNAVAILABLE", baseRate: null, backTest: null } }],
    });
    expect(codes(await ask(await reader(), dailyCloses))).toEqual(["FORBIDDEN"]);
  });

  test("reaches subscribers of the funds they may see, and of no other", async () => {
    const client = createClient({
      url: `${service.origin.replace("http", "ws")}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: await reader({ funds: [granted.book.fundId] }),
    });
    const insights = client.iterate<{ insightCreated: { fund: { id: string } } }>({
      query: "subscription { insightCreated { fund { id } } }",
    });
    const first = await repeatUntil(insights.next(), (round) => {
      for (const { book } of [foreign, withheld, granted]) {
        const bill = { ...PAID_TWICE, amount: `-${1_000 + round}.00` };
        service.ledger.publish([book.post(bill), book.post(bill)]);
      }
    });
    expect(first.value?.data).toEqual({ insightCreated: { fund: { id: granted.book.fundId } } });
    await insights.return?.();
    await client.dispose();
  });
});
