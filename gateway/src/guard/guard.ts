import { AppError } from "@allfunds/contract/errors";
import type { DocumentNode } from "graphql";
import type { AuditLog } from "../audit/audit-log.ts";
import type { OperationFigures } from "../figures/operation-figures.ts";
import { type Findings, nothingFound } from "../operation/findings.ts";
import type { OperationRequest } from "../operation/operation-request.ts";
import type { AccessPolicy } from "./auth/caller-access.ts";
import { checkAccess, isSameAccess } from "./auth/check-access.ts";
import { type BudgetPolicy, spendBudget } from "./budget/spend-budget.ts";
import { type CostPolicy, limitCost } from "./cost/limit-cost.ts";
import {
  type IntrospectionPolicy,
  limitIntrospection,
  mayIntrospect,
} from "./limit-introspection.ts";
import { limitDocument } from "./limits/limit-document.ts";
import { limitListSize } from "./limits/limit-list-size.ts";
import { limitVariableDepth } from "./limits/limit-variable-depth.ts";
import type { Limits } from "./limits/limits.ts";
import type { FieldUsage } from "../usage/field-usage.ts";
import { refuseExpiredToken } from "./refuse-expired-token.ts";
import { refuseInvalidDocument } from "./refuse-invalid-document.ts";
import { refuseSubscriptionOverHttp } from "./refuse-subscription-over-http.ts";
import { refuseUnknownOperation } from "./refuse-unknown-operation.ts";
import { refuseWrongVariables } from "./refuse-wrong-variables.ts";
import { requireTrustedDocument, type TrustPolicy } from "./trust/require-trusted-document.ts";

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
  readonly audit?: AuditLog | undefined;
  readonly figures?: OperationFigures | undefined;
  readonly usage?: FieldUsage | undefined;
}

type Step = (
  request: OperationRequest,
  found: Findings,
  guard: Guard,
) => void | undefined | Promise<void>;

/** The rules for every operation before it is planned, in this order, over HTTP and WebSocket alike. */
const STEPS: readonly Step[] = [
  (request, _found, { options: { trust } }) => trust && requireTrustedDocument(request, trust),
  (request, _found, guard) => guard.checkDocument(request),
  refuseUnknownOperation,
  (request, _found, { options }) => limitIntrospection(request, options.introspection),
  refuseSubscriptionOverHttp,
  (request, _found, { options }) => limitVariableDepth(request, options.limits),
  refuseWrongVariables,
  (request, _found, { options }) => limitListSize(request, options.limits),
  (request, found, { options: { access } }) => access && checkAccess(request, found, access),
  (request, found, { options: { cost } }) => cost && limitCost(request, found, cost),
  (request, found, { options: { budget } }) => budget && spendBudget(request, found, budget),
];

/** The rules for every event of a subscription, because tokens expire and access rules change while it runs. */
const EVENT_STEPS: readonly Step[] = [
  refuseExpiredToken,
  (request, _found, guard) => guard.checkDocument(request),
  (request, found, { options: { access } }) => access && checkAccess(request, found, access),
];

async function runSteps(
  steps: readonly Step[],
  request: OperationRequest,
  found: Findings,
  guard: Guard,
): Promise<void> {
  for (const step of steps) {
    const pending = step(request, found, guard);
    // Most steps are synchronous, and awaiting them would cost a turn of the event loop.
    if (pending !== undefined) await pending;
  }
}

/** Checks every operation between clients and the graph. */
export class Guard {
  readonly options: GuardOptions;
  // Parsed documents are cached, so each is checked once for a graph.
  readonly #checked = new WeakMap<DocumentNode, OperationRequest["graph"]>();

  constructor(options: GuardOptions) {
    this.options = options;
  }

  /** Checks an operation by all rules. Throws an AppError or Refused with the first refusal. */
  async check(request: OperationRequest): Promise<Findings> {
    const { audit, figures, usage } = this.options;
    const found = nothingFound(request.document);
    try {
      await runSteps(STEPS, request, found, this);
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
      await runSteps(EVENT_STEPS, request, found, this);
      if (!isSameAccess(denied, found.denied))
        throw new AppError("FORBIDDEN", "Your access has changed. Subscribe again.");
    } catch (error) {
      this.options.audit?.refused(request, error);
      throw error;
    }
  }

  /** The rules for the document alone. */
  checkDocument({ document, graph, context }: OperationRequest): void {
    if (this.#checked.get(document) === graph) return;
    limitDocument(document, this.options.limits);
    const mayReadSchema = mayIntrospect(context, this.options.introspection);
    refuseInvalidDocument(document, graph, mayReadSchema);
    this.#checked.set(document, graph);
  }
}
