import type { RequestContext } from "@allfunds/platform/context";
import { newId } from "@allfunds/platform/ids";
import { dataOf, type LedgerGraph } from "../../ledger-graph.fixture.ts";

export const SHARE = "IE00B4L5Y983";
export const DOLLAR_SHARE = "US0378331005";
export const BOND = "DE0001102580";
export const SPUN_OFF = "CH0012032048";

const REGISTER =
  "mutation ($input: RegisterSecuritiesInput!) { registerSecurities(input: $input) { count } }";
const RATES =
  "mutation ($input: RecordExchangeRatesInput!) { recordExchangeRates(input: $input) { count } }";

/** Describes the securities of these tests, and records the rates of the worked example. */
export async function describeMarket(graph: LedgerGraph, context: RequestContext): Promise<void> {
  const share = { name: "Share", securityType: "EQUITY", currency: "EUR" };
  const securities = [
    { ...share, isin: SHARE },
    { ...share, isin: DOLLAR_SHARE, currency: "USD" },
    { ...share, isin: SPUN_OFF },
    {
      ...share,
      isin: BOND,
      securityType: "BOND",
      quantityDecimals: 2,
      bond: {
        couponRate: "0.0425",
        frequency: 2,
        dayCount: "ACT_ACT_ICMA",
        accruesFrom: "2023-12-31",
        maturity: "2033-12-31",
        isMonthEnd: true,
      },
    },
  ];
  dataOf(await graph.run(context, REGISTER, { input: { securities } }), "registerSecurities");
  const rates = Object.entries({
    "2026-09-30": "1.0800",
    "2026-10-15": "1.1000",
    "2026-10-23": "1.1080",
  }).map(([date, rate]) => ({ date, base: "EUR", quote: "USD", rate, source: "ECB" }));
  dataOf(await graph.run(context, RATES, { input: { rates } }), "recordExchangeRates");
}

/** Opens a fund administered from 1 September 2026 by these terms. */
export async function openAdministered(
  graph: LedgerGraph,
  context: RequestContext,
  terms: object = {},
): Promise<string> {
  const opened = await graph.run(
    context,
    'mutation { openFund(input: { name: "Portfolio", currency: "EUR" }) { id } }',
  );
  const { id: fundId } = dataOf<{ id: string }>(opened, "openFund");
  const input = {
    fundId,
    effectiveFrom: "2020-01-01",
    cutOffTime: "15:00",
    timeZone: "Europe/Luxembourg",
    ...terms,
  };
  const administered = await graph.run(
    context,
    "mutation ($input: AdministerFundInput!) { administerFund(input: $input) { effectiveFrom } }",
    { input },
  );
  dataOf(administered, "administerFund");
  return fundId;
}

export const trade = (
  side: "BUY" | "SELL",
  isin: string,
  tradeDate: string,
  quantity: string,
  price: string,
  more: object = {},
): { id: string; [member: string]: unknown } => ({
  id: newId(),
  side,
  isin,
  tradeDate,
  settlementDate: tradeDate,
  quantity,
  price,
  ...more,
});

export const RECORD_TRADES = `mutation ($input: RecordTradesInput!) {
  recordTrades(input: $input) { replayed trades { id realisedGain { amount } realisedGainBase
    realisedCurrencyGainBase accrued { amount } lots { lotId quantity cost { amount } baseCost } } } }`;

interface Balances {
  readonly trialBalance: {
    readonly lines: {
      readonly nodes: {
        readonly account: { readonly code: string };
        readonly debit: { readonly amount: string };
        readonly credit: { readonly amount: string };
      }[];
    };
  };
}

const trialBalanceOf = (field: "fund" | "shareClass"): string =>
  `query ($id: ID!, $asOf: Date) { ${field}(id: $id) { trialBalance(asOf: $asOf) {
    lines(first: 200) { nodes { account { code } debit { amount } credit { amount } } } } } }`;

const isZero = (amount: string): boolean => /^[0.]+$/.test(amount);

/** Balances of the accounts that have one, by code: debits less credits. */
export const balancesOf = (
  graph: LedgerGraph,
  context: RequestContext,
  fundId: string,
  asOf?: string,
): Promise<Record<string, string>> => readBalances(graph, context, "fund", fundId, asOf);

/** The same of a share class. */
export const balancesOfClass = (
  graph: LedgerGraph,
  context: RequestContext,
  classId: string,
  asOf?: string,
): Promise<Record<string, string>> => readBalances(graph, context, "shareClass", classId, asOf);

async function readBalances(
  graph: LedgerGraph,
  context: RequestContext,
  of: "fund" | "shareClass",
  id: string,
  asOf?: string,
): Promise<Record<string, string>> {
  const read = await graph.run(context, trialBalanceOf(of), { id, asOf });
  const { nodes } = dataOf<Balances>(read, of).trialBalance.lines;
  const signed = nodes.map(({ account, debit, credit }): [string, string] => [
    account.code,
    isZero(credit.amount) ? debit.amount : `-${credit.amount}`,
  ]);
  return Object.fromEntries(signed.filter(([, amount]) => !isZero(amount)));
}
