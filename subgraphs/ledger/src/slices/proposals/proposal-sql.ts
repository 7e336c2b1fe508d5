import { invalidInput } from "@allfunds/contract/errors";
import type { TransactionProposed } from "@allfunds/contract/events";
import { decodeCursor } from "@allfunds/platform/graphql/types";
import { isId } from "@allfunds/platform/ids";
import type { TenantReads } from "@allfunds/platform/tenancy";
import { toProposalObject, type ProposalObject, type ProposalRow } from "./proposal-object.ts";
import type { ProposalStatus } from "./proposal.ts";
import type { PageRequest } from "../../graph/page-args.ts";

const SELECT_PROPOSALS = `
  SELECT p.id, p.position, p.status, p.maker, p.proposed_at, p.decided_by, p.decided_at, p.reason,
         p.transaction_id, p.approvers, p.approved_by, e.payload
  FROM proposal p JOIN event e USING (tenant_id, book_id, position)`;

const READ_ONE = `${SELECT_PROPOSALS} WHERE p.tenant_id = $1 AND p.id = $2`;

export async function readProposal(
  pool: TenantReads,
  tenantId: string,
  id: string,
): Promise<ProposalObject | null> {
  const row = await readRow(pool, tenantId, id);
  return row === undefined ? null : toProposalObject(row);
}

/** What was proposed, as its event has it; undefined when there is no such proposal. */
export async function readProposed(
  pool: TenantReads,
  tenantId: string,
  id: string,
): Promise<TransactionProposed | undefined> {
  return (await readRow(pool, tenantId, id))?.payload;
}

async function readRow(
  pool: TenantReads,
  tenantId: string,
  id: string,
): Promise<ProposalRow | undefined> {
  if (!isId(id)) return undefined;
  return (await pool.query<ProposalRow>(READ_ONE, [tenantId, id])).rows[0];
}

export interface ProposalFilter {
  readonly fundId: string | null;
  readonly status: ProposalStatus | null;
}

/** Proposals, newest first; one more than `first`. Only the conditions in use are written, for the index's sake. */
export async function readProposalPage(
  pool: TenantReads,
  tenantId: string,
  { fundId, status }: ProposalFilter,
  { first, after }: PageRequest,
): Promise<ProposalObject[]> {
  const parameters: [string, ...unknown[]] = [tenantId];
  const bind = (value: unknown): string => `$${parameters.push(value)}`;
  const conditions: string[] = [];
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
  const { rows } = await pool.query<ProposalRow>(
    `${SELECT_PROPOSALS} WHERE p.tenant_id = $1${where}
     ORDER BY p.proposed_at DESC, p.id DESC LIMIT ${bind(first + 1)}`,
    parameters,
  );
  return rows.map(toProposalObject);
}

function decodePlace(cursor: string): { proposedAt: Date; id: string } {
  const [text, id] = decodeCursor(cursor, 2);
  const proposedAt = new Date(text ?? "");
  if (Number.isNaN(proposedAt.getTime()) || typeof id !== "string" || !isId(id)) {
    throw invalidInput("after", "is not a cursor of this list");
  }
  return { proposedAt, id };
}
