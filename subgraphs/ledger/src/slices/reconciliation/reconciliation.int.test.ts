import { afterAll, beforeAll, expect, it } from "vitest";
import type { TestDatabase } from "@allfunds/platform/testing";
import {
  createLedgerDatabase,
  openSmallFund,
  payIn,
  type SmallFund,
} from "../../ledger-database.fixture.ts";
import { codeOf, dataOf, openGraph, type LedgerGraph } from "../../ledger-graph.fixture.ts";
import { verifyBook } from "../../evidence/verify-book.ts";

let database: TestDatabase;
let graph: LedgerGraph;
let fund: SmallFund;

beforeAll(async () => {
  database = await createLedgerDatabase();
  graph = await openGraph(database);
  fund = await openSmallFund(graph.books);
});
afterAll(async () => {
  await graph.close();
  await database.drop();
});

const CSV = `Date;Text;Amount
2026-03-02;Rent of March;-500.00
2026-03-03;Invoice 4711;200.00
2026-03-04;Card payment one;-20.00
2026-03-04;Card payment two;-30.00`;

const IMPORT = `mutation ($input: ImportStatementInput!) {
  importStatement(input: $input) { id posted possibleDuplicates { description } } }`;
const RECONCILIATION = `
  isReconciled difference { amount } unexplained { amount } lineCount transactionCount
  items { side statementId line transactionId ageDays amount { amount } owner explanation isClosed }
  suggestions { lines { statementId line } transactionIds score reasons }`;
const READ = `query ($id: ID!, $asOf: Date) {
  account(id: $id) {
    reconciliation(asOf: $asOf) { ${RECONCILIATION} }
    statementMatches { nodes { id amount { amount } note unmatchReason } }
  } }`;
const MATCH = `mutation ($input: MatchStatementLinesInput!) {
  matchStatementLines(input: $input) { id amount { amount } } }`;
const UNMATCH = `mutation ($input: UnmatchStatementLinesInput!) {
  unmatchStatementLines(input: $input) { id unmatchReason } }`;
const UPDATE = `mutation ($input: UpdateReconcilingItemInput!) {
  updateReconcilingItem(input: $input) { items { transactionId owner explanation isClosed } } }`;
const CONFIRM = `mutation ($input: StatementLinesInput!) { confirmStatementLines(input: $input) { id } }`;

interface Suggested {
  readonly lines: readonly { readonly statementId: string; readonly line: number }[];
  readonly transactionIds: readonly string[];
}
interface Read {
  readonly reconciliation: {
    readonly isReconciled: boolean;
    readonly lineCount: number;
    readonly transactionCount: number;
    readonly items: readonly object[];
    readonly suggestions: readonly Suggested[];
  };
  readonly statementMatches: { readonly nodes: readonly object[] };
}

const run = (text: string, input: object) => graph.run(fund.context, text, { input });
const read = async (): Promise<Read> =>
  dataOf<Read>(
    await graph.run(fund.context, READ, { id: fund.bank, asOf: "2026-03-31" }),
    "account",
  );

async function post(amount: string, effectiveDate: string, isPaidIn: boolean): Promise<string> {
  const [debited, credited] = isPaidIn ? [fund.bank, fund.capital] : [fund.capital, fund.bank];
  const [event] = await graph.books.execute(
    fund.context,
    payIn(fund, amount, {
      effectiveDate,
      entries: [
        { accountId: debited, side: "DEBIT", amount },
        { accountId: credited, side: "CREDIT", amount },
      ],
    }),
  );
  if (event === undefined) throw new Error("it was posted");
  return (event.payload as { transactionId: string }).transactionId;
}

