import { AppError } from "@allfunds/contract/errors";
import { expect, test } from "vitest";
import type { DomainEvent, EventPlace } from "../../engine/book.ts";
import { BookState, GENESIS } from "../../engine/book-state.ts";
import { decide, evolve, FUND_ID, NOW, run, sampleBook } from "../../engine/sample-book.fixture.ts";
import type { SetApprovalLimit } from "../approval-limits/approval-limit.ts";
import { MODEL, type BookCommand, type BookEvent } from "../model.ts";

const PLACE: EventPlace = { position: 99, recordedAt: NOW, actor: "boss" };

type LimitOf = Partial<Omit<SetApprovalLimit, "kind" | "fundId">>;
/** Of a fund with euros as its base currency, or of its tenant. */
const ofFund = (currency: string, amount: string | null, more: LimitOf = {}): SetApprovalLimit => ({
  kind: "SetApprovalLimit",
  fundId: FUND_ID,
  currency,
  amount,
  ...more,
});
const ofTenant = (...[currency, amount, more]: Parameters<typeof ofFund>): SetApprovalLimit => ({
  ...ofFund(currency, amount, more),
  fundId: null,
});
const days = (daysBehind: number, daysAhead: number): BookCommand => ({
  kind: "SetValueDateLimits",
  fundId: FUND_ID,
  daysBehind,
  daysAhead,
});
const DAY = { per: "DAY" } as const;
const CHANGE = { per: "CHANGE" } as const;
const TWO = { approvers: 2 } as const;
const THREE = { approvers: 3 } as const;

/** The books of a fund and its tenant behind commands that nothing held back. */
function booksBehind(commands: readonly BookCommand[]): { fund: BookState; tenant: BookState } {
  const [fund, tenant] = [sampleBook(), new BookState(GENESIS)];
  fund.tenant = tenant;
  for (const command of commands) {
    const isTenants = "fundId" in command && command.fundId === null;
    expect(run(isTenants ? tenant : fund, command)).toBe("ok");
  }
  return { fund, tenant };
}

