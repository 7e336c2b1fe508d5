import { newId } from "@allfunds/platform/ids";
import { testContext } from "@allfunds/platform/testing";
import { expect, it } from "vitest";
import { signedIn } from "../ledger-graph.fixture.ts";
import { AccountObject } from "../slices/accounts/account-object.ts";
import { KnownFacts, SharedFacts } from "./known-facts.ts";

const fundId = newId();
const accountId = newId();

function learned(): SharedFacts {
  const shared = new SharedFacts();
  const known = new KnownFacts(shared, testContext());
  const openedAt = new Date();
  known.learnFunds(new Map([[fundId, { id: fundId, name: "F", currency: "EUR", openedAt }]]));
  const account = Object.assign(new AccountObject(), {
    id: accountId,
    fundId,
    code: "100",
    name: "Cash",
    type: "ASSET",
    currency: "EUR",
    balanceMinor: 5n,
    status: "OPEN",
    version: 2,
  });
  known.learnAccounts(new Map([[accountId, account]]));
  return shared;
}

const seenBy = (request: ReturnType<typeof testContext>): unknown[] => {
  const known = new KnownFacts(learned(), request);
  return [known.fund(fundId)?.name, known.account(accountId)?.code];
};

it("tells what was learned by another request of the tenant", () => {
  expect(seenBy(testContext())).toEqual(["F", "100"]);
  expect(seenBy(signedIn("somebody", { funds: [fundId] }))).toEqual(["F", "100"]);
});

it("tells nothing to another tenant, nor to a caller without a grant for the fund", () => {
  expect(seenBy(testContext({ tenantId: newId() }))).toEqual([undefined, undefined]);
  expect(seenBy(signedIn("somebody", { funds: [newId()] }))).toEqual([undefined, undefined]);
});

it("keeps nothing of an account that can change", () => {
  const account = new KnownFacts(learned(), testContext()).account(accountId);
  expect(account).toEqual({
    id: accountId,
    fundId,
    code: "100",
    type: "ASSET",
    currency: "EUR",
  });
});
