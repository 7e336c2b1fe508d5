import fc from "fast-check";
import { expect, test } from "vitest";
import type { Requester } from "../../engine/book.ts";
import type { BookState } from "../../engine/book-state.ts";
import {
  BOOK,
  decideBatch,
  envelope,
  FUND_ID,
  posting,
  run,
  sampleBook,
} from "../../engine/sample-book.fixture.ts";
import type { BookCommand } from "../model.ts";
import { fundWithInvestors, LATER, order } from "../orders/order.fixture.ts";
import { ORDER } from "../orders/order-state.ts";
import { isSamePerson, personOf } from "./person.ts";
import { PROPOSAL, proposalIdOf } from "./proposal.ts";

test.each([
  [{ actor: "a" }, { actor: "a" }, true],
  [{ actor: "a" }, { actor: "b" }, false],
  [{ actor: "a" }, { actor: "robot", owner: "a" }, true],
  [{ actor: "robot", owner: "a" }, { actor: "a" }, true],
  [{ actor: "robot", owner: "a" }, { actor: "other", owner: "a" }, true],
  [{ actor: "robot", owner: "a" }, { actor: "other", owner: "b" }, false],
  [{ actor: "robot" }, { actor: "other" }, false],
])("%j and %j: the same person behind both is %s", (one, other, same) => {
  expect(isSamePerson(one, other)).toBe(same);
});

interface Waiting {
  readonly state: BookState;
  readonly approve: BookCommand;
  readonly names: { readonly given: string; readonly approved: string; readonly refused: string };
  readonly approvedBy: () => readonly string[] | undefined;
}

const limited = (state: BookState): void => {
  for (const more of [
    { amount: "1000.00" },
    { amount: "5000.00", approvers: 2 },
    { amount: "9000.00", approvers: 3 },
  ] as const)
    expect(
      run(state, { kind: "SetApprovalLimit", fundId: FUND_ID, currency: "EUR", ...more }),
    ).toBe("ok");
};

/** Decides and stores; what it led to first, with whom it records, or the code of its refusal. */
function give(state: BookState, command: BookCommand, requester: Requester): string {
  const requested = { ...envelope(command), ...requester, now: LATER };
  const submission = { envelopes: [requested], atomic: false };
  const [[verdict] = []] = decideBatch(BOOK, state, [submission], new Map()).verdicts;
  if (verdict === undefined) return "nothing";
  if (!verdict.accepted) return verdict.refusal.code;
  const { type, payload } = verdict.events[0] ?? {};
  const { reason, deciderOwner } = (payload ?? {}) as { reason?: string; deciderOwner?: string };
  return [type, reason, deciderOwner].filter((part) => part !== undefined).join(" ");
}

function proposed(maker: Requester): Waiting {
  const state = sampleBook();
  limited(state);
  const command = posting([
    ["bank", "DEBIT", "9000.01"],
    ["capital", "CREDIT", "9000.01"],
  ]);
  const proposalId = proposalIdOf(command.transactionId);
  expect(give(state, command, maker)).toBe("TransactionProposed");
  const totals = [{ currency: "EUR", amountMinor: 900_001n }];
  return {
    state,
    approve: {
      kind: "ApproveProposal",
      fundId: FUND_ID,
      proposalId,
      proposed: { command: { ...command }, totals },
    },
    names: { given: "ApprovalGiven", approved: "ProposalApproved", refused: "ApprovalRefused" },
    approvedBy: () => state.get(PROPOSAL, proposalId)?.approvedBy,
  };
}

function placed(maker: Requester): Waiting {
  const state = fundWithInvestors();
  limited(state);
  const command = order(1, { amount: "9000.01" });
  give(state, command, maker);
  const row = () => state.get(ORDER, command.orderId);
  expect(row()?.status).toBe("WAITING_APPROVAL");
  return {
    state,
    approve: { kind: "ApproveOrder", fundId: FUND_ID, orderId: command.orderId },
    names: {
      given: "OrderApprovalGiven",
      approved: "OrderApproved",
      refused: "OrderApprovalRefused",
    },
    approvedBy: () => row()?.approvedBy,
  };
}

const KINDS = [
  ["a proposal", proposed],
  ["an order", placed],
] as const;

test.each(KINDS)("%s counts one approval of a person, by whatever name", (_of, waiting) => {
  const outcomes = ([first, second]: readonly [Requester, Requester]): (string | undefined)[] => {
    const { state, approve, names, approvedBy } = waiting({ actor: "maker" });
    const found = [first, second].map((by) => give(state, approve, by));
    const named = found.map((text) =>
      text
        .replace(names.given, "given")
        .replace(`${names.refused} APPROVED_BEFORE`, "before")
        .replace(names.refused, "maker"),
    );
    return [...named, approvedBy()?.join()];
  };
  const [ann, robot, sibling] = [
    { actor: "ann" },
    { actor: "robot", owner: "ann" },
    { actor: "sibling", owner: "ann" },
  ];
  const [bob, makers] = [{ actor: "bob" }, { actor: "robot", owner: "maker" }];
  expect(outcomes([ann, robot])).toEqual(["given", "before ann", "ann"]);
  expect(outcomes([robot, ann])).toEqual(["given ann", "before", "ann"]);
  expect(outcomes([robot, sibling])).toEqual(["given ann", "before ann", "ann"]);
  expect(outcomes([robot, bob])).toEqual(["given ann", "given", "ann,bob"]);
  expect(outcomes([makers, robot])).toEqual(["maker maker", "given ann", "ann"]);
});

const requester = fc.oneof(
  fc.constantFrom("ann", "bob", "cem", "dan").map((actor): Requester => ({ actor })),
  fc
    .tuple(fc.constantFrom("one", "two"), fc.constantFrom("ann", "bob", "cem", "dan"))
    .map(([client, owner]): Requester => ({ actor: `${owner}-${client}`, owner })),
);

test.each(KINDS)(
  "%s is approved by as many people as it demands, and never by its maker",
  (_of, waiting) => {
    fc.assert(
      fc.property(requester, fc.array(requester, { maxLength: 12 }), (maker, requesters) => {
        const { state, approve, names } = waiting(maker);
        const people = new Set<string>();
        const found: string[] = [];
        const expected: string[] = [];
        for (const by of requesters) {
          if (people.size === 3) break;
          found.push(give(state, approve, by).split(" ", 1).join());
          const person = personOf(by);
          const isRefused = person === personOf(maker) || people.has(person);
          if (!isRefused) people.add(person);
          const accepted = people.size === 3 ? names.approved : names.given;
          expected.push(isRefused ? names.refused : accepted);
        }
        expect(found).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  },
);
