import type { LabelledInput } from "../classifier.ts";
import { magnitudeOf } from "../features.ts";
import { isCategoryCode } from "../taxonomy.ts";
import type { CategoryCode } from "../taxonomy.ts";

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
