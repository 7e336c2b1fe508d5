import { setTimeout as sleep } from "node:timers/promises";
import type { Pool } from "@allfunds/platform/database";
import type { Logger } from "@allfunds/platform/logging";
import { UNKNOWN_CATEGORY } from "../classification/taxonomy.ts";
import { isFailure } from "../language-model/model-failure.ts";
import type { CategoryProvider } from "./category-provider.ts";
import type { CategoryAnswer } from "./prompt.ts";
import { returnQuestions, settleQuestion, takeQuestions } from "./question-queue.ts";
import type { TakenQuestion } from "./question-queue.ts";

export interface QuestionWorkerOptions {
  readonly pool: Pool;
  readonly provider: CategoryProvider;
  readonly logger: Logger;
}

/** Answers of a language model less certain than this are stored as suggestions for a person. */
export const SUGGESTION_BELOW = 0.7;

const BATCH = 30;
const IDLE_MS = 2_000;
const FAILURE_MS = 30_000;
const RETRY_MS = 5_000;

/**
 * Sends uncertain categories to the language model, batch by batch, beside the feed. The queue is
 * in the database: a restart goes on where it stopped, and replicas share the work.
 */
export class QuestionWorker {
  readonly #options: QuestionWorkerOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(options: QuestionWorkerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#workUntilStopped();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #workUntilStopped(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      let pauseMs: number;
      try {
        pauseMs = (await workOnce(this.#options, signal)).pauseMs;
      } catch (error) {
        this.#options.logger.warn({ err: error }, "the question queue could not be processed");
        pauseMs = RETRY_MS;
      }
      if (pauseMs > 0) await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

export interface WorkReport {
  readonly taken: number;
  readonly answered: number;
  /** How long to wait before the next batch. */
  readonly pauseMs: number;
}

/** Takes one batch, sends it, stores what was answered and returns what was not. */
export async function workOnce(
  options: QuestionWorkerOptions,
  signal?: AbortSignal,
): Promise<WorkReport> {
  const { pool, provider, logger } = options;
  const questions = await takeQuestions(pool, BATCH);
  if (questions.length === 0) return { taken: 0, answered: 0, pauseMs: IDLE_MS };
  try {
    const answers = await categoriseApart(provider, questions, signal);
    const unanswered = await storeAnswers(options, questions, answers);
    const problem = "the model gave no usable answer";
    await returnQuestions(pool, unanswered, { counts: true, waitMs: RETRY_MS, problem });
    return { taken: questions.length, answered: questions.length - unanswered.length, pauseMs: 0 };
  } catch (error) {
    const waitMs = (isFailure(error) ? error.retryAfterMs : undefined) ?? FAILURE_MS;
    logger.warn(
      { err: error, questions: questions.length, waitMs },
      "the language model did not answer",
    );
    await returnQuestions(pool, questions, {
      counts: false,
      waitMs,
      problem: String(error),
    });
    return { taken: questions.length, answered: 0, pauseMs: waitMs };
  }
}

/** One refused text must not cost the others their answer: a blocked batch is sent in halves. */
async function categoriseApart(
  provider: CategoryProvider,
  questions: readonly TakenQuestion[],
  signal: AbortSignal | undefined,
): Promise<CategoryAnswer[]> {
  try {
    return await ofOneTenant(provider, questions, signal);
  } catch (error) {
    if (!isFailure(error, "CONTENT")) throw error;
    if (questions.length === 1) return [];
    const middle = questions.length >> 1;
    const first = await categoriseApart(provider, questions.slice(0, middle), signal);
    return [...first, ...(await categoriseApart(provider, questions.slice(middle), signal))];
  }
}

/** No prompt has the texts of two tenants: one could read the other's. */
async function ofOneTenant(
  provider: CategoryProvider,
  questions: readonly TakenQuestion[],
  signal: AbortSignal | undefined,
): Promise<CategoryAnswer[]> {
  const answers: CategoryAnswer[] = [];
  for (const tenantId of new Set(questions.map((question) => question.tenantId))) {
    const own = questions.filter((question) => question.tenantId === tenantId);
    answers.push(...(await provider.categorise(tenantId, own, signal)));
  }
  return answers;
}

async function storeAnswers(
  { pool, provider }: QuestionWorkerOptions,
  questions: readonly TakenQuestion[],
  answers: readonly CategoryAnswer[],
): Promise<TakenQuestion[]> {
  const byId = new Map(answers.map((answer) => [answer.id, answer]));
  const unanswered: TakenQuestion[] = [];
  for (const question of questions) {
    const answer = byId.get(question.id);
    if (answer === undefined) {
      unanswered.push(question);
      continue;
    }
    const needsReview =
      answer.confidence < SUGGESTION_BELOW || answer.category === UNKNOWN_CATEGORY;
    await settleQuestion(pool, question, answer, { model: provider.model, needsReview });
  }
  return unanswered;
}
