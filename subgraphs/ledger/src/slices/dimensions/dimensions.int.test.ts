import { newId } from "@allfunds/platform/ids";
import type { TestDatabase } from "@allfunds/platform/testing";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tenantBookOf } from "../../engine/log-sql.ts";
import { exportBook } from "../../evidence/export-book.ts";
import { verify } from "../../evidence/offline-log.fixture.ts";
import { verifyBook } from "../../evidence/verify-book.ts";
import {
  createLedgerDatabase,
  openSmallFund,
  type SmallFund,
} from "../../ledger-database.fixture.ts";
import {
  codeOf,
  dataOf,
  openGraph,
  signedIn,
  type LedgerGraph,
} from "../../ledger-graph.fixture.ts";

let database: TestDatabase;
let graph: LedgerGraph;
let fund: SmallFund;
const ann = signedIn("ann");
const bob = signedIn("bob");
const [rent, sales, supplier] = [newId(), newId(), newId()];
const CENTRES = ["A", "B", "C"] as const;

const run = (text: string, variables: object = {}, by = ann) => graph.run(by, text, variables);

const setDimension = (input: object, by = ann) =>
  run(
    `mutation ($input: SetDimensionInput!) {
      setDimension(input: $input) { dimension version valueCount requiredTypes } }`,
    { input: { dimension: "costCentre", name: "Cost centre", ...input } },
    by,
  );

interface Entry {
  readonly accountId: string;
  readonly side: "DEBIT" | "CREDIT";
  readonly amount: string;
  readonly dimensions?: readonly { readonly dimension: string; readonly value: string }[];
}

const post = (entries: readonly Entry[], more: object = {}) =>
  run(
    `mutation ($input: PostTransactionInput!) {
      postTransaction(input: $input) { id entries { dimensions { dimension value } } } }`,
    {
      input: {
        fundId: fund.fundId,
        effectiveDate: "2026-05-10",
        description: "A posting",
        entries,
        ...more,
      },
    },
  );

const tagged = (costCentre: string, ...more: readonly string[]) => [
  { dimension: "costCentre", value: costCentre },
  ...more.map((value) => ({ dimension: "counterparty", value })),
];

/** Rent of a cost centre, paid from the bank. */
const pay = (amount: string, dimensions: Entry["dimensions"], more: object = {}) =>
  post(
    [
      { accountId: rent, side: "DEBIT", amount, ...(dimensions && { dimensions }) },
      { accountId: fund.bank, side: "CREDIT", amount },
    ],
    more,
  );

beforeAll(async () => {
  database = await createLedgerDatabase();
  graph = await openGraph(database);
  fund = await openSmallFund(graph.books, ann);
  const { fundId } = fund;
  const send = (command: Parameters<LedgerGraph["books"]["execute"]>[1]["command"]) =>
    graph.books.execute(ann, { bookId: fundId, command, key: undefined, content: null });
  const account = { kind: "OpenAccount", fundId, currency: undefined } as const;
  await send({ ...account, accountId: rent, code: "6000", name: "Rent", type: "EXPENSE" });
  await send({ ...account, accountId: sales, code: "4000", name: "Sales", type: "INCOME" });
  await send({
    kind: "ClassifyAccount",
    fundId,
    accountId: fund.capital,
    class: "RETAINED_EARNINGS",
    cashFlow: "FINANCING",
  });
  await send({
    kind: "SetCounterparty",
    fundId,
    counterpartyId: supplier,
    replaces: 0,
    name: "A supplier",
    ibans: [],
    note: null,
    isClosed: false,
  });
});
afterAll(async () => {
  await graph.close();
  await database.drop();
});

