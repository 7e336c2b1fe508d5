import { idempotencyKey, RequiresScopes } from "@allfunds/platform/graphql";
import type { Pool } from "@allfunds/platform/database";
import type { JobObject } from "@allfunds/platform/jobs/graphql";
import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, Directive, Info, Mutation, Resolver } from "type-graphql";
import type { JobContext } from "@allfunds/platform/jobs/resolver";
import { StartSimulationInput, toSimulationRequest } from "./simulation-input.ts";
import { SimulationJobObject } from "./simulation-object.ts";
import { requireSimulation, SIMULATION } from "./simulation.ts";

@Resolver()
export class SimulationResolver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  // Seconds of all processors.
  @Directive("@cost(weight: 100)")
  @RequiresScopes(["metrics:write", "metrics:read"])
  @Mutation(() => SimulationJobObject, {
    description:
      "Simulates the future values of assets and of a plan, as a job: it answers at once; `metricsJob` and `metricsJobUpdated` have the progress, `cancelMetricsJob` ends it. INVALID_INPUT names what is wrong, OPERATION_LIMIT_EXCEEDED is for more work than one simulation may be, INSTRUMENT_NOT_FOUND and CURRENCY_MISMATCH for instruments that cannot be used, RATE_LIMITED while too many jobs of the tenant wait or run. A job whose prices are too few fails with INSUFFICIENT_DATA.",
  })
  async startSimulation(
    @Arg("input", () => StartSimulationInput) input: StartSimulationInput,
    @Ctx() { request, jobs }: JobContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<JobObject> {
    const key = idempotencyKey(request, input.idempotencyKey, info.path.key);
    const payload = toSimulationRequest(input, key);
    await requireSimulation(this.#pool, request.tenantId, payload);
    return jobs.request(request, { kind: SIMULATION, fundId: null, payload, key });
  }
}
