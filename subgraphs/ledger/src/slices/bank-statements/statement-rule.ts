import { invalidInput } from "@allfunds/contract/errors";
import type { EntryDimensions } from "../dimensions/entry-dimensions.ts";
import type { BankStatementLine } from "../bank-files/statement.ts";

export const STATEMENT_DIRECTIONS = { IN: "IN", OUT: "OUT" } as const;
export type StatementDirection = keyof typeof STATEMENT_DIRECTIONS;

/** Names the account of lines that read like this. */
export interface StatementRule {
  /** One of these in the remittance text or the other party's name is enough; case does not matter. */
  readonly contains: readonly string[];
  readonly direction: StatementDirection;
  readonly accountId: string;
  /** Of the entry on it. */
  readonly dimensions?: EntryDimensions | undefined;
}

/** A rule as events and commands have it, without members that are absent. */
export const plainRule = ({ contains, direction, accountId, dimensions }: StatementRule) => ({
  contains: [...contains],
  direction,
  accountId,
  ...(dimensions === undefined ? {} : { dimensions }),
});

const MAX_RULES = 200;
const MAX_TEXTS = 50;
const MAX_TEXT_LENGTH = 140;

export function checkRules(rules: readonly StatementRule[]): void {
  if (rules.length > MAX_RULES) throw invalidInput("rules", `must be at most ${MAX_RULES}`);
  for (const [index, { contains }] of rules.entries()) {
    const isUsable = contains.every((text) => text !== "" && text.length <= MAX_TEXT_LENGTH);
    if (!isUsable || contains.length < 1 || contains.length > MAX_TEXTS) {
      throw invalidInput(
        `rules.${index}.contains`,
        `must be 1 to ${MAX_TEXTS} texts of 1 to ${MAX_TEXT_LENGTH} characters`,
      );
    }
  }
}

/** A reversal counts in the direction of what it takes back, so that it goes where the original went. */
export const directionOf = ({ amountMinor, reversal }: BankStatementLine): StatementDirection =>
  amountMinor > 0n !== reversal ? "IN" : "OUT";

/** The first rule that fits the line; undefined when none does. */
export function ruleOf(
  rules: readonly StatementRule[],
  line: BankStatementLine,
): StatementRule | undefined {
  const direction = directionOf(line);
  const text = `${line.description}\n${line.counterparty ?? ""}`.toLowerCase();
  return rules.find(
    (rule) =>
      rule.direction === direction &&
      rule.contains.some((wanted) => text.includes(wanted.toLowerCase())),
  );
}
