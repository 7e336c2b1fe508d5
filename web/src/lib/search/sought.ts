import { readAmount } from "../money/read-amount.ts";
import { signOf } from "../money/money.ts";
import type { TransactionFilter } from "../graph/graph-types.generated.ts";

/** What a search for transactions sends to the graph. */
export interface Sought {
  readonly words: TransactionFilter | null;
  readonly hasWords: boolean;
  readonly amount: TransactionFilter | null;
  readonly hasAmount: boolean;
}

const LONGEST = 200;
const WORD = /[\p{L}\p{N}]/u;

/**
 * Reads a typed text in two ways: as words of a transaction, and, where it has an amount in any notation, as
 * that amount with the other words; `point` is the decimal sign of the reader. Undefined when there is nothing to look for.
 */
export function readSought(text: string, point: string): Sought | undefined {
  const typed = text.trim().slice(0, LONGEST);
  if (!WORD.test(typed)) return undefined;
  const amount = amountIn(typed, point);
  return {
    words: { text: typed },
    hasWords: true,
    amount: amount ?? null,
    hasAmount: amount !== undefined,
  };
}

function amountIn(typed: string, point: string): TransactionFilter | undefined {
  const whole = magnitudeOf(typed, point);
  if (whole !== undefined) return { amountFrom: whole, amountTo: whole };
  const tokens = typed.split(/\s+/);
  const at = tokens.findLastIndex((token) => magnitudeOf(token, point) !== undefined);
  if (at === -1) return undefined;
  const value = magnitudeOf(tokens[at] ?? "", point) ?? null;
  const others = tokens.toSpliced(at, 1).join(" ");
  const text = WORD.test(others) ? { text: others } : {};
  return { amountFrom: value, amountTo: value, ...text };
}

// An entry has no sign: "-12.50" finds what was paid and what came in.
function magnitudeOf(text: string, point: string): string | undefined {
  const amount = readAmount(text, undefined, point);
  return amount !== undefined && signOf(amount) < 0 ? amount.slice(1) : amount;
}

interface Found {
  readonly id: string;
  readonly effectiveDate: string;
}
interface Part<Transaction> {
  readonly nodes: readonly Transaction[];
  readonly pageInfo: { readonly hasNextPage: boolean };
}

/** What both readings found, each transaction once, the newest value date first. */
export function mergeFound<Transaction extends Found>(
  parts: readonly (Part<Transaction> | null | undefined)[],
): { readonly transactions: Transaction[]; readonly hasMore: boolean } {
  const lists = parts.filter((part) => part !== null && part !== undefined);
  const all = lists.flatMap(({ nodes }) => nodes);
  const unique = [...new Map(all.map((each) => [each.id, each])).values()];
  return {
    transactions: unique.toSorted((left, right) =>
      right.effectiveDate.localeCompare(left.effectiveDate),
    ),
    hasMore: lists.some(({ pageInfo }) => pageInfo.hasNextPage),
  };
}
