import { newId } from "@allfunds/platform/ids";
import { testContext } from "@allfunds/platform/testing";
import { describe, expect, it } from "vitest";
import { signedIn } from "../ledger-graph.fixture.ts";
import { FactCache, SharedFacts, VisibleFacts, type FactKind } from "./facts.ts";

interface Fact {
  readonly fundId: string;
  readonly code: string;
}

const KIND: FactKind<Fact> = { most: 10, fundOf: ({ fundId }) => fundId };
const fundId = newId();
const id = newId();

function sharedFacts(): SharedFacts {
  const shared = new SharedFacts();
  new VisibleFacts(shared, testContext()).keep(KIND, id, () => ({ fundId, code: "100" }));
  return shared;
}

const seenBy = (request: ReturnType<typeof testContext>): string | undefined =>
  new VisibleFacts(sharedFacts(), request).get(KIND, id)?.code;

describe("a fact that one request has read", () => {
  it("is shown to other requests of the tenant", () => {
    expect(seenBy(testContext())).toBe("100");
    expect(seenBy(signedIn("ann", { funds: [fundId] }))).toBe("100");
  });

  it("is not shown to another tenant, nor to a caller without a grant for the fund", () => {
    expect(seenBy(testContext({ tenantId: newId() }))).toBeUndefined();
    expect(seenBy(signedIn("ann", { funds: [newId()] }))).toBeUndefined();
  });

  it("is not shown as a fact of another kind", () => {
    const facts = new VisibleFacts(sharedFacts(), testContext());
    expect(facts.get({ ...KIND }, id)).toBeUndefined();
  });

  it("is made once", () => {
    const facts = new VisibleFacts(sharedFacts(), testContext());
    facts.keep(KIND, id, () => {
      throw new Error("it is held already");
    });
    expect(facts.get(KIND, id)).toEqual({ fundId, code: "100" });
  });
});

describe("a cache of facts", () => {
  it("holds a fact for its tenant alone", () => {
    const cache = new FactCache<string>(10);
    cache.put("a", "1", "of a");
    expect(cache.get("a", "1")).toBe("of a");
    expect(cache.get("b", "1")).toBeUndefined();
  });

  it("evicts the oldest when there are too many", () => {
    const cache = new FactCache<number>(2);
    for (const key of [1, 2, 2, 3]) cache.put("a", String(key), key);
    expect([1, 2, 3].map((key) => cache.get("a", String(key)))).toEqual([undefined, 2, 3]);
  });
});
