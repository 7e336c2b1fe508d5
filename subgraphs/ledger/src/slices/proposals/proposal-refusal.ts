import { AppError } from "@allfunds/contract/errors";
import type {
  ChangeProposed,
  TransactionProposed as TransactionProposedPayload,
} from "@allfunds/contract/events";
import type { PublishedEvent } from "../../engine/book.ts";
import type { ApprovalRefused } from "./proposal-events.ts";
import { decidedAlready } from "./proposal.ts";
import { approversOf, needOf } from "./sensitive-change.ts";

/**
 * The refusal a command answers when it led to a proposal and the proposal to no posting, or to an approval by the
 * wrong person; undefined for everything else. `kept` is false when the proposal will not be stored.
 */
export function refusalOfProposal(
  events: readonly PublishedEvent[],
  kept: boolean,
): AppError | undefined {
  const refused = events.find(({ type }) => type === "ApprovalRefused");
  if (refused !== undefined) return refusalOfApproval(refused.payload);
  const proposed = events.find(
    ({ type }) => type === "TransactionProposed" || type === "ChangeProposed",
  );
  if (proposed === undefined) return undefined;
  const { proposalId } = proposed.payload as { readonly proposalId: string };
  for (const { type } of events) {
    if (type === "ProposalApproved") return undefined;
    if (type === "ProposalRejected") return decidedAlready(proposalId, "REJECTED");
    if (type === "ProposalWithdrawn") return decidedAlready(proposalId, "WITHDRAWN");
  }
  const need =
    proposed.type === "ChangeProposed"
      ? needOf(proposed.payload as ChangeProposed)
      : needOfPosting(proposed.payload as TransactionProposedPayload);
  return kept
    ? new AppError("APPROVAL_REQUIRED", `${need}: it waits for approval.`, { proposalId })
    : new AppError("APPROVAL_REQUIRED", `${need}: post it by itself, or INDEPENDENT.`);
}

/** Whose approval a proposed posting needs, as a sentence without its end. */
function needOfPosting({
  totals,
  command,
  approvers,
  needsAdministrator,
}: TransactionProposedPayload): string {
  const above = totals.flatMap(({ limit, dayLimit, currency, ...more }) => [
    ...(limit === undefined ? [] : [`${limit} ${currency}`]),
    ...(dayLimit === undefined ? [] : [`${dayLimit} ${currency} in one day`]),
    ...(more.fundDayLimit === undefined
      ? []
      : [`${more.fundDayLimit} ${currency} by all in one day`]),
    ...(more.counterpartyLimit === undefined
      ? []
      : [`${more.counterpartyLimit} ${currency} with one counterparty in one day`]),
    ...(more.importLimit === undefined
      ? []
      : [`${more.importLimit} ${currency} of statements in one day`]),
    ...(limit === undefined && more.severalLimit !== undefined
      ? [`${more.severalLimit} ${currency}`]
      : []),
  ]);
  const withoutLimit = WITHOUT_LIMIT[command.kind] ?? "What is proposed";
  const what = above.length === 0 ? withoutLimit : `More than ${above.join(" and ")}`;
  return `${what} needs approval by ${approversOf({ approvers, needsAdministrator })}`;
}

/** What needs approval whatever its size. */
const WITHOUT_LIMIT: Readonly<Record<string, string>> = {
  CloseYear: "Closing a year",
  ReopenYear: "Reopening a year",
};

/** What an approval by the wrong person is answered. */
export function refusalOfApproval({
  reason,
  approvers = 1,
}: {
  readonly reason?: ApprovalRefused["reason"] | undefined;
  readonly approvers?: number | undefined;
}): AppError {
  if (reason === "LIMIT_CHANGED") {
    return new AppError(
      "APPROVAL_LIMIT_CHANGED",
      `Limits changed since it was proposed: ${approvers} people have to approve it now, each anew.`,
    );
  }
  if (reason === "CHANGED_SINCE") {
    return new AppError(
      "VERSION_CONFLICT",
      "What it would change was changed since it was proposed: withdraw it and propose it anew.",
    );
  }
  return new AppError("FORBIDDEN", WHY_FORBIDDEN[reason ?? "IS_MAKER"]);
}

const WHY_FORBIDDEN = {
  APPROVED_BEFORE: "It needs another approver: this one approved it before.",
  NO_ADMINISTRATOR: "A second administrator has to approve it.",
  IS_MAKER: "It cannot be approved by its proposer; another person has to.",
} as const;
