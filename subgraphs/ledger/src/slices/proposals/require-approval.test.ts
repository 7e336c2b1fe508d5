import { accountOf } from "../accounts/account.ts";
import fc from "fast-check";
import { newId } from "@allfunds/platform/ids";
import { describe, expect, test } from "vitest";
import type { Requester } from "../../engine/book.ts";
import { BOOK, decide, decideBatch, envelope } from "../../engine/sample-book.fixture.ts";
import { evolve } from "../../engine/sample-book.fixture.ts";
import {
  ACCOUNTS,
  FUND_ID,
  NOW,
  posting,
  run,
  sampleBook,
} from "../../engine/sample-book.fixture.ts";
import type { BookCommand } from "../model.ts";
import type { PostTransaction } from "../transactions/transaction.ts";
import { BookState, GENESIS } from "../../engine/book-state.ts";
import { proposalIdOf } from "./proposal.ts";

const MAKER = { actor: "maker" };
const CHECKER = { actor: "checker" };

const withLimit = (amount: string | null, currency = "EUR"): BookState => {
  const state = sampleBook();
  run(state, { kind: "SetApprovalLimit", fundId: FUND_ID, currency, amount });
  return state;
};

test("debits of one person in one day wait above the limit by day, however they are split", () => {
  const state = sampleBook();
  const limit = { currency: "EUR", amount: "1000.00", per: "DAY" } as const;
  run(state, { kind: "SetApprovalLimit", fundId: FUND_ID, ...limit });
  const post = (amount: string, requester: Requester, day = "2026-06-30"): string => {
    const now = new Date(`${day}T12:00:00.000Z`);
    const { verdicts } = decideBatch(
      BOOK,
      state,
      [{ envelopes: [{ ...envelope(movement(amount)), ...requester, now }], atomic: false }],
      new Map(),
    );
    const [[verdict] = []] = verdicts;
    return verdict?.accepted ? (verdict.events[0]?.type ?? "nothing") : "refused";
  };
  expect(post("999.99", MAKER)).toBe("TransactionPosted");
  expect(post("0.01", MAKER)).toBe("TransactionPosted");
  expect(post("0.01", MAKER)).toBe("TransactionProposed");
  expect(post("0.01", { actor: "program", owner: "maker" })).toBe("TransactionProposed");
  expect(post("999.99", CHECKER)).toBe("TransactionPosted");
  expect(post("999.99", MAKER, "2026-07-01")).toBe("TransactionPosted");
  expect(post("999.99", { actor: "program", owner: "maker" }, "2026-07-01")).toBe(
    "TransactionProposed",
  );
});

test("the day of a limit ends at midnight in UTC, and the journals of an atomic bulk count together", () => {
  const state = sampleBook();
  const limit = { currency: "EUR", amount: "1000.00", per: "DAY" } as const;
  run(state, { kind: "SetApprovalLimit", fundId: FUND_ID, ...limit });
  const post = (time: string, atomic: boolean, ...amounts: string[]): string[] => {
    const now = new Date(`2026-06-${time}Z`);
    const envelopes = amounts.map((amount) => ({ ...envelope(movement(amount)), ...MAKER, now }));
    const { verdicts } = decideBatch(BOOK, state, [{ envelopes, atomic }], new Map());
    return (verdicts[0] ?? []).map((verdict) =>
      verdict.accepted ? (verdict.events[0]?.type ?? "nothing") : verdict.refusal.code,
    );
  };
  const bulk = post("29T12:00:00.000", true, "600.00", "400.01");
  expect(bulk).not.toContain("TransactionPosted");
  expect(post("29T23:59:59.999", false, "1000.00", "0.01")).toEqual([
    "TransactionPosted",
    "TransactionProposed",
  ]);
  expect(post("30T00:00:00.000", false, "1000.00", "0.01")).toEqual([
    "TransactionPosted",
    "TransactionProposed",
  ]);
});

/** Decides and stores; what it led to, or the code of its refusal. */
const give = (state: BookState, command: BookCommand, requester: Requester): string => {
  const submission = { envelopes: [{ ...envelope(command), ...requester }], atomic: false };
  const [[verdict] = []] = decideBatch(BOOK, state, [submission], new Map()).verdicts;
  if (verdict === undefined) return "nothing";
  if (!verdict.accepted) return verdict.refusal.code;
  const { payload, type } = verdict.events[0] ?? {};
  const { reason = "" } = (payload ?? {}) as { reason?: string };
  return `${type} ${reason}`.trim();
};

const approving = (command: PostTransaction, amountMinor: bigint): BookCommand => ({
  kind: "ApproveProposal",
  fundId: FUND_ID,
  proposalId: proposalIdOf(command.transactionId),
  proposed: { command: { ...command }, totals: [{ currency: "EUR", amountMinor }] },
});

