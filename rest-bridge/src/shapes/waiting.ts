import type { AppError } from "@allfunds/contract/errors";
import { z } from "zod";
import type { Answer } from "../endpoint.ts";
import { internal } from "../gateway/upstream-error.ts";
import { id } from "./scalars.ts";

export const waiting = z
  .object({
    status: z.literal("WAITING_FOR_APPROVAL").meta({ description: "Nothing is posted yet." }),
    proposalId: id("The proposal that a second person decides on."),
  })
  .meta({ id: "WaitingForApproval", description: "A posting above the limit: it waits." });

/** Where a proposal can be read. */
const proposalLocation = (proposalId: string): string => `/api/v1/proposals/${proposalId}`;

/** A posting that waits for a second person is no failure: 202, and where to look. */
export function answerWaiting({ message, proposalId }: AppError): Answer {
  if (proposalId === undefined) throw internal(`nothing waits: ${message}`);
  return {
    status: 202,
    headers: { location: proposalLocation(proposalId) },
    body: { status: "WAITING_FOR_APPROVAL", proposalId },
  };
}
