import type { ReportedUsage } from "./language-model.ts";

/**
 * Who has to change something before a call can succeed.
 *
 * - CONTENT: the request. Another one may succeed; of a batch, a smaller one.
 * - CONFIGURATION: the operator. The key, the model's name or the region is refused.
 * - SERVICE: the service. A later call may succeed.
 * - BUDGET: the tenant's tokens of the day are spent.
 * - CONSENT: the tenant has not agreed that anything leaves.
 */
export type FailureKind = "CONTENT" | "CONFIGURATION" | "SERVICE" | "BUDGET" | "CONSENT";

interface FailureDetails {
  readonly cause?: unknown;
  /** How long to wait before a call can succeed, in milliseconds, when that is known. */
  readonly retryAfterMs?: number | undefined;
  /** What the call used, as far as the service reported it. */
  readonly usage?: ReportedUsage | undefined;
  /** True when the service may count tokens although it gave no usable answer. */
  readonly mayBeCharged?: boolean;
}

/** A call that gave no usable answer. The message is a sentence for operators; it never has text that was sent. */
export class ModelFailure extends Error {
  readonly kind: FailureKind;
  readonly retryAfterMs: number | undefined;
  readonly usage: ReportedUsage | undefined;
  readonly mayBeCharged: boolean;

  constructor(kind: FailureKind, message: string, details: FailureDetails = {}) {
    super(message, { cause: details.cause });
    this.name = "ModelFailure";
    this.kind = kind;
    this.retryAfterMs = details.retryAfterMs;
    this.usage = details.usage;
    this.mayBeCharged = details.mayBeCharged ?? false;
  }
}

export const isFailure = (
  error: unknown,
  ...kinds: readonly FailureKind[]
): error is ModelFailure =>
  error instanceof ModelFailure && (kinds.length === 0 || kinds.includes(error.kind));
