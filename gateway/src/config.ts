import { parseArgs } from "node:util";
import { authenticationShape } from "@allfunds/platform/auth";
import {
  ConfigError,
  loadConfig,
  origins,
  upstreamUrl,
  port,
  serverUrl,
} from "@allfunds/platform/config";
import { z } from "zod";
import type { Buckets } from "./guard/budget/buckets.ts";
import type { BudgetPolicy } from "./guard/budget/spend-budget.ts";
import { STANDARD_COST_POLICY, type CostPolicy } from "./guard/cost/limit-cost.ts";
import type { IntrospectionPolicy } from "./guard/limit-introspection.ts";
import { OPEN_LIMITS, STANDARD_LIMITS, type Limits } from "./guard/limits/limits.ts";

const milliseconds = (standard: number) =>
  z.coerce.number().int().min(1).max(600_000).default(standard);
const count = (standard: number) => z.coerce.number().int().min(1).default(standard);

/** `ledger=500,metrics=200` as numbers by name. */
const pointsByName = () =>
  z
    .string()
    .regex(/^[^=,]+=\d+(,[^=,]+=\d+)*$/, "must be name=points,name=points")
    .transform((text): Record<string, number> =>
      Object.fromEntries(
        text.split(",").map((entry) => {
          const [name = "", points = ""] = entry.split("=");
          return [name.trim(), Number(points)];
        }),
      ),
    )
    .optional();

/** `public=api-public.graphql,partners=partners.graphql` as files by name. */
const filesByName = () =>
  z
    .string()
    .regex(/^[a-z][a-z0-9-]*=[^=,]+(,[a-z][a-z0-9-]*=[^=,]+)*$/, "must be name=file,name=file")
    .transform((text): Record<string, string> =>
      Object.fromEntries(text.split(",").map((entry) => entry.split("=", 2) as [string, string])),
    )
    .optional();

const names = () => z.string().transform((text) => text.split(",").map((name) => name.trim()));

/** `on`, `off`, or the scope that callers need. */
const introspection = () =>
  z
    .string()
    .regex(/^\S+$/, "must be on, off, or a scope")
    .transform((text): IntrospectionPolicy => {
      if (text === "on" || text === "true") return "on";
      return text === "off" || text === "false" ? "off" : { scope: text };
    });

