import type { Pool } from "@allfunds/platform/database";
import { defineJobKind, Postponed, type JobKind, type JobRun } from "@allfunds/platform/jobs";
import type { TenantReads } from "@allfunds/platform/tenancy";
import { isFailure, type ModelFailure } from "../language-model/model-failure.ts";
import {
  CATEGORISATION,
  countQuestions,
  readBatch,
  returnQuestions,
  settleQuestion,
  type BacklogQuestion,
} from "./backlog.ts";
import { isSuggestion, type CategoryProvider } from "./category-provider.ts";

export interface CategorisationParts {
  readonly pool: Pool;
  readonly reads: TenantReads;
  /** Undefined without a key: then its jobs end at once. */
  readonly provider: CategoryProvider | undefined;
  /** Questions of one call. */
  readonly batch?: number;
}

/** What a job has done so far, and why it waits when it does. */
export interface CategorisationResult {
  readonly answered: number;
  readonly setAside: number;
  readonly problem: string | null;
}

const BATCH = 30;
/** How long a job waits after a failure of the service that gives no time. */
const BACK_OFF_MS = 60_000;
const LONGEST_BACK_OFF_MS = 300_000;

/**
 * Works off a tenant's backlog of uncertain categories. A failure costs no question: a refused batch is halved
 * until the refused text stands alone and is set aside; after any other failure the job waits and goes on.
 */
export const categorisationKind = (parts: CategorisationParts): JobKind =>
  defineJobKind<object, CategorisationResult>({
    ...CATEGORISATION,
    run: (run) => new Categorisation(parts, run).execute(),
  });

class Categorisation {
  readonly #parts: CategorisationParts;
  readonly #run: JobRun<object, CategorisationResult>;
  #answered = 0;
  #setAside = 0;

  constructor(parts: CategorisationParts, run: JobRun<object, CategorisationResult>) {
    this.#parts = parts;
    this.#run = run;
  }

  async execute(): Promise<CategorisationResult> {
    const { provider, reads, batch = BATCH } = this.#parts;
    if (provider === undefined) return this.#result("There is no key for a language model.");
    const { tenantId } = this.#run.context;
    for (;;) {
      this.#run.signal.throwIfAborted();
      const questions = await readBatch(reads, tenantId, batch);
      if (questions.length === 0) return this.#result(null);
      await this.#report(null);
      try {
        await this.#ask(provider, questions);
      } catch (error) {
        if (!isFailure(error)) throw error;
        if (error.kind === "CONSENT") return this.#result(error.message);
        await this.#report(error.message);
        throw new Postponed(error.message, pauseAfter(error));
      }
    }
  }

  async #ask(provider: CategoryProvider, questions: readonly BacklogQuestion[]): Promise<void> {
    const { tenantId } = this.#run.context;
    const answers = await provider
      .categorise(tenantId, questions, this.#run.signal)
      .catch((error: unknown) => {
        if (isFailure(error, "CONTENT")) return error;
        throw error;
      });
    if (isFailure(answers)) return this.#askApart(provider, questions, answers);
    for (const answer of answers) {
      const meta = { model: provider.model, needsReview: isSuggestion(answer) };
      await settleQuestion(this.#parts.pool, tenantId, answer, meta);
      this.#answered += 1;
    }
    const answered = new Set(answers.map(({ id }) => id));
    const left = questions.filter(({ id }) => !answered.has(id));
    await this.#return(left, { problem: "The model gave no usable answer.", setAside: false });
  }

  /** One refused text must not cost the others their answer. */
  async #askApart(
    provider: CategoryProvider,
    questions: readonly BacklogQuestion[],
    { message }: ModelFailure,
  ): Promise<void> {
    if (questions.length === 1) {
      return this.#return(questions, { problem: message, setAside: true });
    }
    const middle = questions.length >> 1;
    await this.#ask(provider, questions.slice(0, middle));
    await this.#ask(provider, questions.slice(middle));
  }

  async #return(
    questions: readonly BacklogQuestion[],
    why: { readonly problem: string; readonly setAside: boolean },
  ): Promise<void> {
    const { tenantId } = this.#run.context;
    const ids = questions.map(({ id }) => id);
    this.#setAside += await returnQuestions(this.#parts.pool, tenantId, ids, why);
  }

  async #report(problem: string | null): Promise<void> {
    const { waiting } = await countQuestions(this.#parts.reads, this.#run.context.tenantId);
    const done = this.#answered + this.#setAside;
    this.#run.report({ done, total: done + waiting, result: this.#result(problem) });
  }

  #result(problem: string | null): CategorisationResult {
    return { answered: this.#answered, setAside: this.#setAside, problem };
  }
}

/** However long the service requests, the job tries again after five minutes; a budget only time renews. */
const pauseAfter = ({ kind, retryAfterMs = BACK_OFF_MS }: ModelFailure): number =>
  kind === "BUDGET" ? retryAfterMs : Math.min(retryAfterMs, LONGEST_BACK_OFF_MS);
