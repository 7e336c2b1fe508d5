import { GRANT_COLUMN } from "@allfunds/contract/caller";
import { enforceGrants, enforceTenancy } from "../tenancy/row-level-security.ts";
import { Migration, type NamedMigration } from "../database/migration.ts";
import { isErrorCode, type ErrorCode } from "@allfunds/contract/errors";

/** The column of the book that a job is about. */
export const BOOK_ID = GRANT_COLUMN;

/** The states of a job. The last three are final. */
export const JOB_STATES = {
  WAITING: "WAITING",
  RUNNING: "RUNNING",
  SUCCEEDED: "SUCCEEDED",
  FAILED: "FAILED",
  CANCELLED: "CANCELLED",
} as const;
export type JobState = keyof typeof JOB_STATES;

/** Whether a job stays in this state. */
export const isFinal = (state: JobState): boolean => state !== "WAITING" && state !== "RUNNING";

class CreateJobs extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE job (
      tenant_id uuid NOT NULL,
      id uuid NOT NULL,
      kind text NOT NULL,
      ${BOOK_ID} uuid,
      payload jsonb NOT NULL,
      state text NOT NULL DEFAULT 'WAITING'
        CHECK (state IN ('WAITING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
      runs integer NOT NULL DEFAULT 0,
      done bigint NOT NULL DEFAULT 0,
      total bigint NOT NULL DEFAULT 0,
      result jsonb,
      error_code text,
      error_message text,
      requested_by text NOT NULL,
      requested_at timestamptz NOT NULL,
      trace_id text NOT NULL,
      idempotency_key text,
      started_at timestamptz,
      cancel_requested_at timestamptz,
      finished_at timestamptz,
      CONSTRAINT job_pkey PRIMARY KEY (tenant_id, id),
      CONSTRAINT job_finished CHECK
        ((finished_at IS NOT NULL) = (state IN ('SUCCEEDED', 'FAILED', 'CANCELLED')))
    )`);
    this.addSql(`COMMENT ON COLUMN job.${BOOK_ID} IS
      'The one book it is about; null when it is about all of the tenant'`);
    this.addSql(`COMMENT ON COLUMN job.runs IS
      'How often it was begun; what an earlier run still writes is refused'`);
    this.addSql(`CREATE UNIQUE INDEX job_by_key
      ON job (tenant_id, requested_by, kind, idempotency_key)`);
    this.addSql(`CREATE INDEX job_unfinished ON job (tenant_id) WHERE finished_at IS NULL`);
    this.addSql(`CREATE INDEX job_by_kind ON job (tenant_id, kind, id DESC)`);
    this.addSql(...enforceTenancy("job"), ...enforceGrants("job"));
    this.addSql(`CREATE POLICY only_finished ON job AS RESTRICTIVE FOR DELETE
      USING (finished_at IS NOT NULL)`);
    this.addSql(`REVOKE ALL ON job FROM PUBLIC, CURRENT_USER`);
    this.addSql(`GRANT SELECT, INSERT, DELETE, UPDATE (state, runs, done, total, result, error_code,
      error_message, started_at, cancel_requested_at, finished_at) ON job TO CURRENT_USER`);
  }
}

class AllowPostponing extends Migration {
  override up(): void {
    this.addSql(`ALTER TABLE job ADD COLUMN runs_before integer NOT NULL DEFAULT 0`);
    this.addSql(`COMMENT ON COLUMN job.runs_before IS
      'Runs that ended by postponing it, and those before them: they do not count against the limit'`);
    this.addSql(`GRANT UPDATE (runs_before) ON job TO CURRENT_USER`);
  }
}

class AllowDelegation extends Migration {
  override up(): void {
    this.addSql(`ALTER TABLE job ADD COLUMN delegation text`);
    this.addSql(`COMMENT ON COLUMN job.delegation IS
      'What the service''s own client exchanges for tokens of who requested it; null once it has finished'`);
    this.addSql(`GRANT UPDATE (delegation) ON job TO CURRENT_USER`);
  }
}

/** The table of a service's jobs; a service with jobs lists it among its migrations. */
export const jobMigrations: readonly NamedMigration[] = [
  { name: "jobs-0001-create", class: CreateJobs },
  { name: "jobs-0002-postponing", class: AllowPostponing },
  { name: "jobs-0003-delegation", class: AllowDelegation },
];

/** Work that outlives its request. */
export interface Job {
  readonly id: string;
  readonly kind: string;
  /** The book it concerns; null when it concerns the whole tenant. */
  readonly bookId: string | null;
  readonly payload: unknown;
  readonly state: JobState;
  readonly progress: JobProgress;
  /** The result; while it runs, and after a failure, the interim result. */
  readonly result: unknown;
  readonly error: JobFailure | null;
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** Progress in units of the job's kind. `total` is 0 until it is determined. */
export interface JobProgress {
  readonly done: number;
  readonly total: number;
}

/** Why a job failed: a code and a public sentence. */
export interface JobFailure {
  readonly code: ErrorCode;
  readonly message: string;
}

export interface JobRow {
  readonly id: string;
  readonly kind: string;
  readonly book_id: string | null;
  readonly payload: unknown;
  readonly state: JobState;
  readonly done: string;
  readonly total: string;
  readonly result: unknown;
  readonly error_code: string | null;
  readonly error_message: string | null;
  readonly requested_by: string;
  readonly requested_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
}

export const JOB_COLUMNS = `id, kind, ${BOOK_ID} AS book_id, payload, state, done, total, result, error_code,
  error_message, requested_by, requested_at, started_at, finished_at`;

export const toJob = (row: JobRow): Job => ({
  id: row.id,
  kind: row.kind,
  bookId: row.book_id,
  payload: row.payload,
  state: row.state,
  progress: { done: Number(row.done), total: Number(row.total) },
  result: row.result,
  error: toFailure(row),
  requestedBy: row.requested_by,
  requestedAt: row.requested_at,
  startedAt: row.started_at,
  finishedAt: row.finished_at,
});

function toFailure({ error_code, error_message }: JobRow): JobFailure | null {
  if (error_code === null) return null;
  // A later version may have stored codes that this version lacks.
  const code = isErrorCode(error_code) ? error_code : "INTERNAL_ERROR";
  return { code, message: error_message ?? "" };
}
