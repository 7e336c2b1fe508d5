import type { CategoryInput } from "../../src/classification/features.ts";
import type { CategoryCode } from "../../src/classification/taxonomy.ts";
import { ACCOUNT_NAMES } from "./account-names.ts";
import { asBankLine, fill, PAID_BY_CARD } from "./bank-habits.ts";
import type { Pattern } from "./corpus.ts";
import { FILLERS } from "./fillers.ts";
import { Random } from "../linear/random.ts";

/** A line as the feed would bring it, with the category it belongs to. */
export interface LabelledLine extends CategoryInput {
  readonly category: CategoryCode;
  /** The pattern it was made from. */
  readonly pattern: string;
}

/** How many lines are made from one pattern. */
const LINES = 14;

/** Lines of every pattern, in the order of the patterns. */
export function generateLines(
  patterns: readonly Pattern[],
  seed: number,
  perPattern = LINES,
): LabelledLine[] {
  return patterns.flatMap((pattern, at) => {
    const random = new Random(seed + at * 7_919);
    return Array.from({ length: perPattern }, () => generateLine(random, pattern));
  });
}

/** Usual digits before the decimal point; three to five where nothing else is usual. */
const MAGNITUDES: Readonly<Record<string, readonly [number, number]>> = {
  SUBSCRIPTION: [4, 7],
  REDEMPTION: [4, 7],
  CAPITAL_CALL: [5, 8],
  DISTRIBUTION: [4, 7],
  MANAGEMENT_FEE: [4, 6],
  PERFORMANCE_FEE: [4, 7],
  SECURITY_PURCHASE: [4, 7],
  SECURITY_SALE: [4, 7],
  FX: [4, 7],
  BANK_CHARGES: [1, 3],
  OFFICE: [2, 4],
  TRAVEL: [2, 4],
  UTILITIES: [2, 4],
  IT: [2, 4],
  LOAN: [4, 7],
  OWN_TRANSFER: [4, 7],
  PROPERTY: [3, 7],
  OTHER: [1, 7],
};

function generateLine(random: Random, pattern: Pattern): LabelledLine {
  const { language, category } = pattern;
  const own = fill(random, pattern.text, language);
  const card = PAID_BY_CARD.has(category) || category === "OTHER";
  const written = { language, card };
  const amounts = random.chance(0.2) ? {} : amountOf(random, pattern);
  const line = { category, pattern: pattern.id, ...amounts };
  const accountNames = accountsOf(random, category);
  // A payee whose name is the whole pattern, beside a text without meaning: how card and utility payments look.
  if (category !== "OTHER" && own.split(" ").length <= 4 && random.chance(0.15)) {
    const text = asBankLine(random, fill(random, random.pick(EMPTY_TEXTS), language), written);
    return { ...line, text, counterparty: own, ...accountNames };
  }
  const counterparty = random.chance(0.45) ? payeeOf(random, pattern) : null;
  return { ...line, text: asBankLine(random, own, written), counterparty, ...accountNames };
}

const EMPTY_TEXTS = ["{ref}", "{num}", "{date} {ref}", "Ref {num}", "{month}"];

/** Payments that come back now and then, with the words of the payment: fees, bills, taxes. */
const REFUNDED: ReadonlySet<string> = new Set(
  `MANAGEMENT_FEE PERFORMANCE_FEE ADMINISTRATION_FEE CUSTODY_FEE AUDIT_LEGAL REGULATORY_FEE BANK_CHARGES TAX PAYROLL
   UTILITIES IT OFFICE MARKET_DATA TRAVEL INSURANCE MARKETING`.split(/\s+/),
);

function amountOf(random: Random, pattern: Pattern): Pick<LabelledLine, "direction" | "magnitude"> {
  const direction = directionOf(random, pattern);
  const [least, most] = MAGNITUDES[pattern.category] ?? [3, 5];
  const usual = pattern.magnitude ?? least + random.below(most - least + 1);
  const magnitude = Math.max(1, usual + (random.chance(0.3) ? random.below(3) - 1 : 0));
  return random.chance(0.1) ? { direction } : { direction, magnitude };
}

function directionOf(random: Random, { direction, category }: Pattern): "IN" | "OUT" {
  if (direction === "EITHER") return random.chance(0.5) ? "IN" : "OUT";
  if (!REFUNDED.has(category) || !random.chance(0.08)) return direction;
  return direction === "IN" ? "OUT" : "IN";
}

/** A name without meaning, so that the words of names lead nowhere. */
function payeeOf(random: Random, { language }: Pattern): string {
  const slot = random.pick(["company", "company", "person", "bank"]);
  const name = FILLERS[slot]?.(random, language) ?? "";
  return random.chance(0.4) ? name.toUpperCase() : name;
}

function accountsOf(random: Random, category: CategoryCode): { accountNames?: string[] } {
  const names = ACCOUNT_NAMES.get(category);
  if (names === undefined || !random.chance(0.15)) return {};
  return { accountNames: [random.pick(names)] };
}