test("a tenant declares a dimension, its values, and where it is needed", async () => {
  const created = await setDimension({ requiredCodes: ["6"], requiredTypes: [] });
  expect(dataOf(created, "setDimension")).toEqual({
    dimension: "costCentre",
    version: 1,
    valueCount: 0,
    requiredTypes: [],
  });
  expect(codeOf(await setDimension({}))).toBe("VERSION_CONFLICT");
  const limited = signedIn("eve", { funds: [fund.fundId] });
  expect(codeOf(await setDimension({ replaces: 1 }, limited))).toBe("FORBIDDEN");
  const set = await run(
    `mutation ($input: SetDimensionValuesInput!) { setDimensionValues(input: $input) {
      valueCount values(first: 2) { nodes { value name } pageInfo { hasNextPage } } } }`,
    {
      input: {
        dimension: "costCentre",
        values: CENTRES.map((value) => ({ value, name: `Centre ${value}` })),
      },
    },
  );
  expect(dataOf(set, "setDimensionValues")).toMatchObject({
    valueCount: 3,
    values: {
      nodes: [{ value: "A", name: "Centre A" }, { value: "B" }],
      pageInfo: { hasNextPage: true },
    },
  });
  expect(codeOf(await pay("1.00", undefined))).toBe("DIMENSION_REQUIRED");
  expect(codeOf(await pay("1.00", tagged("D")))).toBe("INVALID_INPUT");
  expect(codeOf(await pay("1.00", [...tagged("A"), ...tagged("B")]))).toBe("INVALID_INPUT");
  expect(dataOf(await pay("1.00", tagged("A", supplier)), "postTransaction")).toMatchObject({
    entries: [{ dimensions: tagged("A", supplier) }, { dimensions: [] }],
  });
});

interface Line {
  readonly value: string | null;
  readonly account: { readonly id: string };
  readonly debit: { readonly amount: string };
  readonly credit: { readonly amount: string };
}

/** Debits less credits of each account and value in cents, as a report has them. */
async function reported(report: string, more = ""): Promise<Map<string, number>> {
  const answer = await run(
    `query ($id: ID!) { fund(id: $id) { report: ${report} { byDimension(dimension: "costCentre"${more}) {
      lines(first: 100) { nodes { value account { id } debit { amount } credit { amount } } } } } } }`,
    { id: fund.fundId },
  );
  const read = dataOf<{ report: { byDimension: { lines: { nodes: Line[] } } } }>(answer, "fund");
  return new Map(
    read.report.byDimension.lines.nodes.map(({ value, account, debit, credit }) => [
      `${account.id} ${value}`,
      Math.round(Number(debit.amount) * 100) - Math.round(Number(credit.amount) * 100),
    ]),
  );
}

interface Compared {
  readonly value: string | null;
  readonly account: { readonly id: string; readonly type: string };
  readonly amounts: readonly { readonly amount: string }[];
}

/** The same of each column of a comparative report, without what is zero there. */
async function compared(report: string): Promise<Map<string, number>[]> {
  const answer = await run(
    `query ($id: ID!) { fund(id: $id) { report: ${report} { byDimension(dimension: "costCentre") {
      lines(first: 100) { nodes { value account { id type } amounts { amount } } } } } } }`,
    { id: fund.fundId },
  );
  const read = dataOf<{ report: { byDimension: { lines: { nodes: Compared[] } } } }>(
    answer,
    "fund",
  );
  const { nodes } = read.report.byDimension.lines;
  return (nodes[0]?.amounts ?? []).map((_, column) => {
    const cells = nodes.map(({ value, account: { id, type }, amounts }): [string, number] => {
      const cents = Math.round(Number(amounts[column]?.amount) * 100);
      return [`${id} ${value}`, type === "ASSET" || type === "EXPENSE" ? cents : -cents];
    });
    return new Map(cells.filter(([, cents]) => cents !== 0));
  });
}

interface Posted {
  readonly cents: number;
  readonly centre: (typeof CENTRES)[number] | undefined;
  readonly isPaid: boolean;
  readonly hasSupplier: boolean;
  readonly day: string;
}

const POSTED: fc.Arbitrary<Posted> = fc.record({
  cents: fc.integer({ min: 1, max: 99_999 }),
  centre: fc.constantFrom(...CENTRES, undefined),
  isPaid: fc.boolean(),
  hasSupplier: fc.boolean(),
  day: fc.constantFrom("2026-05-31", "2026-06-01", "2026-06-30"),
});

const amountOf = (cents: number): string => (cents / 100).toFixed(2);

