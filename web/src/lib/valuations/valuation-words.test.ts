import { expect, test } from "vitest";
import { checkName, feeName, valuationTone } from "./valuation-words.ts";

test("names checks, and shows the code of one that it has no words for", () => {
  expect(checkName("PRICE_MISSING")).toBe("A position has no price");
  expect(checkName("SOMETHING_NEW")).toBe("SOMETHING_NEW");
  expect(feeName("MANAGEMENT")).toBe("Management");
});

test("marks every valuation that is not published", () => {
  expect(valuationTone("PUBLISHED")).toBeUndefined();
  expect(valuationTone("STALE")).toBe("warn");
  expect(valuationTone("DISCARDED")).toBe("bad");
});
