import { GoogleGenerativeAIAbortError, GoogleGenerativeAIFetchError } from "@google/generative-ai";
import { z } from "zod";

const TRANSIENT_STATUS = new Set([408, 429, 500, 502, 503, 504]);

/** True for a failure that a later identical call may not meet: overload, quota, timeout, network. */
export function isTransient(error: unknown): boolean {
  if (error instanceof GoogleGenerativeAIAbortError) return true;
  if (error instanceof GoogleGenerativeAIFetchError) {
    return error.status === undefined || TRANSIENT_STATUS.has(error.status);
  }
  // The SDK wraps network failures in its base class and keeps only their words.
  return error instanceof Error && /fetch failed|error fetching/i.test(error.message);
}

const retryInfo = z.object({
  "@type": z.string().endsWith("google.rpc.RetryInfo"),
  retryDelay: z.string().regex(/^\d+(\.\d+)?s$/),
});

/** How long the service asks to wait (google.rpc.RetryInfo), in milliseconds. */
export function requestedDelayMs(error: unknown): number | undefined {
  if (!(error instanceof GoogleGenerativeAIFetchError)) return undefined;
  for (const detail of error.errorDetails ?? []) {
    const parsed = retryInfo.safeParse(detail);
    if (parsed.success) return Number.parseFloat(parsed.data.retryDelay) * 1_000;
  }
  return undefined;
}
