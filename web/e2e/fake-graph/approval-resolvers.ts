import { randomUUID } from "node:crypto";
import type * as Graph from "@allfunds/graph-tools/fake-graph";
import { minorUnits, money, post, type Fund, type Order } from "./books.ts";
import { requireScope, type Caller } from "./caller.ts";
import { codedError } from "./coded-error.ts";
import { pageOf } from "./connection.ts";
import { accountValue, fundValue, transactionValue } from "./ledger-resolvers.ts";
import { Changes } from "./change-resolvers.ts";
import { accountOf, type GraphState } from "./state.ts";

const SET_AT = "2026-11-22T09:30:00.000Z";

interface Proposal {
  readonly id: string;
  readonly fund: Fund;
  readonly order: Order;
  readonly maker: string;
  readonly proposedAt: string;
  readonly debits: bigint;
  readonly limit: bigint;
  status: Graph.ProposalStatus;
  decidedBy: string | null;
  reason: string | null;
  transaction: Graph.FakeValue<Graph.Transaction> | null;
}

/** The actor with an id, as the caller may read it. */
export type FetchActor = (
  id: string,
  caller: Caller,
) => Promise<Graph.FakeValue<Graph.Actor> | null>;

/** Postings above the limit, which wait for a second approver, and the limit itself. */
export function createApprovals(state: GraphState, fetchActor: FetchActor) {
  const { switches } = state;
  const all: Proposal[] = [];
  const changes = new Changes();

  /** Throws when the order has to wait. */
  function holdBack(fund: Fund, order: Order, { subject }: Caller): void {
    const debits = order.entries
      .filter(({ side }) => side === "DEBIT")
      .reduce((sum, { amount }) => sum + minorUnits(amount), 0n);
    const { limit } = switches;
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
  }

  function decide(id: string, caller: Caller, scope: string): Proposal {
    requireScope(caller, scope);
    const proposal = all.find((one) => one.id === id && one.status === "WAITING");
    if (!proposal) throw codedError("NOT_FOUND", "There is no such proposal.");
    if ((proposal.maker === caller.subject) !== (scope === "ledger:write")) {
      throw codedError("FORBIDDEN", "Makers withdraw, and others decide.");
    }
    proposal.decidedBy = caller.subject;
    return proposal;
  }

  const proposalValue = ({ fund, order, debits, limit, ...proposal }: Proposal) => ({
    id: proposal.id,
    status: proposal.status,
    maker: proposal.maker,
    proposedAt: proposal.proposedAt,
    decidedBy: proposal.decidedBy,
    reason: proposal.reason,
    transaction: proposal.transaction,
    kind: "POSTING" as const,
    effectiveDate: order.effectiveDate,
    description: order.description,
    reference: order.reference ?? null,
    totals: [{ amount: money(debits, fund.currency), limit: money(limit, fund.currency) }],
    entries: order.entries.map(({ accountId, side, amount }) => ({
      side,
      amount: money(minorUnits(amount), fund.currency),
      account: accountValue(accountOf(state, accountId)),
    })),
    decidedAt: proposal.decidedBy === null ? null : proposal.proposedAt,
    fund: fundValue(fund),
  });

  const limits = () => [
    ...(switches.limit === undefined ? [] : [limitValue(switches.limit, "POSTING")]),
    ...(changes.limit === undefined ? [] : [limitValue(changes.limit, "CHANGE")]),
  ];

  function mayNotApprove({ maker }: { maker?: string }, _: object, caller: Caller) {
    const error = "FORBIDDEN";
    if (maker === caller.subject) {
      return { code: "IS_MAKER" as const, error, message: "Another person has to." };
    }
    if (caller.scopes.includes("ledger:approve")) return switches.mayNotApprove ?? null;
    return { code: "NO_SCOPE" as const, error, message: "This needs the scope ledger:approve." };
  }

  const resolvers: Graph.Resolvers<Caller> = {
    Query: {
      proposals: (_, { status, ...page }) =>
        pageOf(
          all.filter((one) => !status || one.status === status),
          page,
          proposalValue,
        ),
      proposal: (_, { id }) => {
        const proposal = all.find((one) => one.id === id);
        return proposal ? proposalValue(proposal) : null;
      },
      approvalLimits: () => ({ nodes: limits() }),
      ...changes.queries,
    },
    Mutation: {
      approveProposal: (_, { id }, caller) => {
        const proposal = decide(id, caller, "ledger:approve");
        const { transaction } = post(proposal.fund, proposal.order);
        state.publisher.publish(transaction);
        proposal.transaction = transactionValue(transaction);
        proposal.status = "APPROVED";
        return proposalValue(proposal);
      },
      rejectProposal: (_, { id, reason }, caller) => {
        const proposal = decide(id, caller, "ledger:approve");
        return proposalValue(Object.assign(proposal, { status: "REJECTED" as const, reason }));
      },
      withdrawProposal: (_, { id }, caller) => {
        const proposal = decide(id, caller, "ledger:write");
        return proposalValue(Object.assign(proposal, { status: "WITHDRAWN" as const }));
      },
      setApprovalLimit: (_, { input: { amount, per } }, caller) => {
        requireScope(caller, "admin");
        const wanted = amount ? minorUnits(amount) : undefined;
        if (per === "CHANGE") changes.limit = wanted;
        else changes.setLimit(caller, switches.limit, wanted, () => (switches.limit = wanted));
        return limitValue(wanted, per ?? "POSTING");
      },
      ...changes.mutations,
    },
    Proposal: {
      mayNotApprove,
      proposer: ({ maker = "" }, _, caller) => fetchActor(maker, caller),
      decider: ({ decidedBy }, _, caller) => (decidedBy ? fetchActor(decidedBy, caller) : null),
    },
    ChangeProposal: {
      mayNotApprove,
      proposer: ({ maker = "" }, _, caller) => fetchActor(maker, caller),
      decider: ({ decidedBy }, _, caller) => (decidedBy ? fetchActor(decidedBy, caller) : null),
    },
  };
  return { holdBack, resolvers };
}

const limitValue = (
  amount: bigint | undefined,
  per: Graph.ApprovalLimitPer,
): Graph.FakeValue<Graph.ApprovalLimit> => ({
  currency: "EUR",
  amount: amount === undefined ? null : money(amount, "EUR").amount,
  per,
  approvers: 1,
  setAt: SET_AT,
  fund: null,
});
