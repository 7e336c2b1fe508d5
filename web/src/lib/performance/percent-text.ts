const DIGITS = {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
  signDisplay: "negative",
} as const;

/** A ratio in percent to two decimals: 0.0523 is "5.23%". */
export function percentText(ratio: number, locale: string): string {
  return `${numberText(ratio * 100, locale)}%`;
}

/** A number to two decimals. */
export function numberText(value: number, locale: string): string {
  return new Intl.NumberFormat(locale, DIGITS).format(value).replace("-", "\u2212");
}
