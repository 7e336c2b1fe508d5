import { AppError } from "@allfunds/contract/errors";
import type { FakeValue, Proposal, ProposalStatus } from "@allfunds/graph-tools/fake-graph";
import { newId } from "@allfunds/platform/ids";
import { CASH, EUR, FUND } from "./sample-values.fixture.ts";

type Stored = FakeValue<Proposal> & { readonly id: string; readonly status: ProposalStatus };

/** The postings of the fake graph that wait for a second approver, and those that were decided. */
export class FakeProposals {
  #all: Stored[] = [];

  withStatus(status: ProposalStatus | null | undefined): readonly FakeValue<Proposal>[] {
    return this.#all.filter((proposal) => (status ?? proposal.status) === proposal.status);
  }

  find(id: string): FakeValue<Proposal> | null {
    return this.#all.find((proposal) => proposal.id === id) ?? null;
  }

  propose(maker: string): Stored {
    const proposal = newProposal(maker);
    this.#all.unshift(proposal);
    return proposal;
  }

  approve(id: string): FakeValue<Proposal> {
    const transaction = { id: newId() };
    return this.#decide(id, { status: "APPROVED", decidedBy: "approver", transaction });
  }

  reject(id: string, reason: string): FakeValue<Proposal> {
    return this.#decide(id, { status: "REJECTED", decidedBy: "approver", reason });
  }

  withdraw(id: string): FakeValue<Proposal> {
    return this.#decide(id, { status: "WITHDRAWN", decidedBy: "maker" });
  }

  #decide(id: string, decision: FakeValue<Proposal> & { readonly status: ProposalStatus }) {
    const proposal = this.#all.find((candidate) => candidate.id === id);
    if (proposal === undefined) {
      throw new AppError("PROPOSAL_NOT_FOUND", `There is no proposal ${id}.`);
    }
    if (proposal.status !== "WAITING") {
      throw new AppError("PROPOSAL_NOT_WAITING", "It was decided already.", { proposalId: id });
    }
    const decided = { ...proposal, decidedAt: "2026-06-30T13:00:00.000Z", ...decision, id };
    this.#all = this.#all.map((other) => (other.id === id ? decided : other));
    return decided;
  }
}

const newProposal = (maker: string): Stored => ({
  id: newId(),
  maker,
  status: "WAITING",
  decidedBy: null,
  decidedAt: null,
  reason: null,
  transaction: null,
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
  replayed: false,
});
