import {
  BrokenCircuitError,
  circuitBreaker,
  ConsecutiveBreaker,
  DelegateBackoff,
  handleWhen,
  retry,
} from "cockatiel";
import type { IRetryBackoffContext } from "cockatiel";
import type { LanguageModel, ModelChunk, ModelRequest } from "./language-model.ts";
import { isFailure, ModelFailure } from "./model-failure.ts";

export interface RetryOptions {
  /** Calls after the first one. */
  readonly retries: number;
  /** First pause; doubles each time, with jitter. */
  readonly firstPauseMs: number;
  /** A longer delay that the service requests is not waited out here but left to the caller. */
  readonly longestPauseMs: number;
  /** How long no call is made after five failures in a row. */
  readonly breakMs: number;
}

export const RETRIES: RetryOptions = {
  retries: 2,
  firstPauseMs: 500,
  longestPauseMs: 10_000,
  breakMs: 30_000,
};

const isOfService = (error: unknown): boolean => isFailure(error, "SERVICE");

/** Repeats calls that failed because of the service. A stream is not repeated: some of it was read. */
export function withRetries(next: LanguageModel, options: RetryOptions): LanguageModel {
  const { retries, firstPauseMs, longestPauseMs } = options;
  const policy = retry(
    handleWhen((error) => isOfService(error) && (delayOf(error) ?? 0) <= longestPauseMs),
    {
      maxAttempts: retries,
      backoff: new DelegateBackoff<IRetryBackoffContext<unknown>>(({ attempt, result }) => {
        const requested = "error" in result ? (delayOf(result.error) ?? 0) : 0;
        const pause = Math.min(firstPauseMs * 2 ** (attempt - 1), longestPauseMs);
        return requested + pause * (0.5 + Math.random() / 2);
      }),
    },
  );
  return {
    name: next.name,
    generate: (request) => policy.execute(() => next.generate(request), request.signal),
    stream: (request) => next.stream(request),
  };
}

/** Makes no call for a while when the service failed five times in a row. */
export function withBreaker(next: LanguageModel, { breakMs }: RetryOptions): LanguageModel {
  const breaker = circuitBreaker(handleWhen(isOfService), {
    halfOpenAfter: breakMs,
    breaker: new ConsecutiveBreaker(5),
  });
  return {
    name: next.name,
    generate: async (request) => {
      try {
        return await breaker.execute(() => next.generate(request));
      } catch (error) {
        throw asFailure(error, breakMs);
      }
    },
    stream: (request) => streamBehind(breaker, next, request, breakMs),
  };
}

async function* streamBehind(
  breaker: ReturnType<typeof circuitBreaker>,
  next: LanguageModel,
  request: ModelRequest,
  breakMs: number,
): AsyncGenerator<ModelChunk, void> {
  const chunks = next.stream(request)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const chunk = await breaker.execute(() => chunks.next());
      if (chunk.done === true) return;
      yield chunk.value;
    }
  } catch (error) {
    throw asFailure(error, breakMs);
  } finally {
    await chunks.return?.();
  }
}

function asFailure(error: unknown, breakMs: number): unknown {
  if (!(error instanceof BrokenCircuitError)) return error;
  return new ModelFailure("SERVICE", "No call is made after repeated failures of the service.", {
    retryAfterMs: breakMs,
  });
}

const delayOf = (error: unknown): number | undefined =>
  isFailure(error) ? error.retryAfterMs : undefined;
