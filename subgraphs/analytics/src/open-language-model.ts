import type { Pool } from "@allfunds/platform/database";
import type { Logger } from "@allfunds/platform/logging";
import type { TenantReads } from "@allfunds/platform/tenancy";
import type { Config } from "./config.ts";
import { withConsent } from "./consent/with-consent.ts";
import { GeminiModel } from "./gemini/gemini-model.ts";
import { withBudget } from "./language-model/budget.ts";
import { withRecord, type Price } from "./language-model/calls.ts";
import type { LanguageModel } from "./language-model/language-model.ts";
import type { Refusals } from "./language-model/refusals.ts";
import { withRedaction, type NameRegisters } from "./redaction/redactor.ts";
import { RETRIES, withBreaker, withRetries, type RetryOptions } from "./language-model/retries.ts";

interface ModelParts {
  readonly pool: Pool;
  readonly reads: TenantReads;
  readonly logger: Logger;
  readonly refusals: Refusals;
  readonly registers: NameRegisters;
  readonly retries: RetryOptions | undefined;
}

/**
 * The language model behind every rule that a call has to pass; undefined without a key: then the built-in
 * models decide everything. The list is in the order of a call: each rule sees what the ones before it let pass.
 */
export function openLanguageModel(config: Config, parts: ModelParts): LanguageModel | undefined {
  if (config.GEMINI_API_KEY === undefined) return undefined;
  const { pool, reads, logger, refusals, registers, retries = RETRIES } = parts;
  const tokensPerDay = config.GEMINI_TOKENS_PER_DAY;
  const rules: ((next: LanguageModel) => LanguageModel)[] = [
    (next) => withConsent(next, reads),
    (next) => withRedaction(next, registers),
    (next) => withRetries(next, retries),
    (next) => withBreaker(next, retries),
    (next) => refusals.wrap(next),
    (next) => withBudget(next, { pool, logger, tokensPerDay }),
    (next) => withRecord(next, { pool, logger, price: priceOf(config) }),
  ];
  const gemini = new GeminiModel({
    apiKey: config.GEMINI_API_KEY,
    model: config.GEMINI_MODEL,
    baseUrl: config.GEMINI_BASE_URL,
    timeoutMs: config.GEMINI_TIMEOUT_MS,
  });
  return rules.reduceRight<LanguageModel>((next, rule) => rule(next), gemini);
}

function priceOf({
  GEMINI_INPUT_PRICE: input,
  GEMINI_OUTPUT_PRICE: output,
  GEMINI_PRICE_CURRENCY: currency,
}: Config): Price | undefined {
  return input === undefined || output === undefined ? undefined : { input, output, currency };
}
