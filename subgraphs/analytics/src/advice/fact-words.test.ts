import { expect, it } from "vitest";
import { CATEGORIES } from "../classification/taxonomy.ts";
import { FactSheet, LANGUAGES, renderFact, type Fact } from "./fact.ts";
import { labelIn, textIn } from "./fact-words.ts";

function textFact(label: string, value: string): Fact {
  const source = { kind: "METRIC", metric: "CASH" } as const;
  const sheet = new FactSheet();
  const [fact] = sheet.add({ kind: "TEXT", value, label, source, terms: { measures: [] } });
  if (fact === undefined) throw new Error("the sheet has the fact");
  return fact;
}

it("names every category in every language", () => {
  const others = LANGUAGES.filter((language) => language !== "en");
  const missing = CATEGORIES.flatMap(({ name }) =>
    others.filter((language) => {
      const text = textIn(textFact("category", name), language);
      return text === name && !["Marketing", "Distribution"].includes(name);
    }),
  );
  expect(missing).toEqual([]);
});

it("shows labels and categories in the language of the answer, and names of the books as they are", () => {
  expect(labelIn(textFact("cash", ""), "de")).toBe("liquide Mittel");
  expect(labelIn(textFact("Rent, paid", ""), "he")).toBe("שכירות, שולם");
  expect(labelIn(textFact("cash", ""), "en")).toBe("cash");
  expect(labelIn(textFact("net of both", ""), "fr")).toBe("net of both");
  expect(renderFact(textFact("category", "Rent"), "es")).toBe("“Alquiler”");
  expect(renderFact(textFact("payee", "Rent"), "es")).toBe("“Rent”");
});
