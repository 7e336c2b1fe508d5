import { formatAmount, parseAmount } from "@allfunds/contract/money";
import { writePdf, type PdfDocument } from "@allfunds/platform/documents/pdf";

/** A line of a report as a document shows it; amounts are decimals of the currency. */
export interface DocumentLine {
  /** Of a report by a dimension; null for what has none of it. */
  readonly value?: string | null | undefined;
  readonly code: string;
  readonly name: string;
  readonly type: string;
  readonly currency: string;
  readonly debit: string | null;
  readonly credit: string | null;
  readonly amount: string;
  readonly activity: string | null;
}

const TITLES: Readonly<Record<string, string>> = {
  "trial-balance": "Trial balance",
  "balance-sheet": "Balance sheet",
  "income-statement": "Income statement",
  "cash-flow": "Cash-flow statement",
};

/** A report as PDF: a table for each currency, with the sums of its parts. */
export const reportDocument = (
  report: string,
  facts: PdfDocument["facts"],
  lines: readonly DocumentLine[],
): Promise<Uint8Array> =>
  writePdf({
    title: TITLES[report] ?? report,
    facts,
    tables: [...Map.groupBy(lines, ({ value }) => value)].flatMap(([value, ofValue]) =>
      [...Map.groupBy(ofValue, ({ currency }) => currency)].map(([currency, own]) => {
        const table = report === "trial-balance" ? sidesOf(currency, own) : partsOf(currency, own);
        return { ...table, title: titleOf(currency, value) };
      }),
    ),
  });

/** A report by a dimension has a table for each value and currency. */
const titleOf = (currency: string, value: string | null | undefined): string =>
  value === undefined ? currency : `${value ?? "Without a value"}, ${currency}`;

type Table = PdfDocument["tables"][number];

const CODE = { name: "Code", width: 2 };
const NAME = { name: "Account", width: 5 };

/** The two sides of a trial balance, which come to the same; those of one value of a dimension need not. */
function sidesOf(currency: string, lines: readonly DocumentLine[]): Table {
  const sum = (side: "debit" | "credit"): string =>
    sumOf(
      currency,
      lines.map((line) => line[side] ?? "0"),
    );
  return {
    title: currency,
    columns: [
      CODE,
      NAME,
      { name: "Debit", width: 2, isFigure: true },
      { name: "Credit", width: 2, isFigure: true },
    ],
    rows: [
      ...lines.map(({ code, name, debit, credit }) => [code, name, debit ?? "", credit ?? ""]),
      ["", "Total", sum("debit"), sum("credit")],
    ],
  };
}

/** The lines of each part of a statement, with its sum: types of accounts, or activities of a cash flow. */
function partsOf(currency: string, lines: readonly DocumentLine[]): Table {
  const parts = Map.groupBy(lines, ({ activity, type }) => activity ?? type);
  return {
    title: currency,
    columns: [{ name: "Part", width: 2 }, CODE, NAME, { name: "Amount", width: 2, isFigure: true }],
    rows: [...parts].flatMap(([part, own]) => [
      ...own.map(({ code, name, amount }) => [part, code, name, amount]),
      [
        part,
        "",
        "Total",
        sumOf(
          currency,
          own.map(({ amount }) => amount),
        ),
      ],
    ]),
  };
}

/** A line of a report in several columns; amounts are decimals of the currency. */
interface ComparedDocumentLine extends Pick<DocumentLine, "value" | "code" | "name" | "type"> {
  readonly currency: string;
  /** Of a report by the hierarchy of the chart: 1 for what has nothing above it, and holds all beneath it. */
  readonly level?: number | undefined;
  readonly activity?: string | undefined;
  readonly amounts: readonly string[];
}

// More amounts beside each other leave too little width for the names of accounts.
const AMOUNTS_OF_A_TABLE = 3;

/** A report in several columns as PDF: tables of up to three columns for each currency, with the sums of its parts. */
export const comparativeDocument = (
  report: string,
  facts: PdfDocument["facts"],
  columns: readonly string[],
  lines: readonly ComparedDocumentLine[],
): Promise<Uint8Array> =>
  writePdf({
    title: `${TITLES[report] ?? report}, compared`,
    facts,
    tables: comparativeTables(columns, lines),
  });

export function comparativeTables(
  columns: readonly string[],
  lines: readonly ComparedDocumentLine[],
): Table[] {
  const places = [...columns.keys()].filter((place) => place % AMOUNTS_OF_A_TABLE === 0);
  return [...Map.groupBy(lines, ({ value }) => value)].flatMap(([value, ofValue]) =>
    [...Map.groupBy(ofValue, ({ currency }) => currency)].flatMap(([currency, own]) =>
      places.map((first) => {
        const shown = [first, first + AMOUNTS_OF_A_TABLE] as const;
        return {
          title: titleOf(currency, value),
          columns: [
            { name: "Part", width: 1.7 },
            CODE,
            { name: "Account", width: 3.6 },
            ...columns.slice(...shown).map((name) => ({ name, width: 2.8, isFigure: true })),
          ],
          rows: comparedRows(currency, own, shown),
        };
      }),
    ),
  );
}

/** The lines of each part with their sum, of the amounts from one place to another. */
function comparedRows(
  currency: string,
  lines: readonly ComparedDocumentLine[],
  shown: readonly [number, number],
): string[][] {
  const parts = Map.groupBy(lines, ({ activity, type }) => activity ?? type);
  return [...parts].flatMap(([part, own]) => {
    // What stands beneath another account is in that one's amount already.
    const tops = own.filter(({ level = 1 }) => level === 1);
    const [amounts = []] = own.map((line) => line.amounts);
    const sums = amounts.map((_, place) =>
      sumOf(
        currency,
        tops.map((line) => line.amounts[place] ?? "0"),
      ),
    );
    const rows = own.map(({ code, name, level = 1, amounts: all }) => [
      part,
      code,
      `${"\u00a0\u00a0".repeat(level - 1)}${name}`,
      ...all.slice(...shown),
    ]);
    return [...rows, [part, "", "Total", ...sums.slice(...shown)]];
  });
}

const sumOf = (currency: string, amounts: readonly string[]): string =>
  formatAmount(
    amounts.reduce((sum, amount) => sum + parseAmount(amount, currency), 0n),
    currency,
  );