it("postings of the account are matched with the lines that a statement leaves out for them", async () => {
  const rent = await post("500.00", "2026-03-02", false);
  const invoice = await post("200.00", "2026-03-03", true);
  const other = await post("20.00", "2026-03-04", false);
  const input = { accountId: fund.bank, content: CSV, comparesPostings: true };
  const imported = dataOf<{ id: string }>(await run(IMPORT, input), "importStatement");
  expect(imported).toMatchObject({ posted: 1, possibleDuplicates: [{}, {}, {}] });

  const before = await read();
  expect(before.reconciliation).toMatchObject({
    isReconciled: false,
    lineCount: 3,
    transactionCount: 3,
  });
  const { suggestions } = before.reconciliation;
  expect(suggestions.map(({ lines, transactionIds }) => [lines[0]?.line, transactionIds])).toEqual(
    expect.arrayContaining([
      [1, [rent]],
      [2, [invoice]],
      [3, [other]],
    ]),
  );

  const ids: string[] = [];
  for (const { lines, transactionIds } of suggestions) {
    const matched = await run(MATCH, { accountId: fund.bank, lines, transactionIds, note: "Same" });
    ids.push(dataOf<{ id: string }>(matched, "matchStatementLines").id);
  }
  const after = await read();
  expect(after.reconciliation).toMatchObject({ lineCount: 0, transactionCount: 0, items: [] });
  expect(after.statementMatches.nodes).toHaveLength(3);

  const line = { statementId: imported.id, line: 1 };
  const again = { accountId: fund.bank, lines: [line], transactionIds: [rent] };
  expect(codeOf(await run(MATCH, again))).toBe("ALREADY_MATCHED");
  const confirmed = await run(CONFIRM, { statementId: imported.id, lines: [1] });
  expect(codeOf(confirmed)).toBe("ALREADY_MATCHED");

  const matchId = ids[suggestions.findIndex(({ lines }) => lines[0]?.line === 1)];
  const undone = await run(UNMATCH, { matchId, reason: "Another month" });
  expect(dataOf(undone, "unmatchStatementLines")).toMatchObject({ unmatchReason: "Another month" });
  expect(codeOf(await run(UNMATCH, { matchId, reason: "Twice" }))).toBe("NOT_FOUND");
  expect((await read()).reconciliation).toMatchObject({ lineCount: 1, transactionCount: 1 });
  const unlike = { ...again, transactionIds: [rent, await post("1.00", "2026-03-05", true)] };
  expect(codeOf(await run(MATCH, unlike))).toBe("MATCH_UNBALANCED");
  const [posted] = [{ ...again, lines: [{ ...line, line: 4 }] }];
  expect(codeOf(await run(MATCH, posted))).toBe("STATEMENT_INVALID");

  const known = { transactionId: rent, owner: "ann", explanation: "Paid in cash", isClosed: true };
  const updated = await run(UPDATE, { accountId: fund.bank, ...known });
  expect(dataOf<{ items: object[] }>(updated, "updateReconcilingItem").items).toContainEqual(known);
  const bare = { accountId: fund.bank, line, isClosed: true };
  expect(codeOf(await run(UPDATE, bare))).toBe("INVALID_INPUT");
  const book = { tenantId: fund.context.tenantId, bookId: fund.fundId };
  expect(await verifyBook(database.pool, book)).toMatchObject({ sound: true });
});

it("a line is never posted silently beside what was posted for it by hand some days before", async () => {
  const own = await openSmallFund(graph.books);
  fund = own;
  await post("75.00", "2026-05-04", false);
  await post("30.00", "2026-05-20", true);
  const rows = [
    "2026-05-05,An invoice that the bank words otherwise,-75.00",
    "2026-05-05,The same amount again,-75.00",
    "2026-05-06,As much on the other side,75.00",
    "2026-05-27,A week later,30.00",
  ];
  const content = ["Date,Text,Amount", ...rows].join("\n");
  const imported = dataOf(await run(IMPORT, { accountId: own.bank, content }), "importStatement");
  expect(imported).toMatchObject({
    posted: 3,
    possibleDuplicates: [{ description: "An invoice that the bank words otherwise" }],
  });
  const later = "Date,Text,Amount\n2026-05-21,Paid in,30.00";
  const beside = { accountId: own.bank, content: later, comparesPostings: false };
  expect(dataOf(await run(IMPORT, beside), "importStatement")).toMatchObject({ posted: 1 });
});
