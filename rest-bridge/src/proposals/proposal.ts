import { z } from "zod";
import { currency, date, decimal, id, instant, side } from "../endpoint/scalars.ts";
import type { ProposalFieldsFragment } from "../graph/graph-types.generated.ts";

export const proposalStatus = z.enum(["WAITING", "APPROVED", "REJECTED", "WITHDRAWN"], {
  error: "must be WAITING, APPROVED, REJECTED or WITHDRAWN",
});

const total = z.object({
  amount: decimal("The sum of its debits."),
  currency: currency("Currency of the sum."),
  limit: decimal("The approval limit; null when the sum exceeds none.").nullable(),
});

const proposedEntry = z.object({
  accountId: id("The account; null when the posting would open it first.").nullable(),
  accountCode: z.string().nullable().meta({ description: "Code of the account in its fund." }),
  side,
  amount: decimal("Amount in the account's currency, always positive."),
  currency: currency("The account's currency."),
});

export const proposal = z
  .object({
    id: id("The proposal."),
    fundId: id("The fund in whose book it waits."),
    position: z.int().meta({ description: "Its place in the fund's book." }),
    kind: z
      .enum([
        "POSTING",
        "ADJUSTMENT",
        "STATEMENT_LINE",
        "REVERSAL",
        "CAPTURE",
        "TRADE",
        "CORPORATE_ACTION",
      ])
      .meta({ description: "The operation that was proposed." }),
    status: proposalStatus.meta({ description: "Whether it waits, or how it was decided." }),
    maker: z.string().meta({ description: "Who proposed it: the id of a user or API client." }),
    proposedAt: instant("When it was proposed."),
    effectiveDate: date("Value date."),
    description: z.string().meta({ description: "What it is for." }),
    reference: z.string().nullable().meta({ description: "Reference of the client or the bank." }),
    totals: z.array(total).meta({ description: "Its debits, by currency." }),
    entries: z
      .array(proposedEntry)
      .meta({ description: "Its legs as they would have been posted when it was proposed." }),
    decidedBy: z
      .string()
      .nullable()
      .meta({ description: "Who decided; for WITHDRAWN the maker. Null while it waits." }),
    decidedAt: instant("When it was decided.").nullable(),
    reason: z.string().nullable().meta({ description: "Why it was rejected." }),
    transactionId: id(
      "The posted transaction; null before, or when nothing was left to post.",
    ).nullable(),
  })
  .meta({ id: "Proposal", description: "A posting above the limit. A second approver decides." });
type Proposal = z.output<typeof proposal>;

export const toProposal = (data: ProposalFieldsFragment): Proposal => ({
  id: data.id,
  fundId: data.fund.id,
  position: data.position,
  kind: data.kind,
  status: data.status,
  maker: data.maker,
  proposedAt: data.proposedAt,
  effectiveDate: data.effectiveDate,
  description: data.description,
  reference: data.reference,
  totals: data.totals.map(({ amount, limit }) => ({ ...amount, limit: limit?.amount ?? null })),
  entries: data.entries.map(({ account, side: of, amount }) => ({
    accountId: account?.id ?? null,
    accountCode: account?.code ?? null,
    side: of,
    ...amount,
  })),
  decidedBy: data.decidedBy,
  decidedAt: data.decidedAt,
  reason: data.reason,
  transactionId: data.transaction?.id ?? null,
});
