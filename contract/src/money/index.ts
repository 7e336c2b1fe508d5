export { currencyScale } from "./currency.ts";
export {
  divideRounded,
  formatScaled,
  parseDecimal,
  rescale,
  type Decimal,
  type RoundingMode,
} from "./decimal.ts";
export {
  cross,
  inverse,
  PARITY,
  productMinor,
  quoted,
  share,
  translate,
  type Quotation,
} from "./exchange.ts";
export {
  allocate,
  formatAmount,
  isHoldable,
  MAX_MINOR,
  moneyFromJson,
  moneyToJson,
  parseAmount,
  type Money,
  type MoneyJson,
} from "./money.ts";
export { rateBetween, type DatedRate, type RateUsed } from "./rate-between.ts";
