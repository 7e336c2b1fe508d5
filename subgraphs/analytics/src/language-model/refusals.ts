import type { LanguageModel } from "./language-model.ts";
import { isFailure, ModelFailure } from "./model-failure.ts";
import { observe } from "./observe.ts";

/** How long a refused configuration is not tried again. */
const PAUSE_MS = 60_000;
/** When a job should try again: the operator has to act first. */
const RETRY_AFTER_MS = 300_000;

/**
 * Remembers that the service refused this system's configuration. Meanwhile no call is made but one a minute,
 * because every tenant's would be refused alike.
 */
export class Refusals {
  #problem: string | undefined;
  #until = 0;

  /** Why the service refuses every call, in a sentence; undefined while it does not. */
  get problem(): string | undefined {
    return this.#problem;
  }

  wrap(next: LanguageModel): LanguageModel {
    return observe(next, () => {
      if (this.#problem !== undefined && performance.now() < this.#until) {
        throw new ModelFailure("CONFIGURATION", this.#problem, { retryAfterMs: RETRY_AFTER_MS });
      }
      return {
        answered: () => this.#clear(),
        failed: (error) => {
          if (isFailure(error, "CONFIGURATION")) this.#refuse(error.message);
          else if (isFailure(error, "CONTENT")) this.#clear();
        },
      };
    });
  }

  #clear(): void {
    this.#problem = undefined;
  }

  #refuse(problem: string): void {
    this.#problem = problem;
    this.#until = performance.now() + PAUSE_MS;
  }
}
