import type { ErrorCode } from "@allfunds/contract/errors";
import type { ChangeProposed, TransactionProposed } from "@allfunds/contract/events";
import type { RequestContext } from "@allfunds/platform/context";
import { Field, ObjectType, registerEnumType } from "type-graphql";
import type { CommandPort } from "../../engine/command-bus.ts";
import type { Command } from "../../engine/book.ts";
import { tenantBookOf } from "../../engine/log-sql.ts";
import type { WhyNotApprove } from "./approve-proposal.ts";
import { totalsOf } from "./limits-exceeded.ts";
import { refusalOfApproval } from "./proposal-refusal.ts";
import type { ApprovalRefused, ApproveProposal } from "./proposal-events.ts";
import { decidedAlready } from "./proposal.ts";
import type { ProposalStatus } from "./proposal.ts";

type Why = WhyNotApprove | "DECIDED" | "NO_SCOPE" | "RULES";

const REASONS: Readonly<{ [Reason in Why]: Reason }> = {
  IS_MAKER: "IS_MAKER",
  APPROVED_BEFORE: "APPROVED_BEFORE",
  NO_ADMINISTRATOR: "NO_ADMINISTRATOR",
  LIMIT_CHANGED: "LIMIT_CHANGED",
  CHANGED_SINCE: "CHANGED_SINCE",
  NO_SCOPE: "NO_SCOPE",
  DECIDED: "DECIDED",
  RULES: "RULES",
};
registerEnumType(REASONS, {
  name: "ApprovalRefusalReason",
  description: "Why a caller may not approve what waits.",
  valuesConfig: {
    IS_MAKER: {
      description: "The caller proposed or placed it, or an API client of the same person did.",
    },
    APPROVED_BEFORE: { description: "The same person approved it before." },
    NO_ADMINISTRATOR: { description: "A second administrator has to approve it." },
    LIMIT_CHANGED: {
      description:
        "Limits changed since, and more people have to approve it. An attempt to approve it has it wait for as many, each anew.",
    },
    CHANGED_SINCE: { description: "What it would change is no longer what it showed." },
    NO_SCOPE: { description: "The caller lacks the scope `ledger:approve`." },
    DECIDED: { description: "It was decided already." },
    RULES: { description: "The rules of now refuse what it would do, as `message` puts it." },
  },
});

@ObjectType("ApprovalRefusal", {
  description: "What the caller would be answered who approved a proposal or an order now.",
})
export class ApprovalRefusalObject {
  @Field(() => REASONS, { description: "Why the caller may not." })
  code!: Why;

  @Field(() => String, { description: "Error code of the answer." })
  error!: ErrorCode;

  @Field(() => String, { description: "Sentence of the answer." })
  message!: string;
}

export const MAY_NOT_APPROVE =
  "Why the caller may not approve it now, as the attempt would be answered; null when the caller may. A second factor that is still to be given is no reason.";

type Refusing = { readonly code: ErrorCode; readonly message: string };

const toRefusal = (code: Why, { code: error, message }: Refusing): ApprovalRefusalObject =>
  Object.assign(new ApprovalRefusalObject(), { code, error, message });

const SCOPE = "ledger:approve";
const NO_SCOPE = toRefusal("NO_SCOPE", {
  code: "FORBIDDEN",
  message: `This needs the scope ${SCOPE}.`,
});

/** The command to approve what an event proposed. */
export const approvalOf = (proposed: TransactionProposed | ChangeProposed): ApproveProposal => {
  const { proposalId, fundId, command, schema } = proposed;
  const shown =
    "totals" in proposed ? { totals: totalsOf(proposed) } : { totals: [], before: proposed.before };
  return { kind: "ApproveProposal", fundId, proposalId, proposed: { command, schema, ...shown } };
};

/** A proposal as far as its approval goes. */
interface Proposal {
  readonly status: ProposalStatus;
  readonly proposed: TransactionProposed | ChangeProposed;
}

/** Why a caller may not approve a proposal: its book decides the approval as if it was given, and records nothing. */
export async function mayNotApprove(
  books: CommandPort<ApproveProposal>,
  request: RequestContext,
  { status, proposed }: Proposal,
): Promise<ApprovalRefusalObject | null> {
  const { proposalId, fundId } = proposed;
  if (status !== "WAITING") return toRefusal("DECIDED", decidedAlready(proposalId, status));
  const refusal = await tryApproval(books, request, {
    bookId: fundId ?? tenantBookOf(request.tenantId),
    command: approvalOf(proposed),
  });
  return byScope(request, refusal);
}

/** Makers withdraw, with or without the scope to approve. */
const byScope = (
  request: RequestContext,
  refusal: ApprovalRefusalObject | null,
): ApprovalRefusalObject | null =>
  refusal?.code === "IS_MAKER" || request.scopes.includes(SCOPE) ? refusal : NO_SCOPE;

/** Of an order that does not wait, in the words of its state. */
export const decidedOrder = (refusal: Refusing): ApprovalRefusalObject =>
  toRefusal("DECIDED", refusal);

/** The same of an investor's order. */
export async function mayNotApproveOrder<Approval extends Command>(
  books: CommandPort<Approval>,
  request: RequestContext,
  approval: { readonly bookId: string; readonly command: Approval },
): Promise<ApprovalRefusalObject | null> {
  return byScope(request, await tryApproval(books, request, approval));
}

const REFUSED = new Set(["ApprovalRefused", "OrderApprovalRefused"]);
const NOT_WAITING: ReadonlySet<ErrorCode> = new Set(["PROPOSAL_NOT_WAITING", "ORDER_STATE"]);

async function tryApproval<Approval extends Command>(
  books: CommandPort<Approval>,
  request: RequestContext,
  { bookId, command }: { readonly bookId: string; readonly command: Approval },
): Promise<ApprovalRefusalObject | null> {
  const order = { bookId, command, key: undefined, content: undefined };
  const verdict = await books.tryOut(request, order);
  if (!verdict.accepted) {
    const { refusal } = verdict;
    return toRefusal(NOT_WAITING.has(refusal.code) ? "DECIDED" : "RULES", refusal);
  }
  const refused = verdict.events.find(({ type }) => REFUSED.has(type));
  if (refused === undefined) return null;
  const payload = refused.payload as Pick<ApprovalRefused, "reason" | "approvers">;
  return toRefusal(payload.reason ?? "IS_MAKER", refusalOfApproval(payload));
}
