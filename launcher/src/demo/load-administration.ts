import { z } from "zod";
import {
  ADMINISTERED_FUND,
  CLASSES,
  DIVIDEND,
  INVESTORS,
  MONTHS,
  PRICES,
  RATES,
  SECURITIES,
  TERMS,
  WAITING_ORDERS,
  type DemoMonth,
} from "./administered-fund.ts";
import { askGraph, type Graph } from "./graph-client.ts";

/** The graph as the person who keeps the fund, and as the one who publishes its NAVs. */
export interface TwoPersons {
  readonly maker: Graph;
  readonly publisher: Graph;
}

/**
 * Keeps a fund for four months: register, portfolio, prices, and the NAVs that another person publishes.
 * Each step has a key of its own, so a load that was interrupted goes on where it stopped.
 */
export async function loadAdministration(
  persons: TwoPersons,
  report: (line: string) => void,
): Promise<void> {
  const { maker } = persons;
  const { key: _, ...fund } = ADMINISTERED_FUND;
  await take(maker, OPEN_FUND, fund, "fund");
  await take(maker, ADMINISTER, TERMS, "terms");
  for (const shareClass of CLASSES) await take(maker, OPEN_CLASS, shareClass, shareClass.code);
  await take(maker, INVESTORS_IN, { investors: INVESTORS }, "investors");
  await take(maker, SECURITIES_IN, { securities: SECURITIES }, "securities");
  await take(maker, RATES_IN, { rates: RATES }, "rates");
  await take(maker, PRICES_IN, { prices: PRICES }, "prices");
  for (const month of MONTHS) await keepMonth(month, persons);
  await placeOrders(maker, WAITING_ORDERS, "waiting");
  report(`demo: ${MONTHS.length} NAVs of ${fund.name} published`);
}

async function keepMonth(month: DemoMonth, { maker, publisher }: TwoPersons): Promise<void> {
  const { navDate, valuationId, orders, trades, settledOn } = month;
  await placeOrders(maker, orders, navDate);
  if (trades.length > 0) await recordTrades(maker, month);
  if (navDate.startsWith(DIVIDEND.action.exDate.slice(0, 7))) await payDividend(maker);
  const input = { id: valuationId, fundId: ADMINISTERED_FUND.id, navDate };
  await take(maker, CALCULATE, input, `nav-${navDate}`);
  await askGraph(publisher, PUBLISH, { id: valuationId }, z.unknown(), `demo-publish-${navDate}`);
  for (const { id: orderId } of orders) {
    await take(maker, SETTLE_ORDER, { orderId, date: settledOn }, `settle-${orderId}`);
  }
}

async function recordTrades(maker: Graph, { navDate, trades }: DemoMonth): Promise<void> {
  const fundId = ADMINISTERED_FUND.id;
  await take(maker, TRADES_IN, { fundId, trades }, `trades-${navDate}`);
  const tradeIds = trades.map(({ id }) => id);
  await take(maker, SETTLE_TRADES, { fundId, tradeIds }, `settle-trades-${navDate}`);
}

async function payDividend(maker: Graph): Promise<void> {
  const { action } = DIVIDEND;
  await take(maker, ACTION, action, "dividend");
  await take(maker, PAY_ACTION, { actionId: action.id, date: action.payDate }, "dividend-paid");
}

const placeOrders = (maker: Graph, orders: readonly object[], name: string): Promise<void> =>
  take(maker, ORDERS_IN, { orders, mode: "ATOMIC" }, `orders-${name}`);

/** Sends one mutation under a key of its own. */
async function take(graph: Graph, mutation: string, input: object, step: string): Promise<void> {
  await askGraph(graph, mutation, { input }, z.unknown(), `demo-administration-${step}`);
}

const mutation = (field: string, input: string, selection = "{ id }"): string =>
  `mutation ($input: ${input}!) { ${field}(input: $input) ${selection} }`;

const OPEN_FUND = mutation("openFund", "OpenFundInput");
const ADMINISTER = mutation("administerFund", "AdministerFundInput");
const OPEN_CLASS = mutation("openShareClass", "OpenShareClassInput");
const INVESTORS_IN = mutation("registerInvestors", "RegisterInvestorsInput", "{ count }");
const SECURITIES_IN = mutation("registerSecurities", "RegisterSecuritiesInput", "{ count }");
const RATES_IN = mutation("recordExchangeRates", "RecordExchangeRatesInput", "{ count }");
const PRICES_IN = mutation("recordPrices", "RecordPricesInput", "{ count }");
const ORDERS_IN = mutation("placeOrders", "PlaceOrdersInput", "{ refused }");
const SETTLE_ORDER = mutation("settleOrder", "SettleOrderInput");
const TRADES_IN = mutation("recordTrades", "RecordTradesInput", "{ replayed }");
const SETTLE_TRADES = mutation("settleTrades", "SettleTradesInput");
const ACTION = mutation("recordPortfolioAction", "RecordPortfolioActionInput");
const PAY_ACTION = mutation("payPortfolioAction", "PayPortfolioActionInput");
const CALCULATE = mutation("calculateNav", "CalculateNavInput");
const PUBLISH = "mutation ($id: ID!) { publishNav(id: $id) { id } }";