test("each report by dimension is the sum of its entries, and adds up to the report", async () => {
  // What the first test posted.
  const known: Posted[] = [
    { cents: 100, centre: "A", isPaid: true, hasSupplier: true, day: "2026-05-10" },
  ];
  for (const each of fc.sample(POSTED, { numRuns: 25, seed: 7 })) {
    // Rent needs a cost centre, sales do not.
    const posted = each.isPaid ? { ...each, centre: each.centre ?? "A" } : each;
    known.push(posted);
    const { cents, centre, isPaid, hasSupplier, day } = posted;
    const dimensions = [
      ...(centre === undefined ? [] : tagged(centre)),
      ...(hasSupplier ? [{ dimension: "counterparty", value: supplier }] : []),
    ];
    const amount = amountOf(cents);
    const [own, side, other] = isPaid
      ? ([rent, "DEBIT", "CREDIT"] as const)
      : ([sales, "CREDIT", "DEBIT"] as const);
    const answer = await post(
      [
        { accountId: own, side, amount, dimensions },
        { accountId: fund.bank, side: other, amount },
      ],
      { effectiveDate: day },
    );
    expect(codeOf(answer)).toBe("ok");
  }
  const sums = (fits: (posted: Posted) => boolean, sign = 1): Map<string, number> => {
    const byKey = new Map<string, number>();
    for (const posted of known.filter(fits)) {
      const key = `${posted.isPaid ? rent : sales} ${posted.centre ?? null}`;
      const cents = posted.isPaid ? posted.cents : -posted.cents;
      byKey.set(key, (byKey.get(key) ?? 0) + sign * cents);
    }
    return byKey;
  };
  const isOfJune = ({ day }: Posted): boolean => day >= "2026-06-01";
  const period = `(from: "2026-06-01", to: "2026-06-30")`;
  expect(await reported(`incomeStatement${period}`)).toEqual(sums(isOfJune));
  expect(await reported(`cashFlowStatement${period}`)).toEqual(sums(isOfJune));
  expect(
    await reported(`cashFlowStatement(from: "2026-06-01", to: "2026-06-30", method: INDIRECT)`),
  ).toEqual(sums(isOfJune));
  const trial = await reported(`trialBalance(asOf: "2026-05-31")`);
  const untilMay = sums((posted) => !isOfJune(posted));
  const ofBank = [...untilMay.values()].reduce((sum, cents) => sum - cents, 0);
  expect(trial).toEqual(new Map([...untilMay, [`${fund.bank} null`, ofBank]]));
  const periods = `[{ from: "2026-05-01", to: "2026-05-31" }, { from: "2026-06-01", to: "2026-06-30" }]`;
  expect(await compared(`comparativeIncomeStatement(periods: ${periods})`)).toEqual([
    untilMay,
    sums(isOfJune),
  ]);
  const [ofMay, ofJune] = await compared(
    `comparativeBalanceSheet(days: ["2026-05-31", "2026-06-30"])`,
  );
  const moved = [...sums(isOfJune).values()].reduce((sum, cents) => sum - cents, 0);
  expect([ofMay, ofJune]).toEqual([
    new Map([[`${fund.bank} null`, ofBank]]),
    new Map([[`${fund.bank} null`, ofBank + moved]]),
  ]);
  const within = `, within: [{ dimension: "counterparty", value: "${supplier}" }]`;
  expect(await reported(`incomeStatement${period}`, within)).toEqual(
    sums((posted) => isOfJune(posted) && posted.hasSupplier),
  );
  for (const value of CENTRES) {
    const answer = await run(
      `query ($id: ID!, $filter: TransactionFilter) { fund(id: $id) {
        transactions(filter: $filter, first: 100) { totals { count } nodes { id } } } }`,
      {
        id: fund.fundId,
        filter: { dimensions: tagged(value, supplier), effectiveFrom: "2026-06-01" },
      },
    );
    const { transactions } = dataOf<{
      transactions: { totals: { count: number }; nodes: unknown[] };
    }>(answer, "fund");
    const wanted = known.filter(
      (each) => isOfJune(each) && each.centre === value && each.hasSupplier,
    ).length;
    expect(transactions.totals.count).toBe(wanted);
    expect(transactions.nodes).toHaveLength(wanted);
  }
});

