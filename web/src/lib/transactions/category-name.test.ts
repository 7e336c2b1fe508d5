import { expect, test } from "vitest";
import { loadMessages } from "../language/load-messages.ts";
import { categoryName } from "./category-name.ts";

test("names a category in the reader's language", async () => {
  const t = await loadMessages("de", null);
  expect(categoryName(t, { code: "CUSTODY_FEE", name: "Custody fee" })).toBe("Verwahrgebühr");
});

test("keeps the graph's name of a category that came later", async () => {
  const t = await loadMessages("de", null);
  expect(categoryName(t, { code: "CARBON", name: "Carbon credits" })).toBe("Carbon credits");
});
