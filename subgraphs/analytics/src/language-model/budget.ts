import { Migration, withTransaction } from "@allfunds/platform/database";
import type { NamedMigration, Pool } from "@allfunds/platform/database";
import type { Logger } from "@allfunds/platform/logging";
import { enforceTenancy, type TenantReads } from "@allfunds/platform/tenancy";
import type { LanguageModel } from "./language-model.ts";
import { ModelFailure } from "./model-failure.ts";
import { observe } from "./observe.ts";
import { countedAfter, countedUsage, mostOf, totalOf } from "./usage.ts";

class CreateBudget extends Migration {
  override up(): void {
    this.addSql("DROP TABLE model_usage");
    this.addSql(`CREATE TABLE model_budget (
      tenant_id uuid NOT NULL,
      day date NOT NULL,
      reserved bigint NOT NULL CHECK (reserved >= 0),
      spent bigint NOT NULL CHECK (spent >= 0),
      PRIMARY KEY (tenant_id, day)
    )`);
    this.addSql(`COMMENT ON TABLE model_budget IS
      'Tokens of a UTC day: those of calls that run, and those of calls that have ended'`);
    this.addSql(...enforceTenancy("model_budget"));
  }
}

export const budgetMigration: NamedMigration = {
  name: "analytics-0010-model-budget",
  class: CreateBudget,
};

export interface BudgetOptions {
  readonly pool: Pool;
  readonly logger: Logger;
  /** Tokens of prompts and answers together, per tenant and UTC day. */
  readonly tokensPerDay: number;
}

// One statement, so that calls at the same time cannot both take what is left for one.
const RESERVE = `
  INSERT INTO model_budget AS budget (tenant_id, day, reserved, spent)
  SELECT $1::uuid, (now() AT TIME ZONE 'UTC')::date, $2::bigint, 0 WHERE $2::bigint <= $3::bigint
  ON CONFLICT (tenant_id, day) DO UPDATE SET reserved = budget.reserved + excluded.reserved
  WHERE budget.reserved + budget.spent + excluded.reserved <= $3::bigint
  RETURNING day::text`;

const SETTLE = `
  UPDATE model_budget SET reserved = reserved - $3, spent = spent + $4
  WHERE tenant_id = $1 AND day = $2`;

/** The tokens are those of a day, so a later call may succeed at any time. */
const RETRY_AFTER_MS = 15 * 60_000;

/**
 * Reserves the most that a call can use before it is made, and counts what it used when it has ended: however
 * many run at once, a tenant's day never exceeds its budget. What a killed process reserved stays counted.
 */
export const withBudget = (
  next: LanguageModel,
  { pool, logger, tokensPerDay }: BudgetOptions,
): LanguageModel =>
  observe(next, async (request) => {
    const { tenantId } = request;
    const most = mostOf(request);
    const day = await reserve(pool, tenantId, totalOf(most), tokensPerDay);
    const settle = async (used: number): Promise<void> => {
      try {
        await withTransaction(pool, { tenantId }, (client) =>
          client.query(SETTLE, [tenantId, day, totalOf(most), used]),
        );
      } catch (error) {
        logger.warn({ err: error }, "a call's tokens stay reserved: they could not be counted");
      }
    };
    return {
      answered: ({ usage }) => settle(totalOf(countedUsage(usage, most))),
      failed: (error) => settle(totalOf(countedAfter(error, most))),
    };
  });

async function reserve(
  pool: Pool,
  tenantId: string,
  tokens: number,
  tokensPerDay: number,
): Promise<string> {
  const { rows } = await withTransaction(pool, { tenantId }, (client) =>
    client.query<{ day: string }>(RESERVE, [tenantId, tokens, tokensPerDay]),
  );
  if (rows[0] !== undefined) return rows[0].day;
  throw new ModelFailure("BUDGET", "The tenant's tokens of the day are spent.", {
    retryAfterMs: RETRY_AFTER_MS,
  });
}

export interface BudgetState {
  readonly spent: number;
  readonly reserved: number;
}

const READ = `
  SELECT spent::float8 AS spent, reserved::float8 AS reserved FROM model_budget
  WHERE tenant_id = $1 AND day = (now() AT TIME ZONE 'UTC')::date`;

/** Today's tokens of a tenant. */
export async function readBudget(reads: TenantReads, tenantId: string): Promise<BudgetState> {
  const { rows } = await reads.query<{ spent: number; reserved: number }>(READ, [tenantId]);
  return rows[0] ?? { spent: 0, reserved: 0 };
}