describe("what follows from other commands", () => {
  test("a reversal takes the values back, and other commands set them", async () => {
    const before = await reported("trialBalance");
    const { id } = dataOf<{ id: string }>(await pay("7.00", tagged("B")), "postTransaction");
    expect(await reported("trialBalance")).not.toEqual(before);
    const reversed = await run(
      `mutation ($input: ReverseTransactionInput!) {
        reverseTransaction(input: $input) { entries { dimensions { value } } } }`,
      { input: { transactionId: id, effectiveDate: "2026-05-10" } },
    );
    expect(dataOf(reversed, "reverseTransaction")).toEqual({
      entries: [{ dimensions: [{ value: "B" }] }, { dimensions: [] }],
    });
    expect(await reported("trialBalance")).toEqual(before);
    const adjust = (dimensions: object[]) =>
      run(
        `mutation ($input: AdjustBalanceInput!) { adjustBalance(input: $input) {
          transaction { entries { dimensions { value } } } } }`,
        {
          input: {
            accountId: rent,
            balance: "5.00",
            reason: "Counted",
            effectiveDate: "2026-05-31",
            contraAccountId: fund.bank,
            dimensions,
          },
        },
      );
    expect(codeOf(await adjust([]))).toBe("DIMENSION_REQUIRED");
    expect(dataOf(await adjust(tagged("C")), "adjustBalance")).toMatchObject({
      transaction: {
        entries: [{ dimensions: [{ value: "C" }] }, { dimensions: [{ value: "C" }] }],
      },
    });
  });

  test("rules of statements and templates name values that there are", async () => {
    const rules = (value: string) =>
      run(
        `mutation ($input: SetImportRulesInput!) { setImportRules(input: $input) {
          importRules { rules { dimensions { value } } } } }`,
        {
          input: {
            accountId: fund.bank,
            replaces: 0,
            rules: [
              { contains: ["rent"], direction: "OUT", accountId: rent, dimensions: tagged(value) },
            ],
          },
        },
      );
    expect(codeOf(await rules("D"))).toBe("INVALID_INPUT");
    expect(dataOf(await rules("B"), "setImportRules")).toEqual({
      importRules: { rules: [{ dimensions: [{ value: "B" }] }] },
    });
    const content = "Date,Description,Amount\n2026-06-15,Rent June,-12.00\n";
    const imported = await run(
      `mutation ($input: ImportStatementInput!) { importStatement(input: $input) {
        posted transactions(first: 5) { nodes { entries { dimensions { value } } } } } }`,
      { input: { accountId: fund.bank, content } },
    );
    expect(dataOf(imported, "importStatement")).toEqual({
      posted: 1,
      transactions: {
        nodes: [{ entries: [{ dimensions: [] }, { dimensions: [{ value: "B" }] }] }],
      },
    });
  });

  test("the closing of a year leaves nothing on any value, and its reopening brings it back", async () => {
    const before = await reported("trialBalance");
    const of = { fundId: fund.fundId };
    await run(`mutation ($input: ClosePeriodInput!) { closePeriod(input: $input) { id } }`, {
      input: { ...of, to: "2026-06-30" },
    });
    const proposed = await run(
      `mutation ($input: ProposeYearEndInput!) { proposeYearEnd(input: $input) { id } }`,
      { input: { ...of, to: "2026-06-30" } },
    );
    const { id } = dataOf<{ id: string }>(proposed, "proposeYearEnd");
    const approved = await run(
      `mutation ($id: ID!) { approveProposal(id: $id) { status } }`,
      { id },
      bob,
    );
    expect(dataOf(approved, "approveProposal")).toEqual({ status: "APPROVED" });
    const closed = await reported("trialBalance");
    expect(
      [...closed.keys()].filter((key) => key.startsWith(rent) || key.startsWith(sales)),
    ).toEqual([]);
    const period = `(from: "2026-06-01", to: "2026-06-30")`;
    expect((await reported(`incomeStatement${period}`)).size).toBeGreaterThan(3);
    const reopened = await run(
      `mutation ($input: ReopenYearInput!) { reopenYear(input: $input) { id } }`,
      { input: { ...of, reason: "A late invoice" } },
    );
    expect(codeOf(reopened)).toBe("ok");
    expect(await reported("trialBalance")).toEqual(before);
  });
});

test("both verifiers prove the books", async () => {
  const texts: string[] = [];
  for (const bookId of [fund.fundId, tenantBookOf(ann.tenantId)]) {
    const book = { tenantId: ann.tenantId, bookId };
    expect(await verifyBook(database.pool, book)).toMatchObject({ sound: true });
    const parts: string[] = [];
    await exportBook(database.pool, book, (text) => Promise.resolve(void parts.push(text)));
    texts.push(parts.join(""));
  }
  const [ofFund = "", ofTenant = ""] = texts;
  expect(verify(ofFund, ofTenant)).toBe("sound");
});
