import type { PlainKey } from "../language/messages.ts";
import { textOf } from "../forms/form-data.ts";
import type {
  ExchangeRateInput,
  PriceKind,
  SecurityInput,
  SecurityPriceInput,
  SecuritySector,
  SecurityType,
  TradeInput,
  TradeSide,
  TradeStatus,
} from "../graph/graph-types.generated.ts";
import { readAmount } from "../money/read-amount.ts";

export const SIDES: readonly (readonly [TradeSide, PlainKey])[] = [
  ["BUY", "word.side.BUY"],
  ["SELL", "word.side.SELL"],
];
/** The name of a status of trades, as a key of the catalogue. */
export const tradeStatusName = (status: TradeStatus): `word.trade.${TradeStatus}` =>
  `word.trade.${status}`;
export const PRICE_KINDS: readonly (readonly [PriceKind, PlainKey])[] = [
  ["LAST", "word.price.LAST"],
  ["BID", "word.price.BID"],
  ["MID", "word.price.MID"],
  ["NOMINAL_PERCENT", "word.price.NOMINAL_PERCENT"],
];
// A bond needs more terms than one form shows; it comes through the API.
export const SECURITY_TYPES: readonly (readonly [SecurityType, PlainKey])[] = [
  ["EQUITY", "word.security.EQUITY"],
  ["FUND", "word.security.FUND"],
  ["RIGHT", "word.security.RIGHT"],
  ["OTHER", "word.security.OTHER"],
];

export const SECTORS = [
  ["ENERGY", "word.sector.ENERGY"],
  ["MATERIALS", "word.sector.MATERIALS"],
  ["INDUSTRIALS", "word.sector.INDUSTRIALS"],
  ["CONSUMER_DISCRETIONARY", "word.sector.CONSUMER_DISCRETIONARY"],
  ["CONSUMER_STAPLES", "word.sector.CONSUMER_STAPLES"],
  ["HEALTH_CARE", "word.sector.HEALTH_CARE"],
  ["FINANCIALS", "word.sector.FINANCIALS"],
  ["INFORMATION_TECHNOLOGY", "word.sector.INFORMATION_TECHNOLOGY"],
  ["COMMUNICATION_SERVICES", "word.sector.COMMUNICATION_SERVICES"],
  ["UTILITIES", "word.sector.UTILITIES"],
  ["REAL_ESTATE", "word.sector.REAL_ESTATE"],
  ["GOVERNMENT", "word.sector.GOVERNMENT"],
  ["OTHER", "word.sector.OTHER"],
] as const satisfies readonly (readonly [SecuritySector, PlainKey])[];

/** A figure as people write it, whose figures have this decimal sign. The ledger explains what is none. */
const figureOf = (form: FormData, name: string, point: string): string =>
  readAmount(textOf(form, name), undefined, point) ?? textOf(form, name);

/** Reads a trade. An empty amount, cost or interest is the ledger's to work out. */
export function readTrade(form: FormData, point: string): TradeInput {
  return {
    isin: textOf(form, "isin").toUpperCase(),
    side: textOf(form, "side") as TradeSide,
    tradeDate: textOf(form, "tradeDate"),
    settlementDate: textOf(form, "settlementDate"),
    quantity: figureOf(form, "quantity", point),
    price: figureOf(form, "price", point),
    gross: figureOf(form, "gross", point) || undefined,
    costs: figureOf(form, "costs", point) || undefined,
    accrued: figureOf(form, "accrued", point) || undefined,
    exchangeRate: figureOf(form, "exchangeRate", point) || undefined,
    reference: textOf(form, "reference") || undefined,
  };
}

export function readSecurity(form: FormData): SecurityInput {
  const decimals = textOf(form, "quantityDecimals");
  return {
    isin: textOf(form, "isin").toUpperCase(),
    name: textOf(form, "name"),
    securityType: textOf(form, "securityType") as SecurityType,
    currency: textOf(form, "currency").toUpperCase(),
    country: textOf(form, "country").toUpperCase() || null,
    sector: SECTORS.find(([code]) => code === textOf(form, "sector"))?.[0] ?? null,
    // The ledger refuses -1 and names the range.
    quantityDecimals: /^\d{1,2}$/.test(decimals) ? Number(decimals) : -1,
  };
}

export function readPrice(form: FormData, point: string): SecurityPriceInput {
  return {
    isin: textOf(form, "isin").toUpperCase(),
    date: textOf(form, "date"),
    price: figureOf(form, "price", point),
    currency: textOf(form, "currency").toUpperCase(),
    kind: textOf(form, "kind") as PriceKind,
    source: textOf(form, "source"),
  };
}

export function readRate(form: FormData, point: string): ExchangeRateInput {
  return {
    date: textOf(form, "date"),
    base: textOf(form, "base").toUpperCase(),
    quote: textOf(form, "quote").toUpperCase(),
    rate: figureOf(form, "rate", point),
    source: textOf(form, "source"),
  };
}
