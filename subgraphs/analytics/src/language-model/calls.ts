import { Migration, withTransaction } from "@allfunds/platform/database";
import type { NamedMigration, Pool } from "@allfunds/platform/database";
import { newId } from "@allfunds/platform/ids";
import type { Logger } from "@allfunds/platform/logging";
import { enforceTenancy, type TenantReads } from "@allfunds/platform/tenancy";
import type { LanguageModel, ModelRequest, Purpose } from "./language-model.ts";
import { isFailure } from "./model-failure.ts";
import { observe } from "./observe.ts";
import { countedAfter, countedUsage, mostOf, type Usage } from "./usage.ts";

class CreateCalls extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE model_call (
      tenant_id uuid NOT NULL,
      id uuid NOT NULL,
      purpose text NOT NULL,
      model text NOT NULL,
      input_tokens bigint NOT NULL,
      output_tokens bigint NOT NULL,
      is_estimate boolean NOT NULL,
      cost numeric,
      currency text,
      latency_ms integer NOT NULL,
      outcome text NOT NULL,
      problem text,
      at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (tenant_id, id)
    )`);
    this.addSql("CREATE INDEX model_call_age ON model_call (at)");
    this.addSql(...enforceTenancy("model_call"));
    // A policy for the statement that deletes old rows of every tenant.
    this.addSql(`CREATE POLICY expiry ON model_call
      USING ((SELECT current_setting('app.expiry', true)) = 'on')`);
  }
}

export const callsMigration: NamedMigration = {
  name: "analytics-0010-model-calls",
  class: CreateCalls,
};

/** How a call ended: with an answer, by a failure of a kind, or by its caller. */
export const CALL_OUTCOMES = {
  ANSWERED: "ANSWERED",
  CONTENT: "CONTENT",
  CONFIGURATION: "CONFIGURATION",
  SERVICE: "SERVICE",
  ENDED: "ENDED",
} as const;
export type CallOutcome = keyof typeof CALL_OUTCOMES;

/** What a million tokens cost, as decimal strings. */
export interface Price {
  readonly input: string;
  readonly output: string;
  readonly currency: string;
}

export interface RecordOptions {
  readonly pool: Pool;
  readonly logger: Logger;
  readonly price: Price | undefined;
}

const INSERT = `
  INSERT INTO model_call (tenant_id, id, purpose, model, input_tokens, output_tokens, is_estimate,
    latency_ms, outcome, problem, currency, cost)
  VALUES ($1, $2, $3, $4, $5::bigint, $6::bigint, $7, $8, $9, $10, $11,
    ($5::bigint * $12::numeric + $6::bigint * $13::numeric) / 1000000)`;

/** Records each call of the service: what for, how much, how long, and how it ended; never what was sent. */
export const withRecord = (next: LanguageModel, options: RecordOptions): LanguageModel =>
  observe(next, (request) => {
    const most = mostOf(request);
    const started = performance.now();
    const store = (outcome: CallOutcome, usage: Usage, problem?: string): Promise<void> =>
      storeCall(options, next.name, request, {
        outcome,
        usage,
        problem,
        latencyMs: Math.round(performance.now() - started),
      });
    return {
      answered: ({ usage }) => store("ANSWERED", countedUsage(usage, most)),
      failed: (error) => store(outcomeOf(error), countedAfter(error, most), problemOf(error)),
    };
  });

function outcomeOf(error: unknown): CallOutcome {
  if (!isFailure(error, "CONTENT", "CONFIGURATION", "SERVICE")) return "ENDED";
  return error.kind as CallOutcome;
}

const problemOf = (error: unknown): string | undefined =>
  isFailure(error) ? error.message : undefined;

interface EndedCall {
  readonly outcome: CallOutcome;
  readonly usage: Usage;
  readonly problem: string | undefined;
  readonly latencyMs: number;
}

async function storeCall(
  { pool, logger, price }: RecordOptions,
  model: string,
  { tenantId, purpose }: ModelRequest,
  { outcome, usage, problem, latencyMs }: EndedCall,
): Promise<void> {
  try {
    await withTransaction(pool, { tenantId }, (client) =>
      client.query(INSERT, [
        tenantId,
        newId(),
        purpose,
        model,
        usage.inputTokens,
        usage.outputTokens,
        usage.isEstimate,
        latencyMs,
        outcome,
        problem ?? null,
        price?.currency ?? null,
        price?.input ?? null,
        price?.output ?? null,
      ]),
    );
  } catch (error) {
    logger.warn({ err: error, outcome }, "a call of the language model could not be recorded");
  }
}

/** A recorded call. */
export interface ModelCall {
  readonly id: string;
  readonly purpose: Purpose;
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly isEstimate: boolean;
  readonly cost: string | null;
  readonly currency: string | null;
  readonly latencyMs: number;
  readonly outcome: CallOutcome;
  readonly problem: string | null;
  readonly at: Date;
}

const READ_PAGE = `
  SELECT id, purpose, model, input_tokens::float8 AS "inputTokens", output_tokens::float8 AS "outputTokens",
    is_estimate AS "isEstimate", trim_scale(cost)::text AS cost, currency, latency_ms AS "latencyMs", outcome,
    problem, at
  FROM model_call WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`;

/** Up to `first + 1` calls of a tenant, newest first. */
export async function readCalls(
  reads: TenantReads,
  tenantId: string,
  { first, before }: { readonly first: number; readonly before: string | null },
): Promise<ModelCall[]> {
  const { rows } = await reads.query<ModelCall>(READ_PAGE, [tenantId, before, first + 1]);
  return rows;
}

const KEPT_DAYS = 30;
const DELETE_OLD = `DELETE FROM model_call WHERE at < now() - make_interval(days => ${KEPT_DAYS})`;

/** Deletes the calls of every tenant that are older than 30 days. */
export async function expireCalls(pool: Pool): Promise<void> {
  await withTransaction(pool, undefined, async (client) => {
    await client.query("SELECT set_config('app.expiry', 'on', true)");
    await client.query(DELETE_OLD);
  });
}

const EVERY_MS = 3_600_000;

/** Expires calls now and every hour; returns a function that ends it. */
export function startCallExpiry(pool: Pool, logger: Logger): () => void {
  const expire = (): void => {
    expireCalls(pool).catch((error: unknown) => {
      logger.warn({ err: error }, "old calls could not be deleted; trying again in an hour");
    });
  };
  expire();
  const timer = setInterval(expire, EVERY_MS).unref();
  return () => clearInterval(timer);
}