/** What a replay finds of an event that stands in the log without an approval before it. */
function replayed(state: BookState, tenant: BookState, event: DomainEvent): string {
  try {
    const place = { place: PLACE, tenantAt: () => tenant };
    MODEL.eventOf(event.type)?.check?.(state, event, place);
    return "sound";
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

/** What a command would lead to without an approval. */
function unreviewed(state: BookState, command: BookCommand): DomainEvent {
  const context = { now: NOW, requester: { actor: "boss" }, state, decideStored: () => [] };
  const [event] = MODEL.commandOf(command.kind).decide(command, state, context);
  if (event === undefined) throw new Error("it should lead to something");
  return event;
}

// What stands, what is set, and whether it lets something pass that waits until then.
test.each<[string, readonly BookCommand[], BookCommand, boolean]>([
  ["a first limit", [], ofFund("EUR", "10.00"), false],
  ["a first limit in another currency than none", [], ofFund("USD", "10.00"), false],
  ["a first limit in a further currency", [ofFund("EUR", "10.00")], ofFund("USD", "0.01"), true],
  ["a first one of nothing there", [ofFund("EUR", "10.00")], ofFund("USD", "0"), false],
  ["a first one of assets", [ofFund("EUR", "10.00")], ofFund("SHARES/0", "10"), false],
  ["a first one of a day there", [ofFund("EUR", "10.00")], ofFund("USD", "0", DAY), true],
  ["a first one of two there", [ofFund("EUR", "10.00")], ofFund("USD", "5.00", TWO), true],
  ["two approvers for all of it", [ofFund("EUR", "10.00")], ofFund("USD", "0", TWO), false],
  [
    "a second one there",
    [ofFund("EUR", "10.00"), ofFund("USD", "5.00")],
    ofFund("USD", "5.00", DAY),
    false,
  ],
  ["beside the tenant's in euros", [ofTenant("EUR", "10.00")], ofFund("USD", "5.00"), true],
  [
    "below the tenant's in dollars",
    [ofTenant("EUR", "10.00"), ofTenant("USD", "9.00")],
    ofFund("USD", "5.00"),
    false,
  ],
  ["the tenant's first", [], ofTenant("USD", "5.00"), false],
  ["the tenant's second currency", [ofTenant("EUR", "10.00")], ofTenant("USD", "5.00"), true],
  ["nothing of it", [ofTenant("EUR", "10.00")], ofTenant("USD", "0"), false],
  [
    "the tenant's first where a fund is closed to it",
    [],
    { ...ofTenant("USD", "5.00"), isClosedInFunds: true },
    true,
  ],
  [
    "changes in a further currency",
    [ofFund("EUR", "5.00", CHANGE)],
    ofFund("USD", "5.00", CHANGE),
    true,
  ],
  ["no changes there", [ofFund("EUR", "5.00", CHANGE)], ofFund("USD", "0", CHANGE), false],
  [
    "the tenant's changes there",
    [ofTenant("EUR", "5.00", CHANGE)],
    ofTenant("USD", "5.00", CHANGE),
    true,
  ],
  ["a higher limit of a day", [ofFund("EUR", "5.00", DAY)], ofFund("EUR", "5.01", DAY), true],
  ["no limit of a day", [ofFund("EUR", "5.00", DAY)], ofFund("EUR", null, DAY), true],
  [
    "the tenant's in place of a lower one",
    [ofTenant("EUR", "9.00"), ofFund("EUR", "5.00")],
    ofFund("EUR", null),
    true,
  ],
  [
    "the tenant's in place of a higher one",
    [ofTenant("EUR", "5.00"), ofFund("EUR", "9.00")],
    ofFund("EUR", null),
    false,
  ],
  ["a fund's above the tenant's", [ofTenant("EUR", "5.00")], ofFund("EUR", "9.00"), true],
  [
    "two approvers from a higher sum on",
    [ofFund("EUR", "5.00", TWO)],
    ofFund("EUR", "6.00", TWO),
    true,
  ],
  ["two approvers no more", [ofFund("EUR", "5.00", TWO)], ofFund("EUR", null, TWO), true],
  ["three approvers no more", [ofFund("EUR", "5.00", THREE)], ofFund("EUR", null, THREE), true],
  ["three approvers at once", [ofFund("EUR", "5.00", TWO)], ofFund("EUR", "5.00", THREE), false],
  ["value dates farther behind", [], days(1_097, 731), true],
  ["value dates farther ahead", [], days(0, 732), true],
  ["value dates as far as before", [days(30, 0)], days(30, 1), true],
  ["value dates less far", [days(30, 10)], days(29, 10), false],
])("beside a second administrator %s waits where it loosens", (_what, stands, command, loosens) => {
  const { fund, tenant } = booksBehind(stands);
  const state = "fundId" in command && command.fundId === null ? tenant : fund;
  const ledTo = (secondAdministrator: boolean): string | undefined => {
    const decision = decide(command, state, NOW, { actor: "boss", secondAdministrator });
    if (!decision.accepted) throw decision.refusal;
    return decision.events[0]?.type;
  };
  expect(ledTo(true) === "ChangeProposed").toBe(loosens);
  // Alone it waits only where changes have a limit, and the log proves either.
  const isGuarded = stands.some((each) => "per" in each && each.per === "CHANGE");
  expect(ledTo(false) === "ChangeProposed").toBe(loosens && isGuarded);
  const made = unreviewed(state, command);
  const alone = Object.assign({ secondAdministrator: true, limitsAt: 1 }, made);
  expect(replayed(state, tenant, alone)).toBe(loosens ? "APPROVAL_REQUIRED" : "sound");
  // A first limit cannot hide that it is one; of a tenant's its funds know.
  const isKnown = "lifts" in made && made.lifts === true && !("isClosedInFunds" in command);
  const hidden = Object.assign({}, alone, { lifts: false });
  expect(isKnown ? replayed(state, tenant, hidden) : "APPROVAL_REQUIRED").toBe("APPROVAL_REQUIRED");
});

test.each<[BookCommand, "lifts" | "judged"]>([
  [ofFund("USD", "5.00"), "lifts"],
  [days(2_000, 731), "judged"],
])(
  "what earlier versions recorded of %o is sound, but not behind what is judged",
  (command, mark) => {
    const { fund, tenant } = booksBehind([ofFund("EUR", "5.00", CHANGE)]);
    const made = unreviewed(fund, command);
    const earlier = structuredClone(made);
    Reflect.deleteProperty(earlier, mark);
    const before = sampleBook();
    expect(replayed(before, tenant, earlier)).toBe("sound");
    evolve(before, made as BookEvent);
    expect(replayed(before, tenant, earlier)).toBe("APPROVAL_REQUIRED");
  },
);
