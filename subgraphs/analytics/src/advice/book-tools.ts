import { moneyToJson, parseAmount } from "@allfunds/contract/money";
import type { Money, MoneyJson } from "@allfunds/contract/money";
import { z } from "zod";
import { calculate } from "./calculate.ts";
import type { Fact, NewFact } from "./fact.ts";
import {
  AdviceBalancesDocument,
  AdviceCashFlowsDocument,
  AdviceSpendingDocument,
} from "./graph/graph-types.generated.ts";
import { addDays, PERIOD_NAMES, periodOf, spanOf, type Period } from "./period.ts";
import { defineTool, metricFact, moneyFact, ofEachFund } from "./tool.ts";

const day = z.iso.date();
export const limit = z.int().min(1).max(20).default(5);

/** A period by name, or days from and to; the last 30 days when neither is given. */
export const periodInput = {
  period: z.enum(PERIOD_NAMES).optional().describe("A period by name."),
  from: day.optional().describe("First day, when the period has no name."),
  to: day.optional().describe("Last day, when the period has no name."),
};

const DEFAULT_DAYS = 30;

export function periodFrom(
  input: z.output<z.ZodObject<typeof periodInput>>,
  today: string,
): Period {
  if (input.period !== undefined) return periodOf(input.period, today);
  const to = input.to ?? today;
  return spanOf(input.from ?? addDays(to, 1 - DEFAULT_DAYS), to) as Period;
}

export const during = ({ name }: Period) => (name === null ? {} : { period: name });

/** Cash, net asset value, other currencies, burn and runway, and each cash account's balance. */
export const balances = defineTool({
  name: "balances",
  description: "Cash, net asset value, amounts in other currencies, runway, cash accounts.",
  input: z.object({}),
  run: (_input, context) =>
    ofEachFund(context, async ({ id }) => {
      const { fund } = await context.graph(AdviceBalancesDocument, { fundId: id });
      const { metrics, accounts } = fund ?? {};
      if (metrics === null || metrics === undefined) return [];
      const at = { asOf: metrics.asOf, position: metrics.position };
      const level = (metric: string, label: string, money: typeof metrics.cash, measure: string) =>
        money === null
          ? []
          : [
              moneyFact(
                money,
                label,
                { measures: [measure] },
                { ...at, source: { kind: "METRIC", metric } },
              ),
            ];
      return [
        ...level("CASH", "cash", metrics.cash, "CASH"),
        ...level("NET_ASSET_VALUE", "net asset value", metrics.netAssetValue, "NAV"),
        ...metrics.otherCurrencies.flatMap((money) =>
          level("NET_ASSET_VALUE", `net assets held in ${money.currency}`, money, "NAV"),
        ),
        ...metrics.values.flatMap((metric) =>
          metricFact(
            metric,
            { measures: [metric.metric === "RUNWAY_MONTHS" ? "RUNWAY" : "BURN"] },
            at,
          ),
        ),
        ...cashAccounts(accounts?.nodes ?? [], at),
      ];
    }),
});

interface BalanceOfAccount {
  readonly name: string;
  readonly countsAsCash: boolean;
  readonly balance: { readonly amount: string; readonly currency: string };
}

const cashAccounts = (
  accounts: readonly BalanceOfAccount[],
  at: Pick<NewFact, "asOf" | "position">,
): NewFact[] =>
  accounts
    .filter(({ countsAsCash }) => countsAsCash)
    .flatMap(({ name, balance }) => {
      const source = { kind: "METRIC", metric: "BALANCE" } as const;
      const row = { ...at, group: `account ${name}`, source };
      return [
        {
          kind: "TEXT",
          value: name,
          label: "cash account",
          terms: { measures: [] },
          ...row,
        } as const,
        moneyFact(balance, "balance of a cash account", { measures: ["CASH"] }, row),
      ];
    });

/** Categories that are fees in the sense of a question about fees. */
const FEE_CATEGORIES: readonly string[] = [
  "MANAGEMENT_FEE",
  "PERFORMANCE_FEE",
  "ADMINISTRATION_FEE",
  "CUSTODY_FEE",
  "REGULATORY_FEE",
  "BANK_CHARGES",
];
const OWN = "OWN_TRANSFER";

/** Received and paid by category, and their totals by currency; transfers between own accounts count in none. */
export const spending = defineTool({
  name: "income_and_spending",
  description:
    "Received and paid per category in a period, with totals of fees, payments and receipts.",
  input: z.object({
    ...periodInput,
    category: z.string().optional().describe("Only this category's code."),
  }),
  run: (input, context) => {
    const period = periodFrom(input, context.today);
    const { from, to } = period;
    return ofEachFund(context, async ({ id }) => {
      const { fund } = await context.graph(AdviceSpendingDocument, { fundId: id, from, to });
      const rows = (fund?.spendingByCategory ?? []).filter(
        ({ category: { code } }) => code !== OWN && (input.category ?? code) === code,
      );
      const at = { asOf: to, position: fund?.position ?? null };
      const facts = rows.flatMap((each) => categoryFacts(each, period, at));
      return [...facts, ...totals(facts, period)];
    });
  },
});

