import type * as Graph from "@allfunds/graph-tools/fake-graph";
import type { AnalyticsJobs } from "./analytics-jobs.ts";
import { money, type Transaction } from "./books.ts";
import type { Caller } from "./caller.ts";
import { codedError } from "./coded-error.ts";
import { fundMetrics, inCurrency, monthly, ratesTo, repeatLastMonth } from "./figures.ts";
import { transactionValue } from "./ledger-resolvers.ts";
import { fundOf, transactionOf, type GraphState } from "./state.ts";

/** What has no exchange rate where a switch makes figures unknown. */
const DOLLARS = { amount: "12.00", currency: "USD" };

/** What metrics and analytics add to funds and transactions. */
export function figureResolvers(
  state: GraphState,
  categoryOf: (of: Transaction) => Graph.FakeValue<Graph.TransactionCategory>,
  jobs: AnalyticsJobs,
): Graph.Resolvers<Caller> {
  const { switches } = state;
  /** The value, unless a test has set the field to null. */
  const unlessNull = <Value>(field: string, value: () => Value): Value | null =>
    switches.nulls.has(field) ? null : value();

  return {
    Query: {
      modelStatus: () => ({
        state: "NO_KEY",
        reason: "The built-in model answers: the system has no key of a language model.",
      }),
    },
    Mutation: {
      startAnswer: (_, { input: { question, fundId } }) => {
        const fund = fundOf(state, fundId ?? "");
        const answer = question.includes("cash") ? cashAnswer(fund) : NO_ANSWER;
        return jobs.finish("answer", { question, answer });
      },
    },
    Fund: {
      metrics: ({ id }, { currency }) =>
        unlessNull("Fund.metrics", () => {
          if (switches.figuresFail)
            throw codedError("UPSTREAM_UNAVAILABLE", "Metrics are unavailable.");
          const metrics = fundMetrics(fundOf(state, id), currency);
          return switches.nulls.has("FundMetrics.netAssetValue")
            ? withoutNetAssetValue(metrics)
            : metrics;
        }),
      balanceHistory: ({ id }, { from, to, currency }) =>
        unlessNull("Fund.balanceHistory", () => {
          const fund = fundOf(state, id);
          const unknown = switches.nulls.has("BalancePoint.cash") ? 1 : 0;
          const months = monthly(fund);
          // A single day has what the month before it ended with.
          const wanted = to != null && from === to ? months.slice(-1) : months;
          return wanted.map(({ date, cash, netAssetValue }, index) => ({
            date: wanted === months ? date : (to ?? date),
            cash: index < unknown ? null : inCurrency(cash, fund, currency),
            netAssetValue: index < unknown ? null : inCurrency(netAssetValue, fund, currency),
            withoutRate: index < unknown ? [DOLLARS] : [],
            rates: ratesTo(fund, currency, date),
          }));
        }),
      cashFlows: ({ id }) =>
        unlessNull("Fund.cashFlows", () => {
          const fund = fundOf(state, id);
          const months = monthly(fund);
          const unknown = switches.nulls.has("CashFlowPoint.net") ? months.length - 2 : Infinity;
          return months.map(({ date, inflow, outflow }, index) => ({
            period: date,
            inflow: index < unknown ? money(inflow, fund.currency) : null,
            outflow: money(outflow, fund.currency),
            net: index < unknown ? money(inflow - outflow, fund.currency) : null,
            withoutRate: index < unknown ? [] : [DOLLARS],
          }));
        }),
      forecast: ({ id }, { horizon, asOf }) =>
        unlessNull("Fund.forecast", () => {
          const forecast = repeatLastMonth(fundOf(state, id), horizon, asOf);
          if (!forecast) {
            throw codedError("INSUFFICIENT_DATA", "A forecast needs 12 months of history.");
          }
          return forecast;
        }),
      insights: ({ id }) =>
        unlessNull("Fund.insights", () => ({
          nodes: [
            {
              id: `${id}-insight`,
              kind: "UNUSUAL_AMOUNT" as const,
              severity: "MEDIUM" as const,
              message:
                "390000.93 EUR is unusual for subscription: the middle of 12 earlier ones is 210000.50 EUR.",
              effectiveDate: fundOf(state, id).transactions[0]?.effectiveDate ?? "2026-11-22",
              transaction: { id: fundOf(state, id).transactions[0]?.id ?? "" },
              evidence: [
                { name: "category", value: "SUBSCRIPTION" },
                { name: "amount", value: "390000.93" },
                { name: "median", value: "210000.50" },
                { name: "observations", value: "12" },
                { name: "robustScore", value: "9.10" },
                { name: "currency", value: "EUR" },
              ],
            },
          ],
        })),
      predictions: ({ id }) =>
        unlessNull("Fund.predictions", () => ({
          expectedCashFlows: [
            {
              id: `${id}-rent`,
              state: "OVERDUE" as const,
              date: "2026-12-01",
              overdueSince: "2026-11-02",
              direction: "OUT" as const,
              counterparty: "Landlord Ltd",
              description: "Office rent",
              rule: "on day 1 of each month, or the business day after",
              rhythm: {
                kind: "MONTH_DAYS" as const,
                every: 1,
                weekday: null,
                days: [1],
                nth: null,
                exceptMonths: [],
                roll: "FOLLOWING" as const,
              },
              confidence: 0.9,
              amount: { amount: "6500.00", currency: fundOf(state, id).currency },
              amountChange: { message: "price rose 30 %", percent: 30, since: "2026-06-01" },
              evidence: fundOf(state, id)
                .transactions.slice(-1)
                .map((last) => ({
                  transaction: transactionValue(last),
                  date: last.effectiveDate,
                  amount: { amount: "6500.00", currency: last.fund.currency },
                })),
            },
          ],
        })),
      spendingByCategory: ({ id }) =>
        unlessNull("Fund.spendingByCategory", () => {
          const { currency } = fundOf(state, id);
          return [
            {
              category: { code: "fee", name: "Fee" },
              outflow: money(8_219_180n, currency),
              inflow: money(0n, currency),
              transactions: 14,
            },
          ];
        }),
    },
    Transaction: {
      category: ({ id }) =>
        unlessNull("Transaction.category", () => categoryOf(transactionOf(state, id))),
    },
  };
}

