import type { LabelledInput } from "../classifier.ts";
import { BANKING } from "./banking.ts";
import { FUND_FEES } from "./fund-fees.ts";
import { INVESTMENTS } from "./investments.ts";
import { INVESTOR_FLOWS } from "./investor-flows.ts";
import { OPERATIONS } from "./operations.ts";
import { parseCorpus } from "./parse-corpus.ts";
import { STATEMENT_JARGON } from "./statement-jargon.ts";

/** Everything the built-in model learns from. */
export function trainingCorpus(): LabelledInput[] {
  return [INVESTOR_FLOWS, FUND_FEES, INVESTMENTS, BANKING, OPERATIONS, STATEMENT_JARGON].flatMap(
    parseCorpus,
  );
}
