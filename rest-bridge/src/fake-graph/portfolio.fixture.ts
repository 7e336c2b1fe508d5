import { AppError } from "@allfunds/contract/errors";
import type {
  CalculateNavInput,
  ExchangeRate,
  FakeValue,
  Nav,
  Position,
  RecordTradesInput,
  SecurityPrice,
  Trade,
  Valuation,
  ValuationPosition,
} from "@allfunds/graph-tools/fake-graph";
import { newId } from "@allfunds/platform/ids";
import { EUR, FUND } from "./sample-values.fixture.ts";
import { SHARE_CLASS } from "./orders.fixture.ts";

export const ISIN = "IE00B4L5Y983";
export const VALUATION = "018f6b7e-0000-7000-8000-00000000d101";

/** The portfolio and the valuations of the fake graph's fund. */
export class FakePortfolio {
  readonly trades: FakeValue<Trade>[] = [];
  #state: "PREVIEW" | "PUBLISHED" = "PREVIEW";

  record({ fundId, trades }: RecordTradesInput) {
    if (trades.some(({ side }) => side === "SELL")) {
      throw new AppError("LOTS_EXCEEDED", "The lots do not hold that much.");
    }
    const recorded = trades.map((trade, index) => ({
      ...toTrade(fundId, index),
      ...trade,
      id: trade.id ?? newId(),
      gross: EUR("9250.00"),
      costs: EUR(trade.costs ?? "0.00"),
      accrued: EUR("0.00"),
      reference: trade.reference ?? null,
      rateUnits: trade.rateUnits ?? "1",
      ratePer: trade.ratePer ?? "1",
      unitsBasis: trade.unitsBasis ?? "NEW",
      namedLots: trade.lots ?? [],
      lots: [],
    }));
    this.trades.unshift(...recorded);
    return { trades: recorded, replayed: false };
  }

  calculate({ id, fundId, navDate }: CalculateNavInput): FakeValue<Valuation> {
    return { ...this.valuation(), id: id ?? VALUATION, navDate, fund: { id: fundId } };
  }

  publish(): FakeValue<Valuation> {
    if (this.#state === "PUBLISHED") throw new AppError("NAV_PUBLISHED", "It is published.");
    this.#state = "PUBLISHED";
    return this.valuation();
  }

  valuation(): FakeValue<Valuation> {
    return { ...SAMPLE_VALUATION, state: this.#state };
  }
}

const toTrade = (fundId: string, index: number): FakeValue<Trade> => ({
  fundId,
  bookedOn: "2026-09-30",
  status: "BOOKED",
  settledOn: null,
  realisedGain: EUR("0.00"),
  realisedGainBase: "0.00",
  realisedCurrencyGainBase: "0.00",
  transactionId: newId(),
  position: 7 + index,
});

export const POSITION: FakeValue<Position> = {
  isin: ISIN,
  quantity: "100",
  cost: EUR("9250.00"),
  lots: [
    {
      id: "018f6b7e-0000-7000-8000-00000000b101",
      side: "LONG",
      openedOn: "2026-09-30",
      quantity: "100",
      cost: EUR("9250.00"),
      baseCost: "9250.00",
    },
  ],
};

export const PRICE: FakeValue<SecurityPrice> = {
  isin: ISIN,
  date: "2026-09-30",
  price: "92.50",
  currency: "EUR",
  kind: "LAST",
  source: "=XETRA",
  fundId: null,
  position: 4,
  line: 0,
};

export const RATE: FakeValue<ExchangeRate> = {
  date: "2026-09-30",
  base: "EUR",
  quote: "USD",
  rate: "1.0850",
  source: "ECB",
  position: 5,
  line: 0,
};

export const VALUED: FakeValue<ValuationPosition> = {
  isin: ISIN,
  quantity: "100",
  cost: EUR("9250.00"),
  price: "93.00",
  priceDate: "2026-09-30",
  priceKind: "LAST",
  priceSource: "XETRA",
  value: EUR("9300.00"),
  valueBase: EUR("9300.00"),
  accruedInterest: null,
};

const SAMPLE_VALUATION: FakeValue<Valuation> = {
  id: VALUATION,
  navDate: "2026-09-30",
  since: null,
  netAssets: EUR("1000000.00"),
  commonResult: EUR("50.00"),
  checks: [
    {
      kind: "PRICE_STALE",
      severity: "WARNING",
      threshold: "3",
      count: 1,
      rows: [{ subject: ISIN, found: "2026-09-25" }],
    },
  ],
  classes: [
    {
      classId: SHARE_CLASS,
      code: "A",
      units: "10000.0000",
      fees: EUR("1.00"),
      commonShare: EUR("50.00"),
      result: EUR("49.00"),
      netAssetsBase: EUR("1000000.00"),
      netAssets: EUR("1000000.00"),
      navPerUnit: "100.0000",
    },
  ],
  fees: [{ kind: "MANAGEMENT", classId: SHARE_CLASS, amount: EUR("1.00") }],
  rates: [{ currency: "USD", units: "1.0850", per: "1", date: "2026-09-30" }],
  fund: { id: FUND },
  supersedes: null,
  reason: null,
  readAt: 9,
  inputsHash: "00",
  calculatedAt: "2026-10-01T08:00:00.000Z",
  decidedAt: null,
  replayed: false,
};

export const NAV: FakeValue<Nav> = {
  navDate: "2026-09-30",
  navPerUnit: "100.0000",
  units: "10000.0000",
  netAssets: EUR("1000000.00"),
  position: 11,
  valuation: { id: VALUATION },
};
