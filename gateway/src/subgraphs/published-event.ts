import type { ExecutionResult } from "graphql";
import { copyOf } from "../answer/answer.ts";
import type { SubgraphAnswer } from "./subgraph-request.ts";

/** An event of a subgraph, for all who subscribed to the same with the same credentials. */
export class PublishedEvent {
  /** Of `performance.now()`. */
  readonly arrivedAt = performance.now();
  /** Whether several subscribers get it. */
  readonly isShared: boolean;
  readonly #event: SubgraphAnswer;
  readonly #answers = new Map<string, Promise<ExecutionResult>>();

  constructor(event: SubgraphAnswer, isShared = false) {
    this.#event = event;
    this.isShared = isShared;
  }

  get traceparent(): string | undefined {
    return this.#event.traceparent;
  }

  /** The event for one run of a plan, which changes it. */
  take(): SubgraphAnswer {
    return this.isShared ? (copyOf(this.#event) as SubgraphAnswer) : this.#event;
  }

  /** The answer to it, made once for all with the same key. */
  async answerOnce(key: string, answer: () => Promise<ExecutionResult>): Promise<ExecutionResult> {
    const existing = this.#answers.get(key);
    if (existing !== undefined) return existing;
    const made = answer();
    this.#answers.set(key, made);
    return made;
  }
}
