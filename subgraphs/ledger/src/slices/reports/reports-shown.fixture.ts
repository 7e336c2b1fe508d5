import { ask, fundId, yearOf } from "./two-years.fixture.ts";

// What the graph answers of a year: every report with its totals, lines, hierarchy and parts by strategy.

type Amounts = readonly { readonly amount: string; readonly currency?: string }[];
interface Line {
  readonly value?: string | null;
  readonly account: { readonly code: string };
  readonly activity?: string;
  readonly level?: number;
  readonly amount?: Amounts[number];
  readonly debit?: Amounts[number];
  readonly credit?: Amounts[number];
  readonly amounts?: Amounts;
  readonly columns?: readonly { readonly amounts: Amounts }[];
}
type Lines = { readonly nodes: readonly Line[] };
type Total = Readonly<Record<string, { readonly amount: string }>>;
interface Shown {
  readonly totals: readonly (Total & { readonly currency: unknown })[];
  readonly lines: Lines;
  readonly tree?: Lines;
  readonly flat?: Lines;
  readonly parts: { readonly lines: Lines };
  readonly translated?: Total;
}

const PARTS = `parts: byDimension(dimension: "strategy") { lines(first: 200) {
  nodes { value account { code } amount { amount } } } }`;
const TREE = "nodes { account { code } level amounts { amount currency } }";
const CHART = `tree(first: 200) { ${TREE} } flat: tree(first: 200, depth: 2) { ${TREE} }`;
const CODE = "account { code }";
const COMPARED = `lines(first: 200) { nodes { ${CODE} level columns { amounts { amount currency } } } }
  parts: byDimension(dimension: "strategy") { lines(first: 200) {
    nodes { value ${CODE} amounts { amount } } } }`;
const FLOW = `totals { currency opening { amount } operating { amount } investing { amount }
  financing { amount } closing { amount } }
  lines(first: 200) { nodes { ${CODE} activity amount { amount } } } ${PARTS}`;
const READ = `query ($id: ID!, $from: Date!, $to: Date!, $before: Date!, $first: Date!, $knownAt: SafeInt) { fund(id: $id) {
  trialBalance(asOf: $to, knownAt: $knownAt) { totals { currency debit { amount } credit { amount } }
    lines(first: 200) { nodes { ${CODE} debit { amount } credit { amount } } } ${CHART} ${PARTS} }
  balanceSheet(asOf: $to, knownAt: $knownAt) {
    totals { currency assets { amount } liabilities { amount } equity { amount } result { amount } }
    lines(first: 200) { nodes { ${CODE} amount { amount } } } ${CHART} ${PARTS}
    translated(currency: "USD") { assets { amount } liabilities { amount } equity { amount } result { amount } } }
  incomeStatement(from: $from, to: $to, knownAt: $knownAt) { totals { currency income { amount } expenses { amount } }
    lines(first: 200) { nodes { ${CODE} amount { amount } } } ${CHART} ${PARTS}
    translated(currency: "JPY") { income { amount } expenses { amount } } }
  direct: cashFlowStatement(from: $from, to: $to, knownAt: $knownAt, method: DIRECT) { ${FLOW} }
  indirect: cashFlowStatement(from: $from, to: $to, knownAt: $knownAt, method: INDIRECT) { ${FLOW} }
  balances: comparativeTrialBalance(days: [$before, $to], knownAt: $knownAt) { ${COMPARED} }
  sheets: comparativeBalanceSheet(days: [$before, $to], knownAt: $knownAt) { ${COMPARED} }
  incomes: comparativeIncomeStatement(periods: [{ from: $first, to: $before }, { from: $from, to: $to }], knownAt: $knownAt) { ${COMPARED} }
  flows: comparativeCashFlowStatement(periods: [{ from: $first, to: $before }, { from: $from, to: $to }], knownAt: $knownAt, method: DIRECT) {
    lines(first: 200) { nodes { ${CODE} activity amounts { amount } } } } } }`;

type Read = Record<
  "trialBalance" | "balanceSheet" | "incomeStatement" | "direct" | "indirect",
  Shown
> &
  Record<"balances" | "sheets" | "incomes", Pick<Shown, "lines" | "parts">> & {
    readonly flows: Pick<Shown, "lines">;
  };

const amountsOf = (all: Amounts): string[] =>
  all.map(({ amount, currency }) => `${amount} ${currency}`);
const totalRows = (totals: Shown["totals"], ...names: string[]) =>
  totals.map((total) => [total.currency, ...names.map((name) => total[name]?.amount)]);
const rowsOf = ({ nodes }: Lines, shape: (line: Line) => readonly unknown[]) => nodes.map(shape);
const ofPart = ({ value, account, amount }: Line) => [value, account.code, amount?.amount];
const ofTree = ({ account, level, amounts }: Line) => [
  account.code,
  level,
  amountsOf(amounts ?? []),
];
const ofCompared = ({ account, level, columns }: Line) => [
  account.code,
  level,
  ...(columns ?? []).map((column) => amountsOf(column.amounts)),
];

const plain = ({ account, amount }: Line) => [account.code, amount?.amount];

/** Everything the product shows of a year. */
export async function shown(year: number, knownAt: number) {
  const { from, to } = yearOf(year);
  const { from: first, to: before } = yearOf(year - 1);
  const variables = { id: fundId, from, to, before, first, knownAt };
  const fund = await ask<Read>("fund", READ, variables);
  const { trialBalance: trial, balanceSheet: sheet, incomeStatement: income } = fund;
  const ofReport = ({ tree, flat, parts }: Shown) => ({
    tree: rowsOf(tree ?? { nodes: [] }, ofTree),
    flat: rowsOf(flat ?? { nodes: [] }, ofTree),
    parts: rowsOf(parts.lines, ofPart),
  });
  const ofFlow = ({ totals, lines, parts }: Shown) => ({
    totals: totalRows(totals, "opening", "operating", "investing", "financing", "closing"),
    lines: rowsOf(lines, ({ account, activity, amount }) => [
      account.code,
      activity,
      amount?.amount,
    ]),
    parts: rowsOf(parts.lines, ofPart),
  });
  return {
    trial: {
      totals: totalRows(trial.totals, "debit", "credit"),
      lines: rowsOf(trial.lines, ({ account, debit, credit }) => [
        account.code,
        debit?.amount,
        credit?.amount,
      ]),
      ...ofReport(trial),
    },
    sheet: {
      totals: totalRows(sheet.totals, "assets", "liabilities", "equity", "result"),
      lines: rowsOf(sheet.lines, plain),
      ...ofReport(sheet),
      translated: Object.values(sheet.translated ?? {}).map(({ amount }) => amount),
    },
    income: {
      totals: totalRows(income.totals, "income", "expenses"),
      lines: rowsOf(income.lines, plain),
      ...ofReport(income),
      translated: Object.values(income.translated ?? {}).map(({ amount }) => amount),
    },
    direct: ofFlow(fund.direct),
    indirect: ofFlow(fund.indirect),
    compared: [fund.balances, fund.sheets, fund.incomes].map(({ lines }) =>
      rowsOf(lines, ofCompared),
    ),
    comparedFlows: rowsOf(fund.flows.lines, ({ account, activity, amounts }) => [
      account.code,
      activity,
      ...(amounts ?? []).map(({ amount }) => amount),
    ]),
  };
}
