import { normalise, words } from "./normalise.ts";

/** Where the money of a transaction went, seen from the fund's bank accounts. */
export type CashDirection = "IN" | "OUT" | "NONE";

/** What the built-in model may look at. */
export interface CategoryInput {
  /** Description and reference, as they came. */
  readonly text: string;
  /** Who paid or was paid; supports the classifier but never fires a rule. */
  readonly counterparty?: string | null;
  /** Absent when there is only a text. */
  readonly direction?: CashDirection;
  /** Digits before the decimal point of the amount: the order of magnitude, never the amount. */
  readonly magnitude?: number;
}

/**
 * Features are readable names, so that an explanation can show them: `word`, `two words`,
 * `start-` and `-ending` of long words (German compounds), `direction:OUT`, `magnitude:4`.
 */
export function features(input: CategoryInput): string[] {
  const tokens = words(normalise(`${input.text} ${input.counterparty ?? ""}`));
  const found = new Set<string>();
  tokens.forEach((token, index) => {
    found.add(token);
    const next = tokens[index + 1];
    if (next !== undefined) found.add(`${token} ${next}`);
    if (token.length >= 7) {
      found.add(`${token.slice(0, 5)}-`);
      found.add(`-${token.slice(-5)}`);
    }
  });
  return [...found, ...amountFeatures(input)];
}

function amountFeatures({ direction, magnitude }: CategoryInput): string[] {
  return [
    ...(direction === undefined ? [] : [`direction:${direction}`]),
    ...(magnitude === undefined ? [] : [`magnitude:${Math.min(magnitude, 8)}`]),
  ];
}

/** True for features that come from the words of the text, not from the amount. */
export function isTextFeature(feature: string): boolean {
  return !feature.includes(":");
}

/** `"1234.50"` has magnitude 4. */
export function magnitudeOf(amount: string): number {
  return amount.replace(/^[-+]?0*/, "").split(".")[0]?.length ?? 0;
}
