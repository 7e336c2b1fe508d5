import { newId } from "@allfunds/platform/ids";
import type { TestDatabase } from "@allfunds/platform/testing";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createLedgerDatabase,
  openSmallFund,
  type SmallFund,
} from "../../ledger-database.fixture.ts";
import { dataOf, openGraph, signedIn, type LedgerGraph } from "../../ledger-graph.fixture.ts";

let database: TestDatabase;
let graph: LedgerGraph;
let fund: SmallFund;
const ann = signedIn("ann", { overrides: { now: new Date("2026-07-31T12:00:00.000Z") } });
const [fees, payables] = [newId(), newId()];

/** Two dimensions of the tenant and their values. */
const DIMENSIONS = { costCentre: ["A", "B"], project: ["X", "Y", "Z"] } as const;
type Dimension = keyof typeof DIMENSIONS;
const OTHER: Record<Dimension, Dimension> = { costCentre: "project", project: "costCentre" };

async function ask<Data>(name: string, text: string, variables: object): Promise<Data> {
  return dataOf<Data>(await graph.run(ann, text, variables), name);
}

interface Leg {
  readonly account: "bank" | "capital" | "fees" | "payables";
  readonly costCentre: string | undefined;
  readonly project: string | undefined;
}
interface Posting {
  readonly cents: number;
  readonly day: string;
  readonly debit: Leg;
  readonly credit: Leg;
}

const LEG: fc.Arbitrary<Leg> = fc.record({
  account: fc.constantFrom("bank", "capital", "fees", "payables"),
  costCentre: fc.constantFrom(...DIMENSIONS.costCentre, undefined),
  project: fc.constantFrom(...DIMENSIONS.project, undefined),
});
const POSTING: fc.Arbitrary<Posting> = fc
  .record({
    cents: fc.integer({ min: 1, max: 99_999 }),
    day: fc.constantFrom("2026-04-30", "2026-05-31", "2026-06-01", "2026-06-30"),
    debit: LEG,
    credit: LEG,
  })
  .filter(({ debit, credit }) => debit.account !== credit.account);

const accountIdOf = (account: Leg["account"]): string =>
  ({ bank: fund.bank, capital: fund.capital, fees, payables })[account];

const toEntry = ({ account, ...values }: Leg, side: string, cents: number) => ({
  accountId: accountIdOf(account),
  side,
  amount: (cents / 100).toFixed(2),
  dimensions: Object.entries(values).flatMap(([dimension, value]) =>
    value === undefined ? [] : [{ dimension, value }],
  ),
});

beforeAll(async () => {
  database = await createLedgerDatabase();
  graph = await openGraph(database);
  fund = await openSmallFund(graph.books, ann);
  const { fundId } = fund;
  for (const [accountId, code, type] of [
    [fees, "5000", "EXPENSE"],
    [payables, "2000", "LIABILITY"],
  ] as const) {
    const command = { kind: "OpenAccount", fundId, currency: undefined, accountId } as const;
    await graph.books.execute(ann, {
      bookId: fundId,
      command: { ...command, code, name: code, type },
      key: undefined,
      content: null,
    });
  }
  for (const [dimension, values] of Object.entries(DIMENSIONS)) {
    await ask(
      "setDimension",
      "mutation ($input: SetDimensionInput!) { setDimension(input: $input) { dimension } }",
      { input: { dimension, name: dimension, replaces: 0 } },
    );
    await ask(
      "setDimensionValues",
      "mutation ($input: SetDimensionValuesInput!) { setDimensionValues(input: $input) { valueCount } }",
      { input: { dimension, values: values.map((value) => ({ value, name: value })) } },
    );
  }
  for (const { cents, day, debit, credit } of fc.sample(POSTING, 40)) {
    const entries = [toEntry(debit, "DEBIT", cents), toEntry(credit, "CREDIT", cents)];
    await ask(
      "postTransaction",
      "mutation ($input: PostTransactionInput!) { postTransaction(input: $input) { id } }",
      { input: { fundId, effectiveDate: day, description: "Drawn", entries } },
    );
  }
});
afterAll(async () => {
  await graph.close();
  await database.drop();
});

interface Amount {
  readonly amount: string;
}
interface Line {
  readonly value?: string | null;
  readonly account: { readonly id: string };
  readonly amount?: Amount;
  readonly amounts?: readonly Amount[];
  readonly columns?: readonly { readonly amounts: readonly Amount[] }[];
}

/** Cents of each column by key, without those that are zero. */
type Figures = Map<string, number>;

function figures(lines: readonly Line[], keyOf: (line: Line) => string): Figures {
  const sums: Figures = new Map();
  for (const line of lines) {
    const { amount, amounts, columns } = line;
    const all = amounts ?? columns?.map((column) => column.amounts[0]) ?? [amount];
    for (const [column, money] of all.entries()) {
      const key = `${keyOf(line)} ${column}`;
      sums.set(key, (sums.get(key) ?? 0) + Math.round(Number(money?.amount ?? 0) * 100));
    }
  }
  return new Map([...sums].filter(([, cents]) => cents !== 0));
}

const add = (all: readonly Figures[]): Figures => {
  const sums: Figures = new Map();
  for (const [key, cents] of all.flatMap((each) => [...each])) {
    sums.set(key, (sums.get(key) ?? 0) + cents);
  }
  return new Map([...sums].filter(([, cents]) => cents !== 0));
};

