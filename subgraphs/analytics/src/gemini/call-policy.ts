import { GoogleGenerativeAIAbortError, GoogleGenerativeAIFetchError } from "@google/generative-ai";
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
import { z } from "zod";
import { ProviderUnavailable } from "./category-provider.ts";

export interface CallPolicyOptions {
  /** Calls after the first one. */
  readonly retries: number;
  /** First pause; doubles each time, with jitter. */
  readonly firstPauseMs: number;
  /** A longer delay that the service requests is not waited out here but left to the caller. */
  readonly longestPauseMs: number;
  /** How long no call is made after five failures in a row. */
  readonly breakMs: number;
}

export const CALL_POLICY: CallPolicyOptions = {
  retries: 2,
  firstPauseMs: 500,
  longestPauseMs: 10_000,
  breakMs: 30_000,
};

export type Call = <T>(work: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

/** Retries transient failures, pauses after repeated ones, and turns the rest into ProviderUnavailable. */
export function createCallPolicy(options: CallPolicyOptions): Call {
  const { retries, firstPauseMs, longestPauseMs, breakMs } = options;
  const again = retry(
    handleWhen((error) => isTransient(error) && (requestedDelayMs(error) ?? 0) <= longestPauseMs),
    {
      maxAttempts: retries,
      backoff: new DelegateBackoff<IRetryBackoffContext<unknown>>(({ attempt, result }) => {
        const requested = "error" in result ? (requestedDelayMs(result.error) ?? 0) : 0;
        const pause = Math.min(firstPauseMs * 2 ** (attempt - 1), longestPauseMs);
        return requested + pause * (0.5 + Math.random() / 2);
      }),
    },
  );
  const breaker = circuitBreaker(handleWhen(isTransient), {
    halfOpenAfter: breakMs,
    breaker: new ConsecutiveBreaker(5),
  });
  const policy = wrap(again, breaker);
  return async (work, signal) => {
    try {
      return await policy.execute(work, signal);
    } catch (error) {
      throw asUnavailable(error, breakMs);
    }
  };
}

function asUnavailable(error: unknown, breakMs: number): unknown {
  if (error instanceof BrokenCircuitError) {
    return new ProviderUnavailable("paused after repeated failures", {
      cause: error,
      retryAfterMs: breakMs,
    });
  }
  if (!isTransient(error)) return error;
  const retryAfterMs = requestedDelayMs(error);
  return new ProviderUnavailable("the model cannot be reached or is overloaded", {
    cause: error,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

const TRANSIENT_STATUS = new Set([408, 429, 500, 502, 503, 504]);

/** True for a failure that a later identical call may not meet: overload, quota, timeout, network. */
function isTransient(error: unknown): boolean {
  if (error instanceof GoogleGenerativeAIAbortError) return true;
  if (error instanceof GoogleGenerativeAIFetchError) {
    return error.status === undefined || TRANSIENT_STATUS.has(error.status);
  }
  // The SDK wraps network failures in its base class and keeps only their message.
  return error instanceof Error && /fetch failed|error fetching/i.test(error.message);
}

const retryInfo = z.object({
  "@type": z.string().endsWith("google.rpc.RetryInfo"),
  retryDelay: z.string().regex(/^\d+(\.\d+)?s$/),
});

/** The delay that the service requests (google.rpc.RetryInfo), in milliseconds. */
function requestedDelayMs(error: unknown): number | undefined {
  if (!(error instanceof GoogleGenerativeAIFetchError)) return undefined;
  for (const detail of error.errorDetails ?? []) {
    const parsed = retryInfo.safeParse(detail);
    if (parsed.success) return Number.parseFloat(parsed.data.retryDelay) * 1_000;
  }
  return undefined;
}
