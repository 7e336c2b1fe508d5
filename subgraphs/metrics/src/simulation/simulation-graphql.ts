import { idempotencyKey, RequiresScopes } from "@allfunds/platform/graphql";
import type { Pool } from "@allfunds/platform/database";
import type { JobObject } from "@allfunds/platform/jobs/graphql";
import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, Directive, Info, Mutation, Resolver } from "type-graphql";
import type { JobContext } from "@allfunds/platform/jobs/resolver";
import { StartSimulationInput, toSimulationRequest } from "./simulation-input.ts";
import { SimulationJobObject } from "./simulation-object.ts";
import type { HistoryParts } from "./simulated-histories.ts";
import { resolveSimulation, SIMULATION } from "./simulation.ts";

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
      "Simulates the future values of assets and of a plan, as a job: it answers at once; `metricsJob` and `metricsJobUpdated` have the progress, `cancelMetricsJob` ends it. INVALID_INPUT names what is wrong, OPERATION_LIMIT_EXCEEDED is for more work than one simulation may be, INSTRUMENT_NOT_FOUND, FUND_NOT_FOUND, ACCOUNT_NOT_FOUND and CURRENCY_MISMATCH for what cannot be used, FORBIDDEN for a fund or an account without the scope `ledger:read`, RATE_LIMITED while too many jobs of the tenant wait or run. A job whose history is too short fails with INSUFFICIENT_DATA.",
  })
  async startSimulation(
    @Arg("input", () => StartSimulationInput) input: StartSimulationInput,
    @Ctx() { request, jobs, reads }: JobContext & Pick<HistoryParts, "reads">,
    @Info() info: GraphQLResolveInfo,
  ): Promise<JobObject> {
    const key = idempotencyKey(request, input.idempotencyKey, info.path.key);
    const wanted = toSimulationRequest(input, key);
    const { payload, fundId } = await resolveSimulation(
      { pool: this.#pool, reads },
      request,
      wanted,
    );
    return jobs.request(request, { kind: SIMULATION, bookId: fundId, payload, key });
  }
}
