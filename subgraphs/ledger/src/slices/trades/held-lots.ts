import { AppError } from "@allfunds/contract/errors";
import { defineRows, type BookState } from "../../engine/book-state.ts";
import { canonicalJson } from "../../engine/canonical-json.ts";
import type { Lookup } from "../../engine/slice.ts";
import { fundOf } from "../funds/fund.ts";
import { lotChanges, type LotChange } from "../lots/lot-change.ts";
import type { Lots } from "../lots/lot.ts";
import { byEffect, isinsOf, type PortfolioFact } from "../lots/portfolio-fact.ts";
import { Legs, legsOf } from "../lots/portfolio-legs.ts";
import { applyFact, applyFacts, type Holdings, type Outcome } from "../lots/portfolio.ts";

/** A security as decisions about it read it: looked up with all that depends on it, never resident. */
interface HeldSecurity {
  /** Facts of this security itself. */
  readonly facts: readonly PortfolioFact[];
  /** Its lots behind the last fact. */
  readonly lots: Lots;
  /** Securities that share a fact with it. */
  readonly linked: readonly string[];
}

const NOTHING: HeldSecurity = { facts: [], lots: [], linked: [] };

/** Ends with its batch; a replay keeps it, and there what is absent was never traded. */
export const HELD = defineRows<HeldSecurity>("held securities", () => false);

// Securities that a separation or merger links are found with each other, however long the chain. OFFSET 0 keeps
// each part a probe of its index: without, a bulk of a thousand securities was compared with every fact of the fund.
const FIND_FACTS = `
  WITH RECURSIVE linked AS (
    SELECT unnest($3::text[]) AS isin
    UNION
    SELECT other.isin FROM linked CROSS JOIN LATERAL (
      SELECT into_isin AS isin FROM portfolio_fact
      WHERE tenant_id = $1 AND book_id = $2 AND isin = linked.isin AND into_isin IS NOT NULL
      UNION ALL
      SELECT isin FROM portfolio_fact
      WHERE tenant_id = $1 AND book_id = $2 AND into_isin = linked.isin) other
  )
  SELECT e.payload FROM linked
  CROSS JOIN LATERAL (
    SELECT position, fact_id FROM portfolio_fact
    WHERE tenant_id = $1 AND book_id = $2 AND isin = linked.isin OFFSET 0) f
  CROSS JOIN LATERAL (
    SELECT payload FROM event
    WHERE tenant_id = $1 AND book_id = $2 AND position = f.position OFFSET 0) e
  WHERE NOT EXISTS (SELECT FROM portfolio_status s WHERE s.tenant_id = $1 AND s.book_id = $2
    AND s.fact_id = f.fact_id AND s.status = 'CANCELLED')
  ORDER BY f.position`;

/** What a fund holds of a security, with every security that its lots depend on. */
export const HELD_SECURITIES: Lookup<HeldSecurity> = {
  rows: HELD,
  find: async ({ statements, book, draft }, isins) => {
    const parameters = [book.tenantId, book.bookId, [...isins]];
    const { rows } = await statements.query<{ payload: { fact: PortfolioFact } }>(
      FIND_FACTS,
      parameters,
    );
    const found = heldBy(
      rows.map(({ payload }) => payload.fact),
      baseOf(draft),
    );
    for (const isin of new Set([...isins, ...found.keys()])) {
      // What a batch before this one changed is not stored yet.
      if (draft.get(HELD, isin) === undefined) draft.put(HELD, isin, found.get(isin) ?? NOTHING);
    }
  },
};

export const baseOf = (state: BookState): string => fundOf(state)?.currency ?? "";

/** Securities by what happened to them, in whatever order that was recorded. */
function heldBy(facts: readonly PortfolioFact[], base: string): Map<string, HeldSecurity> {
  const outcomes = applyFacts(new Map(), facts.toSorted(byEffect), base);
  const lots = new Map(outcomes.flatMap(({ after }) => [...after]));
  const held = new Map<string, HeldSecurity>();
  for (const fact of facts) {
    const isins = isinsOf(fact);
    for (const isin of isins) {
      const { facts: before, linked } = held.get(isin) ?? NOTHING;
      const others = isins.filter((other) => other !== isin && !linked.includes(other));
      held.set(isin, {
        facts: isin === fact.isin ? [...before, fact] : before,
        lots: lots.get(isin) ?? [],
        linked: [...linked, ...others],
      });
    }
  }
  return held;
}

/** Securities that depend on each other, and all facts of them in the order they take effect. */
interface Component {
  readonly isins: readonly string[];
  readonly facts: readonly PortfolioFact[];
  readonly lots: Holdings;
}

function componentOf(state: BookState, isins: readonly string[]): Component {
  const found = new Map<string, HeldSecurity>();
  const open = [...isins];
  for (let isin = open.pop(); isin !== undefined; isin = open.pop()) {
    if (found.has(isin)) continue;
    const held = state.get(HELD, isin) ?? NOTHING;
    found.set(isin, held);
    open.push(...held.linked);
  }
  return {
    isins: [...found.keys()],
    facts: [...found.values()].flatMap(({ facts }) => facts).toSorted(byEffect),
    lots: new Map([...found].map(([isin, { lots }]) => [isin, lots])),
  };
}

/** How many facts are known of a security and of those that depend on it. */
export const factsBefore = (state: BookState, fact: PortfolioFact): number =>
  componentOf(state, isinsOf(fact)).facts.length;

