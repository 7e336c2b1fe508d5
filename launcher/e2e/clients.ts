import { randomUUID } from "node:crypto";
import { isErrorCode } from "@allfunds/contract/errors";
import type { ReachableSystem } from "./reachable-system.ts";
import { eventually, pause } from "./running-system.ts";
import { deposit, postTransaction, type SmallBook } from "./small-book.ts";

const LIMIT_MS = 120_000;
const AGAIN_AFTER_MS = 50;

/** A refusal that no repetition mends: a fault of the product or of the load. */
class Refused extends Error {}

/** Clients that post and, whatever goes wrong, repeat under the same key until they are answered. */
export class Clients {
  /** The id of the stored transaction by its key. */
  readonly acknowledged = new Map<string, string>();
  /** Refusals with one of the stable codes, by code. */
  readonly refused = new Map<string, number>();
  /** Answers that were neither a success nor had a code. */
  readonly uncoded: string[] = [];
  /** Requests whose connection failed. */
  unanswered = 0;
  /** Clients that post now. */
  count = 0;
  /** The most requests that waited for their answers at once. */
  peakInFlight = 0;
  /** The longest time in which no client was answered with success, in milliseconds. */
  longestGapMs = 0;
  /** The longest time from a request to its answer, whatever it was, in milliseconds. */
  longestAnswerMs = 0;
  #inFlight = 0;
  #lastAt = performance.now();
  readonly #system: ReachableSystem;
  readonly #book: SmallBook;
  readonly #loops: Promise<void>[] = [];
  #stopped = false;
  #abandoned = false;
  #failure: Error | undefined;

  constructor(system: ReachableSystem, book: SmallBook, count: number) {
    this.#system = system;
    this.#book = book;
    this.add(count);
  }

  /** Lets more clients post; the returned function ends them. */
  add(count: number): () => void {
    const ended = new AbortController();
    this.count += count;
    for (let nth = 0; nth < count; nth += 1) this.#loops.push(this.#postUntil(ended.signal));
    return () => {
      this.count -= count;
      ended.abort();
    };
  }

  /** Requests without a success: refused or unanswered. */
  get failures(): number {
    const refused = [...this.refused.values()].reduce((sum, count) => sum + count, 0);
    return refused + this.uncoded.length + this.unanswered;
  }

  async #postUntil(ended: AbortSignal): Promise<void> {
    try {
      while (!this.#stopped && !ended.aborted) {
        const key = randomUUID();
        this.acknowledged.set(key, await this.#postUntilAnswered(key));
        const now = performance.now();
        this.longestGapMs = Math.max(this.longestGapMs, now - this.#lastAt);
        this.#lastAt = now;
      }
    } catch (error) {
      this.#failure ??= error as Error;
    }
  }

  async #postUntilAnswered(key: string): Promise<string> {
    for (;;) {
      if (this.#abandoned) throw new Error("the clients gave up");
      try {
        const id = await this.#post(key);
        if (id !== undefined) return id;
      } catch (error) {
        if (error instanceof Refused) throw error;
        this.unanswered += 1;
      }
      await pause(AGAIN_AFTER_MS);
    }
  }

  /** The id; undefined when the request may be repeated. */
  async #post(key: string): Promise<string | undefined> {
    this.#inFlight += 1;
    this.peakInFlight = Math.max(this.peakInFlight, this.#inFlight);
    const sentMs = performance.now();
    try {
      const response = await postTransaction(this.#system, deposit(this.#book, "1.00"), key);
      const text = await response.text();
      this.longestAnswerMs = Math.max(this.longestAnswerMs, performance.now() - sentMs);
      const { id, code } = parsed(text);
      if (response.status === 201 && id !== undefined) return id;
      if (!isErrorCode(code)) this.uncoded.push(`${response.status} ${text.slice(0, 200)}`);
      else this.refused.set(code, (this.refused.get(code) ?? 0) + 1);
      // The first request, whose connection was lost, still runs: a repeat gets its answer.
      const isRunning = code === "IDEMPOTENCY_KEY_IN_USE";
      const mayRepeat = response.status >= 500 || response.status === 429 || isRunning;
      if (!mayRepeat) throw new Refused(`refused: ${response.status} ${text.slice(0, 200)}`);
      return undefined;
    } finally {
      this.#inFlight -= 1;
    }
  }

  /** Resolves when so many more postings were acknowledged. */
  async haveMore(postings: number): Promise<void> {
    const before = this.acknowledged.size;
    await eventually(LIMIT_MS, async () => {
      if (this.#failure !== undefined) return;
      const more = this.acknowledged.size - before;
      if (more < postings) throw new Error(`${more} of ${postings} postings were acknowledged`);
    });
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Ends even requests that are never answered; what they stored is then unknown. */
  async abandon(): Promise<void> {
    this.#abandoned = true;
    await Promise.all(this.#loops);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#loops);
    if (this.#failure !== undefined) throw this.#failure;
  }
}

function parsed(text: string): { id?: string; code?: unknown } {
  try {
    return JSON.parse(text) as { id?: string; code?: unknown };
  } catch {
    return {};
  }
}

const FIGURES = `query ($fund: ID!, $cash: ID!, $after: Cursor) {
  account(id: $cash) { balance { amount } version }
  fund(id: $fund) {
    position
    metrics { cash { amount } position }
    transactions(first: 200, after: $after) {
      nodes { id position category { code } entries { side amount { amount } } }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;

export interface Stored {
  readonly id: string;
  readonly position: number;
  readonly category: { readonly code: string } | null;
  readonly entries: readonly {
    readonly side: string;
    readonly amount: { readonly amount: string };
  }[];
}

export interface Figures {
  readonly account: { readonly balance: { readonly amount: string }; readonly version: number };
  readonly fund: {
    readonly position: number;
    readonly metrics: { readonly cash: { readonly amount: string } };
    readonly transactions: {
      readonly nodes: readonly Stored[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
  };
}

/** Everything that is stored in a book, with the figures of all subgraphs. */
export async function readStored(
  system: ReachableSystem,
  book: SmallBook,
): Promise<{ transactions: Stored[]; last: Figures }> {
  const transactions: Stored[] = [];
  for (let after: string | null = null; ;) {
    const cursor: string | null = after;
    const last: Figures = await eventually(LIMIT_MS, () =>
      system.ask<Figures>(FIGURES, { fund: book.fundId, cash: book.cashId, after: cursor }),
    );
    const { nodes, pageInfo } = last.fund.transactions;
    transactions.push(...nodes);
    if (!pageInfo.hasNextPage) return { transactions, last };
    after = pageInfo.endCursor;
  }
}
