import { GoogleGenerativeAIFetchError } from "@google/generative-ai";
import { z } from "zod";
import { ModelFailure } from "../language-model/model-failure.ts";

/** Statuses by which the service refuses the key, the project or the model's name. */
const REFUSED = new Set([401, 402, 403, 404]);

/** The service answers 400 to a bad key, to a project without billing, and from some countries. */
const REFUSED_SETUP = /api[ _]key|location is not supported|billing|failed_precondition/i;

/** Turns what the SDK throws into a failure with its kind. */
export function failureOf(error: unknown): ModelFailure {
  if (error instanceof ModelFailure) return error;
  if (error instanceof GoogleGenerativeAIFetchError) {
    return ofStatus(error.status ?? 500, messageOf(error), {
      retryAfterMs: retryDelayMs(error),
    });
  }
  if (error instanceof SyntaxError) {
    return new ModelFailure("SERVICE", "The service's answer cannot be read.", {
      mayBeCharged: true,
    });
  }
  if (isAbort(error)) {
    return new ModelFailure("SERVICE", "The service did not answer in time.", {
      mayBeCharged: true,
    });
  }
  // Before it has headers, the SDK wraps a failure of the network in its base class.
  const beforeAnswer = /error fetching from/i.test(messageOf(error));
  return new ModelFailure("SERVICE", "The service cannot be reached.", {
    mayBeCharged: !beforeAnswer,
  });
}

/** The failure that a status means, in an answer or in a chunk of a stream. */
export function ofStatus(
  status: number,
  message: string,
  details: { readonly retryAfterMs?: number | undefined; readonly mayBeCharged?: boolean },
): ModelFailure {
  if (REFUSED.has(status) || (status === 400 && REFUSED_SETUP.test(message))) {
    return new ModelFailure("CONFIGURATION", refusalOf(status, message));
  }
  if (status === 400 || status === 413) {
    return new ModelFailure("CONTENT", `The service refused the request with ${status}.`);
  }
  const what = status === 429 ? "The service's quota is used up" : "The service failed";
  return new ModelFailure("SERVICE", `${what} (${status}).`, details);
}

function refusalOf(status: number, message: string): string {
  if (status === 404) return "GEMINI_MODEL names a model that the service does not offer.";
  if (/location is not supported/i.test(message)) {
    return "The service does not serve the country of this system.";
  }
  if (/billing/i.test(message)) return "The service requires billing for the key's project.";
  return `The service refuses GEMINI_API_KEY (${status}).`;
}

const isAbort = (error: unknown): boolean => /abort|timeout/i.test(nameOf(error));

// The SDK's own classes all have the name "Error".
const nameOf = (error: unknown): string =>
  error instanceof Error ? `${error.name} ${error.constructor.name}` : "";

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : "");

const retryInfo = z.object({
  "@type": z.string().endsWith("google.rpc.RetryInfo"),
  retryDelay: z.string().regex(/^\d+(\.\d+)?s$/),
});

/** The delay that the service requests (google.rpc.RetryInfo), in milliseconds. */
function retryDelayMs({ errorDetails }: GoogleGenerativeAIFetchError): number | undefined {
  for (const detail of Array.isArray(errorDetails) ? errorDetails : []) {
    const parsed = retryInfo.safeParse(detail);
    if (parsed.success) return Number.parseFloat(parsed.data.retryDelay) * 1_000;
  }
  return undefined;
}
