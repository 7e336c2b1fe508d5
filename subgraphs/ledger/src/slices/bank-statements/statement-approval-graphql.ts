import type { TransactionProposed } from "@allfunds/contract/events";
import { RequiresMfa, RequiresScopes } from "@allfunds/platform/graphql";
import type { TenantReads } from "@allfunds/platform/tenancy";
import { Arg, Ctx, Field, ID, Int, Mutation, ObjectType, Resolver } from "type-graphql";
import type { CommandPort } from "../../engine/command-bus.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { approvalOf } from "../proposals/approval-refusal.ts";
import type { ApproveProposal } from "../proposals/proposal-events.ts";
import { BulkErrorObject } from "../transactions/transaction-graphql.ts";
import { requireStatement } from "./bank-statement-graphql.ts";

/** Lines that one request approves. */
const MOST_LINES = 1_000;
/** Refusals that are named one by one. */
const MOST_NAMED = 50;

@RequiresScopes("ledger:read")
@ObjectType("StatementApproval", {
  description: "What became of the lines of a statement that waited.",
})
class StatementApprovalObject {
  @Field(() => Int, { description: "Lines that were posted." })
  posted!: number;

  @Field(() => Int, {
    description:
      "Lines that wait on: for further approvers, because they were refused, or beyond the first 1,000.",
  })
  waiting!: number;

  @Field(() => [BulkErrorObject], { description: "Why lines were refused, 50 of them at most." })
  refusals!: BulkErrorObject[];
}

const READ_WAITING = `
  SELECT e.payload, count(*) OVER ()::integer AS waiting
  FROM proposal p JOIN event e USING (tenant_id, book_id, position)
  WHERE p.tenant_id = $1 AND p.book_id = $2 AND p.status = 'WAITING'
    AND e.type = 'TransactionProposed' AND e.payload #>> '{command,importId}' = $3
  ORDER BY p.position LIMIT $4`;

interface Waiting {
  readonly payload: TransactionProposed;
  readonly waiting: number;
}

async function readWaiting(
  pool: TenantReads,
  ...of: [tenantId: string, fundId: string, importId: string]
): Promise<readonly Waiting[]> {
  return (await pool.query<Waiting>(READ_WAITING, [...of, MOST_LINES])).rows;
}

@Resolver()
export class StatementApprovalResolver {
  readonly #books: CommandPort<ApproveProposal>;

  constructor({ books }: { readonly books: CommandPort<ApproveProposal> }) {
    this.#books = books;
  }

  @RequiresScopes("ledger:approve")
  @RequiresMfa()
  @Mutation(() => StatementApprovalObject, {
    description:
      "Approves the lines of a statement that wait, the oldest 1,000 of them, each as `approveProposal` does. What is refused goes on waiting; the others are posted.",
  })
  async approveStatement(
    @Arg("statementId", () => ID, { description: "UUID of the import." }) statementId: string,
    @Ctx() context: LedgerContext,
  ): Promise<StatementApprovalObject> {
    const { request, stores } = context;
    const { id, fundId } = await requireStatement(context, statementId);
    const lines = await readWaiting(stores.pool, request.tenantId, fundId, id);
    const verdicts = await this.#books.executeEach(
      request,
      fundId,
      lines.map(({ payload }) => ({
        bookId: fundId,
        command: approvalOf(payload),
        key: undefined,
        content: null,
      })),
      false,
    );
    const posted = verdicts.filter(
      (verdict) =>
        verdict.accepted && verdict.events.some(({ type }) => type === "ProposalApproved"),
    ).length;
    const refusals = verdicts.flatMap((verdict, at): BulkErrorObject[] => {
      if (verdict.accepted) return [];
      const { code, message } = verdict.refusal;
      return [{ code, message, proposalId: lines[at]?.payload.proposalId ?? null }];
    });
    return {
      posted,
      waiting: (lines[0]?.waiting ?? 0) - posted,
      refusals: refusals.slice(0, MOST_NAMED),
    };
  }
}
