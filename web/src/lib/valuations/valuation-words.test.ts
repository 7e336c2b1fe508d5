import { expect, test } from "vitest";
import { en } from "../language/catalogue/administration/en.ts";
import { translator } from "../language/messages.ts";
import { checkName, feeName, valuationTone } from "./valuation-words.ts";

const t = translator("en", en);

test("names checks, and shows the code of one that it has no words for", () => {
  expect(checkName("PRICE_MISSING", t)).toBe("A position has no price");
  expect(checkName("SOMETHING_NEW", t)).toBe("SOMETHING_NEW");
  expect(feeName("MANAGEMENT", t)).toBe("Management fee");
  expect(feeName("DEPOSITARY", t)).toBe("Depositary");
});

test("marks every valuation that is not published", () => {
  expect(valuationTone("PUBLISHED")).toBeUndefined();
  expect(valuationTone("STALE")).toBe("warn");
  expect(valuationTone("DISCARDED")).toBe("bad");
});