/** The variables that the service reads. */
export const variables = {
  ...authenticationShape,
  GATEWAY_PORT: port(4000).describe("The service's port; `--port` replaces it."),
  GATEWAY_PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      "The address by which clients reach the gateway: what proofs of their keys are made for (RFC 9449, `htu`).",
    ),
  GATEWAY_SUPERGRAPH: z
    .string()
    .optional()
    .describe(
      "A composed supergraph to serve instead of the project's; `--supergraph` replaces it.",
    ),
  GATEWAY_OPEN: z
    .stringbool()
    .default(false)
    .describe(
      "Serve without access, cost and rate rules, and with limits only against harm to the gateway; also `--open`.",
    ),
  GATEWAY_BODY_LIMIT: count(4 * 1024 * 1024).describe(
    "The largest request body and WebSocket message in bytes; enough to import a bank statement.",
  ),
  GATEWAY_INTROSPECTION: introspection()
    .default({ scope: "ledger:read" })
    .meta({ fallback: "ledger:read" })
    .describe(
      "Who may read the schema: `on` for every caller, `off` for none, or callers with a scope.",
    ),
  CORS_ORIGINS: origins().describe("Origins whose pages may call the gateway from browsers."),
  GATEWAY_SOCKETS_PER_CALLER: count(100).describe("The most open WebSockets of one caller."),
  IDENTITY_URL: upstreamUrl(4100).describe("The issuer's service, which keeps the audit log."),
  GATEWAY_MAX_TOKENS: count(STANDARD_LIMITS.tokens).describe("The most tokens of one document."),
  GATEWAY_MAX_DEPTH: count(STANDARD_LIMITS.depth).describe(
    "The deepest nesting of an operation, fragments written out.",
  ),
  GATEWAY_MAX_FIELDS: count(STANDARD_LIMITS.fields).describe(
    "The most fields of an operation, fragments written out.",
  ),
  GATEWAY_MAX_ROOT_FIELDS: count(STANDARD_LIMITS.rootFields).describe(
    "The most root fields of an operation.",
  ),
  GATEWAY_MAX_ALIASES: count(STANDARD_LIMITS.aliases).describe("The most aliases of an operation."),
  GATEWAY_TRUSTED_DOCUMENTS: z
    .enum(["off", "log", "enforce"])
    .default("off")
    .describe(
      "Run only the documents the project's clients were built with (`enforce`), or log the others (`log`).",
    ),
  GATEWAY_TRUSTED_CLIENTS: names()
    .optional()
    .describe(
      "The clients to whom that applies, by client id and separated by commas; every client when absent.",
    ),
  GATEWAY_TRUSTED_DOCUMENTS_FILE: z
    .string()
    .optional()
    .describe("A manifest to trust instead of the project's."),
  GATEWAY_ACCESS_DENIED: z
    .enum(["field", "operation"])
    .default("field")
    .describe("Leave out the fields a caller may not have (`field`), or refuse the `operation`."),
  GATEWAY_COST_MODE: z
    .enum(["off", "measure", "enforce"])
    .default("enforce")
    .describe(
      "Whether operations are costed (`measure`), and refused when they cost too much (`enforce`); `off` does neither.",
    ),
  GATEWAY_COST_LIMIT: count(STANDARD_COST_POLICY.perOperation).describe(
    "The most cost points of one operation.",
  ),
  GATEWAY_COST_LIMIT_PER_CLIENT: pointsByName().describe(
    "Limits of single clients, `name=points` separated by commas.",
  ),
  GATEWAY_COST_LIMIT_PER_SUBGRAPH: pointsByName().describe(
    "Limits of single subgraphs, `name=points` separated by commas. A subgraph above its limit is not called, the others are.",
  ),
  GATEWAY_BUDGET: z.coerce
    .number()
    .int()
    .min(0)
    .default(2_000_000)
    .describe("The cost points a client may spend at once; 0 switches budgets off."),
  GATEWAY_BUDGET_PER_SECOND: count(200_000).describe(
    "The cost points a client regains each second.",
  ),
  GATEWAY_ANSWER_CACHE: z
    .enum(["off", "on"])
    .default("off")
    .describe(
      "Whether answers that subgraphs mark with @cacheControl are kept: in memory, or in Redis with `REDIS_URL`.",
    ),
  GATEWAY_GRAPHIQL: z
    .enum(["on", "off"])
    .default("on")
    .describe("Whether `/graphiql` serves GraphiQL."),
  GATEWAY_GRAPHIQL_CLIENT_ID: z
    .string()
    .optional()
    .describe(
      "The id of a public client by which the page signs its users in; without one they enter a token.",
    ),
  GATEWAY_EXPLAIN_SCOPE: z
    .string()
    .regex(/^\S+$/, "must be a scope")
    .default("admin")
    .describe("The scope of those who may read the plans of their operations."),
  GATEWAY_PLUGINS: names()
    .optional()
    .describe(
      "Modules with rules of the operator's own, separated by commas: docs/adding-a-gateway-plugin.md.",
    ),
  GATEWAY_VARIANTS: filesByName().describe(
    "Schemas of variants of another supergraph, `public=file.graphql` separated by commas.",
  ),
  GATEWAY_STANDARD_VARIANT: z
    .string()
    .optional()
    .describe(
      "The variant that callers are served where the path names none; the whole graph when absent.",
    ),
  GATEWAY_WHOLE_GRAPH_CLIENTS: names()
    .default(["web", "rest-bridge", "ledger", "metrics", "analytics"])
    .describe("The ids of clients that are served the whole graph all the same."),
  GATEWAY_EXECUTOR: z
    .enum(["own", "apollo"])
    .default("own")
    .describe(
      "What runs plans: the gateway's own executor, or that of @apollo/gateway for queries and mutations.",
    ),
  GATEWAY_PLANNING_TIMEOUT_MS: milliseconds(5_000).describe(
    "The longest time to plan one operation, in milliseconds.",
  ),
  GATEWAY_REQUEST_TIMEOUT_MS: milliseconds(20_000).describe(
    "The longest time of a query in all, from its arrival, in milliseconds.",
  ),
  SUBGRAPH_QUERY_TIMEOUT_MS: milliseconds(10_000).describe(
    "The longest wait for a subgraph in a query, in milliseconds.",
  ),
  SUBGRAPH_MUTATION_TIMEOUT_MS: milliseconds(30_000).describe(
    "The longest wait for a subgraph in a mutation, in milliseconds.",
  ),
  SUBSCRIPTION_EVENT_TIMEOUT_MS: milliseconds(10_000).describe(
    "The longest time to resolve one event of a subscription, in milliseconds.",
  ),
  GATEWAY_TRAFFIC_FILE: z
    .string()
    .optional()
    .describe(
      "A file in YAML with limits, header rules, connection parameters and certificates by subgraph.",
    ),
  SUBSCRIPTION_QUEUE_LIMIT: count(1_000).describe(
    "The most events a subscriber may be behind before its subscription ends.",
  ),
  SUBSCRIPTION_QUEUE_BYTES: count(4 * 1024 * 1024).describe(
    "The most bytes of events a subscriber may be behind.",
  ),
  GATEWAY_USAGE_FILE: z
    .string()
    .optional()
    .describe(
      "A file for the counts of used fields, which then outlive this process; with `REDIS_URL` they are there.",
    ),
  REDIS_URL: serverUrl("redis", "rediss")
    .optional()
    .describe(
      "Shares persisted queries, budgets and tickets between replicas; without it each replica has its own.",
    ),
};

