import type { CashDirection } from "../categories/features.ts";
import type { CategoryCode } from "../categories/taxonomy.ts";

/** What a language model is asked about one movement: its words and its direction, nothing more. */
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
  /** Answers for as many questions as the model answered well; missing ones may be asked again. */
  ask(questions: readonly CategoryQuestion[], signal?: AbortSignal): Promise<CategoryAnswer[]>;
}

/** The model cannot be asked now; the questions keep. `retryAfterMs` is the service's own wish, if any. */
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

/** The model refused the content of this call; asking for fewer movements at once may find the culprit. */
export class ContentBlocked extends Error {
  constructor(reason: string) {
    super(`the model refused the content: ${reason}`);
    this.name = "ContentBlocked";
  }
}
