import { authenticationShape } from "@allfunds/platform/auth";
import { loadConfig, neighbourUrl, port, secret } from "@allfunds/platform/config";
import { z } from "zod";
import type { Buckets } from "./guard/budget/buckets.ts";
import type { BudgetPolicy } from "./guard/budget/spend-budget.ts";
import { STANDARD_COST_POLICY, type CostPolicy } from "./guard/cost/cost-policy.ts";
import type { IntrospectionPolicy } from "./guard/limit-introspection.ts";
import { STANDARD_LIMITS, type Limits } from "./guard/limits/limits.ts";

const milliseconds = (standard: number) =>
  z.coerce.number().int().min(1).max(600_000).default(standard);
const count = (standard: number) => z.coerce.number().int().min(1).default(standard);

/** `ledger=500,metrics=200` as numbers by name. */
const points = () =>
  z
    .string()
    .regex(/^[^=,]+=\d+(,[^=,]+=\d+)*$/, "must be name=points,name=points")
    .transform((text): Record<string, number> =>
      Object.fromEntries(
        text.split(",").map((entry) => {
          const [name = "", most = ""] = entry.split("=");
          return [name.trim(), Number(most)];
        }),
      ),
    )
    .optional();

const words = () => z.string().transform((text) => text.split(",").map((word) => word.trim()));

/** `on`, `off`, or the scope that callers need. */
const introspection = () =>
  z
    .string()
    .regex(/^\S+$/, "must be on, off, or a scope")
    .transform((text): IntrospectionPolicy => {
      if (text === "on" || text === "true") return "on";
      return text === "off" || text === "false" ? "off" : { scope: text };
    });

const shape = {
  ...authenticationShape,
  GATEWAY_PORT: port(4000),
  /** A composed supergraph to serve instead of the project's own. */
  GATEWAY_SUPERGRAPH: z.string().optional(),
  /** Serve without auth, cost and rate rules, as `--open` does. */
  GATEWAY_OPEN: z.stringbool().default(false),
  /** Largest request body and WebSocket message in bytes; a statement import fits. */
  GATEWAY_BODY_LIMIT: count(4 * 1024 * 1024),
  /** Who may ask for the schema: `on` for every caller, `off` for none, or those with a scope. */
  GATEWAY_INTROSPECTION: introspection().default({ scope: "ledger:read" }),
  /** WebSockets one caller may have open at a time. */
  GATEWAY_SOCKETS_PER_CALLER: count(100),
  /** The issuer's service, which keeps the audit trail. */
  IDENTITY_URL: neighbourUrl(4100),
  GATEWAY_MAX_TOKENS: count(STANDARD_LIMITS.tokens),
  GATEWAY_MAX_DEPTH: count(STANDARD_LIMITS.depth),
  GATEWAY_MAX_FIELDS: count(STANDARD_LIMITS.fields),
  GATEWAY_MAX_ROOT_FIELDS: count(STANDARD_LIMITS.rootFields),
  GATEWAY_MAX_ALIASES: count(STANDARD_LIMITS.aliases),
  /** Run only the documents our own clients were built with, or tell of others in the log. */
  GATEWAY_TRUSTED_DOCUMENTS: z.enum(["off", "log", "enforce"]).default("off"),
  /** The applications that is asked of, by client id and separated by commas; of everybody when absent. */
  GATEWAY_TRUSTED_CLIENTS: words().optional(),
  /** A manifest to trust instead of the project's own. */
  GATEWAY_TRUSTED_DOCUMENTS_FILE: z.string().optional(),
  /** Leave out the fields a caller may not have, or refuse the operation that asks for one. */
  GATEWAY_ACCESS_DENIED: z.enum(["field", "operation"]).default("field"),
  /** Whether operations are costed, and refused when they cost too much. */
  GATEWAY_COST_MODE: z.enum(["off", "measure", "enforce"]).default("enforce"),
  /** Most cost points of one operation. */
  GATEWAY_COST_LIMIT: count(STANDARD_COST_POLICY.perOperation),
  /** Ceilings of single clients, `name=points` separated by commas. */
  GATEWAY_COST_LIMIT_PER_CLIENT: points(),
  /** Ceilings of single subgraphs, likewise; the others are asked all the same. */
  GATEWAY_COST_LIMIT_PER_SUBGRAPH: points(),
  /** Cost points a client may spend at once; 0 keeps no budgets. */
  GATEWAY_BUDGET: z.coerce.number().int().min(0).default(2_000_000),
  /** Cost points a client gets back each second. */
  GATEWAY_BUDGET_PER_SECOND: count(200_000),
  GATEWAY_REQUEST_TIMEOUT_MS: milliseconds(20_000),
  SUBGRAPH_QUERY_TIMEOUT_MS: milliseconds(10_000),
  SUBGRAPH_MUTATION_TIMEOUT_MS: milliseconds(30_000),
  SUBSCRIPTION_EVENT_TIMEOUT_MS: milliseconds(10_000),
  /** Events a subscriber may be behind before its subscription is ended. */
  SUBSCRIPTION_QUEUE_LIMIT: count(1_000),
  /** Shares persisted queries, budgets and tickets between replicas; without it each has its own. */
  REDIS_URL: secret().optional(),
};

export const loadGatewayConfig = () => loadConfig("gateway", shape);

type GatewayConfig = ReturnType<typeof loadGatewayConfig>;

/** The limits that may be set, and our own for the rest. */
export const limitsFrom = (config: GatewayConfig): Limits => ({
  ...STANDARD_LIMITS,
  tokens: config.GATEWAY_MAX_TOKENS,
  depth: config.GATEWAY_MAX_DEPTH,
  fields: config.GATEWAY_MAX_FIELDS,
  rootFields: config.GATEWAY_MAX_ROOT_FIELDS,
  aliases: config.GATEWAY_MAX_ALIASES,
});

/** What operations may cost, or nothing when they are not costed. */
export const costPolicyFrom = (config: GatewayConfig): CostPolicy | undefined =>
  config.GATEWAY_COST_MODE === "off"
    ? undefined
    : {
        ...STANDARD_COST_POLICY,
        mode: config.GATEWAY_COST_MODE,
        perOperation: config.GATEWAY_COST_LIMIT,
        perClient: config.GATEWAY_COST_LIMIT_PER_CLIENT ?? {},
        perSubgraph: config.GATEWAY_COST_LIMIT_PER_SUBGRAPH ?? {},
      };

/** A tenant, and a neighbourhood of addresses, may spend as much as this many clients together. */
const CLIENTS_TOGETHER = 5;

/** What clients may spend, or nothing when no budgets are kept. */
export function budgetPolicyFrom(
  config: GatewayConfig,
  buckets: Buckets,
): BudgetPolicy | undefined {
  const { GATEWAY_BUDGET: capacity, GATEWAY_BUDGET_PER_SECOND: refillPerSecond } = config;
  if (capacity === 0) return undefined;
  const together = {
    capacity: CLIENTS_TOGETHER * capacity,
    refillPerSecond: CLIENTS_TOGETHER * refillPerSecond,
  };
  return { buckets, client: { capacity, refillPerSecond }, tenant: together, address: together };
}
