import type { DatabaseClient } from "@allfunds/platform";
import type { BookId } from "../engine/recorded-event.ts";
import type { Fault } from "./fault.ts";

const FIRST_OWN_DECISION = `
  SELECT d.position, d.payload ->> 'proposalId' AS name
  FROM event d
  LEFT JOIN event m ON m.tenant_id = $1 AND m.book_id = $2 AND m.type = 'TransactionProposed'
    AND m.payload ->> 'proposalId' = d.payload ->> 'proposalId' AND m.position < d.position
  WHERE d.tenant_id = $1 AND d.book_id = $2 AND d.type IN ('ProposalApproved', 'ProposalRejected')
    AND (m.position IS NULL OR d.actor IN (m.payload ->> 'maker', m.payload ->> 'makerOwner'))
  ORDER BY d.position LIMIT 1`;

const FIRST_BAD_PROPOSAL = `
  SELECT coalesce(told.position, p.position) AS position, coalesce(told.id, p.id)::text AS name
  FROM (
    SELECT DISTINCT ON (payload ->> 'proposalId')
      (payload ->> 'proposalId')::uuid AS id, position, type
    FROM event WHERE tenant_id = $1 AND book_id = $2
      AND type IN ('TransactionProposed', 'ProposalApproved', 'ProposalRejected', 'ProposalWithdrawn')
    ORDER BY payload ->> 'proposalId', position DESC
  ) told
  FULL JOIN (SELECT * FROM proposal WHERE tenant_id = $1 AND book_id = $2) p ON p.id = told.id
  WHERE p.status IS DISTINCT FROM CASE told.type
    WHEN 'TransactionProposed' THEN 'WAITING' WHEN 'ProposalApproved' THEN 'APPROVED'
    WHEN 'ProposalRejected' THEN 'REJECTED' WHEN 'ProposalWithdrawn' THEN 'WITHDRAWN' END
  ORDER BY 1 LIMIT 1`;

const FIRST_BAD_LIMIT = `
  SELECT told.position, told.currency AS name
  FROM (
    SELECT DISTINCT ON (payload ->> 'of', payload ->> 'currency')
      position, payload ->> 'of' AS of, payload ->> 'currency' AS currency,
      replace(payload ->> 'amount', '.', '')::numeric::text AS minor
    FROM event WHERE tenant_id = $1 AND book_id = $2
      AND type = 'ApprovalLimitSet' AND payload ->> 'fundId' IS NOT NULL
    ORDER BY payload ->> 'of', payload ->> 'currency', position DESC
  ) told
  JOIN fund f ON f.tenant_id = $1 AND f.id = $2
  WHERE told.minor IS DISTINCT FROM f.approval_limits #>>
    ARRAY[told.currency, CASE told.of WHEN 'FUND' THEN 'fundMinor' ELSE 'tenantMinor' END]
  ORDER BY 1 LIMIT 1`;

const CHECKS: readonly (readonly [sql: string, describe: (name: string) => string])[] = [
  [FIRST_OWN_DECISION, (name) => `proposal ${name} was not decided by another person`],
  [FIRST_BAD_PROPOSAL, (name) => `proposal ${name} is not as its events left it`],
  [FIRST_BAD_LIMIT, (name) => `the limit in ${name} is not the one that was set`],
];

/** The first proposal or limit that does not follow from the log, or that its maker decided. */
export async function checkApprovals(
  client: DatabaseClient,
  { tenantId, bookId }: BookId,
): Promise<Fault | undefined> {
  for (const [sql, describe] of CHECKS) {
    const parameters = [tenantId, bookId];
    const { rows } = await client.query<{ position: string; name: string }>(sql, parameters);
    const [bad] = rows;
    if (bad === undefined) continue;
    return { position: Number(bad.position), kind: "APPROVAL", what: describe(bad.name) };
  }
  return undefined;
}
