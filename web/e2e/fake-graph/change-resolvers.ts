import { randomUUID } from "node:crypto";
import type * as Graph from "@allfunds/graph-tools/fake-graph";
import { money } from "./books.ts";
import { requireScope, type Caller } from "./caller.ts";
import { codedError } from "./coded-error.ts";
import { pageOf } from "./connection.ts";

type Change = Graph.FakeValue<Graph.ChangeProposal> & {
  id: string;
  maker: string;
  status: Graph.ProposalStatus;
};
interface Waiting {
  readonly change: Change;
  readonly make: () => void;
}

const orNone = (amount: bigint | undefined) => (amount === undefined ? null : money(amount, "EUR"));

/** Sensitive changes above a limit, which wait for another person: here those of the tenant's limit of a posting. */
export class Changes {
  /** Minor units; undefined for none. */
  limit: bigint | undefined;
  readonly #all: Waiting[] = [];

  /** Sets a limit, or has it wait where it lets more pass than the limit of changes. */
  setLimit(
    { subject }: Caller,
    before: bigint | undefined,
    after: bigint | undefined,
    make: () => void,
  ): void {
    if (this.limit === undefined || (after !== undefined && after <= this.limit)) return make();
    const change: Change = {
      id: randomUUID(),
      change: "APPROVAL_LIMIT",
      status: "WAITING",
      description: "Limit of one posting",
      amount: orNone(after),
      limit: orNone(this.limit),
      before: orNone(before),
      after: orNone(after),
      maker: subject,
      proposedAt: new Date().toISOString(),
      approvers: 1,
      needsAdministrator: false,
      approvedBy: [],
      decidedBy: null,
      decidedAt: null,
      reason: null,
      fund: null,
      account: null,
      period: null,
    };
    this.#all.unshift({ change, make });
    throw codedError("APPROVAL_REQUIRED", "It waits for approval.", { proposalId: change.id });
  }

  readonly queries: Graph.Resolvers<Caller>["Query"] = {
    changeProposals: (_, { status, ...page }) =>
      pageOf(
        this.#all.filter(({ change }) => !status || change.status === status),
        page,
        ({ change }) => change,
      ),
    changeProposal: (_, { id }) => this.#all.find(({ change }) => change.id === id)?.change ?? null,
  };

  readonly mutations: Graph.Resolvers<Caller>["Mutation"] = {
    approveChange: (_, { id }, caller) => {
      const waiting = this.#decide(id, caller, "ledger:approve", "APPROVED");
      waiting.make();
      return waiting.change;
    },
    rejectChange: (_, { id, reason }, caller) =>
      Object.assign(this.#decide(id, caller, "ledger:approve", "REJECTED").change, { reason }),
    withdrawChange: (_, { id }, caller) =>
      this.#decide(id, caller, "ledger:write", "WITHDRAWN").change,
  };

  #decide(id: string, caller: Caller, scope: string, status: Graph.ProposalStatus): Waiting {
    requireScope(caller, scope);
    const waiting = this.#all.find(({ change }) => change.id === id && change.status === "WAITING");
    if (!waiting) throw codedError("PROPOSAL_NOT_WAITING", "It was decided already.");
    if ((waiting.change.maker === caller.subject) !== (scope === "ledger:write")) {
      throw codedError("FORBIDDEN", "Makers withdraw, and others decide.");
    }
    const decidedAt = new Date().toISOString();
    Object.assign(waiting.change, { status, decidedBy: caller.subject, decidedAt });
    return waiting;
  }
}
