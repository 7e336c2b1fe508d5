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

/** The service's environment, read once. */
export const readConfig = (env?: NodeJS.ProcessEnv) =>
  loadConfig(
    "analytics",
    {
      ANALYTICS_PORT: port(4002),
      DATABASE_URL_ANALYTICS: databaseUrl(),
      LEDGER_URL: upstreamUrls(4001),
      /** The identity service, which stores the audit log. */
      IDENTITY_URL: upstreamUrl(4100),
      /** Where questions are answered from, with the rights of the caller. */
      GATEWAY_URL: upstreamUrl(4000),
      ...authenticationShape,
      /** Without a key only the built-in models work. */
      GEMINI_API_KEY: secret().optional(),
      GEMINI_BASE_URL: z.url({ protocol: /^https?$/ }).optional(),
      GEMINI_MODEL: z.string().default("gemini-3.5-flash-lite"),
      /** Longest wait for one call, in milliseconds. */
      GEMINI_TIMEOUT_MS: z.coerce.number().int().min(100).max(120_000).default(20_000),
      /** Tokens of prompts and answers together, per tenant and UTC day. */
      GEMINI_TOKENS_PER_DAY: z.coerce.number().int().min(0).default(500_000),
      /** What a million tokens cost, for the record of calls. Both prices or none. */
      GEMINI_INPUT_PRICE: price(),
      GEMINI_OUTPUT_PRICE: price(),
      GEMINI_PRICE_CURRENCY: z
        .string()
        .regex(/^[A-Z]{3}$/)
        .default("USD"),
    },
    env,
  );

export type Config = ReturnType<typeof readConfig>;