const postBy = (state: BookState, amount: string, actor: string, counterparty?: string): string => {
  const command = movement(amount);
  const dimensions = counterparty === undefined ? undefined : { counterparty };
  const [first, ...rest] = command.entries;
  if (first === undefined) throw new Error("a posting has entries");
  const entries = [{ ...first, dimensions }, ...rest];
  const requested = { ...envelope({ ...command, entries }), actor };
  const { verdicts } = decideBatch(
    BOOK,
    state,
    [{ envelopes: [requested], atomic: false }],
    new Map(),
  );
  const [[verdict] = []] = verdicts;
  return verdict?.accepted ? (verdict.events[0]?.type ?? "nothing") : "refused";
};

describe("a limit of several approvers", () => {
  const TIERS = [
    ["10000.00", undefined],
    ["100000.00", 2],
    ["500000.00", 3],
  ] as const;
  const CHECKERS = ["one", "two", "three"];

  const tiered = (): BookState => {
    const state = sampleBook();
    for (const [amount, approvers] of TIERS) {
      const limit = { fundId: FUND_ID, currency: "EUR", amount, approvers };
      expect(run(state, { kind: "SetApprovalLimit", ...limit })).toBe("ok");
    }
    return state;
  };

  test.each([
    [10_000_01n, 1],
    [100_000_00n, 1],
    [100_000_01n, 2],
    [500_000_00n, 2],
    [500_000_01n, 3],
  ])("debits of %d cents need %d other people, each another one", (minor, needed) => {
    const state = tiered();
    const command = movement(euros(Number(minor)));
    expect(give(state, command, MAKER)).toBe("TransactionProposed");
    const approval = approving(command, minor);
    const outcomes = [MAKER, { actor: "program", owner: "maker" }].map((requester) =>
      give(state, approval, requester),
    );
    const given = CHECKERS.slice(0, needed - 1);
    for (const actor of given) {
      for (const requester of [{ actor }, { actor }, { actor: "robot", owner: actor }])
        outcomes.push(give(state, approval, requester));
    }
    outcomes.push(give(state, approval, { actor: "last" }));
    const again = "ApprovalRefused APPROVED_BEFORE";
    expect(outcomes).toEqual([
      "ApprovalRefused",
      "ApprovalRefused",
      ...given.flatMap(() => ["ApprovalGiven", again, again]),
      "ProposalApproved",
    ]);
    expect(accountOf(state, ACCOUNTS.bank.id)?.balanceMinor).toBe(minor);
  });

  test("leaves debits up to the limit of one posting without approval", () => {
    expect(give(tiered(), movement("10000.00"), MAKER)).toBe("TransactionPosted");
  });

  test("that is lowered while something waits refuses its approval, and then demands more", () => {
    const state = tiered();
    const command = movement("50000.00");
    const approval = approving(command, 50_000_00n);
    expect(give(state, command, MAKER)).toBe("TransactionProposed");
    const lower = { fundId: FUND_ID, currency: "EUR", amount: "20000.00", approvers: 2 } as const;
    expect(give(state, { kind: "SetApprovalLimit", ...lower }, { actor: "boss" })).toBe(
      "ApprovalLimitSet",
    );
    expect(give(state, approval, CHECKER)).toBe("ApprovalRefused LIMIT_CHANGED");
    expect(give(state, approval, CHECKER)).toBe("ApprovalGiven");
    expect(give(state, approval, { actor: "boss" })).toBe("ProposalApproved");
  });
});

describe("limits of a day", () => {
  const supplier = newId();
  const withLimits = (): BookState => {
    const state = sampleBook();
    const counterparty = { counterpartyId: supplier, name: "One", ibans: [], note: null };
    const of = { fundId: FUND_ID, replaces: 0, isClosed: false };
    run(state, { kind: "SetCounterparty", ...counterparty, ...of });
    for (const [per, amount] of [
      ["FUND_DAY", "5000.00"],
      ["COUNTERPARTY_DAY", "1000.00"],
    ] as const)
      run(state, { kind: "SetApprovalLimit", fundId: FUND_ID, currency: "EUR", amount, per });
    return state;
  };

  test("hold for one counterparty across makers, however it is split", () => {
    const state = withLimits();
    expect(postBy(state, "600.00", "ann", supplier)).toBe("TransactionPosted");
    expect(postBy(state, "400.00", "ben", supplier)).toBe("TransactionPosted");
    expect(postBy(state, "0.01", "cem", supplier)).toBe("TransactionProposed");
    expect(postBy(state, "900.00", "cem")).toBe("TransactionPosted");
  });

  test("hold for all people of a fund together", () => {
    const state = withLimits();
    for (const actor of ["ann", "ben", "cem", "dan", "eva"])
      expect(postBy(state, "1000.00", actor)).toBe("TransactionPosted");
    expect(postBy(state, "0.01", "fay")).toBe("TransactionProposed");
  });
});

