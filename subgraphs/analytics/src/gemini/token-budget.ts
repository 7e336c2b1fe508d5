import type { Pool } from "@allfunds/platform/database";
import type { LanguageModel } from "../language-model/language-model.ts";
import { ModelFailure } from "../language-model/model-failure.ts";

/** Keeps the language model from costing more than was agreed for a day, over all replicas. */
export interface TokenBudget {
  /** True while today's use is below the budget. */
  isLeft(): Promise<boolean>;
  record(tokens: number): Promise<void>;
}

const SPENT =
  "SELECT tokens FROM model_usage WHERE day = (now() AT TIME ZONE 'UTC')::date AND model = $1";
const RECORD = `
  INSERT INTO model_usage (day, model, requests, tokens) VALUES ((now() AT TIME ZONE 'UTC')::date, $1, 1, $2)
  ON CONFLICT (day, model) DO UPDATE
  SET requests = model_usage.requests + 1, tokens = model_usage.tokens + excluded.tokens`;

/** Days are UTC days. */
export function createTokenBudget(pool: Pool, model: string, tokensPerDay: number): TokenBudget {
  return {
    isLeft: async () => {
      const { rows } = await pool.query<{ tokens: string }>(SPENT, [model]);
      return Number(rows[0]?.tokens ?? 0) < tokensPerDay;
    },
    record: async (tokens) => {
      await pool.query(RECORD, [model, tokens]);
    },
  };
}

const BUDGET_PAUSE_MS = 15 * 60_000;

/** Calls the model only while the budget of the day lasts. */
export const withTokenBudget = (next: LanguageModel, budget: TokenBudget): LanguageModel => ({
  name: next.name,
  generate: async (request) => {
    await requireLeft(budget);
    const answer = await next.generate(request);
    await budget.record(answer.usage.totalTokens ?? 0);
    return answer;
  },
  stream: async function* (request) {
    await requireLeft(budget);
    for await (const chunk of next.stream(request)) {
      if (chunk.answer !== undefined) await budget.record(chunk.answer.usage.totalTokens ?? 0);
      yield chunk;
    }
  },
});

async function requireLeft(budget: TokenBudget): Promise<void> {
  if (await budget.isLeft()) return;
  throw new ModelFailure("BUDGET", "The token budget of the day is spent.", {
    retryAfterMs: BUDGET_PAUSE_MS,
  });
}
