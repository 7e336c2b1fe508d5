import type { LabelledInput } from "./classifier.ts";
import { magnitudeOf } from "./features.ts";
import { isCategoryCode } from "./taxonomy.ts";
import type { CategoryCode } from "./taxonomy.ts";
import { BANKING } from "./training/banking.ts";
import { FUND_FEES } from "./training/fund-fees.ts";
import { INVESTMENTS } from "./training/investments.ts";
import { INVESTOR_FLOWS } from "./training/investor-flows.ts";
import { OPERATIONS } from "./training/operations.ts";
import { STATEMENT_JARGON } from "./training/statement-jargon.ts";

/** The labelled texts that the built-in model is trained on. */
export function trainingCorpus(): LabelledInput[] {
  return [INVESTOR_FLOWS, FUND_FEES, INVESTMENTS, BANKING, OPERATIONS, STATEMENT_JARGON].flatMap(
    parseCorpus,
  );
}

/**
 * Reads a corpus: a line with only a category code opens its section, every other line is a
 * signed amount (negative = paid) and a remittance text.
 */
export function parseCorpus(corpus: string): LabelledInput[] {
  let category: CategoryCode | undefined;
  const samples: LabelledInput[] = [];
  for (const line of corpus.split("\n").map((each) => each.trim())) {
    if (line === "") continue;
    if (isCategoryCode(line)) category = line;
    else samples.push(parseLine(line, category));
  }
  return samples;
}

function parseLine(line: string, category: CategoryCode | undefined): LabelledInput {
  const match = /^(?<amount>[-+]?\d+(?:\.\d+)?)\s+(?<text>.+)$/.exec(line);
  const { amount, text } = match?.groups ?? {};
  if (category === undefined || amount === undefined || text === undefined) {
    throw new Error(`not a corpus line: ${line}`);
  }
  const direction = amount.startsWith("-") ? "OUT" : Number(amount) === 0 ? "NONE" : "IN";
  return { category, text, direction, magnitude: magnitudeOf(amount) };
}
