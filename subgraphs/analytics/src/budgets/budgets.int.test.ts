import { newId } from "@allfunds/platform/ids";
import { createTestIssuer } from "@allfunds/platform/testing";
import type { TestIssuer, TestTokenOptions } from "@allfunds/platform/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BookFixture } from "../feed/book.fixture.ts";
import { openService } from "../service.fixture.ts";
import type { GraphqlResponse, OpenService } from "../service.fixture.ts";

const tenantId = newId();
let issuer: TestIssuer;
let service: OpenService;
let book: BookFixture;
beforeAll(async () => {
  issuer = await createTestIssuer();
  service = await openService({ issuer });
  book = new BookFixture(tenantId);
  const rent = (date: string, amount: string) =>
    book.post({ amount, description: "OFFICE RENT", date });
  service.ledger.publish([
    ...book.opening,
    rent("2026-01-31", "-900.00"),
    rent("2026-02-28", "-1100.00"),
    rent("2026-03-01", "-500.10"),
    rent("2026-03-31", "-500.20"),
    rent("2026-04-01", "-700.00"),
    book.post({ amount: "-30.00", description: "BANK CHARGES terminal", date: "2026-03-10" }),
  ]);
  await service.applied(book);
});
afterAll(async () => {
  await service.close();
  issuer.stop();
});

const headers = (more: TestTokenOptions = {}) =>
  issuer.headers({ tenantId, scopes: ["analytics:read", "analytics:write"], ...more });

const RENT = { category: "RENT", period: "MONTH", currency: "EUR", from: "2026-01-15" };
const SET = `mutation ($input: SetBudgetInput!) { setBudget(input: $input) {
  replayed fact { version category { code } period from until amount { amount currency } rollsOver } } }`;
const send = async (input: object, more: TestTokenOptions = {}): Promise<GraphqlResponse> =>
  service.execute(SET, { input: { fundId: book.fundId, ...RENT, ...input } }, await headers(more));
const codeOf = ({ errors }: GraphqlResponse) => errors?.[0]?.extensions.code;
const set = async (input: object) => {
  const answer = await send(input);
  expect(answer.errors).toBeUndefined();
  return answer.data?.["setBudget"] as { readonly fact: { readonly version: number } };
};

const FIGURES =
  "amount { amount currency } carriedOver { amount } spent { amount } left { amount }";
const READ = `query ($of: [_Any!]!, $day: Date!, $period: BudgetPeriod!) {
  _entities(representations: $of) { ... on Fund {
    budgets(period: $period, of: $day) { from to totals { ${FIGURES} }
      lines { category { code } from to basis ${FIGURES} transactions fact { version } }
      unbudgeted { category { code } from to paid { amount } received { amount } transactions } }
    budgetFacts(first: 1) { nodes { version amount { amount } } pageInfo { hasNextPage } } } } }`;
const read = async (period: string, day: string, more: TestTokenOptions = {}) => {
  const { fundId: id, position } = book;
  const of = [{ __typename: "Fund", id, position }];
  return service.execute(READ, { of, period, day }, await headers(more));
};
const budgetsOf = async (period: string, day: string) => {
  const { data, errors } = await read(period, day);
  expect(errors).toBeUndefined();
  const found = data?.["_entities"] as
    | readonly { budgets: object; budgetFacts: object }[]
    | undefined;
  if (found?.[0] === undefined) throw new Error("the fund has no budgets");
  return found[0];
};

