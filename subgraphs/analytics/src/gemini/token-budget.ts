import type { Pool } from "@allfunds/platform/database";

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
