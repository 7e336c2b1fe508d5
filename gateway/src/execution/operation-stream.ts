import type { ExecutionResult, GraphQLError } from "graphql";
import type { FormattedExecutionResult } from "graphql-ws";
import type { EventQueue } from "./event-queue.ts";

/** What a subscription brings: an event to complete, or why no more will come. */
export type Arrival =
  | { readonly event: FormattedExecutionResult }
  | { readonly failure: readonly GraphQLError[] };

type CompleteEvent = (
  event: FormattedExecutionResult,
  ended: AbortSignal,
) => Promise<ExecutionResult>;

/**
 * The answers of a subscription, one per event and in the events' order. The next event is looked at
 * only when the answer to the one before was taken, so a slow client slows nothing but itself.
 * Not an `async function*`: its `return` would wait for a pending `next`, which may never come.
 */
export class OperationStream implements AsyncGenerator<ExecutionResult, void> {
  readonly #arrivals: EventQueue<Arrival>;
  readonly #unsubscribe: () => void;
  readonly #complete: CompleteEvent;
  readonly #ended = new AbortController();

  constructor(arrivals: EventQueue<Arrival>, unsubscribe: () => void, complete: CompleteEvent) {
    this.#arrivals = arrivals;
    this.#unsubscribe = unsubscribe;
    this.#complete = complete;
  }

  async next(): Promise<IteratorResult<ExecutionResult, void>> {
    const arrival = await this.#arrivals.take();
    if (arrival === undefined) return this.return();
    try {
      return { done: false, value: await this.#answer(arrival) };
    } catch (error) {
      // Nobody calls `return` after a failed `next`.
      await this.return();
      throw error;
    }
  }

  async #answer(arrival: Arrival): Promise<ExecutionResult> {
    if ("failure" in arrival) return { errors: arrival.failure };
    return this.#complete(arrival.event, this.#ended.signal);
  }

  /** Ends the stream at once, even while `next` waits: nothing is left running upstream. */
  async return(): Promise<IteratorReturnResult<void>> {
    this.#ended.abort();
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
