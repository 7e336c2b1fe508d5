import { AppError } from "@allfunds/contract/errors";
import { newId } from "@allfunds/platform/ids";
import { pageOf, type PageArgs } from "./page.fixture.ts";
import { CASH, EUR, FUND } from "./sample-values.fixture.ts";

interface Proposal {
  readonly id: string;
  readonly maker: string;
  status: "WAITING" | "APPROVED" | "REJECTED" | "WITHDRAWN";
  decidedBy: string | null;
  decidedAt: string | null;
  reason: string | null;
  transaction: { readonly id: string } | null;
}

/** What waits for a second person in the stand-in graph. */
export class StandInProposals {
  readonly #all: Proposal[] = [];

  readonly fields = {
    proposals: (args: PageArgs & { status?: string }) => this.#page(args),
    proposal: ({ id }: { id: string }) => this.#find(id),
    approveProposal: ({ id }: { id: string }) =>
      this.#decide(id, {
        status: "APPROVED",
        decidedBy: "approver",
        transaction: { id: newId() },
      }),
    rejectProposal: ({ id, reason }: { id: string; reason: string }) =>
      this.#decide(id, { status: "REJECTED", decidedBy: "approver", reason }),
    withdrawProposal: ({ id }: { id: string }) =>
      this.#decide(id, { status: "WITHDRAWN", decidedBy: "maker" }),
  };

  propose(maker: string): Proposal {
    const proposal: Proposal = {
      id: newId(),
      maker,
      status: "WAITING",
      decidedBy: null,
      decidedAt: null,
      reason: null,
      transaction: null,
    };
    this.#all.unshift(proposal);
    return proposal;
  }

  #page({ status, ...page }: PageArgs & { status?: string }) {
    const found = this.#all.filter((proposal) => (status ?? proposal.status) === proposal.status);
    return pageOf(
      found.map((proposal) => this.#object(proposal)),
      page,
    );
  }

  #find(id: string) {
    const found = this.#all.find((proposal) => proposal.id === id);
    return found === undefined ? null : this.#object(found);
  }

  #decide(id: string, changes: Partial<Proposal>) {
    const proposal = this.#all.find((candidate) => candidate.id === id);
    if (proposal === undefined) {
      throw new AppError("PROPOSAL_NOT_FOUND", `There is no proposal ${id}.`);
    }
    if (proposal.status !== "WAITING") {
      throw new AppError("PROPOSAL_NOT_WAITING", "It was decided already.", { proposalId: id });
    }
    Object.assign(proposal, { decidedAt: "2026-06-30T13:00:00.000Z", ...changes });
    return { ...this.#object(proposal), replayed: false };
  }

  #object(proposal: Proposal) {
    return {
      ...proposal,
      fund: { id: FUND },
      position: 4,
      kind: "POSTING",
      proposedAt: "2026-06-30T12:00:00.000Z",
      effectiveDate: "2026-06-30",
      description: "Above the limit",
      reference: null,
      totals: [{ amount: EUR("5000.00"), limit: EUR("1000.00") }],
      entries: [
        { account: { id: CASH, code: "1000" }, side: "DEBIT", amount: EUR("5000.00") },
        { account: null, side: "CREDIT", amount: EUR("5000.00") },
      ],
    };
  }
}