/** Reads the environment, and the command line on top of it. */
export function readConfig(
  args: readonly string[] = process.argv.slice(2),
  env?: NodeJS.ProcessEnv,
) {
  const config = loadConfig("gateway", variables, env);
  const flags = readFlags(args);
  return Object.freeze({
    ...config,
    GATEWAY_SUPERGRAPH: flags.supergraph ?? config.GATEWAY_SUPERGRAPH,
    GATEWAY_PORT: flags.port === undefined ? config.GATEWAY_PORT : portNumber(flags.port),
    GATEWAY_OPEN: flags.open ?? config.GATEWAY_OPEN,
  });
}

export type Config = ReturnType<typeof readConfig>;

function readFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        supergraph: { type: "string" },
        port: { type: "string" },
        open: { type: "boolean" },
      },
      strict: true,
    }).values;
  } catch (error) {
    throw new ConfigError("gateway", [(error as Error).message], { cause: error });
  }
}

function portNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 65_535)
    throw new ConfigError("gateway", [`--port must be 1 to 65535, not "${text}".`]);
  return number;
}

export const limitsOf = (config: Config): Limits =>
  config.GATEWAY_OPEN
    ? OPEN_LIMITS
    : {
        ...STANDARD_LIMITS,
        tokens: config.GATEWAY_MAX_TOKENS,
        depth: config.GATEWAY_MAX_DEPTH,
        fields: config.GATEWAY_MAX_FIELDS,
        rootFields: config.GATEWAY_MAX_ROOT_FIELDS,
        aliases: config.GATEWAY_MAX_ALIASES,
      };

/** Undefined when operations are not costed. */
export const costPolicyOf = (config: Config): CostPolicy | undefined =>
  config.GATEWAY_OPEN || config.GATEWAY_COST_MODE === "off"
    ? undefined
    : {
        ...STANDARD_COST_POLICY,
        mode: config.GATEWAY_COST_MODE,
        perOperation: config.GATEWAY_COST_LIMIT,
        perClient: config.GATEWAY_COST_LIMIT_PER_CLIENT ?? {},
        perSubgraph: config.GATEWAY_COST_LIMIT_PER_SUBGRAPH ?? {},
      };

/** A tenant, and a network of addresses, may spend as much as this many clients. */
const CLIENTS_TOGETHER = 5;

/** Undefined when no budgets are kept. */
export function budgetPolicyOf(config: Config, buckets: Buckets): BudgetPolicy | undefined {
  const { GATEWAY_BUDGET: capacity, GATEWAY_BUDGET_PER_SECOND: refillPerSecond } = config;
  if (config.GATEWAY_OPEN || capacity === 0) return undefined;
  const together = {
    capacity: CLIENTS_TOGETHER * capacity,
    refillPerSecond: CLIENTS_TOGETHER * refillPerSecond,
  };
  return { buckets, client: { capacity, refillPerSecond }, tenant: together, address: together };
}
