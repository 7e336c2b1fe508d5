import { randomUUID } from "node:crypto";
import type { Caller } from "./caller.ts";
import { money, type Fund, type Order } from "./books.ts";
import { codedError } from "./coded-error.ts";

interface Proposal {
  readonly id: string;
  readonly fund: Fund;
  readonly order: Order;
  readonly maker: string;
  readonly proposedAt: string;
  readonly debits: bigint;
  readonly limit: bigint;
  status: "WAITING" | "APPROVED" | "REJECTED" | "WITHDRAWN";
  decidedBy: string | null;
  reason: string | null;
  transaction: object | null;
}

/** The actor with an id, as the caller may read it. */
export type NameOf = (id: string, caller: Caller) => Promise<object | null>;

const minor = (amount: string): bigint => BigInt(Math.round(Number(amount) * 100));

/** Postings above the limit, which wait for a second approver. */
export function createProposals(
  post: (fund: Fund, order: Order) => object,
  fundView: (fund: Fund) => object,
  nameOf: NameOf,
) {
  const all: Proposal[] = [];

  function decide(id: string, caller: Caller, scope: string): Proposal {
    if (!caller.scopes.includes(scope))
      throw codedError("FORBIDDEN", `This needs the scope ${scope}.`);
    const proposal = all.find((one) => one.id === id && one.status === "WAITING");
    if (!proposal) throw codedError("NOT_FOUND", "There is no such proposal.");
    if ((proposal.maker === caller.subject) !== (scope === "ledger:write")) {
      throw codedError("FORBIDDEN", "Makers withdraw, and others decide.");
    }
    proposal.decidedBy = caller.subject;
    return proposal;
  }

  const view = ({ fund, order, debits, limit, ...proposal }: Proposal): object => ({
    ...proposal,
    kind: "POSTING",
    effectiveDate: order.effectiveDate,
    description: order.description,
    reference: order.reference ?? null,
    totals: [{ amount: money(debits, fund.currency), limit: money(limit, fund.currency) }],
    entries: order.entries.map(({ accountId, side, amount }) => ({
      side,
      amount: money(minor(amount), fund.currency),
      account: fund.accounts.find(({ id }) => id === accountId) ?? null,
    })),
    proposer: (_: unknown, caller: Caller) => nameOf(proposal.maker, caller),
    decider: (_: unknown, caller: Caller) =>
      proposal.decidedBy === null ? null : nameOf(proposal.decidedBy, caller),
    decidedAt: proposal.decidedBy === null ? null : proposal.proposedAt,
    fund: () => fundView(fund),
  });

  return {
    /** Throws when the order has to wait. */
    holdBack: (fund: Fund, order: Order, { subject }: Caller, limit: bigint | undefined): void => {
      const debits = order.entries
        .filter(({ side }) => side === "DEBIT")
        .reduce((sum, { amount }) => sum + minor(amount), 0n);
      if (limit === undefined || debits <= limit) return;
      const proposal: Proposal = {
        id: randomUUID(),
        fund,
        order,
        maker: subject,
        proposedAt: new Date().toISOString(),
        debits,
        limit,
        status: "WAITING",
        decidedBy: null,
        reason: null,
        transaction: null,
      };
      all.unshift(proposal);
      throw codedError("APPROVAL_REQUIRED", "It waits for approval.", { proposalId: proposal.id });
    },
    resolvers: {
      proposals: ({ status }: { status?: Proposal["status"] }) => ({
        nodes: all.filter((one) => !status || one.status === status).map(view),
        pageInfo: { hasNextPage: false, hasPreviousPage: false },
      }),
      proposal: ({ id }: { id: string }) => {
        const proposal = all.find((one) => one.id === id);
        return proposal ? view(proposal) : null;
      },
      approveProposal: ({ id }: { id: string }, caller: Caller) => {
        const proposal = decide(id, caller, "ledger:approve");
        proposal.transaction = post(proposal.fund, proposal.order);
        proposal.status = "APPROVED";
        return view(proposal);
      },
      rejectProposal: ({ id, reason }: { id: string; reason: string }, caller: Caller) => {
        const proposal = decide(id, caller, "ledger:approve");
        return view(Object.assign(proposal, { status: "REJECTED", reason }));
      },
      withdrawProposal: ({ id }: { id: string }, caller: Caller) =>
        view(Object.assign(decide(id, caller, "ledger:write"), { status: "WITHDRAWN" })),
    },
  };
}
