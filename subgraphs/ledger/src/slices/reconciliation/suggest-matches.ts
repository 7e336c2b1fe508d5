/** A line or a transaction that may be matched. */
export interface MatchCandidate {
  readonly key: string;
  /** Signed minor units as the bank sees it. */
  readonly amountMinor: bigint;
  /** Value date. */
  readonly date: string;
  readonly reference: string | null;
  readonly counterparty: string | null;
  readonly description: string;
}

export const MATCH_REASONS = {
  SAME_AMOUNT: "SAME_AMOUNT",
  SAME_SUM: "SAME_SUM",
  SAME_DATE: "SAME_DATE",
  NEAR_DATE: "NEAR_DATE",
  SAME_REFERENCE: "SAME_REFERENCE",
  SAME_COUNTERPARTY: "SAME_COUNTERPARTY",
  SIMILAR_TEXT: "SIMILAR_TEXT",
} as const;
export type MatchReason = keyof typeof MATCH_REASONS;

export interface SuggestedMatch {
  readonly lines: readonly MatchCandidate[];
  readonly transactions: readonly MatchCandidate[];
  /** 0 to 100: what each reason adds. */
  readonly score: number;
  readonly reasons: readonly MatchReason[];
}

const POINTS: Readonly<Record<MatchReason, number>> = {
  SAME_AMOUNT: 40,
  SAME_SUM: 25,
  SAME_DATE: 20,
  NEAR_DATE: 10,
  SAME_REFERENCE: 30,
  SAME_COUNTERPARTY: 15,
  SIMILAR_TEXT: 10,
};

const DAY_MS = 86_400_000;

const daysBetween = (a: string, b: string): number =>
  Math.abs(Date.parse(a) - Date.parse(b)) / DAY_MS;

const plain = (text: string | null): string =>
  (text ?? "")
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

/** What speaks for one line being one transaction, beside the amount. */
function reasonsOf(line: MatchCandidate, other: MatchCandidate, days: number): MatchReason[] {
  const apart = daysBetween(line.date, other.date);
  if (apart > days) return [];
  const words = new Set(plain(`${line.description} ${line.counterparty ?? ""}`).split(" "));
  const shared = plain(`${other.description} ${other.counterparty ?? ""}`)
    .split(" ")
    .filter((word) => word.length > 3 && words.has(word));
  const [one, two] = [line, other].map(({ counterparty }) => plain(counterparty));
  const reference = plain(other.reference);
  const hasReference =
    reference !== "" &&
    (plain(line.reference) === reference || plain(line.description).includes(reference));
  return [
    apart === 0 ? "SAME_DATE" : "NEAR_DATE",
    ...(hasReference ? (["SAME_REFERENCE"] as const) : []),
    ...(one !== "" && one === two ? (["SAME_COUNTERPARTY"] as const) : []),
    ...(shared.length > 0 ? (["SIMILAR_TEXT"] as const) : []),
  ];
}

const scoreOf = (reasons: readonly MatchReason[]): number =>
  Math.min(
    100,
    reasons.reduce((sum, reason) => sum + POINTS[reason], 0),
  );

/** Items of one sum at most: more would be chance. */
const MOST_SUMMED = 6;

/**
 * Matches that are likely, best first; each item is in one of them at most. One line with one transaction of
 * the same amount within `days`; then several of one side, of one day, reference or counterparty, whose sum is
 * one of the other side.
 */
export function suggestMatches(
  lines: readonly MatchCandidate[],
  transactions: readonly MatchCandidate[],
  days: number,
): SuggestedMatch[] {
  const pairs = pairsOf(lines, transactions, days);
  const taken = new Set<string>();
  const chosen = takeBest(pairs, taken);
  const [openLines, openTransactions] = [lines, transactions].map((side) =>
    side.filter(({ key }) => !taken.has(key)),
  ) as [MatchCandidate[], MatchCandidate[]];
  const sums = [
    ...sumsOf(openTransactions, openLines, days).map(({ one, many, reasons }) =>
      suggested(many, [one], reasons),
    ),
    ...sumsOf(openLines, openTransactions, days).map(({ one, many, reasons }) =>
      suggested([one], many, reasons),
    ),
  ];
  return [...chosen, ...takeBest(sums, taken)].sort((a, b) => b.score - a.score);
}

const suggested = (
  lines: readonly MatchCandidate[],
  transactions: readonly MatchCandidate[],
  reasons: readonly MatchReason[],
): SuggestedMatch => ({ lines, transactions, reasons, score: scoreOf(reasons) });

function pairsOf(
  lines: readonly MatchCandidate[],
  transactions: readonly MatchCandidate[],
  days: number,
): SuggestedMatch[] {
  const byAmount = Map.groupBy(transactions, ({ amountMinor }) => amountMinor);
  return lines.flatMap((line) =>
    (byAmount.get(line.amountMinor) ?? []).flatMap((transaction) => {
      const reasons = reasonsOf(line, transaction, days);
      if (reasons.length === 0) return [];
      return [suggested([line], [transaction], ["SAME_AMOUNT", ...reasons])];
    }),
  );
}

function takeBest(matches: readonly SuggestedMatch[], taken: Set<string>): SuggestedMatch[] {
  const chosen: SuggestedMatch[] = [];
  for (const match of [...matches].sort((a, b) => b.score - a.score)) {
    const keys = [...match.lines, ...match.transactions].map(({ key }) => key);
    if (keys.some((key) => taken.has(key))) continue;
    for (const key of keys) taken.add(key);
    chosen.push(match);
  }
  return chosen;
}

interface SumOfMany {
  readonly one: MatchCandidate;
  readonly many: readonly MatchCandidate[];
  readonly reasons: readonly MatchReason[];
}

/** What several of one side have in common, so that they may be one of the other. */
const BONDS: readonly ((item: MatchCandidate) => string)[] = [
  ({ reference }) => plain(reference),
  ({ counterparty }) => plain(counterparty),
  ({ date }) => date,
];

function sumsOf(
  ones: readonly MatchCandidate[],
  others: readonly MatchCandidate[],
  days: number,
): SumOfMany[] {
  return BONDS.flatMap((bondOf) => {
    const groups = Map.groupBy(others, bondOf);
    return [...groups].flatMap(([bond, group]) => {
      if (bond === "" || group.length < 2) return [];
      return ones.flatMap((one) => {
        const near = group.filter(({ date }) => daysBetween(date, one.date) <= days);
        const many = subsetWithSum(near.slice(0, 2 * MOST_SUMMED), one.amountMinor);
        const [first] = many ?? [];
        if (many === undefined || first === undefined) return [];
        return [{ one, many, reasons: ["SAME_SUM", ...reasonsOf(first, one, days)] as const }];
      });
    });
  });
}

/** Some of the items, at least two, that sum to an amount; undefined when none do. */
function subsetWithSum(
  items: readonly MatchCandidate[],
  amountMinor: bigint,
): readonly MatchCandidate[] | undefined {
  const search = (
    from: number,
    leftMinor: bigint,
    chosen: readonly MatchCandidate[],
  ): readonly MatchCandidate[] | undefined => {
    if (leftMinor === 0n && chosen.length > 1) return chosen;
    if (chosen.length === MOST_SUMMED) return undefined;
    for (let at = from; at < items.length; at += 1) {
      const item = items[at];
      if (item === undefined) continue;
      const found = search(at + 1, leftMinor - item.amountMinor, [...chosen, item]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return search(0, amountMinor, []);
}
