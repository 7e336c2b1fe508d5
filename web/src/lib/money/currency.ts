const DEFAULT_DECIMALS = 2;

/** Decimals of a currency: ISO 4217, or an asset that states them itself, such as `BTC/8`. */
export function decimalsOf(currency: string): number {
  const [, stated] = currency.split("/");
  if (stated !== undefined) return Number(stated);
  if (!/^[A-Z]{3}$/.test(currency)) return DEFAULT_DECIMALS;
  const { maximumFractionDigits } = new Intl.NumberFormat("en", {
    style: "currency",
    currency,
  }).resolvedOptions();
  return maximumFractionDigits ?? DEFAULT_DECIMALS;
}