describe("a budget", () => {
  test("is set, and compared with what the transactions of its list add up to", async () => {
    const { fact } = await set({ amount: "1000.00", rollsOver: true, until: "2026-12-31" });
    expect(fact).toEqual({
      version: 1,
      category: { code: "RENT" },
      period: "MONTH",
      from: "2026-01-01",
      until: "2026-12-31",
      amount: { amount: "1000.00", currency: "EUR" },
      rollsOver: true,
    });
    const { budgets } = await budgetsOf("MONTH", "2026-03-17");
    // January left 100, February overspent by 100.
    const figures = {
      amount: { amount: "1000.00", currency: "EUR" },
      carriedOver: { amount: "0.00" },
      spent: { amount: "1000.30" },
      left: { amount: "-0.30" },
    };
    const span = { from: "2026-03-01", to: "2026-03-31" };
    expect(budgets).toEqual({
      ...span,
      totals: [figures],
      lines: [
        {
          category: { code: "RENT" },
          ...span,
          basis: "MONTH",
          ...figures,
          transactions: 2,
          fact: { version: 1 },
        },
      ],
      unbudgeted: [
        {
          category: { code: "BANK_CHARGES" },
          ...span,
          paid: { amount: "30.00" },
          received: { amount: "0.00" },
          transactions: 1,
        },
      ],
    });
    const { budgets: february } = await budgetsOf("MONTH", "2026-02-01");
    expect(february).toMatchObject({
      lines: [
        {
          carriedOver: { amount: "100.00" },
          spent: { amount: "1100.00" },
          left: { amount: "0.00" },
        },
      ],
    });

    const listed = await service.execute(
      `query ($of: [_Any!]!, $filter: CategorisedTransactionFilter!) { _entities(representations: $of) {
        ... on Fund { transactionsByCategory(filter: $filter) { nodes { id } }
          other: transactionsByCategory(filter: { category: "RENT", currency: "USD", movesMoney: true }) { nodes { id } }
          spendingByCategory(from: "2026-03-01", to: "2026-03-31") { category { code } outflow { amount } transactions } } } }`,
      {
        of: [{ __typename: "Fund", id: book.fundId, position: book.position }],
        filter: { category: "RENT", currency: "EUR", movesMoney: true, ...span },
      },
      await headers(),
    );
    expect(listed.errors).toBeUndefined();
    expect(listed.data?.["_entities"]).toMatchObject([
      {
        transactionsByCategory: { nodes: [{}, {}] },
        other: { nodes: [] },
        spendingByCategory: [
          { category: { code: "RENT" }, outflow: { amount: "1000.30" }, transactions: 2 },
          { category: { code: "BANK_CHARGES" } },
        ],
      },
    ]);
  });

  test("of a year is its months', or its own where it has one", async () => {
    const year = await budgetsOf("YEAR", "2026-12-31");
    expect(year.budgets).toMatchObject({
      lines: [
        {
          from: "2026-01-01",
          to: "2026-12-31",
          basis: "MONTH",
          amount: { amount: "12000.00" },
          spent: { amount: "3700.30" },
          left: { amount: "8299.70" },
        },
      ],
    });
    const { fact } = await set({ period: "YEAR", amount: "5000" });
    const own = await budgetsOf("YEAR", "2026-06-30");
    expect(own.budgets).toMatchObject({
      lines: [{ basis: "YEAR", amount: { amount: "5000.00" }, fact: { version: fact.version } }],
    });
  });

  test("is taken away, which the facts keep", async () => {
    const { fact } = await set({ from: "2026-04-01", amount: null });
    const { budgets, budgetFacts } = await budgetsOf("MONTH", "2026-04-30");
    // The year still has one, so nothing is without a budget.
    expect(budgets).toMatchObject({ lines: [], totals: [], unbudgeted: [] });
    expect(budgetFacts).toEqual({
      nodes: [{ version: fact.version, amount: null }],
      pageInfo: { hasNextPage: true },
    });
  });

  test("gets versions without gaps when several are set at the same time", async () => {
    const made = await Promise.all(
      ["1", "2", "3", "4"].map((amount) => set({ category: "IT", amount })),
    );
    const versions = made.map(({ fact }) => fact.version).sort((one, other) => one - other);
    expect(versions).toEqual([0, 1, 2, 3].map((more) => (versions[0] ?? 0) + more));
  });

  test("answers a repeat with the same key as before, and refuses the key for another", async () => {
    const input = { category: "TAX", amount: "10", idempotencyKey: newId() };
    const first = await set(input);
    expect(await set(input)).toEqual({ ...first, replayed: true });
    expect(codeOf(await send({ ...input, amount: "11" }))).toBe("IDEMPOTENCY_CONFLICT");
  });

  test("is in the audit log once", async () => {
    const reported = service.audited.filter(({ subject }) => subject === "Fund.budgets");
    expect(reported[0]).toMatchObject({
      detail: { fundId: book.fundId, version: 1, category: "RENT", amountMinor: "100000" },
    });
    expect(reported.filter(({ detail }) => detail["category"] === "TAX")).toHaveLength(1);
  });

  test.each([
    [{ amount: "-1" }, "INVALID_INPUT"],
    [{ amount: "1.001" }, "INVALID_AMOUNT"],
    [{ amount: "1", category: "NOTHING" }, "INVALID_INPUT"],
    [{ amount: "1", from: "1999-12-31" }, "INVALID_INPUT"],
    [{ amount: "1", until: "2025-12-31" }, "INVALID_INPUT"],
    [{ amount: "1", period: "YEAR", rollsOver: true }, "INVALID_INPUT"],
    [{ amount: "1", fundId: "nonsense" }, "INVALID_INPUT"],
    [{ amount: "1", fundId: newId() }, "FUND_NOT_FOUND"],
  ])("is refused when the input is %o: %s", async (input, code) => {
    expect(codeOf(await send(input))).toBe(code);
  });

  test("needs the scope, the fund and a year that can be", async () => {
    expect(codeOf(await send({ amount: "1" }, { scopes: ["analytics:read"] }))).toBe("FORBIDDEN");
    expect(codeOf(await send({ amount: "1" }, { funds: [newId()] }))).toBe("FUND_NOT_FOUND");
    const hidden = await read("MONTH", "2026-03-01", { funds: [newId()] });
    expect(hidden.data?.["_entities"]).toEqual([{ budgets: null, budgetFacts: null }]);
    expect(codeOf(await read("MONTH", "1999-03-01"))).toBe("INVALID_INPUT");
  });

  test("is never changed by the service that keeps it", async () => {
    const changed = service.pool.query("UPDATE budget SET amount_minor = 1");
    await expect(changed).rejects.toThrow("permission denied");
  });
});
