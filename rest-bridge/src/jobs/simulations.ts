import { z } from "zod";
import { defineEndpoint } from "../endpoint/endpoint.ts";
import {
  IDEMPOTENCY_HIT_HEADER,
  IDEMPOTENCY_KEY_HEADER,
  idempotencyHit,
} from "../endpoint/headers.ts";
import { given } from "../endpoint/read-input.ts";
import { amount, currency, id } from "../endpoint/scalars.ts";
import { RestStartSimulationDocument } from "../graph/graph-types.generated.ts";
import { job, jobLocation, toJob } from "./job.ts";

const asset = z
  .strictObject({
    instrumentId: id("The instrument whose prices are used.").optional(),
    fundId: id("The fund whose unit value by day is used; flows do not change it.").optional(),
    accountId: id("The account of assets or liabilities whose unit value is used.").optional(),
    expectedReturn: z.number().optional().meta({
      description:
        "Expected growth of a year as a share: 0.06 is 6 %. With a history it replaces the one of that.",
    }),
    volatility: z.number().optional().meta({
      description: "Standard deviation of a year's log returns. Only without a history.",
    }),
    weight: z
      .number()
      .default(1)
      .meta({ description: "Share of the value at the beginning; all weights add up to 1." }),
  })
  .meta({
    id: "SimulatedAsset",
    description:
      "A history, which is an instrument, a fund or an account; or an expected return and a volatility.",
  });

const flow = z
  .strictObject({
    kind: z.enum(["CONTRIBUTION", "WITHDRAWAL", "FEE"]).meta({ description: "What it is." }),
    amount: amount("The amount each time, when it has no rate.").optional(),
    rate: z
      .number()
      .optional()
      .meta({ description: "Share of the value just before, when it has no amount." }),
    everySteps: z.int().default(1).meta({ description: "Due every so many steps." }),
    firstStep: z.int().default(1).meta({ description: "The first step it is due at." }),
    lastStep: z.int().optional().meta({ description: "The last step; the horizon when absent." }),
    yearlyIncrease: z
      .number()
      .default(0)
      .meta({ description: "By which share the amount grows a year." }),
  })
  .meta({ id: "PlannedFlow", description: "A contribution, withdrawal or fee of a plan." });

const simulation = z
  .strictObject({
    assets: z.array(asset).min(1).max(20).meta({
      description:
        "All with a history: instruments of the simulation's currency, and one fund and its accounts; or all without.",
    }),
    correlations: z.array(z.array(z.number())).optional().meta({
      description: "Of the assets' log returns, one row an asset. Only without histories.",
    }),
    method: z.enum(["GBM", "BOOTSTRAP", "BLOCK_BOOTSTRAP"]).default("GBM").meta({
      description: "How returns are drawn; a bootstrap needs histories.",
    }),
    meanBlock: z.number().optional().meta({
      description: "Only of BLOCK_BOOTSTRAP: the mean number of steps of a block.",
    }),
    step: z.enum(["DAY", "WEEK", "MONTH"]).default("MONTH").meta({ description: "The step." }),
    horizon: z.int().min(1).meta({ description: "Number of steps." }),
    paths: z.int().default(10_000).meta({ description: "Number of paths." }),
    seed: z.int().min(0).optional().meta({
      description: "The same seed, input and prices give the same result.",
    }),
    initialValue: amount("The value at the beginning."),
    currency: currency("Currency of all amounts."),
    rebalanceEvery: z.int().default(1).meta({
      description: "After how many steps the weights are restored; 0 for never.",
    }),
    yearlyFee: z.number().default(0).meta({ description: "Share of the value that a year costs." }),
    plan: z.array(flow).max(20).default([]).meta({ description: "What is paid in and out." }),
    goal: amount("The value whose probability at the horizon is wanted.").optional(),
  })
  .meta({
    id: "NewSimulation",
    description: "What to simulate.",
    examples: [
      {
        assets: [{ expectedReturn: 0.06, volatility: 0.15 }],
        horizon: 120,
        initialValue: "10000.00",
        currency: "EUR",
        plan: [{ kind: "CONTRIBUTION", amount: "100.00" }],
        goal: "30000.00",
      },
    ],
  });

/** POST /api/v1/simulations: future values of assets and of a plan, as a job. */
export const postSimulations = defineEndpoint({
  method: "POST",
  path: "/api/v1/simulations",
  operations: [RestStartSimulationDocument],
  access: { scopes: ["metrics:write", "metrics:read"] },
  produces: ["application/json"],
  docs: {
    operationId: "startSimulation",
    tag: "Metrics",
    summary: "Start a Monte Carlo simulation",
    description:
      "Answers at once with 202 and the address of the job, whose `result` has the fan, the values at the horizon, risks and probabilities, each with its standard error.",
    requestHeaders: [IDEMPOTENCY_KEY_HEADER],
    success: {
      202: {
        description: "The job.",
        schema: job,
        headers: { Location: "The address of the job.", ...IDEMPOTENCY_HIT_HEADER },
      },
    },
    refusals: [
      "OPERATION_LIMIT_EXCEEDED",
      "INSTRUMENT_NOT_FOUND",
      "FUND_NOT_FOUND",
      "ACCOUNT_NOT_FOUND",
      "CURRENCY_MISMATCH",
      "IDEMPOTENCY_CONFLICT",
    ],
  },
  body: simulation,
  respond: async ({ body, execute }) => {
    const { assets, plan, ...rest } = body;
    const input = {
      ...given(rest),
      assets: assets.map((one) => given(one)),
      plan: plan.map((one) => given(one)),
    };
    const { startSimulation } = await execute(RestStartSimulationDocument, { input });
    return {
      status: 202,
      body: toJob(startSimulation, null),
      headers: {
        location: jobLocation(startSimulation.id),
        ...idempotencyHit(startSimulation.replayed),
      },
    };
  },
});
