import type { ExecutionResult, GraphQLError } from "graphql";
import { PublishedEvent } from "../subgraphs/published-event.ts";
import type { EventQueue } from "./event-queue.ts";

/** What a subscription receives: an event to complete, or why it ends. */
export type Arrival = PublishedEvent | { readonly failure: readonly GraphQLError[] };

/** The answer to an event; no more are sent after the last one. */
export interface Completed {
  readonly answer: ExecutionResult;
  readonly isLast?: boolean;
}

type CompleteEvent = (event: PublishedEvent, ended: AbortSignal) => Promise<Completed>;

/** Events that wait together are completed together. */
const MAX_TOGETHER = 20;

/**
 * The answers of a subscription, one per event in the events' order. The next events are completed only when
 * the client has taken the answers before, so a slow client slows no other.
 * Not an `async function*`: its `return` would wait for a pending `next`, which may never settle.
 */
export class OperationStream implements AsyncGenerator<ExecutionResult, void> {
  readonly #arrivals: EventQueue<Arrival>;
  readonly #unsubscribe: () => void;
  readonly #complete: CompleteEvent;
  readonly #ended = new AbortController();
  #underWay: Promise<Completed>[] = [];

  constructor(arrivals: EventQueue<Arrival>, unsubscribe: () => void, complete: CompleteEvent) {
    this.#arrivals = arrivals;
    this.#unsubscribe = unsubscribe;
    this.#complete = complete;
  }

  async next(): Promise<IteratorResult<ExecutionResult, void>> {
    if (this.#underWay.length === 0) {
      const arrival = await this.#arrivals.take();
      if (arrival === undefined) return this.return();
      this.#begin(arrival);
    }
    try {
      const completed = await this.#underWay.shift();
      if (completed === undefined) return await this.return();
      if (completed.isLast === true) this.#underWay = [];
      return { done: false, value: completed.answer };
    } catch (error) {
      // The consumer does not call `return` after a failed `next`.
      await this.return();
      throw error;
    }
  }

  /** Completes an event with those that wait behind it. */
  #begin(first: Arrival): void {
    let next: Arrival | undefined = first;
    while (next !== undefined) {
      const completing = this.#answer(next);
      // A failure is thrown when its turn comes.
      completing.catch(() => undefined);
      this.#underWay.push(completing);
      next = this.#underWay.length < MAX_TOGETHER ? this.#arrivals.takeQueued() : undefined;
    }
  }

  async #answer(arrival: Arrival): Promise<Completed> {
    return arrival instanceof PublishedEvent
      ? this.#complete(arrival, this.#ended.signal)
      : { answer: { errors: arrival.failure } };
  }

  /** Ends the stream and the upstream subscription at once, even while `next` waits. */
  async return(): Promise<IteratorReturnResult<void>> {
    this.#ended.abort();
    this.#underWay = [];
    this.#unsubscribe();
    this.#arrivals.cut();
    return { done: true, value: undefined };
  }

  async throw(): Promise<IteratorReturnResult<void>> {
    return this.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}
