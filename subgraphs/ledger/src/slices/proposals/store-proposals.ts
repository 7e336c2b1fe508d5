import type { Statements } from "../../engine/statements.ts";
import type { StoredBatch } from "../../engine/stored-batch.ts";
import { STATUS_AFTER } from "./evolve-proposal.ts";
import type { ProposalApproved, ProposalRejected, ProposalWithdrawn } from "./proposal-events.ts";

const INSERT_PROPOSAL = `
  INSERT INTO proposal (tenant_id, id, book_id, position, status, maker, maker_owner, proposed_at)
  VALUES ($1, $2, $3, $4, 'WAITING', $5, $6, $7)`;

const DECIDE_PROPOSAL = `
  UPDATE proposal SET status = $3, decided_by = $4, decided_at = $5, decided_position = $6,
    reason = $7, transaction_id = $8
  WHERE tenant_id = $1 AND id = $2`;

/** Makes proposals and what became of them readable; what was proposed stands in the event. */
export async function storeProposals(statements: Statements, batch: StoredBatch): Promise<void> {
  const { tenantId, bookId } = batch.book;
  const sent: Promise<unknown>[] = [];
  for (const { event, position, actor, recordedAt } of batch.events) {
    if (event.type === "TransactionProposed") {
      const { proposalId, maker, makerOwner } = event;
      const owner = makerOwner ?? null;
      const row = [tenantId, proposalId, bookId, position, maker, owner, recordedAt];
      sent.push(statements.query(INSERT_PROPOSAL, row));
    } else if (isDecision(event)) {
      const status = STATUS_AFTER[event.type];
      const reason = event.type === "ProposalRejected" ? event.reason : null;
      const transactionId = event.type === "ProposalApproved" ? event.transactionId : null;
      const place = [tenantId, event.proposalId, status, actor, recordedAt, position];
      sent.push(statements.query(DECIDE_PROPOSAL, [...place, reason, transactionId]));
    }
  }
  await Promise.all(sent);
}

type Decision = ProposalApproved | ProposalRejected | ProposalWithdrawn;

const isDecision = (event: { readonly type: string }): event is Decision =>
  event.type !== "TransactionProposed" && Object.hasOwn(STATUS_AFTER, event.type);
