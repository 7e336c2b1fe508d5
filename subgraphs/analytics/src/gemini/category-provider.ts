import type { CashDirection } from "../classification/features.ts";
import type { CategoryCode } from "../classification/taxonomy.ts";

/** What is sent to a language model of one movement: its text and its direction, nothing more. */
export interface CategoryQuestion {
  /** Names the question within one call. */
  readonly id: string;
  readonly text: string;
  readonly direction: CashDirection | null;
}

export interface CategoryAnswer {
  readonly id: string;
  readonly category: CategoryCode;
  /** The model's own estimate, 0 to 1. */
  readonly confidence: number;
  /** The words of the text it relied on. */
  readonly reason: string;
}

/** A language model that names categories. Another vendor or SDK is another implementation. */
export interface CategoryProvider {
  /** Name of the model, stored beside its answers. */
  readonly model: string;
  /** The usable answers; questions without one may be sent again. */
  categorise(
    questions: readonly CategoryQuestion[],
    signal?: AbortSignal,
  ): Promise<CategoryAnswer[]>;
}

/** The model is not available now. `retryAfterMs` is the delay that the service requests, if any. */
export class ProviderUnavailable extends Error {
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    options: { readonly cause?: unknown; readonly retryAfterMs?: number } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "ProviderUnavailable";
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The model refused the content of this call; a call with fewer movements may find the refused one. */
export class ContentBlocked extends Error {
  constructor(reason: string) {
    super(`the model refused the content: ${reason}`);
    this.name = "ContentBlocked";
  }
}
