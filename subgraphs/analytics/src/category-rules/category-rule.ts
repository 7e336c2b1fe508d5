import type { CashDirection } from "../classification/features.ts";
import { normalise } from "../classification/normalise.ts";
import type { CategoryCode } from "../classification/taxonomy.ts";

/** What a transaction has to be for a rule to apply; a condition that is absent is met by every one. */
export interface RuleConditions {
  /** Stands in the description or reference, in this order and spelling but for case and accents. */
  readonly textContains?: string;
  /** Each is a word of the description or reference. */
  readonly textWords?: readonly string[];
  /** Stands in the name of the payee, likewise. */
  readonly payee?: string;
  readonly direction?: CashDirection;
  readonly currency?: string;
  /** Minor units of the currency, included. */
  readonly minMinor?: string;
  readonly maxMinor?: string;
  readonly accountId?: string;
}

/** A rule that a tenant wrote. The first that applies decides, by rank. */
export interface CategoryRule {
  readonly ruleId: string;
  readonly name: string;
  /** Smaller ones first. */
  readonly rank: number;
  readonly enabled: boolean;
  /** Null for every fund. */
  readonly fundId: string | null;
  readonly category: CategoryCode;
  readonly conditions: RuleConditions;
  /** Book positions of the funds when the rule got its present form: what came later is the feed's to decide. */
  readonly fromPositions: Readonly<Record<string, number>>;
  readonly madeBy: string;
  readonly madeAt: Date;
}

/** A transaction as rules see it. */
export interface RuleSubject {
  readonly fundId: string;
  readonly position: number;
  readonly description: string;
  readonly reference: string | null;
  readonly counterparty: string | null;
  readonly direction: CashDirection;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly accountIds: readonly string[];
}

/** What rules are held against: texts are normalised once for all of them. */
interface Read extends RuleSubject {
  readonly text: string;
  readonly payee: string;
}

const read = (subject: RuleSubject): Read => ({
  ...subject,
  text: ` ${normalise(`${subject.description} ${subject.reference ?? ""}`)} `,
  payee: normalise(subject.counterparty ?? ""),
});

/** The rule that decides: of those that are enabled and apply, the one that ranks first. */
export function firstMatch(
  rules: readonly CategoryRule[],
  subject: RuleSubject,
): CategoryRule | undefined {
  if (rules.length === 0) return undefined;
  const seen = read(subject);
  return rules
    .filter((rule) => rule.enabled && applies(rule, seen))
    .reduce<CategoryRule | undefined>(
      (first, rule) => (first === undefined || ranksBefore(rule, first) ? rule : first),
      undefined,
    );
}

/** Whether a rule applies, enabled or not. */
export const matchesRule = (rule: CategoryRule, subject: RuleSubject): boolean =>
  applies(rule, read(subject));

const ranksBefore = (one: CategoryRule, other: CategoryRule): boolean =>
  one.rank < other.rank || (one.rank === other.rank && one.ruleId < other.ruleId);

function applies({ fundId, conditions }: CategoryRule, subject: Read): boolean {
  if (fundId !== null && fundId !== subject.fundId) return false;
  const { textContains, textWords = [], payee } = conditions;
  const { direction, currency, accountId } = conditions;
  return (
    (direction === undefined || direction === subject.direction) &&
    (currency === undefined || currency === subject.currency) &&
    isInRange(conditions, subject.amountMinor) &&
    (accountId === undefined || subject.accountIds.includes(accountId)) &&
    (textContains === undefined || subject.text.includes(normalise(textContains))) &&
    textWords.every((word) => subject.text.includes(` ${normalise(word)} `)) &&
    (payee === undefined || subject.payee.includes(normalise(payee)))
  );
}

const isInRange = ({ minMinor, maxMinor }: RuleConditions, amount: bigint): boolean =>
  (minMinor === undefined || amount >= BigInt(minMinor)) &&
  (maxMinor === undefined || amount <= BigInt(maxMinor));

/** Whether a text has words that a condition can be held against: numbers and marks alone are dropped. */
export const isSearchable = (text: string): boolean => normalise(text).trim() !== "";
