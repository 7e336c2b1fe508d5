import { isIsin } from "@allfunds/contract/identifiers";
import type { RequestContext } from "@allfunds/platform/context";
import { newId } from "@allfunds/platform/ids";
import { dataOf, signedIn, type LedgerGraph } from "../ledger-graph.fixture.ts";
import {
  describeMarket,
  openAdministered,
  RECORD_TRADES,
  SHARE,
  trade,
} from "../slices/trades/portfolio.fixture.ts";

const KINDS = [
  "shareClass",
  "investor",
  "order",
  "trade",
  "currencyTrade",
  "action",
  "valuation",
] as const;
export type AdministrationIds = Readonly<Record<(typeof KINDS)[number], string>>;

/** Ids of nothing, for an owner without an administered fund. */
export const noAdministration = (): AdministrationIds =>
  Object.fromEntries(KINDS.map((kind) => [kind, newId()])) as AdministrationIds;

const OPEN_CLASS = `mutation ($input: OpenShareClassInput!) { openShareClass(input: $input) { id } }`;
const REGISTER = `mutation ($input: RegisterInvestorsInput!) { registerInvestors(input: $input) { ids } }`;
const PLACE = `mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { id } }`;
const SPLIT = `mutation ($input: RecordPortfolioActionInput!) { recordPortfolioAction(input: $input) { id } }`;
const EXCHANGE = `mutation ($input: RecordCurrencyTradeInput!) { recordCurrencyTrade(input: $input) { id } }`;
const CALCULATE = `mutation ($input: CalculateNavInput!) { calculateNav(input: $input) { id } }`;

let opened = 0;

/** A security code that no other fund of the tests has. */
function nextIsin(): string {
  opened += 1;
  const body = `QSPRB${String(opened).padStart(6, "0")}`;
  return Array.from({ length: 10 }, (_, digit) => `${body}${digit}`).find(isIsin) ?? "";
}

/** An administered fund of the owner with one of everything that fund administration has. */
export async function openAdministration(
  graph: LedgerGraph,
  context: RequestContext,
): Promise<AdministrationIds> {
  const owner = signedIn("owner", { overrides: context });
  const give = async <Data>(name: string, text: string, input: object): Promise<Data> =>
    dataOf<Data>(await graph.run(owner, text, { input }), name);
  await describeMarket(graph, owner);
  const fundId = await openAdministered(graph, owner);
  const isin = nextIsin();
  const ofClass = { fundId, code: "A", name: "Class A", isin };
  const { id: shareClass } = await give<{ id: string }>("openShareClass", OPEN_CLASS, {
    ...ofClass,
    launchDate: "2026-01-02",
    launchPrice: "100",
  });
  const { ids } = await give<{ ids: string[] }>("registerInvestors", REGISTER, {
    investors: [
      {
        reference: `I-${isin}`,
        kind: "PERSON",
        taxCountry: "LU",
        kycState: "CLEARED",
        person: { name: "Ada Sample" },
      },
    ],
  });
  const [investor = ""] = ids;
  const { id: order } = await give<{ id: string }>("placeOrder", PLACE, {
    kind: "SUBSCRIPTION",
    classId: shareClass,
    investorId: investor,
    amount: "1000.00",
  });
  const bought = trade("BUY", SHARE, "2026-02-02", "10", "5.00");
  await give("recordTrades", RECORD_TRADES, { fundId, trades: [bought] });
  const { id: currencyTrade } = await give<{ id: string }>("recordCurrencyTrade", EXCHANGE, {
    fundId,
    tradeDate: "2026-02-02",
    settlementDate: "2026-02-04",
    soldCurrency: "EUR",
    sold: "10.00",
    boughtCurrency: "USD",
    bought: "11.00",
  });
  const { id: action } = await give<{ id: string }>("recordPortfolioAction", SPLIT, {
    fundId,
    kind: "SPLIT",
    isin: SHARE,
    exDate: "2026-03-02",
    newUnits: "2",
    oldUnits: "1",
  });
  const { id: valuation } = await give<{ id: string }>("calculateNav", CALCULATE, {
    fundId,
    navDate: "2026-04-30",
  });
  return { shareClass, investor, order, trade: bought.id, currencyTrade, action, valuation };
}
