import type { CategorySource, DecidedSource } from "../classification/built-in-model.ts";
import type { CategoryCode } from "../classification/taxonomy.ts";

/** The category that stands at one place of a transaction, and its origin. */
export interface Verdict {
  readonly category: CategoryCode;
  /** Probability that the category is right, 0 to 1. */
  readonly confidence: number;
  readonly source: CategorySource;
  readonly model: string;
  readonly evidence: readonly string[];
  readonly needsReview: boolean;
  /** A timestamp as PostgreSQL writes it, so that nothing of it is lost on the way back. */
  readonly categorisedAt: string;
}

/** What a person chose, or what a rule of people decided. */
export interface Decision {
  readonly category: CategoryCode;
  readonly source: DecidedSource;
  readonly evidence: readonly string[];
  /** The rule that decided; null for a person. */
  readonly ruleId: string | null;
  /** The change that made it; null when the feed applied a rule to a new transaction. */
  readonly changeId: string | null;
  /** RFC 3339 in UTC. */
  readonly decidedAt: string;
}

/** The transaction as a whole is place 0, its lines are places 1, 2, … */
export const WHOLE = 0;

/**
 * The decisions of people at the places of a transaction, newest first, and the verdict beneath them. It is
 * stored apart from the read model, so it outlives a rebuild.
 */
export interface Decided {
  readonly chains: Readonly<Record<string, readonly Decision[]>>;
  readonly base: Readonly<Record<string, Verdict>>;
}

export const NOTHING_DECIDED: Decided = { chains: {}, base: {} };

// A chain grows with each correction of the same transaction; the oldest are of no use.
const LONGEST_CHAIN = 20;

/** The verdict of a decision: a person is certain, a rule may meet an exception. */
const CERTAINTY: Readonly<Record<DecidedSource, number>> = {
  PERSON: 1,
  LEARNED: 0.99,
  TENANT_RULE: 0.99,
};

const MODELS: Readonly<Record<DecidedSource, string>> = {
  PERSON: "person",
  LEARNED: "payee-rule",
  TENANT_RULE: "tenant-rule",
};

export const verdictOf = ({ category, source, evidence, decidedAt }: Decision): Verdict => ({
  category,
  confidence: CERTAINTY[source],
  source,
  model: MODELS[source],
  evidence,
  needsReview: false,
  categorisedAt: decidedAt,
});

/** Puts a decision on top at a place; `stands` is the verdict that stands there now. */
export function decide(
  decided: Decided,
  place: number,
  stands: Verdict,
  decision: Decision,
): Decided {
  const chain = decided.chains[place] ?? [];
  return {
    chains: { ...decided.chains, [place]: [decision, ...chain].slice(0, LONGEST_CHAIN) },
    base: chain.length > 0 ? decided.base : { ...decided.base, [place]: stands },
  };
}

/** Removes the decisions that match, wherever they stand; later ones stay. */
export function takeBack(decided: Decided, matches: (decision: Decision) => boolean): Decided {
  const chains = Object.entries(decided.chains).flatMap(([place, chain]) => {
    const left = chain.filter((decision) => !matches(decision));
    return left.length === 0 ? [] : [[place, left] as const];
  });
  const places = new Set(chains.map(([place]) => place));
  return {
    chains: Object.fromEntries(chains),
    base: Object.fromEntries(Object.entries(decided.base).filter(([place]) => places.has(place))),
  };
}

/** The decision on top at a place. */
export const topOf = ({ chains }: Decided, place: number): Decision | undefined =>
  chains[place]?.[0];

/** What stands at a place: the decision on top, else the verdict beneath. Undefined where nothing was decided. */
export function standingAt(decided: Decided, place: number): Verdict | undefined {
  const top = topOf(decided, place);
  return top === undefined ? undefined : verdictOf(top);
}

/** Whether only another choice of a person may change a place. */
export const isLocked = (decided: Decided, place: number): boolean =>
  topOf(decided, place)?.source === "PERSON";

/** The rules that any decision comes from. */
export const rulesOf = ({ chains }: Decided): string[] => [
  ...new Set(
    Object.values(chains)
      .flat()
      .flatMap(({ ruleId }) => ruleId ?? []),
  ),
];
