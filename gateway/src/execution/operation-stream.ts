import type { ExecutionResult, GraphQLError } from "graphql";
import type { SubgraphAnswer } from "../subgraphs/subgraph-request.ts";
import type { EventQueue } from "./event-queue.ts";

/** What a subscription receives: an event to complete, or why it ends. */
export type Arrival =
  | { readonly event: SubgraphAnswer }
  | { readonly failure: readonly GraphQLError[] };

type CompleteEvent = (event: SubgraphAnswer, ended: AbortSignal) => Promise<ExecutionResult>;

/**
 * The answers of a subscription, one per event in the events' order. The next event is completed only when
 * the client has taken the answer before, so a slow client slows no other.
 * Not an `async function*`: its `return` would wait for a pending `next`, which may never settle.
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
      // The consumer does not call `return` after a failed `next`.
      await this.return();
      throw error;
    }
  }

  async #answer(arrival: Arrival): Promise<ExecutionResult> {
    if ("failure" in arrival) return { errors: arrival.failure };
    return this.#complete(arrival.event, this.#ended.signal);
  }

  /** Ends the stream and the upstream subscription at once, even while `next` waits. */
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
