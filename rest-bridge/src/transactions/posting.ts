import type { AppError, ErrorCode } from "@allfunds/contract/errors";
import { z } from "zod";
import type { Answer, SuccessDocs } from "../endpoint/endpoint.ts";
import { id } from "../endpoint/scalars.ts";
import { internalError } from "../gateway/gateway-error.ts";

/** A text that a client stores with what it writes. */
export const description = (meaning: string) =>
  z.string().min(1).max(500).meta({ description: meaning });

export const reference = z
  .string()
  .min(1)
  .max(140)
  .nullable()
  .optional()
  .meta({ description: "Your reference." });

export const metadata = z
  .record(z.string(), z.unknown())
  .optional()
  .meta({ description: "Data of your own: JSON, at most 16,384 characters." });

export const confirmFarValueDate = z.boolean().optional().meta({
  description: "True when a value date far from today is meant; it is refused without.",
});

/** Why the ledger may refuse an operation that posts a transaction. */
export const POSTING_REFUSALS: readonly ErrorCode[] = [
  "INVALID_AMOUNT",
  "ACCOUNT_NOT_FOUND",
  "IDEMPOTENCY_CONFLICT",
  "INSUFFICIENT_FUNDS",
  "ACCOUNT_FROZEN",
  "ACCOUNT_CLOSED",
  "POSTING_PERIOD_CLOSED",
  "VALUE_DATE_FAR",
  "DIMENSION_REQUIRED",
  "PROPOSAL_NOT_WAITING",
];

const waiting = z
  .object({
    status: z.literal("WAITING_FOR_APPROVAL").meta({ description: "Nothing is posted yet." }),
    proposalId: id("The proposal that a second approver decides on."),
  })
  .meta({ id: "WaitingForApproval", description: "A posting above the limit: it waits." });

/** The documented answer to a posting above the approval limit. */
export const WAITING: SuccessDocs = {
  description: "Above the approval limit: not posted, but waiting for a second approver.",
  schema: waiting,
  headers: { Location: "Where the proposal can be read." },
};

/** A posting that waits for a second approver is no failure: 202 with the proposal's address. */
export function answerWaiting({ message, proposalId }: AppError): Answer {
  if (proposalId === undefined)
    throw internalError(`APPROVAL_REQUIRED without a proposal: ${message}`);
  return {
    status: 202,
    headers: { location: `/api/v1/proposals/${proposalId}` },
    body: { status: "WAITING_FOR_APPROVAL", proposalId } satisfies z.output<typeof waiting>,
  };
}
