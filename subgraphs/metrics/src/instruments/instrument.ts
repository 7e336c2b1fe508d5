/** Something with a price history, such as an index, a share or a fund's own unit. */
export interface Instrument {
  id: string;
  symbol: string;
  name: string;
  currency: string;
}
