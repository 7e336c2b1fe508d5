import { randomUUID } from "node:crypto";
import type * as Graph from "@allfunds/graph-tools/fake-graph";
import type { Caller } from "./caller.ts";
import { codedError } from "./coded-error.ts";
import { pageOf } from "./connection.ts";

const ISIN = "IE00B4L5Y983";
const NAME = "World Equity Index Fund";

type SecurityValue = Graph.FakeValue<Graph.Security> & { isin: string };
type PriceValue = Graph.FakeValue<Graph.SecurityPrice> & { isin: string; price: string };
type RateValue = Graph.FakeValue<Graph.ExchangeRate>;
type ActionValue = Graph.FakeValue<Graph.PortfolioAction> & { id: string };
type TradeValue = Graph.FakeValue<Graph.Trade> & { id: string };

/** Securities with prices and rates, and the trades of one portfolio. */
export class Portfolio {
  readonly #securities: SecurityValue[] = [];
  readonly #prices: PriceValue[] = [];
  readonly #rates: RateValue[] = [];
  readonly #trades: TradeValue[] = [];
  readonly #actions: ActionValue[] = [];

  constructor() {
    const issuer = { country: "IE", sector: "FINANCIALS" } as const;
    this.#describe({ isin: ISIN, name: NAME, securityType: "FUND", currency: "EUR", ...issuer });
    this.#record({ date: "2026-11-20", price: "85.2000", source: "Exchange" });
    const rate = { base: "EUR", quote: "USD", rate: "1.0800" };
    this.#rates.push({ ...rate, date: "2026-11-20", source: "ECB", position: 1, line: 0 });
    this.#trade({ side: "BUY", tradeDate: "2026-11-02", quantity: "1000.0000", price: "80.00" });
  }

  readonly resolvers: Graph.Resolvers<Caller> = {
    Query: {
      securities: (_, page) => pageOf(this.#securities, page, (value) => value),
      securityPrices: (_, { isin, ...page }) => {
        const fits = this.#prices.filter((price) => !isin || price.isin === isin);
        return pageOf(fits.toReversed(), page, (value) => value);
      },
      exchangeRates: (_, page) => pageOf(this.#rates.toReversed(), page, (value) => value),
    },
    Mutation: {
      recordPrices: (_, { input }) => {
        for (const price of input.prices) this.#record(price);
        return { batchId: randomUUID(), count: input.prices.length, replayed: false };
      },
      recordTrades: (_, { input }) => {
        const [trade] = input.trades;
        if (trade?.side === "SELL") {
          throw codedError("LOTS_EXCEEDED", "More is sold than the fund holds.");
        }
        return { trades: input.trades.map((each) => this.#trade(each)), replayed: false };
      },
      recordPortfolioAction: (_, { input }) => {
        if (input.kind === "DIVIDEND" && !input.perUnit) {
          throw codedError("INVALID_INPUT", "perUnit: a dividend needs its amount of a unit");
        }
        return this.#act(input);
      },
      payPortfolioAction: (_, { input: { actionId } }) => {
        const action = this.#actions.find(({ id }) => id === actionId);
        if (!action) throw codedError("CORPORATE_ACTION_NOT_FOUND", "There is no such action.");
        return Object.assign(action, { status: "PAID" as const });
      },
      failTrade: (_, { input: { tradeId } }) => {
        const trade = this.#trades.find(({ id }) => id === tradeId);
        if (!trade) throw codedError("TRADE_NOT_FOUND", "There is no such trade.");
        return Object.assign(trade, { status: "FAILED" as const });
      },
      settleTrades: (_, { input: { tradeIds, date } }) =>
        this.#trades
          .filter(({ id }) => tradeIds.includes(id))
          .map((trade) =>
            Object.assign(trade, { status: "SETTLED" as const, settledOn: date ?? null }),
          ),
    },
    Fund: {
      positions: (_, page) =>
        pageOf(this.#trades.length === 0 ? [] : [ISIN], page, (isin) => ({
          isin,
          quantity: "1000.0000",
          cost: { amount: "80000.00", currency: "EUR" },
          value: { amount: "85200.00", currency: "EUR" },
          valueBase: { amount: "85200.00", currency: "EUR" },
          unrealisedGain: { amount: "5200.00", currency: "EUR" },
          lots: [
            {
              id: "lot-1",
              side: "LONG" as const,
              openedOn: "2026-11-02",
              quantity: "1000.0000",
              cost: { amount: "80000.00", currency: "EUR" },
              baseCost: "80000.00",
            },
          ],
        })),
      trades: (_, page) => pageOf(this.#trades.toReversed(), page, (value) => value),
      portfolioActions: (_, page) => pageOf(this.#actions.toReversed(), page, (value) => value),
    },
    Position: {
      security: ({ isin }) => this.#security(isin),
      price: ({ isin }) => this.#prices.findLast((price) => price.isin === isin) ?? null,
    },
  };

  #act({ kind, isin, exDate, payDate, perUnit }: Graph.RecordPortfolioActionInput): ActionValue {
    const action: ActionValue = {
      id: randomUUID(),
      kind,
      isin,
      intoIsin: null,
      exDate,
      payDate: payDate ?? null,
      status: "EX" as const,
      cash: { amount: (1_000 * Number(perUnit ?? 0)).toFixed(2), currency: "EUR" },
      realisedGain: { amount: "0.00", currency: "EUR" },
      lots: [],
      transactionId: null,
    };
    this.#actions.push(action);
    return action;
  }

  #security(isin: string | undefined): SecurityValue {
    const security = this.#securities.find((candidate) => candidate.isin === isin);
    if (!security) throw codedError("SECURITY_NOT_FOUND", "There is no such security.");
    return security;
  }

  #describe(input: {
    isin: string;
    name: string;
    securityType: Graph.SecurityType;
    currency: string;
    country?: string | null;
    sector?: Graph.SecuritySector | null;
  }): void {
    const stated = { country: input.country ?? null, sector: input.sector ?? null };
    const more = { quantityDecimals: 4, bond: null };
    this.#securities.push({ id: randomUUID(), ...input, ...stated, ...more });
  }

  #record(input: { date: string; price: string; source: string }): void {
    const { date, price, source } = input;
    const place = { position: this.#prices.length + 1, line: 0 };
    const rest = { isin: ISIN, currency: "EUR", kind: "LAST" as const, fundId: null };
    this.#prices.push({ ...rest, ...place, date, price, source });
  }

  #trade(input: {
    side: Graph.TradeSide;
    tradeDate: string;
    quantity: string;
    price: string;
  }): TradeValue {
    const { side, tradeDate, quantity, price } = input;
    const none = { amount: "0.00", currency: "EUR" };
    const gross = { amount: (Number(quantity) * Number(price)).toFixed(2), currency: "EUR" };
    const trade: TradeValue = {
      id: randomUUID(),
      side,
      isin: ISIN,
      tradeDate,
      quantity,
      price,
      gross,
      settlementDate: tradeDate,
      bookedOn: tradeDate,
      costs: none,
      realisedGain: none,
      status: "BOOKED" as const,
      settledOn: null,
      reference: null,
    };
    this.#trades.push(trade);
    return trade;
  }
}
