import { AppError } from "@allfunds/contract/errors";
import type { AuditLog } from "../audit/audit-log.ts";
import type { OperationFigures } from "../figures/operation-figures.ts";
import { type Findings, nothingFound } from "../operation/findings.ts";
import type { GatewayPlugin } from "../operation/gateway-plugin.ts";
import type { OperationRequest } from "../operation/operation-request.ts";
import type { AccessPolicy } from "./auth/caller-access.ts";
import { explainPlan } from "./explain-plan.ts";
import { traceOperation } from "./trace-operation.ts";
import { checkDocument } from "./check-document.ts";
import { checkAccess, isSameAccess } from "./auth/check-access.ts";
import { type BudgetPolicy, spendBudget } from "./budget/spend-budget.ts";
import { type CostPolicy, limitCost } from "./cost/limit-cost.ts";
import { type IntrospectionPolicy, limitIntrospection } from "./limit-introspection.ts";
import { limitListSize } from "./limits/limit-list-size.ts";
import { limitVariableDepth } from "./limits/limit-variable-depth.ts";
import type { Limits } from "./limits/limits.ts";
import type { FieldUsage } from "../usage/field-usage.ts";
import { refuseExpiredToken } from "./refuse-expired-token.ts";
import { refuseSubscriptionOverHttp } from "./refuse-subscription-over-http.ts";
import { refuseUnknownOperation } from "./refuse-unknown-operation.ts";
import { refuseWrongVariables } from "./refuse-wrong-variables.ts";
import { requireTrustedDocument, type TrustPolicy } from "./trust/require-trusted-document.ts";
import { Turns } from "./turns.ts";

export interface GuardOptions {
  readonly limits: Limits;
  /** Who may read the schema. Refusals suggest no names to others. */
  readonly introspection: IntrospectionPolicy;
  /** Absent, any document runs. */
  readonly trust?: TrustPolicy | undefined;
  /** Absent, the supergraph's access rules are not enforced. */
  readonly access?: AccessPolicy | undefined;
  /** Absent, operations are not costed. */
  readonly cost?: CostPolicy | undefined;
  /** Absent, clients have no budgets. */
  readonly budget?: BudgetPolicy | undefined;
  /** The scope that the plan and the trace of an operation require; none when absent. */
  readonly explain?: string | undefined;
  readonly audit?: AuditLog | undefined;
  readonly figures?: OperationFigures | undefined;
  readonly usage?: FieldUsage | undefined;
  /** The operator's own rules. */
  readonly plugins?: readonly GatewayPlugin[] | undefined;
}

/** The rules of the guard, in this order, over HTTP, streams and WebSocket alike. Those of the operator come before the budget is charged. */
const pluginsOf = (
  { limits, introspection, trust, access, cost, budget, explain, plugins = [] }: GuardOptions,
  turns: Turns,
): readonly GatewayPlugin[] => [
  refuseExpiredToken,
  ...(trust === undefined ? [] : [requireTrustedDocument(trust)]),
  checkDocument(limits, introspection, turns),
  refuseUnknownOperation,
  explainPlan(explain),
  traceOperation(explain),
  limitIntrospection(introspection),
  refuseSubscriptionOverHttp,
  limitVariableDepth(limits),
  refuseWrongVariables,
  limitListSize(limits),
  ...(access === undefined ? [] : [checkAccess(access)]),
  ...(cost === undefined ? [] : [limitCost(cost)]),
  ...plugins,
  ...(budget === undefined ? [] : [spendBudget(budget)]),
];

type Hook = "checkOperation" | "checkEvent";

async function runPlugins(
  plugins: readonly GatewayPlugin[],
  hook: Hook,
  request: OperationRequest,
  found: Findings,
): Promise<void> {
  for (const plugin of plugins) {
    const pending = plugin[hook]?.(request, found);
    // Most checks are synchronous, and awaiting them would cost a turn of the event loop.
    if (pending !== undefined) await pending;
  }
}

/** Checks every operation between clients and the graph. */
export class Guard {
  readonly options: GuardOptions;
  readonly #turns = new Turns();
  readonly #plugins: readonly GatewayPlugin[];

  constructor(options: GuardOptions) {
    this.options = options;
    this.#plugins = pluginsOf(options, this.#turns);
  }

  /** Refuses operations that wait to be checked, and later ones, with SHUTTING_DOWN. */
  close(): void {
    this.#turns.close();
  }

  /** Checks an operation by all rules. Throws an AppError or Refused with the first refusal. */
  async check(request: OperationRequest): Promise<Findings> {
    const { audit, figures, usage } = this.options;
    const found = nothingFound(request.document);
    try {
      await runPlugins(this.#plugins, "checkOperation", request, found);
      usage?.count(request);
    } catch (error) {
      figures?.refused(request, error);
      if (found.denied.length === 0) audit?.refused(request, error);
      throw error;
    } finally {
      if (found.denied.length > 0) audit?.denied(request, found.denied);
    }
    return found;
  }

  /** Checks an event of a running subscription. Throws when the caller's access is no longer the same as at the start. */
  async checkEvent(request: OperationRequest, { variables, denied }: Findings): Promise<void> {
    const found = { ...nothingFound(request.document), variables };
    try {
      await runPlugins(this.#plugins, "checkEvent", request, found);
      if (!isSameAccess(denied, found.denied))
        throw new AppError("FORBIDDEN", "Your access has changed. Subscribe again.");
    } catch (error) {
      this.options.audit?.refused(request, error);
      throw error;
    }
  }
}
