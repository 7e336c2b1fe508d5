/** Something with a price history, such as an index, a share or a fund's own unit. */
export interface Instrument {
  id: string;
  symbol: string;
  name: string;
  currency: string;
  kind: InstrumentKind;
  /** Of a currency pair: its price is the amount of `currency` for one unit of this. */
  baseCurrency: string | null;
}

export const InstrumentKind = {
  SECURITY: "SECURITY",
  INDEX: "INDEX",
  FUND_UNIT: "FUND_UNIT",
  CURRENCY_PAIR: "CURRENCY_PAIR",
} as const;
export type InstrumentKind = (typeof InstrumentKind)[keyof typeof InstrumentKind];
