import { cacheExchange, type Cache } from "@urql/exchange-graphcache";
import type { AnyVariables, Exchange, TypedDocumentNode } from "@urql/core";
import type { FundFiguresFragment } from "../graph/graph-types.generated.ts";
import type { Reach } from "./live-postings.ts";
import { patchOf, type LiveTransaction, type Patch } from "./patches.ts";

/** Postings kept for answers that were on their way when the postings arrived. */
const MOST_RECENT = 200;

/** A document that a page shows. */
export interface ShownQuery {
  readonly document: TypedDocumentNode<unknown, AnyVariables>;
  readonly variables: AnyVariables;
  /** Only a new answer shows what was posted. */
  readonly onOutdated: () => void;
}

interface Followed extends ShownQuery {
  readonly patch: Patch<unknown, AnyVariables> | undefined;
  /** The fund whose book its data include up to the position; empty before its answer. */
  fundId: string;
  position: number;
}

const EMBEDDED = () => null;

/**
 * The normalised data of an open page. Answers fill it, and postings change it in place: each document that a
 * page shows is brought forward by its own patch, never beyond what it has seen, and never back.
 */
export class LiveCache {
  readonly #shown = new Map<number, Followed>();
  readonly #figures = new Map<string, FundFiguresFragment>();
  #recent: LiveTransaction[] = [];
  #arrived: readonly LiveTransaction[] = [];

  /** Up to where the shown documents reach. */
  get reached(): readonly Reach[] {
    return [...this.#shown.values()];
  }

  readonly exchange: Exchange = cacheExchange({
    keys: {
      FundMetrics: ({ fundId }) => (typeof fundId === "string" ? fundId : null),
      Money: EMBEDDED,
      Metric: EMBEDDED,
      MetricInput: EMBEDDED,
      BalancePoint: EMBEDDED,
      CashFlowPoint: EMBEDDED,
      TransactionCategory: EMBEDDED,
    },
    updates: {
      Subscription: { transactionPosted: (_result, _arguments, cache) => this.#bring(cache) },
    },
  });

  /** Follows a document under the key of its operation, until the returned function is called. */
  show(key: number, query: ShownQuery): () => void {
    const followed = { ...query, patch: patchOf(query.document), fundId: "", position: 0 };
    this.#shown.set(key, followed);
    return () => {
      if (this.#shown.get(key) === followed) this.#shown.delete(key);
    };
  }

  /** An answer with the postings that arrived while it was on its way. */
  answer(key: number, data: unknown): unknown {
    const followed = this.#shown.get(key);
    const reach = followed?.patch?.reach(data);
    if (followed?.patch === undefined || reach === undefined) return data;
    Object.assign(followed, reach);
    const figures = followed.patch.figures?.(data);
    if (figures) this.#keepFigures(figures);
    let current = data;
    for (const posted of this.#recent) current = applyTo(followed, current, posted);
    return current;
  }

  /**
   * Takes postings in order, and returns the message that brings them into the cache at once. Its figures are
   * the newest ones, because those of a message may be absent or older than an answer.
   */
  take(postings: readonly LiveTransaction[]): LiveTransaction | undefined {
    this.#recent = [...this.#recent, ...postings].slice(-MOST_RECENT);
    this.#arrived = postings;
    for (const { fund } of postings) if (fund.metrics) this.#keepFigures(fund.metrics);
    const last = postings.at(-1);
    if (last === undefined) return undefined;
    const metrics = this.#figures.get(last.fund.id) ?? null;
    return { ...last, fund: { ...last.fund, metrics } };
  }

  #keepFigures(figures: FundFiguresFragment): void {
    const known = this.#figures.get(figures.fundId);
    if (known === undefined || known.position <= figures.position) {
      this.#figures.set(figures.fundId, figures);
    }
  }

  #bring(cache: Cache): void {
    for (const followed of this.#shown.values()) {
      const { document: query, variables, patch } = followed;
      if (patch === undefined) followed.onOutdated();
      else {
        cache.updateQuery({ query, variables }, (data) =>
          data === null
            ? data
            : (this.#arrived.reduce<unknown>(
                (current, posted) => applyTo(followed, current, posted),
                data,
              ) as typeof data),
        );
      }
    }
  }
}

function applyTo(followed: Followed, data: unknown, posted: LiveTransaction): unknown {
  if (posted.fund.id !== followed.fundId || posted.position <= followed.position) return data;
  followed.position = posted.position;
  const next = followed.patch?.apply(data, posted, followed.variables);
  if (next === undefined) followed.onOutdated();
  return next ?? data;
}
