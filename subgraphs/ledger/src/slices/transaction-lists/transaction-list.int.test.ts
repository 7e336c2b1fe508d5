import { newId } from "@allfunds/platform/ids";
import { rounds, type TestDatabase } from "@allfunds/platform/testing";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import {
  createLedgerDatabase,
  openSmallFund,
  payIn,
  type SmallFund,
} from "../../ledger-database.fixture.ts";
import {
  codeOf,
  dataOf,
  openGraph,
  signedIn,
  type LedgerGraph,
} from "../../ledger-graph.fixture.ts";
import { advanceTogether } from "../../projections/advance-together.ts";
import { PROJECTIONS } from "../model.ts";
import { MARK_EVERY } from "./transaction-marks-sql.ts";

const LIST = `query ($id: ID!, $first: Int, $after: Cursor, $last: Int, $before: Cursor,
    $filter: TransactionFilter, $order: TransactionOrder!, $startAt: TransactionStart, $knownAt: SafeInt, $skip: Int! = 0) {
  fund(id: $id) {
    transactions(first: $first, after: $after, last: $last, before: $before, filter: $filter,
        order: $order, startAt: $startAt, knownAt: $knownAt, skip: $skip) {
      nodes { id }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      totals { count isComplete sums { debit { amount currency } credit { amount } } }
      counted: totals { count isComplete } } } }`;

const MARKS = `query ($id: ID!, $filter: TransactionFilter, $order: TransactionOrder!, $knownAt: SafeInt) {
  fund(id: $id) {
    transactions(first: 1, filter: $filter, order: $order, knownAt: $knownAt) {
      marks { count isComplete every cursors } } } }`;

interface Listed {
  readonly nodes: readonly { readonly id: string }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly totals: { readonly count: number; readonly isComplete: boolean; readonly sums: unknown };
  /** The same without sums. */
  readonly counted: { readonly count: number; readonly isComplete: boolean };
}

/** A transaction as the test posted it. */
interface Known {
  readonly id: string;
  readonly position: number;
  readonly effectiveDate: string;
  readonly words: readonly string[];
  readonly reference: string | null;
  readonly cents: number;
  readonly isPaidIn: boolean;
  readonly actor: string;
}

const WORDS = ["rent", "salary", "fee", "rental"];
const ACTORS = ["ann", "ben"];
const ORDERS = [
  "EFFECTIVE_DATE_DESC",
  "EFFECTIVE_DATE_ASC",
  "POSITION_DESC",
  "POSITION_ASC",
] as const;
const day = (n: number): string => `2026-03-${String(n).padStart(2, "0")}`;

let database: TestDatabase;
let graph: LedgerGraph;
let fund: SmallFund;
let known: Known[];

beforeAll(async () => {
  database = await createLedgerDatabase();
  graph = await openGraph(database);
  fund = await openSmallFund(graph.books);
  known = [];
  for (const actor of ACTORS) await postSome(actor);
  await advance();
});
afterAll(async () => {
  await graph.close();
  await database.drop();
});

const advance = async (): Promise<void> => {
  const book = { tenantId: fund.context.tenantId, bookId: fund.fundId };
  while ((await advanceTogether(database.pool, book, PROJECTIONS)) > 0);
};

/** Twenty postings that differ in everything a filter can ask for, in one batch of one person. */
async function postSome(actor: string): Promise<void> {
  const drafts = Array.from({ length: 20 }, (_, n): Omit<Known, "position"> => ({
    id: newId(),
    effectiveDate: day(((n * 7) % 9) + 1),
    words: [WORDS[n % 4] ?? "", WORDS[(n * 3 + 1) % 4] ?? ""],
    reference: n % 5 === 0 ? `REF-${actor}-${n}` : null,
    cents: ((n * 37) % 11) * 50 + 50,
    isPaidIn: n % 3 !== 0,
    actor,
  }));
  const orders = drafts.map((draft) => {
    const amount = (draft.cents / 100).toFixed(2);
    const [debited, credited] = draft.isPaidIn
      ? [fund.bank, fund.capital]
      : [fund.capital, fund.bank];
    return payIn(fund, amount, {
      transactionId: draft.id,
      effectiveDate: draft.effectiveDate,
      description: draft.words.join(" "),
      reference: draft.reference,
      entries: [
        { accountId: debited, side: "DEBIT", amount },
        { accountId: credited, side: "CREDIT", amount },
      ],
    });
  });
  const verdicts = await graph.books.executeEach(
    { ...fund.context, actor },
    fund.fundId,
    orders,
    true,
  );
  for (const [at, verdict] of verdicts.entries()) {
    const draft = drafts[at];
    if (!verdict.accepted || draft === undefined) throw new Error("a posting was refused");
    known.push({ ...draft, position: verdict.events[0]?.position ?? 0 });
  }
}