/** A fund that holds other currencies has no net asset value, and its metric has the reason. */
function withoutNetAssetValue(
  metrics: Graph.FakeValue<Graph.FundMetrics>,
): Graph.FakeValue<Graph.FundMetrics> {
  const unavailable =
    "There is no exchange rate on or before 2026-11-22 for what the fund also holds: it holds 12.00 USD.";
  const absence = {
    code: "NO_RATE_FOR_HELD",
    arguments: [
      { name: "day", value: "2026-11-22" },
      { name: "amounts", value: "12.00 USD" },
    ],
  };
  return {
    ...metrics,
    netAssetValue: null,
    values: (metrics.values ?? []).map((metric) =>
      metric.name === "netAssetValue" ? { ...metric, money: null, unavailable, absence } : metric,
    ),
  };
}

const NO_ANSWER = {
  outcome: "OUTSIDE" as const,
  by: "TEMPLATES" as const,
  model: null,
  language: "EN" as const,
  sentences: [{ text: "I cannot answer this. You can ask about cash.", factIds: [] }],
  facts: [],
  asOf: null,
  position: null,
  refusedSentences: 0,
  sent: [],
};

/** The fund's cash, as templates answer. */
function cashAnswer(fund: ReturnType<typeof fundOf>) {
  const { amount, currency } = fundMetrics(fund).cash ?? {
    amount: "0.00",
    currency: fund.currency,
  };
  const text = `${amount} ${currency}`;
  return {
    ...NO_ANSWER,
    outcome: "ANSWERED" as const,
    sentences: [{ text: `Cash stands at ${text}.`, factIds: ["f1"] }],
    facts: [
      {
        id: "f1",
        label: "cash",
        value: amount,
        text,
        unit: "MONEY" as const,
        currency,
        asOf: "2026-11-22",
        position: fund.position,
        fundId: fund.id,
        transaction: null,
        metric: "CASH",
        calculation: null,
        calculatedFrom: [],
      },
    ],
    asOf: "2026-11-22",
    position: fund.position,
  };
}