/** A fact behind one that was inserted or cancelled, with what it now leads to less what it led to before. */
export interface ReplayedFact {
  readonly fact: PortfolioFact;
  readonly lots: readonly LotChange[];
  readonly legs: Legs;
}

/** What a fact leads to, and what it changes of those behind it. */
export interface Consequences {
  readonly outcome: Outcome;
  readonly lots: readonly LotChange[];
  readonly legs: Legs;
  readonly replayed: readonly ReplayedFact[];
}

/** What a new fact leads to; LOTS_EXCEEDED when it, or a fact behind it, would close more than there is. */
export function consequencesOf(state: BookState, fact: PortfolioFact): Consequences {
  const base = baseOf(state);
  const component = componentOf(state, isinsOf(fact));
  const last = component.facts.at(-1);
  if (last === undefined || byEffect(last, fact) < 0) {
    const outcome = applyFact(component.lots, fact, base);
    return { outcome, ...changesOf(outcome, undefined, base), replayed: [] };
  }
  const before = applyFacts(new Map(), component.facts, base);
  const after = applyFacts(new Map(), [...component.facts, fact].toSorted(byEffect), base);
  const outcome = after.find((each) => each.fact === fact);
  if (outcome === undefined) throw new Error("a fact was lost while it was replayed");
  const others = after.filter((each) => each !== outcome);
  return {
    outcome,
    ...changesOf(outcome, undefined, base),
    replayed: replay(before, others, base),
  };
}

/** What taking a fact away leads to: the opposite of it, and what it changes of those behind it. */
export function consequencesWithout(state: BookState, fact: PortfolioFact): Consequences {
  const base = baseOf(state);
  const { facts } = componentOf(state, isinsOf(fact));
  const before = applyFacts(new Map(), facts, base);
  const outcome = before.find((each) => each.fact.id === fact.id);
  if (outcome === undefined) throw new AppError("NOT_FOUND", `The fund holds no fact ${fact.id}.`);
  const left = before.filter((each) => each !== outcome);
  const after = applyFacts(
    new Map(),
    left.map((each) => each.fact),
    base,
  );
  return { outcome, ...changesOf(undefined, outcome, base), replayed: replay(left, after, base) };
}

function replay(
  before: readonly Outcome[],
  after: readonly Outcome[],
  base: string,
): ReplayedFact[] {
  return after.flatMap((outcome, index) => {
    const changes = changesOf(outcome, before[index], base);
    if (changes.lots.length === 0 && changes.legs.all.length === 0) return [];
    return [{ fact: outcome.fact, ...changes }];
  });
}

function changesOf(
  added: Outcome | undefined,
  taken: Outcome | undefined,
  base: string,
): { readonly lots: readonly LotChange[]; readonly legs: Legs } {
  const legs = new Legs();
  if (added !== undefined) legs.addAll(legsOf(added, base), 1n);
  if (taken !== undefined) legs.addAll(legsOf(taken, base), -1n);
  return { lots: lotChanges(added, taken, base), legs };
}

/** Folds a fact into what is held, where that is known as far as the fact found it: `earlier` facts. */
export function foldFact(draft: BookState, fact: PortfolioFact, earlier: number): void {
  const { isins, facts, lots } = componentOf(draft, isinsOf(fact));
  if (facts.length !== earlier) return;
  const last = facts.at(-1);
  if (last === undefined || byEffect(last, fact) < 0) {
    const { after } = applyFact(lots, fact, baseOf(draft));
    return append(draft, fact, after);
  }
  putAll(draft, isins, [...facts, fact]);
}

function append(draft: BookState, fact: PortfolioFact, after: Holdings): void {
  const isins = isinsOf(fact);
  for (const isin of isins) {
    const held = draft.get(HELD, isin) ?? NOTHING;
    const others = isins.filter((other) => other !== isin && !held.linked.includes(other));
    draft.put(HELD, isin, {
      facts: isin === fact.isin ? [...held.facts, fact] : held.facts,
      lots: after.get(isin) ?? [],
      linked: others.length === 0 ? held.linked : [...held.linked, ...others],
    });
  }
}

/** Takes a fact away again. */
export function unfoldFact(draft: BookState, fact: PortfolioFact, earlier: number): void {
  const { isins, facts } = componentOf(draft, isinsOf(fact));
  if (facts.length !== earlier) return;
  putAll(
    draft,
    isins,
    facts.filter(({ id }) => id !== fact.id),
  );
}

function putAll(draft: BookState, isins: readonly string[], facts: readonly PortfolioFact[]): void {
  const held = heldBy(
    facts.toSorted((a, b) => a.sequence - b.sequence),
    baseOf(draft),
  );
  for (const isin of isins) draft.put(HELD, isin, held.get(isin) ?? NOTHING);
}

/** Refuses a recorded fact whose changes of lots are not those that it leads to. */
export function refuseOtherLots(
  state: BookState,
  fact: PortfolioFact,
  earlier: number,
  lots: readonly LotChange[],
  right: () => Pick<Consequences, "lots">,
): void {
  if (factsBefore(state, fact) !== earlier) {
    throw new AppError("LOTS_EXCEEDED", `The fact ${fact.id} does not follow those before it.`);
  }
  if (canonicalJson(lots) === canonicalJson(right().lots)) return;
  throw new AppError("LOTS_EXCEEDED", `The fact ${fact.id} leads to other lots.`);
}
