import { setTimeout as pause } from "node:timers/promises";
import { withTransaction } from "@allfunds/platform/database";
import { rounds, type TestDatabase } from "@allfunds/platform/testing";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { lockBook, PreparedStatements } from "../../engine/batched-sql.ts";
import {
  createLedgerDatabase,
  openSmallFund,
  type SmallFund,
} from "../../ledger-database.fixture.ts";
import { dataOf, openGraph, type LedgerGraph } from "../../ledger-graph.fixture.ts";

let database: TestDatabase;
let graph: LedgerGraph;

beforeAll(async () => {
  database = await createLedgerDatabase();
  graph = await openGraph(database);
});
afterAll(async () => {
  await graph.close();
  await database.drop();
});

interface WrittenLine {
  readonly day: string;
  readonly text: string;
  readonly cents: number;
  /** The bank's own number. */
  readonly number: number;
}

const amountOf = ({ cents }: WrittenLine): string => (cents / 100).toFixed(2);
const sizeOf = ({ cents }: WrittenLine): string => (Math.abs(cents) / 100).toFixed(2);

/** The same lines as banks write them: with other texts, and with numbers of their own. */
const FORMATS: readonly ((lines: readonly WrittenLine[]) => string)[] = [
  (lines) =>
    [
      "Date,Text,Amount",
      ...lines.map((line) => `${line.day},"${line.text}",${amountOf(line)}`),
    ].join("\n"),
  (lines) =>
    [
      ":20:START",
      ":60F:C260301EUR0,00",
      ...lines.map((line) => {
        const date = line.day.replaceAll("-", "").slice(2);
        const amount = sizeOf(line).replace(".", ",");
        return `:61:${date}${line.cents < 0 ? "D" : "C"}${amount}NMSCNONREF\n:86:BANK ${line.text.toUpperCase()}`;
      }),
      "-",
    ].join("\n"),
  (lines) =>
    `<OFX><STMTRS><CURDEF>EUR${lines
      .map(
        (line) =>
          `<STMTTRN><DTPOSTED>${line.day.replaceAll("-", "")}<TRNAMT>${amountOf(line)}<FITID>N${line.number}<MEMO>${line.text}</STMTTRN>`,
      )
      .join("\n")}</STMTRS></OFX>`,
  (lines) =>
    `!Type:Bank\n${lines.map((line) => `D${line.day}\nT${amountOf(line)}\nM${line.text}\n^`).join("\n")}`,
];

const dayLines = fc.array(
  fc.record({
    text: fc.constantFrom("Rent", "Coffee", "Fee"),
    cents: fc.integer({ min: -4, max: 4 }).filter((cents) => cents !== 0),
  }),
  { minLength: 1, maxLength: 4 },
);

/** A month, some files with some of its lines in any order and format, and the format of a last file with all. */
const monthInFiles = fc.array(dayLines, { minLength: 2, maxLength: 6 }).chain((days) => {
  const lines = days.flatMap((some, day) =>
    some.map((line, nth) => ({ ...line, day: `2026-03-${10 + day}`, number: day * 10 + nth })),
  );
  const format = fc.nat(FORMATS.length - 1);
  const file = fc.tuple(format, fc.subarray(lines, { minLength: 1 }), fc.nat(9));
  return fc.tuple(fc.constant(lines), fc.array(file, { maxLength: 3 }), format);
});

const rotated = <Line>(lines: readonly Line[], by: number): Line[] => [
  ...lines.slice(by % lines.length),
  ...lines.slice(0, by % lines.length),
];

const IMPORT =
  "mutation ($input: ImportStatementInput!) { importStatement(input: $input) { posted } }";
const POSTED = `query ($id: ID!) { account(id: $id) { entries(first: 200) { nodes {
  side amount { amount } transaction { effectiveDate } } } } }`;

interface Posted {
  readonly entries: {
    readonly nodes: readonly {
      readonly side: string;
      readonly amount: { readonly amount: string };
      readonly transaction: { readonly effectiveDate: string };
    }[];
  };
}

async function postedIn({ context, bank }: SmallFund): Promise<string[]> {
  const { entries } = dataOf<Posted>(await graph.run(context, POSTED, { id: bank }), "account");
  return entries.nodes
    .map(({ side, amount, transaction }) => `${transaction.effectiveDate} ${side} ${amount.amount}`)
    .sort();
}

it("the lines of a month make the same book, each once, in whatever parts, orders and formats they come", async () => {
  await fc.assert(
    fc.asyncProperty(monthInFiles, async ([lines, parts, last]) => {
      const fund = await openSmallFund(graph.books);
      const take = async (format: number, some: readonly WrittenLine[]): Promise<void> => {
        const input = { accountId: fund.bank, content: FORMATS[format]?.(some) };
        dataOf(await graph.run(fund.context, IMPORT, { input }), "importStatement");
      };
      for (const [format, some, by] of parts) await take(format, rotated(some, by));
      await take(last, lines);
      const expected = lines.map(
        (line) => `${line.day} ${line.cents < 0 ? "CREDIT" : "DEBIT"} ${sizeOf(line)}`,
      );
      expect(await postedIn(fund)).toEqual(expected.sort());
    }),
    { numRuns: rounds(12, 200) },
  );
});

it("files of several formats that come at one moment make the same book, each line once", async () => {
  const fund = await openSmallFund(graph.books);
  const { tenantId } = fund.context;
  const lines = ["Rent", "Fee"].map((text, at) => ({
    day: `2026-03-1${at}`,
    text,
    cents: at - 3,
    number: at,
  }));
  // All of them are compared with the book before one can be written to it.
  const answers = await withTransaction(database.pool, { tenantId }, async (client) => {
    await lockBook(new PreparedStatements(client), { tenantId, bookId: fund.fundId });
    const started = FORMATS.map((format) => {
      const input = { accountId: fund.bank, content: format(lines) };
      return graph.run(fund.context, IMPORT, { input });
    });
    await pause(500);
    return started;
  });
  const posted = (await Promise.all(answers)).map(
    (answer) => dataOf<{ posted: number }>(answer, "importStatement").posted,
  );
  expect(posted.filter((each) => each > 0)).toEqual([2]);
  expect(await postedIn(fund)).toEqual(["2026-03-10 CREDIT 0.03", "2026-03-11 CREDIT 0.02"]);
});
