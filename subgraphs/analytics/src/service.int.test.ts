import { createClient } from "graphql-ws";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { BookFixture } from "./feed/book.fixture.ts";
import { openService, repeatUntil } from "./service.fixture.ts";
import type { OpenService } from "./service.fixture.ts";

let service: OpenService;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

const ENTITIES = `query ($refs: [_Any!]!) { _entities(representations: $refs) {
  ... on Transaction { id category { code confidence source needsReview categorisedAt } }
  ... on Fund { id
    insights(first: 5) { nodes { kind message transaction { id } } pageInfo { hasNextPage } }
    predictions {
      awaitingReview(first: 2) { nodes { transaction { id } date description category { code needsReview } } pageInfo { hasNextPage endCursor } }
      expectedCashFlows(asOf: "2026-06-20") { counterparty state rule recurrence date amount { amount currency } confidence evidence { date transaction { id } } }
    }
    spendingByCategory(from: "2026-01-01") { category { code } outflow { amount currency } inflow { amount } transactions }
  }
} }`;

function thirtyCharges() {
  const book = new BookFixture();
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

const withEvidenceOf = (dates: readonly string[]) => [
  { predictions: { expectedCashFlows: [{ evidence: dates.map((date) => ({ date })) }] } },
];

const monthly = (month: number): string => `2026-${String(month).padStart(2, "0")}-01`;

describe("the analytics subgraph", () => {
  test("gives categories of transactions that arrive while it waits", async () => {
    // It waits 1.5 s, which on a busy machine may be too short for one attempt.
    await vi.waitFor(
      async () => {
        const { opening, posted, refs } = thirtyCharges();
        const response = service.execute(ENTITIES, { refs });
        service.ledger.publish([...opening, ...posted]);
        expect((await response).data?.["_entities"]).toMatchObject(
          posted.map(({ payload }) => ({
            id: payload.transactionId,
            category: { code: "BANK_CHARGES", source: "RULE" },
          })),
        );
      },
      { timeout: 60_000 },
    );
  });

  test("refuses with CONSISTENCY_TIMEOUT when a position does not arrive", async () => {
    const book = new BookFixture();
    const { data, errors } = await service.execute(ENTITIES, {
      refs: [{ __typename: "Fund", id: book.fundId, position: 9 }],
    });
    expect(data?.["_entities"]).toMatchObject([
      { insights: null, predictions: null, spendingByCategory: null },
    ]);
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(
      Array.from({ length: 3 }, () => "CONSISTENCY_TIMEOUT"),
    );
  });

  test("gives insights, predictions and spending of a fund at its position", async () => {
    const book = new BookFixture();
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
    service.ledger.publish([...book.opening, ...rents, again, vague]);
    await service.applied(book);

    const { data, errors } = await service.execute(ENTITIES, {
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
                date: vague.payload.effectiveDate,
                description: vague.payload.description,
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
    const book = new BookFixture();
    const rents = [1, 2, 3, 4, 5, 6].map((month) =>
      book.post({
        amount: "-6500.00",
        description: "OFFICE RENT",
        counterparty: "Landlord Ltd",
        date: monthly(month),
      }),
    );
    service.ledger.publish([...book.opening, ...rents]);
    await service.applied(book);
    const { data } = await service.execute(ENTITIES, {
      refs: [{ __typename: "Fund", id: book.fundId, position: book.position }],
    });
    expect(data?.["_entities"]).toMatchObject([
      {
        predictions: {
          expectedCashFlows: [
            {
              counterparty: "Landlord Ltd",
              state: "EXPECTED",
              rule: "on day 1 of each month",
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
    const withEvidence = (evidence: number) =>
      service.execute(
        `query ($refs: [_Any!]!, $evidence: Int!) { _entities(representations: $refs) { ... on Fund { predictions {
          expectedCashFlows(asOf: "2026-06-20", evidence: $evidence) { evidence { date } }
        } } } }`,
        { refs: [{ __typename: "Fund", id: book.fundId, position: book.position }], evidence },
      );
    const shown = async (evidence: number) =>
      (await withEvidence(evidence)).data?.["_entities"] as unknown[];
    expect(await shown(2)).toEqual(withEvidenceOf([monthly(5), monthly(6)]));
    expect(await shown(0)).toEqual(withEvidenceOf([]));
    for (const evidence of [-1, 7]) {
      const { errors } = await withEvidence(evidence);
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(["INVALID_INPUT"]);
    }
  });

  test("sends subscribers new insights of the fund they selected, and of no other", async () => {
    const [selected, other] = [new BookFixture(), new BookFixture()];
    const client = createClient({
      url: `${service.origin.replace("http", "ws")}/graphql`,
      webSocketImpl: WebSocket,
    });
    const insights = client.iterate<{ insightCreated: { kind: string; fund: { id: string } } }>({
      query: "subscription ($fundId: ID) { insightCreated(fundId: $fundId) { kind fund { id } } }",
      variables: { fundId: selected.fundId },
    });
    service.ledger.publish([...other.opening, ...selected.opening]);
    const first = await repeatUntil(insights.next(), (round) => {
      for (const book of [other, selected]) {
        const bill = {
          amount: `-${900 + round}.00`,
          description: "Translation agency",
          counterparty: "Agency",
        };
        service.ledger.publish([book.post(bill), book.post(bill)]);
      }
    });
    expect(first.value?.data).toEqual({
      insightCreated: { kind: "POSSIBLE_DUPLICATE", fund: { id: selected.fundId } },
    });
    await insights.return?.();
    await client.dispose();
  });

  test("analyses texts and posted transactions in one request", async () => {
    const book = new BookFixture();
    const fee = book.post({
      amount: "-41250.00",
      description: "Portfolio mandate remuneration May",
    });
    service.ledger.publish([...book.opening, fee]);
    await service.applied(book);
    const { data, errors } = await service.execute(
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
    const { errors } = await service.execute(
      "mutation ($input: AnalyzeInput!) { analyze(input: $input) { kind } }",
      { input },
    );
    expect(errors?.[0]?.extensions.code).toBe(code);
  });
});