const movement = (amount: string) =>
  posting([
    ["bank", "DEBIT", amount],
    ["capital", "CREDIT", amount],
  ]);

const typesOf = (state: BookState, command: ReturnType<typeof posting>): string[] => {
  const decision = decide(command, state, NOW, MAKER);
  return decision.accepted ? decision.events.map(({ type }) => type) : [decision.refusal.code];
};

test.each<[string | null, string, string]>([
  ["100.00", "100.00", "TransactionPosted"],
  ["100.00", "100.01", "TransactionProposed"],
  ["0.00", "0.01", "TransactionProposed"],
  [null, "1000000.00", "TransactionPosted"],
])("with a limit of %s, %s leads to %s", (limit, amount, type) => {
  expect(typesOf(withLimit(limit), movement(amount))).toEqual([type]);
});

test("what counts is the sum of the debits in each currency", () => {
  const state = withLimit("100.00");
  const inParts = posting([
    ["bank", "DEBIT", "60.00"],
    ["fees", "DEBIT", "60.00"],
    ["capital", "CREDIT", "120.00"],
  ]);
  expect(typesOf(state, inParts)).toEqual(["TransactionProposed"]);
  const otherCurrency = posting([
    ["dollars", "DEBIT", "500.00"],
    ["dollarGains", "CREDIT", "500.00"],
  ]);
  // Beside a limit in euros dollars have none of their own: all of them wait.
  expect(typesOf(state, otherCurrency)).toEqual(["TransactionProposed"]);
  run(state, { kind: "SetApprovalLimit", fundId: FUND_ID, currency: "USD", amount: "500.00" });
  expect(typesOf(state, otherCurrency)).toEqual(["TransactionPosted"]);
  // A limit in a currency that is not the fund's leaves the fund's own as it is.
  expect(typesOf(withLimit("1.00", "USD"), inParts)).toEqual(["TransactionPosted"]);
});

test("a posting that the rules refuse is refused, not proposed", () => {
  const state = withLimit("100.00");
  run(state, {
    kind: "SetAccountFloor",
    fundId: FUND_ID,
    accountId: ACCOUNTS.bank.id,
    minimumBalance: "0.00",
  });
  const outgoing = posting([
    ["fees", "DEBIT", "200.00"],
    ["bank", "CREDIT", "200.00"],
  ]);
  expect(typesOf(state, outgoing)).toEqual(["INSUFFICIENT_FUNDS"]);
});

test("the id of a transaction can be proposed once", () => {
  const state = withLimit("100.00");
  const command = movement("200.00");
  expect(run(state, command)).toBe("ok");
  expect(run(state, command)).toBe("ALREADY_EXISTS");
});

const euros = (minor: number): string => (minor / 100).toFixed(2);

test("a proposal changes no balance, and what is approved is what was proposed", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100_000 }),
      fc.integer({ min: 0, max: 100_000 }),
      (cents, limit) => {
        const state = withLimit(euros(limit));
        const command = movement(euros(cents));
        const balance = () => accountOf(state, ACCOUNTS.bank.id)?.balanceMinor;
        const decision = decide(command, state, NOW, MAKER);
        if (!decision.accepted) throw decision.refusal;
        for (const event of decision.events) evolve(state, event);
        expect(balance()).toBe(cents > limit ? 0n : BigInt(cents));
        if (cents <= limit) return;
        const proposalId = proposalIdOf(command.transactionId);
        const amountMinor = BigInt(cents);
        const totals = [{ currency: "EUR", amountMinor, limitMinor: BigInt(limit) }];
        const approval = decide(
          {
            kind: "ApproveProposal",
            fundId: FUND_ID,
            proposalId,
            proposed: { command: { ...command }, totals },
          },
          state,
          NOW,
          CHECKER,
        );
        if (!approval.accepted) throw approval.refusal;
        for (const event of approval.events) evolve(state, event);
        expect(approval.events.map(({ type }) => type)).toEqual([
          "ProposalApproved",
          "TransactionPosted",
        ]);
        expect(balance()).toBe(amountMinor);
      },
    ),
  );
});

test("a tenant's limit holds as the tenant's own book has it, and postings name its position", () => {
  const state = sampleBook();
  const tenant = new BookState(GENESIS);
  state.tenant = tenant;
  const set = (limitMinor: bigint | null, position: number): void => {
    evolve(tenant, {
      type: "ApprovalLimitSet",
      fundId: null,
      of: "TENANT",
      currency: "EUR",
      limitMinor,
    });
    tenant.head = { ...GENESIS, position };
  };
  set(10_000n, 1);
  expect(typesOf(state, movement("100.01"))).toEqual(["TransactionProposed"]);
  set(null, 2);
  const decision = decide(movement("100.01"), state, NOW, MAKER);
  expect(decision).toMatchObject({ events: [{ type: "TransactionPosted", limitsAt: 2 }] });
});
