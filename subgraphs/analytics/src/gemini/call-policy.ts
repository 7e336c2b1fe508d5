import {
  BrokenCircuitError,
  circuitBreaker,
  ConsecutiveBreaker,
  DelegateBackoff,
  handleWhen,
  retry,
  wrap,
} from "cockatiel";
import type { IRetryBackoffContext } from "cockatiel";
import { ProviderUnavailable } from "./category-provider.ts";
import { isTransient, requestedDelayMs } from "./gemini-failure.ts";

export interface CallPolicyOptions {
  /** Calls after the first one. */
  readonly retries: number;
  /** First pause; doubles each time, with jitter. */
  readonly firstPauseMs: number;
  /** A longer wish of the service is not waited out here but handed to the caller. */
  readonly longestPauseMs: number;
  /** How long the service is left alone after five failures in a row. */
  readonly restMs: number;
}

export const CALL_POLICY: CallPolicyOptions = {
  retries: 2,
  firstPauseMs: 500,
  longestPauseMs: 10_000,
  restMs: 30_000,
};

export type Call = <T>(work: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

/** Retries what may pass, leaves a failing service alone, and names the rest ProviderUnavailable. */
export function createCallPolicy(options: CallPolicyOptions): Call {
  const { retries, firstPauseMs, longestPauseMs, restMs } = options;
  const again = retry(
    handleWhen((error) => isTransient(error) && (requestedDelayMs(error) ?? 0) <= longestPauseMs),
    {
      maxAttempts: retries,
      backoff: new DelegateBackoff<IRetryBackoffContext<unknown>>(({ attempt, result }) => {
        const wished = "error" in result ? (requestedDelayMs(result.error) ?? 0) : 0;
        const pause = Math.min(firstPauseMs * 2 ** (attempt - 1), longestPauseMs);
        return wished + pause * (0.5 + Math.random() / 2);
      }),
    },
  );
  const breaker = circuitBreaker(handleWhen(isTransient), {
    halfOpenAfter: restMs,
    breaker: new ConsecutiveBreaker(5),
  });
  const policy = wrap(again, breaker);
  return async (work, signal) => {
    try {
      return await policy.execute(work, signal);
    } catch (error) {
      throw asUnavailable(error, restMs);
    }
  };
}

function asUnavailable(error: unknown, restMs: number): unknown {
  if (error instanceof BrokenCircuitError) {
    return new ProviderUnavailable("resting after repeated failures", {
      cause: error,
      retryAfterMs: restMs,
    });
  }
  if (!isTransient(error)) return error;
  const retryAfterMs = requestedDelayMs(error);
  return new ProviderUnavailable("the model cannot be reached or is overloaded", {
    cause: error,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}
