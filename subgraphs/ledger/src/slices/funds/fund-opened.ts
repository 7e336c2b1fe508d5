/** A fund, and with it its book, came into being: always position 1 of the book. */
export interface FundOpened {
  readonly type: "FundOpened";
  readonly fundId: string;
  readonly name: string;
  /** Base currency, ISO 4217. */
  readonly currency: string;
}
