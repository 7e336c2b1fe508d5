import { decodeCursor, encodeCursor } from "../graphql/cursor.ts";
import { invalidInput } from "@allfunds/contract/errors";
import { isId } from "../ids.ts";
import type { TenantReads } from "../tenancy/tenant-pool.ts";
import { JOB_COLUMNS, toJob, type Job, type JobRow } from "./job-table.ts";

/** Which jobs to read: of a tenant, and of one kind or of all. */
export interface JobsOf {
  readonly tenantId: string;
  readonly kind?: string | undefined;
}

const READ_ONE = `
  SELECT ${JOB_COLUMNS} FROM job WHERE tenant_id = $1 AND id = $2 AND ($3::text IS NULL OR kind = $3)`;

/** Reads a job; undefined when it does not exist or the caller may not see it. */
export async function readJob(
  reads: TenantReads,
  { tenantId, kind }: JobsOf,
  id: string,
): Promise<Job | undefined> {
  if (!isId(id)) return undefined;
  const { rows } = await reads.query<JobRow>(READ_ONE, [tenantId, id, kind ?? null]);
  return rows.map(toJob)[0];
}

const READ_MANY = `
  SELECT ${JOB_COLUMNS} FROM job WHERE tenant_id = $1 AND id = ANY ($2::uuid[])`;

/** Reads those of these jobs that exist, in no order. */
export async function readJobs(
  reads: TenantReads,
  tenantId: string,
  ids: readonly string[],
): Promise<Job[]> {
  const { rows } = await reads.query<JobRow>(READ_MANY, [tenantId, ids]);
  return rows.map(toJob);
}

// Ids are ordered by time, so the newest job has the highest id.
const READ_PAGE = `
  SELECT ${JOB_COLUMNS} FROM job WHERE tenant_id = $1 AND ($2::text IS NULL OR kind = $2)
    AND ($3::uuid IS NULL OR id < $3)
  ORDER BY id DESC LIMIT $4`;

/** Reads up to `first + 1` jobs, newest first. */
export async function readJobPage(
  reads: TenantReads,
  { tenantId, kind }: JobsOf,
  { first, after }: { readonly first: number; readonly after?: string | null | undefined },
): Promise<Job[]> {
  const before = typeof after === "string" ? idIn(after) : null;
  const { rows } = await reads.query<JobRow>(READ_PAGE, [
    tenantId,
    kind ?? null,
    before,
    first + 1,
  ]);
  return rows.map(toJob);
}

/** The cursor of a job in a page. */
export const jobCursor = ({ id }: { readonly id: string }): string => encodeCursor([id]);

function idIn(cursor: string): string {
  const [id] = decodeCursor(cursor, 1);
  if (typeof id !== "string" || !isId(id)) {
    throw invalidInput("after", "is not a cursor of this list");
  }
  return id;
}