interface CategoryRow {
  readonly category: { readonly code: string; readonly name: string };
  readonly inflow: { readonly amount: string; readonly currency: string };
  readonly outflow: { readonly amount: string; readonly currency: string };
  readonly transactions: number;
}

const isZero = ({ amount }: { amount: string }) => /^-?[0.]+$/.test(amount);

function categoryFacts(
  { category, inflow, outflow, transactions }: CategoryRow,
  period: Period,
  at: Pick<NewFact, "asOf" | "position">,
): NewFact[] {
  const measures = [category.code];
  const source = { kind: "METRIC", metric: `SPENDING_BY_CATEGORY ${category.code}` } as const;
  const row = { ...at, source, group: `category ${category.code} ${outflow.currency}` };
  const terms = { measures, ...during(period) };
  return [
    { kind: "TEXT", value: category.name, label: "category", terms: { measures: [] }, ...row },
    ...(isZero(outflow)
      ? []
      : [
          moneyFact(
            outflow,
            `${category.name}, paid`,
            { ...terms, measures: [...measures, "PAID"] },
            row,
          ),
        ]),
    ...(isZero(inflow)
      ? []
      : [
          moneyFact(
            inflow,
            `${category.name}, received`,
            { ...terms, measures: [...measures, "GOT"] },
            row,
          ),
        ]),
    {
      kind: "COUNT",
      value: String(transactions),
      label: `${category.name}, transactions`,
      terms,
      ...row,
    },
  ];
}

/** Sums by currency: paid in all, received in all, and paid on fees. */
function totals(facts: readonly NewFact[], period: Period): NewFact[] {
  const of = (measure: string, codes?: readonly string[]) =>
    facts.filter(
      ({ kind, terms: { measures } }) =>
        kind === "MONEY" &&
        measures.includes(measure) &&
        (codes === undefined || measures.some((each) => codes.includes(each))),
    );
  return [
    ...sums(of("PAID"), "paid in total", "OUTFLOW", period),
    ...sums(of("GOT"), "received in total", "INFLOW", period),
    ...sums(of("PAID", FEE_CATEGORIES), "paid on fees in total", "FEES", period),
  ];
}

function sums(
  facts: readonly NewFact[],
  label: string,
  measure: string,
  period: Period,
): NewFact[] {
  const currencies = [...new Set(facts.map(({ currency }) => currency))];
  return currencies.map((currency) => {
    const parts = facts
      .filter((fact) => fact.currency === currency)
      .map((fact): Fact => ({
        currency: null,
        asOf: null,
        position: null,
        fundId: null,
        isChange: false,
        group: null,
        ...fact,
        id: "",
      }));
    const total = calculate("SUM", parts, label);
    const source = { kind: "METRIC", metric: `SPENDING_BY_CATEGORY ${measure}` } as const;
    return {
      ...total,
      source,
      isChange: false,
      terms: { measures: [measure], ...during(period), ranks: ["TOTAL"] },
    };
  });
}

/** The sum of flows; null when there are none, or one lacks an exchange rate. */
function totalOf(flows: readonly (MoneyJson | null)[]): Money | null {
  const currency = flows[0]?.currency;
  if (currency === undefined) return null;
  let minor = 0n;
  for (const flow of flows) {
    if (flow === null) return null;
    minor += parseAmount(flow.amount, currency);
  }
  return { minor, currency };
}

/** Cash in, cash out and net flow of a period, in the fund's currency. */
export const cashFlows = defineTool({
  name: "cash_flows",
  description: "Cash that came in and went out in a period, and the net flow.",
  input: z.object(periodInput),
  run: (input, context) => {
    const period = periodFrom(input, context.today);
    const { from, to } = period;
    return ofEachFund(context, async ({ id }) => {
      const { fund } = await context.graph(AdviceCashFlowsDocument, { fundId: id, from, to });
      const points = fund?.cashFlows ?? [];
      const [inflow, outflow] = [
        totalOf(points.map((point) => point.inflow)),
        totalOf(points.map((point) => point.outflow)),
      ];
      const net =
        inflow && outflow
          ? { minor: inflow.minor - outflow.minor, currency: inflow.currency }
          : null;
      const fact = (money: Money | null, label: string, measure: string, isChange = false) =>
        money === null
          ? []
          : [
              moneyFact(
                moneyToJson(money),
                label,
                { measures: [measure], ...during(period), ranks: ["TOTAL"] },
                {
                  asOf: to,
                  position: fund?.position ?? null,
                  isChange,
                  source: { kind: "METRIC", metric: measure },
                },
              ),
            ];
      return [
        ...fact(inflow, "cash in", "INFLOW"),
        ...fact(outflow, "cash out", "OUTFLOW"),
        ...fact(net, "net cash flow", "NET_FLOW", true),
      ];
    });
  },
});
