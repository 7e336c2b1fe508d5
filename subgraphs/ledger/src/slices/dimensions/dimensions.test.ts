import { newId } from "@allfunds/platform/ids";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BookState, GENESIS } from "../../engine/book-state.ts";
import {
  ACCOUNTS,
  FUND_ID,
  decide,
  posting,
  run,
  sampleBook,
} from "../../engine/sample-book.fixture.ts";
import type { PostTransaction } from "../transactions/transaction.ts";
import type { SetDimension, SetDimensionValues } from "./dimension.ts";
import { spellDimensions, type EntryDimensions } from "./entry-dimensions.ts";

const [supplier, closed] = [newId(), newId()];

const dimension = (more: Partial<SetDimension> = {}): SetDimension => ({
  kind: "SetDimension",
  fundId: null,
  dimension: "costCentre",
  replaces: 0,
  name: "Cost centre",
  isActive: true,
  requiredTypes: ["EXPENSE"],
  requiredCodes: [],
  ...more,
});

const values = (...all: readonly [string, boolean?][]): SetDimensionValues => ({
  kind: "SetDimensionValues",
  fundId: null,
  dimension: "costCentre",
  values: all.map(([value, isActive = true]) => ({ value, name: value, isActive })),
});

/** A tenant with cost centres, which expenses need, and a project that is no longer used. */
function tenantBook(): BookState {
  const tenant = new BookState(GENESIS);
  const old = { dimension: "oldProject", isActive: false, requiredCodes: ["bank"] };
  for (const command of [
    dimension(),
    values(["A"], ["B"], ["gone", false]),
    dimension(old),
    { ...values(["X"]), dimension: "oldProject" },
  ])
    expect(run(tenant, command)).toBe("ok");
  return tenant;
}

function fundBook(): BookState {
  const state = sampleBook();
  for (const [counterpartyId, isClosed] of [
    [supplier, false],
    [closed, true],
  ] as const) {
    const more = { counterpartyId, isClosed, name: "One", ibans: [], note: null, replaces: 0 };
    expect(run(state, { kind: "SetCounterparty", fundId: FUND_ID, ...more })).toBe("ok");
  }
  state.tenant = tenantBook();
  return state;
}

const expense = (dimensions?: EntryDimensions): PostTransaction => {
  const command = posting([
    ["fees", "DEBIT", "5.00"],
    ["bank", "CREDIT", "5.00"],
  ]);
  const [first, ...rest] = command.entries;
  if (first === undefined) throw new Error("a posting has entries");
  return { ...command, entries: [{ ...first, dimensions }, ...rest] };
};

test.each<[string, EntryDimensions | undefined, string]>([
  ["the value that its account needs", { costCentre: "A" }, "ok"],
  ["a counterparty beside it", { costCentre: "A", counterparty: supplier }, "ok"],
  ["none where one is needed", undefined, "DIMENSION_REQUIRED"],
  ["another one only", { counterparty: supplier }, "DIMENSION_REQUIRED"],
  ["an empty list", {}, "INVALID_INPUT"],
  ["a value that there is not", { costCentre: "C" }, "INVALID_INPUT"],
  ["a value that is no longer used", { costCentre: "gone" }, "INVALID_INPUT"],
  ["a dimension that is no longer used", { costCentre: "A", oldProject: "X" }, "INVALID_INPUT"],
  ["a dimension that there is not", { costCentre: "A", region: "EU" }, "INVALID_INPUT"],
  ["an object's own members", { costCentre: "A", constructor: "A" }, "INVALID_INPUT"],
  ["a closed counterparty", { costCentre: "A", counterparty: closed }, "INVALID_INPUT"],
  ["a counterparty that there is not", { costCentre: "A", counterparty: newId() }, "INVALID_INPUT"],
])("an expense with %s", (_what, dimensions, expected) => {
  expect(run(fundBook(), expense(dimensions))).toBe(expected);
});

describe("a tenant's dimension", () => {
  test.each<[string, SetDimension | SetDimensionValues, string]>([
    ["a sound one", dimension({ dimension: "region" }), "ok"],
    ["the next version", dimension({ replaces: 1 }), "ok"],
    ["a version that is not the newest", dimension(), "VERSION_CONFLICT"],
    ["a name with a space", dimension({ dimension: "cost centre" }), "INVALID_INPUT"],
    ["a name with a capital first", dimension({ dimension: "Region" }), "INVALID_INPUT"],
    ["a code twice", dimension({ replaces: 1, requiredCodes: ["6", "6"] }), "INVALID_INPUT"],
    ["values", values(["C"]), "ok"],
    ["no values", values(), "INVALID_INPUT"],
    ["a value twice", values(["C"], ["C"]), "INVALID_INPUT"],
    ["a value with a space", values(["C D"]), "INVALID_INPUT"],
    ["values of nothing", { ...values(["C"]), dimension: "region" }, "NOT_FOUND"],
    ["counterparties", { ...values(["C"]), dimension: "counterparty" }, "INVALID_INPUT"],
  ])("is judged by its form: %s", (_name, command, expected) => {
    expect(run(tenantBook(), command)).toBe(expected);
  });
});

describe("a reversal", () => {
  test("of all of it has the same values, also those no longer in use", () => {
    const state = fundBook();
    const original = expense({ costCentre: "A" });
    expect(run(state, original)).toBe("ok");
    const tenant = state.tenant ?? sampleBook();
    expect(run(tenant, values(["A", false]))).toBe("ok");
    expect(run(state, expense({ costCentre: "A" }))).toBe("INVALID_INPUT");
    const entries = original.entries.map(({ side, ...entry }) => ({
      ...entry,
      side: side === "DEBIT" ? ("CREDIT" as const) : ("DEBIT" as const),
    }));
    const source = { kind: "REVERSAL", reverses: original.transactionId } as const;
    expect(run(state, { ...expense(), entries, source })).toBe("ok");
  });
});

test("dimensions in any order are the same text, and others are not", () => {
  const some = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.constantFrom("x", "y"));
  fc.assert(
    fc.property(some, some, (one, other) => {
      const turned = Object.fromEntries(
        Object.entries(one).reduceRight<[string, string][]>((all, entry) => [...all, entry], []),
      );
      expect(spellDimensions(turned)).toBe(spellDimensions(one));
      const areSame = Object.keys({ ...one, ...other }).every((name) => one[name] === other[name]);
      expect(spellDimensions(one) === spellDimensions(other)).toBe(areSame);
    }),
    { numRuns: 50 },
  );
});

test("an entry keeps its values as they were given", () => {
  const decision = decide(expense({ costCentre: "B" }), fundBook());
  if (!decision.accepted) throw decision.refusal;
  const [posted] = decision.events;
  expect(posted).toMatchObject({
    entries: [{ accountId: ACCOUNTS.fees.id, dimensions: { costCentre: "B" } }, {}],
  });
});
