import { invalidInput } from "@allfunds/contract/errors";
import type { ChangeProposed, TransactionProposed } from "@allfunds/contract/events";
import { decodeCursor } from "@allfunds/platform/graphql/types";
import { isId } from "@allfunds/platform/ids";
import type { TenantReads } from "@allfunds/platform/tenancy";
import {
  toChangeObject,
  type ChangeProposalObject,
  type ChangeRow,
} from "./change-proposal-object.ts";
import { toProposalObject, type ProposalObject, type ProposalRow } from "./proposal-object.ts";
import type { ProposalStatus } from "./proposal.ts";
import type { PageRequest } from "../../graph/page-args.ts";

const SELECT_PROPOSALS = `
  SELECT p.id, p.position, p.status, p.maker, p.proposed_at, p.decided_by, p.decided_at, p.reason,
         p.transaction_id, p.approvers, p.approved_by, e.payload
  FROM proposal p JOIN event e USING (tenant_id, book_id, position)`;

/** The events that a list of proposals is of: postings, or sensitive changes. */
type Proposed = "TransactionProposed" | "ChangeProposed";

const READ_ONE = `${SELECT_PROPOSALS} WHERE p.tenant_id = $1 AND p.id = $2 AND e.type = $3`;

export async function readProposal(
  pool: TenantReads,
  tenantId: string,
  id: string,
): Promise<ProposalObject | null> {
  const row = await readRow<ProposalRow>(pool, tenantId, id, "TransactionProposed");
  return row === undefined ? null : toProposalObject(row);
}

/** One proposed change, null when there is none. */
export async function readChange(
  pool: TenantReads,
  tenantId: string,
  id: string,
): Promise<ChangeProposalObject | null> {
  const row = await readRow<ChangeRow>(pool, tenantId, id, "ChangeProposed");
  return row === undefined ? null : toChangeObject(row);
}

/** What a proposed change shows, as its event has it; undefined when there is none. */
export async function readProposedChange(
  pool: TenantReads,
  tenantId: string,
  id: string,
): Promise<ChangeProposed | undefined> {
  return (await readRow<ChangeRow>(pool, tenantId, id, "ChangeProposed"))?.payload;
}

/** What was proposed, as its event has it; undefined when there is no such proposal. */
export async function readProposed(
  pool: TenantReads,
  tenantId: string,
  id: string,
): Promise<TransactionProposed | undefined> {
  return (await readRow<ProposalRow>(pool, tenantId, id, "TransactionProposed"))?.payload;
}

async function readRow<Row extends ProposalRow | ChangeRow>(
  pool: TenantReads,
  tenantId: string,
  id: string,
  of: Proposed,
): Promise<Row | undefined> {
  if (!isId(id)) return undefined;
  return (await pool.query<Row>(READ_ONE, [tenantId, id, of])).rows[0];
}

export interface ProposalFilter {
  readonly fundId: string | null;
  readonly status: ProposalStatus | null;
}

/** Proposed postings, newest first; one more than `first`. */
export const readProposalPage = async (
  pool: TenantReads,
  tenantId: string,
  filter: ProposalFilter,
  page: PageRequest,
): Promise<ProposalObject[]> =>
  (await readPage<ProposalRow>(pool, tenantId, { ...filter, of: "TransactionProposed" }, page)).map(
    toProposalObject,
  );

/** Proposed changes, newest first; one more than `first`. */
export const readChangePage = async (
  pool: TenantReads,
  tenantId: string,
  filter: ProposalFilter,
  page: PageRequest,
): Promise<ChangeProposalObject[]> =>
  (await readPage<ChangeRow>(pool, tenantId, { ...filter, of: "ChangeProposed" }, page)).map(
    toChangeObject,
  );

/** Only the conditions in use are written, for the index's sake. */
async function readPage<Row extends ProposalRow | ChangeRow>(
  pool: TenantReads,
  tenantId: string,
  { fundId, status, of }: ProposalFilter & { readonly of: Proposed },
  { first, after }: PageRequest,
): Promise<Row[]> {
  const parameters: [string, ...unknown[]] = [tenantId];
  const bind = (value: unknown): string => `$${parameters.push(value)}`;
  const conditions: string[] = [`e.type = ${bind(of)}`];
  if (fundId !== null) conditions.push(`p.book_id = ${bind(fundId)}`);
  // As a constant, so that the index of what waits can be used.
  if (status !== null) {
    conditions.push(status === "WAITING" ? "p.status = 'WAITING'" : `p.status = ${bind(status)}`);
  }
  if (typeof after === "string") {
    const { proposedAt, id } = decodePlace(after);
    conditions.push(`(p.proposed_at, p.id) < (${bind(proposedAt)}, ${bind(id)})`);
  }
  const where = conditions.map((condition) => ` AND ${condition}`).join("");
  const { rows } = await pool.query<Row>(
    `${SELECT_PROPOSALS} WHERE p.tenant_id = $1${where}
     ORDER BY p.proposed_at DESC, p.id DESC LIMIT ${bind(first + 1)}`,
    parameters,
  );
  return rows;
}

function decodePlace(cursor: string): { proposedAt: Date; id: string } {
  const [text, id] = decodeCursor(cursor, 2);
  const proposedAt = new Date(text ?? "");
  if (Number.isNaN(proposedAt.getTime()) || typeof id !== "string" || !isId(id)) {
    throw invalidInput("after", "is not a cursor of this list");
  }
  return { proposedAt, id };
}