async function list(variables: object, request = fund.context): Promise<Listed> {
  const answer = await graph.run(request, LIST, {
    id: fund.fundId,
    order: ORDERS[0],
    ...variables,
  });
  return dataOf<{ transactions: Listed }>(answer, "fund").transactions;
}

const refused = async (variables: object, request = fund.context): Promise<string> =>
  codeOf(await graph.run(request, LIST, { id: fund.fundId, order: ORDERS[0], ...variables }));

interface Filter {
  readonly text?: string | undefined;
  readonly reference?: string | undefined;
  readonly account?: "bank" | "capital" | undefined;
  readonly side?: "DEBIT" | "CREDIT" | undefined;
  readonly amountFrom?: string | undefined;
  readonly amountTo?: string | undefined;
  readonly effectiveFrom?: string | undefined;
  readonly effectiveTo?: string | undefined;
  readonly postedBy?: string | undefined;
}

const toInput = ({ account, ...filter }: Filter): object => ({
  ...filter,
  ...(account === undefined ? {} : { accountIds: [fund[account]] }),
});

/** The rule of each member of a filter, over what was posted. */
function fits(filter: Filter, { cents, isPaidIn, ...posted }: Known): boolean {
  const { text, reference, account, side, effectiveFrom, effectiveTo, postedBy } = filter;
  const sides = { bank: isPaidIn ? "DEBIT" : "CREDIT", capital: isPaidIn ? "CREDIT" : "DEBIT" };
  return (
    (text ?? "").split(" ").every((begin) => posted.words.some((word) => word.startsWith(begin))) &&
    (reference === undefined || reference === posted.reference) &&
    (account === undefined || side === undefined || sides[account] === side) &&
    cents >= Number(filter.amountFrom ?? 0) * 100 &&
    cents <= Number(filter.amountTo ?? 1e9) * 100 &&
    posted.effectiveDate >= (effectiveFrom ?? "") &&
    posted.effectiveDate <= (effectiveTo ?? "9") &&
    (postedBy === undefined || posted.actor === postedBy)
  );
}

const inOrder = (order: (typeof ORDERS)[number], some: readonly Known[]): Known[] => {
  const sign = order.endsWith("DESC") ? -1 : 1;
  const key = ({ effectiveDate, position }: Known): string =>
    `${order.startsWith("E") ? effectiveDate : ""} ${String(position).padStart(6, "0")}`;
  return [...some].sort((a, b) => (key(a) < key(b) ? -sign : sign));
};

const maybe = <T>(values: readonly T[]): fc.Arbitrary<T | undefined> =>
  fc.option(fc.constantFrom(...values), { nil: undefined, freq: 2 });

const FILTER: fc.Arbitrary<Filter> = fc.record({
  text: maybe(["rent", "RENT sal".toLowerCase(), "fee", "rental", "nothing"]),
  reference: fc.option(fc.constantFrom("REF-ann-5", "REF-ben-10"), { nil: undefined, freq: 6 }),
  account: maybe(["bank", "capital"] as const),
  side: maybe(["DEBIT", "CREDIT"] as const),
  amountFrom: maybe(["0", "2.00", "3.5"]),
  amountTo: maybe(["4.00", "2.50"]),
  effectiveFrom: maybe([day(2), day(4)]),
  effectiveTo: maybe([day(5), day(8)]),
  postedBy: maybe(ACTORS),
});

test("pages of any filter and order, in both directions, are those of a model", async () => {
  await fc.assert(
    fc.asyncProperty(
      FILTER,
      fc.constantFrom(...ORDERS),
      fc.integer({ min: 1, max: 15 }),
      async (filter, order, size) => {
        const wanted = inOrder(
          order,
          known.filter((each) => fits(filter, each)),
        ).map(({ id }) => id);
        const of = { filter: toInput(filter), order };
        const forward: string[] = [];
        let page = await list({ ...of, first: size });
        expect(page.pageInfo.hasPreviousPage).toBe(false);
        for (;;) {
          forward.push(...page.nodes.map(({ id }) => id));
          if (!page.pageInfo.hasNextPage) break;
          page = await list({ ...of, first: size, after: page.pageInfo.endCursor });
        }
        expect(forward).toEqual(wanted);
        expect(page.totals.count).toBe(wanted.length);
        expect(page.counted).toEqual({ count: wanted.length, isComplete: true });
        const backward: string[] = [];
        page = await list({ ...of, last: size });
        for (;;) {
          backward.unshift(...page.nodes.map(({ id }) => id));
          if (!page.pageInfo.hasPreviousPage) break;
          page = await list({ ...of, last: size, before: page.pageInfo.startCursor });
        }
        expect(backward).toEqual(wanted);
        const skip = Math.min(size * 2, wanted.length);
        const part = await list({ ...of, first: size, skip });
        expect(part.nodes.map(({ id }) => id)).toEqual(wanted.slice(skip, skip + size));
      },
    ),
    { numRuns: rounds(25, 200) },
  );
});

