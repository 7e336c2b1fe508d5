import { argv, stdout } from "node:process";
import { evaluateCategories } from "./categories.ts";
import { evaluateExpectations } from "./expectations.ts";
import { evaluateSentiment } from "./sentiment.ts";

const EVALUATIONS = {
  categories: evaluateCategories,
  sentiment: evaluateSentiment,
  expectations: evaluateExpectations,
} as const;

/** Evaluates what the built-in models decide; arguments name some of the evaluations. */
for (const [name, evaluate] of Object.entries(EVALUATIONS)) {
  const named = argv.slice(2);
  if (named.length === 0 || named.includes(name)) evaluate((line) => stdout.write(`${line}\n`));
}
