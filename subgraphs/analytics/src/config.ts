import { authenticationShape } from "@allfunds/platform/auth";
import {
  databaseUrl,
  loadConfig,
  upstreamUrl,
  upstreamUrls,
  port,
  secret,
} from "@allfunds/platform/config";
import { z } from "zod";

const price = () =>
  z
    .string()
    .regex(/^\d{1,9}(\.\d{1,9})?$/, "must be a decimal number such as 0.10")
    .optional();

/** The variables that the service reads. */
export const variables = {
  ANALYTICS_PORT: port(4002).describe("The service's port."),
  DATABASE_URL_ANALYTICS: databaseUrl().describe("The database of categories, insights and news."),
  LEDGER_URL: upstreamUrls(4001).describe(
    "The ledger whose events are followed; several replicas are separated by commas.",
  ),
  IDENTITY_URL: upstreamUrl(4100).describe("The identity service, which stores the audit log."),
  GATEWAY_URL: upstreamUrl(4000).describe(
    "Where questions are answered from, with the rights of the caller.",
  ),
  ...authenticationShape,
  GEMINI_API_KEY: secret()
    .optional()
    .describe(
      "A key of the Gemini API, for tenants that have consented; without it only the built-in models work: docs/analytics.md.",
    ),
  GEMINI_BASE_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("Where Gemini is reached; Google without it."),
  GEMINI_MODEL: z.string().default("gemini-3.5-flash-lite").describe("The model that is called."),
  GEMINI_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .min(100)
    .max(120_000)
    .default(20_000)
    .describe("Longest wait for one call, in milliseconds."),
  GEMINI_TOKENS_PER_DAY: z.coerce
    .number()
    .int()
    .min(0)
    .default(500_000)
    .describe("Tokens of prompts and answers together, per tenant and UTC day."),
  GEMINI_INPUT_PRICE: price().describe(
    "What a million tokens of prompts cost, for the record of calls. Both prices or none.",
  ),
  GEMINI_OUTPUT_PRICE: price().describe("What a million tokens of answers cost."),
  GEMINI_PRICE_CURRENCY: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .default("USD")
    .describe("The currency of both prices."),
};

/** The service's environment, read once. */
export const readConfig = (env?: NodeJS.ProcessEnv) => loadConfig("analytics", variables, env);

export type Config = ReturnType<typeof readConfig>;