describe("a list of transactions", () => {
  it("sums the entries that its filter is about, by currency", async () => {
    const paidIn = known.filter(({ isPaidIn }) => isPaidIn);
    const cents = paidIn.reduce((sum, each) => sum + each.cents, 0);
    const filter = { accountIds: [fund.bank], side: "DEBIT" };
    expect((await list({ filter, first: 1 })).totals).toEqual({
      count: paidIn.length,
      isComplete: true,
      sums: [
        {
          debit: { amount: (cents / 100).toFixed(2), currency: "EUR" },
          credit: { amount: "0.00" },
        },
      ],
    });
  });

  it("is of some transactions by their ids, which meet its other conditions", async () => {
    const [first, second, third] = known;
    const ids = [first, second, third].map((each) => each?.id ?? "");
    const fitting = async (filter: object) =>
      (await list({ filter: { ids, ...filter } })).nodes.map(({ id }) => id).sort();
    expect(await fitting({})).toEqual(ids.sort());
    expect(await fitting({ text: "nothing" })).toEqual([]);
    expect(await fitting({ ids: [newId()] })).toEqual([]);
  });

  it("begins at a date or a position, and shows whether anything lies before", async () => {
    const byDate = inOrder("EFFECTIVE_DATE_DESC", known);
    const from = byDate.findIndex(({ effectiveDate }) => effectiveDate <= day(5));
    const page = await list({ startAt: { effectiveDate: day(5) }, first: 3 });
    expect(page.nodes.map(({ id }) => id)).toEqual(
      byDate.slice(from, from + 3).map(({ id }) => id),
    );
    expect(page.pageInfo.hasPreviousPage).toBe(true);
    const before = await list({ last: 2, before: page.pageInfo.startCursor });
    expect(before.nodes.map(({ id }) => id)).toEqual(
      byDate.slice(from - 2, from).map(({ id }) => id),
    );
    const order = "POSITION_ASC";
    const byPosition = inOrder(order, known);
    const position = byPosition[7]?.position;
    const placed = await list({ order, startAt: { position }, first: 1 });
    expect(placed.nodes).toEqual([{ id: byPosition[7]?.id }]);
    expect((await list({ startAt: { effectiveDate: day(28) }, first: 1 })).pageInfo).toMatchObject({
      hasPreviousPage: false,
    });
  });

  it("leads to any place by its marks, and stays as it was marked", async () => {
    const long = await openSmallFund(graph.books);
    const posted: string[] = [];
    const post = async (count: number) => {
      const orders = Array.from({ length: count }, () => {
        const n = posted.length;
        posted.push(newId());
        const dated = {
          effectiveDate: day((n % 20) + 1),
          description: `item ${n % 2 ? "odd" : ""}`,
        };
        return payIn(long, "1.00", { ...dated, transactionId: posted.at(-1) ?? "" });
      });
      await graph.books.executeEach(long.context, long.fundId, orders, true);
    };
    await post(MARK_EVERY * 2 + 50);
    const book = { tenantId: long.context.tenantId, bookId: long.fundId };
    while ((await advanceTogether(database.pool, book, PROJECTIONS)) > 0);
    const { position: knownAt } = dataOf<{ position: number }>(
      await graph.run(long.context, "query ($id: ID!) { fund(id: $id) { position } }", {
        id: long.fundId,
      }),
      "fund",
    );
    const marked = posted.map((id, n) => ({ id, n, date: day((n % 20) + 1) }));
    await post(30);
    // The server of the tests gathers no statistics by itself, and the plan of a long list needs them.
    await database.asSuperuser("ANALYZE");
    for (const [filter, of] of [
      [{}, marked],
      [{ text: "item" }, marked],
      [{ text: "odd" }, marked.filter(({ n }) => n % 2 === 1)],
    ] as const) {
      for (const order of ["EFFECTIVE_DATE_DESC", "POSITION_ASC"] as const) {
        const isByDate = order === "EFFECTIVE_DATE_DESC";
        const wanted = [...of]
          .sort((a, b) => (isByDate ? b.date.localeCompare(a.date) || b.n - a.n : a.n - b.n))
          .map(({ id }) => id);
        const variables = { id: long.fundId, filter, order, knownAt };
        const { marks } = dataOf<{ transactions: { marks: { cursors: readonly string[] } } }>(
          await graph.run(long.context, MARKS, variables),
          "fund",
        ).transactions;
        expect(marks).toMatchObject({ count: of.length, isComplete: true, every: MARK_EVERY });
        expect(marks.cursors).toHaveLength(Math.floor(of.length / MARK_EVERY));
        for (const index of [7, MARK_EVERY - 1, MARK_EVERY, of.length - 3]) {
          const nth = Math.floor(index / MARK_EVERY);
          const after = marks.cursors[nth - 1];
          const skip = index - nth * MARK_EVERY;
          const answer = await graph.run(long.context, LIST, {
            ...variables,
            after,
            skip,
            first: 2,
          });
          const { nodes } = dataOf<{ transactions: Listed }>(answer, "fund").transactions;
          expect(nodes.map(({ id }) => id)).toEqual(wanted.slice(index, index + 2));
        }
      }
    }
  });

  it("is as it was known at a position, and of the times at which it was recorded", async () => {
    const knownAt = known[9]?.position ?? 0;
    expect((await list({ knownAt })).totals.count).toBe(10);
    const far = { recordedFrom: "2200-01-01T00:00:00Z" };
    expect((await list({ filter: far })).totals.count).toBe(0);
    const past = { recordedTo: "2200-01-01T00:00:00Z", recordedFrom: "2000-01-01T00:00:00Z" };
    expect((await list({ filter: past })).totals.count).toBe(known.length);
  });

  it("shows what was reversed, or what was not", async () => {
    const [first] = known;
    const reversedId = first?.id ?? "";
    const command = {
      kind: "ReverseTransaction",
      fundId: fund.fundId,
      transactionId: newId(),
      reverses: reversedId,
      effectiveDate: day(9),
      description: "Taken back",
      reference: null,
      metadata: {},
    } as const;
    const order = { bookId: fund.fundId, command, key: undefined, content: null };
    await graph.books.execute(fund.context, order);
    await advance();
    expect((await list({ filter: { isReversed: true } })).nodes).toEqual([{ id: reversedId }]);
    const rest = await list({ filter: { isReversed: false } });
    expect(rest.totals.count).toBe(known.length);
  });

  it("refuses what it cannot mean", async () => {
    for (const variables of [
      { filter: { text: " , " } },
      { filter: { accountIds: [] } },
      { filter: { accountIds: ["no id"] } },
      { filter: { ids: [] } },
      { filter: { ids: ["no id"] } },
      { filter: { amountFrom: "-1" } },
      { filter: { currency: "no currency", amountFrom: "1" } },
      { filter: { effectiveFrom: day(5), effectiveTo: day(4) } },
      { filter: { statementId: "no id" } },
      { first: 201 },
      { skip: -1 },
      { skip: 1_001 },
      { last: 0 },
      { after: "WzFd" },
      { knownAt: 1_000_000 },
      { startAt: { position: 5 } },
      { startAt: { effectiveDate: day(1) }, last: 2 },
    ])
      expect([variables, await refused(variables)]).toEqual([variables, "INVALID_INPUT"]);
  });

  it("shows who posted to auditors only, and nothing of a fund without a grant", async () => {
    const filter = { postedBy: "ann" };
    const reader = signedIn("eve", { scopes: ["ledger:read"] });
    expect(await refused({ filter }, reader)).toBe("FORBIDDEN");
    const other = signedIn("eve", { funds: [newId()] });
    expect((await graph.run(other, LIST, { id: fund.fundId, order: ORDERS[0] })).data).toEqual({
      fund: null,
    });
  });

  it("is of an account, too, whose own entries the filter is about", async () => {
    const text = `query ($id: ID!, $filter: TransactionFilter) {
      account(id: $id) { transactions(filter: $filter, first: 100) { nodes { id } } } }`;
    const answer = await graph.run(fund.context, text, {
      id: fund.bank,
      filter: { side: "CREDIT" },
    });
    const { transactions } = dataOf<{ transactions: Pick<Listed, "nodes"> }>(answer, "account");
    const paidOut = known.filter(({ isPaidIn }) => !isPaidIn).map(({ id }) => id);
    const listed = transactions.nodes.map(({ id }) => id);
    expect(listed).toEqual(expect.arrayContaining(paidOut));
    expect(known.some(({ id, isPaidIn }) => isPaidIn && listed.includes(id))).toBe(false);
  });
});
