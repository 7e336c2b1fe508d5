import { AppError } from "@allfunds/contract/errors";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { DomainEvent, EventPlace, Requester } from "../../engine/book.ts";
import type { BookState } from "../../engine/book-state.ts";
import {
  ACCOUNTS,
  decide,
  FUND_ID,
  NOW,
  run,
  sampleBook,
} from "../../engine/sample-book.fixture.ts";
import { MODEL, type BookCommand } from "../model.ts";

const PLACE: EventPlace = { position: 99, recordedAt: NOW, actor: "maker" };
const onBank = { fundId: FUND_ID, accountId: ACCOUNTS.bank.id };
const reason = "Reviewed";

/** A limit of 50.00, a minimum balance of -20.00 and a frozen account. */
function guardedBook(changesUpTo: string | null): BookState {
  const state = sampleBook();
  const commands: BookCommand[] = [
    { kind: "SetApprovalLimit", fundId: FUND_ID, currency: "EUR", amount: "50.00" },
    { kind: "SetAccountFloor", ...onBank, minimumBalance: "-20.00" },
    { kind: "FreezeAccount", ...onBank, reason },
  ];
  if (changesUpTo !== null) {
    const limit = { currency: "EUR", amount: changesUpTo, per: "CHANGE" } as const;
    commands.unshift({ kind: "SetApprovalLimit", fundId: FUND_ID, ...limit });
  }
  for (const command of commands) expect(run(state, command)).toBe("ok");
  return state;
}

const limit = (amount: string | null): BookCommand => ({
  kind: "SetApprovalLimit",
  fundId: FUND_ID,
  currency: "EUR",
  amount,
});
const minimum = (minimumBalance: string | null): BookCommand => ({
  kind: "SetAccountFloor",
  ...onBank,
  minimumBalance,
});

/** The event that a command leads to; undefined when it changes nothing or is refused. */
function eventOf(
  state: BookState,
  command: BookCommand,
  requester: Requester,
): DomainEvent | undefined {
  const decision = decide(command, state, NOW, requester);
  return decision.accepted ? decision.events[0] : undefined;
}

function ledTo(state: BookState, command: BookCommand, requester: Requester): DomainEvent {
  const event = eventOf(state, command, requester);
  if (event === undefined) throw new Error("it should lead to something");
  return event;
}

/** What a command would lead to without an approval. */
function unreviewed(state: BookState, command: BookCommand): DomainEvent {
  const context = { now: NOW, requester: { actor: "maker" }, state, decideStored: () => [] };
  const [event] = MODEL.commandOf(command.kind).decide(command, state, context);
  if (event === undefined) throw new Error("it should lead to something");
  return event;
}

const withFact = (event: DomainEvent, secondAdministrator: boolean | undefined): DomainEvent =>
  secondAdministrator === undefined
    ? event
    : Object.assign(structuredClone(event), { secondAdministrator });

/** What a replay finds of an event that stands in the log without an approval before it. */
function replayed(state: BookState, event: DomainEvent): string {
  try {
    MODEL.eventOf(event.type)?.check?.(state, event, { place: PLACE, tenantAt: () => state });
    return "sound";
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

test.each([
  ["a higher limit", limit("50.01"), "ChangeProposed"],
  ["no limit", limit(null), "ChangeProposed"],
  ["the same limit", limit("50.00"), "ApprovalLimitSet"],
  ["a lower limit", limit("49.99"), "ApprovalLimitSet"],
  ["a lower minimum balance", minimum("-20.01"), "ChangeProposed"],
  ["no minimum balance", minimum(null), "ChangeProposed"],
  ["a higher minimum balance", minimum("-19.99"), "AccountFloorSet"],
  ["unfreezing", { kind: "UnfreezeAccount", ...onBank, reason } as const, "ChangeProposed"],
])("beside a second administrator %s leads to the right event", (_what, command, type) => {
  const state = guardedBook(null);
  const beside = (secondAdministrator?: boolean) =>
    ledTo(state, command, { actor: "maker", secondAdministrator });
  expect(beside(true)).toMatchObject({
    type,
    ...(type === "ChangeProposed" ? { needsAdministrator: true } : {}),
  });
  // Alone, and where it is not known, one person is enough.
  const alone = beside(false);
  expect(alone.type).not.toBe("ChangeProposed");
  const isLooser = type === "ChangeProposed";
  expect("secondAdministrator" in alone).toBe(isLooser);
  expect(beside()).not.toHaveProperty("secondAdministrator");
  expect(replayed(state, alone)).toBe("sound");
  const forged = withFact(alone, true);
  expect(replayed(state, forged)).toBe(isLooser ? "APPROVAL_REQUIRED" : "sound");
});

const amount = fc.option(
  fc.integer({ min: 0, max: 200 }).map((whole) => `${whole}.00`),
  { nil: null },
);

test("whatever is decided a replay finds sound, and what waits it refuses without the approval", () => {
  const command = fc.oneof(
    amount.map(limit),
    amount.map((minor) => minimum(minor === null ? null : `-${minor}`)),
  );
  const second = fc.constantFrom(true, false, undefined);
  fc.assert(
    fc.property(command, amount, second, (wanted, changesUpTo, secondAdministrator) => {
      const state = guardedBook(changesUpTo);
      const made = eventOf(state, wanted, { actor: "maker", secondAdministrator });
      if (made === undefined) return;
      const waits = made.type === "ChangeProposed";
      const alone = waits ? withFact(unreviewed(state, wanted), secondAdministrator) : made;
      expect(replayed(state, alone)).toBe(waits ? "APPROVAL_REQUIRED" : "sound");
    }),
    { numRuns: 200 },
  );
});
