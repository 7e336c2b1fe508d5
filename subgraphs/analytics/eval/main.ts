import { argv, stdout } from "node:process";
import { renderAims } from "./aims.ts";
import type { Aim } from "./aims.ts";
import { evaluateCategories } from "./categories.ts";
import { evaluateExpectations } from "./expectations.ts";
import { evaluateSentiment } from "./sentiment.ts";

type Evaluate = (report: (line: string) => void) => readonly Aim[];

const EVALUATIONS: Readonly<Record<string, Evaluate>> = {
  categories: evaluateCategories,
  sentiment: evaluateSentiment,
  expectations: evaluateExpectations,
};

const print = (line: string): boolean => stdout.write(`${line}\n`);

/** Evaluates what the built-in models decide; arguments name some of the evaluations. */
function evaluate(named: readonly string[]): boolean {
  const names = named.length === 0 ? Object.keys(EVALUATIONS) : named;
  const unknown = names.filter((name) => !Object.hasOwn(EVALUATIONS, name));
  if (unknown.length > 0) {
    print(
      `There is no evaluation "${unknown.join('", "')}". There are: ${Object.keys(EVALUATIONS).join(", ")}.`,
    );
    return false;
  }
  const { lines, areReached } = renderAims(
    names.flatMap((name) => EVALUATIONS[name]?.(print) ?? []),
  );
  for (const line of lines) print(line);
  return areReached;
}

if (!evaluate(argv.slice(2))) process.exitCode = 1;
