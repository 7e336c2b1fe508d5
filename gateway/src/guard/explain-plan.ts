import { AppError } from "@allfunds/contract/errors";
import { PlanExplanation } from "../explanation/plan-explanation.ts";
import type { GatewayPlugin } from "../operation/gateway-plugin.ts";
import { isSubscription } from "../operation/operation-request.ts";

/** Explains the plan of a query or mutation to callers with the scope who ask for it; to every caller without a scope. */
export const explainPlan = (scope: string | undefined): GatewayPlugin => ({
  name: "explain plan",
  checkOperation: (request, found) => {
    if (request.explains !== true || isSubscription(request)) return;
    if (scope !== undefined && !request.context.scopes.includes(scope))
      throw new AppError("FORBIDDEN", `The plan of an operation requires the scope ${scope}.`);
    found.explanation = new PlanExplanation();
  },
});