interface Part {
  readonly lines: { readonly nodes: readonly Line[] };
}

async function linesOf(report: string, part: string): Promise<readonly Line[]> {
  const read = await ask<{ report: Part & { part?: Part } }>(
    "fund",
    `query ($id: ID!) { fund(id: $id) { report: ${report} { ${part} } } }`,
    { id: fund.fundId },
  );
  return (read.report.part ?? read.report).lines.nodes;
}

const PERIOD = `from: "2026-05-01", to: "2026-06-30"`;
const PERIODS = `periods: [{ from: "2026-05-01", to: "2026-05-31" }, { ${PERIOD} }]`;
const ONE = "lines(first: 100) { nodes { account { id } amount { amount } } }";
const ONE_PART = "lines(first: 100) { nodes { value account { id } amount { amount } } }";
const TREE = "lines(first: 100) { nodes { account { id } columns { amounts { amount } } } }";
const SEVERAL = "lines(first: 100) { nodes { account { id } amounts { amount } } }";
const SEVERAL_PARTS = "lines(first: 100) { nodes { value account { id } amounts { amount } } }";

const accountOf = ({ account }: Line): string => account.id;
const keyOf = ({ account, value }: Line): string => `${account.id} ${value}`;

test.each([
  [`trialBalance(asOf: "2026-06-15")`, ONE, ONE_PART],
  [`balanceSheet(asOf: "2026-06-15")`, ONE, ONE_PART],
  [`incomeStatement(${PERIOD})`, ONE, ONE_PART],
  [`cashFlowStatement(${PERIOD}, method: DIRECT)`, ONE, ONE_PART],
  [`cashFlowStatement(${PERIOD}, method: INDIRECT)`, ONE, ONE_PART],
  [`comparativeTrialBalance(days: ["2026-05-15", "2026-06-30"])`, TREE, SEVERAL_PARTS],
  [`comparativeBalanceSheet(days: ["2026-05-15", "2026-06-30"])`, TREE, SEVERAL_PARTS],
  [`comparativeIncomeStatement(${PERIODS})`, TREE, SEVERAL_PARTS],
  [`comparativeCashFlowStatement(${PERIODS}, method: DIRECT)`, SEVERAL, SEVERAL_PARTS],
  [`comparativeCashFlowStatement(${PERIODS}, method: INDIRECT)`, SEVERAL, SEVERAL_PARTS],
])(
  "parts within each value and the rest without one add up to %s",
  async (report, lines, parts) => {
    const undivided = figures(await linesOf(report, lines), accountOf);
    expect(undivided.size).toBeGreaterThan(0);
    for (const dimension of ["costCentre", "project"] as const) {
      const other = OTHER[dimension];
      const read = (filter: string) =>
        linesOf(report, `part: byDimension(dimension: "${dimension}"${filter}) { ${parts} }`);
      const whole = await read("");
      expect(figures(whole, accountOf)).toEqual(undivided);
      const filters = [
        ...DIMENSIONS[other].map(
          (value) => `within: [{ dimension: "${other}", value: "${value}" }]`,
        ),
        `without: ["${other}"]`,
      ];
      const some = await Promise.all(filters.map(async (filter) => read(`, ${filter}`)));
      expect(figures(some.at(-1) ?? [], keyOf)).not.toEqual(figures(whole, keyOf));
      expect(add(some.map((each) => figures(each, keyOf)))).toEqual(figures(whole, keyOf));
      const ownRest = await read(`, without: ["${dimension}"]`);
      const rest = whole.filter(({ value }) => value === null);
      expect(figures(ownRest, keyOf)).toEqual(figures(rest, keyOf));
    }
  },
);

test("what has no value leads to its postings", async () => {
  const rest = await linesOf(
    `trialBalance`,
    `part: byDimension(dimension: "costCentre", without: ["costCentre", "project"]) {
      lines(first: 100) { nodes { account { id } debit { amount } credit { amount } } } }`,
  );
  expect(rest.length).toBeGreaterThan(0);
  for (const line of rest as readonly (Line & Record<"debit" | "credit", Amount>)[]) {
    const filter = {
      accountIds: [line.account.id],
      withoutDimensions: ["project", "costCentre"],
    };
    const read = await ask<{
      transactions: { totals: { sums: Record<"debit" | "credit", Amount>[] } };
    }>(
      "fund",
      `query ($id: ID!, $filter: TransactionFilter) { fund(id: $id) {
        transactions(first: 1, filter: $filter) { totals { sums { debit { amount } credit { amount } } } } } }`,
      { id: fund.fundId, filter },
    );
    const net = (of: Record<"debit" | "credit", Amount> | undefined): number =>
      Math.round(Number(of?.debit.amount ?? 0) * 100 - Number(of?.credit.amount ?? 0) * 100);
    expect(net(read.transactions.totals.sums[0])).toBe(net(line));
  }
});

test.each([
  [
    "a dimension that entries must have",
    `within: [{ dimension: "project", value: "X" }], without: ["project"]`,
  ],
  ["what is not a name", `without: ["a b"]`],
])("a report without %s is refused", async (_what, filter) => {
  const report = `trialBalance { byDimension(dimension: "costCentre", ${filter}) { dimension } }`;
  const asked = ask("fund", `query ($id: ID!) { fund(id: $id) { ${report} } }`, {
    id: fund.fundId,
  });
  await expect(asked).rejects.toThrow("without");
});
