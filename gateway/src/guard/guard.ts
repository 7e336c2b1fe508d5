import { AppError } from "@allfunds/contract/errors";
import type { DocumentNode } from "graphql";
import type { AuditTrail } from "../audit/audit-trail.ts";
import type { AccessPolicy } from "./auth/caller-access.ts";
import { checkAccess } from "./auth/check-access.ts";
import { spendBudget, type BudgetPolicy } from "./budget/spend-budget.ts";
import type { CostPolicy } from "./cost/cost-policy.ts";
import { limitCost } from "./cost/limit-cost.ts";
import { limitDocument } from "./limits/limit-document.ts";
import { limitListSize } from "./limits/limit-list-size.ts";
import {
  limitIntrospection,
  mayIntrospect,
  type IntrospectionPolicy,
} from "./limit-introspection.ts";
import { limitVariableDepth } from "./limits/limit-variable-depth.ts";
import type { Limits } from "./limits/limits.ts";
import { nothingFound, type Findings, type OperationRequest } from "./operation-request.ts";
import { isSameAccess } from "./auth/is-same-access.ts";
import { refuseEndedToken } from "./refuse-ended-token.ts";
import { refuseInvalidDocument } from "./refuse-invalid-document.ts";
import { refuseSubscriptionOverHttp } from "./refuse-subscription-over-http.ts";
import { refuseUnknownOperation } from "./refuse-unknown-operation.ts";
import { refuseWrongVariables } from "./refuse-wrong-variables.ts";
import { requireTrustedDocument, type TrustPolicy } from "./trust/require-trusted-document.ts";

export interface GuardOptions {
  readonly limits: Limits;
  /** Who may ask for the schema. To others refusals suggest no names either. */
  readonly introspection: IntrospectionPolicy;
  /** Absent, any document is run. */
  readonly trust?: TrustPolicy | undefined;
  /** Absent, the supergraph's access rules are not enforced. */
  readonly access?: AccessPolicy | undefined;
  /** Absent, operations cost nothing. */
  readonly cost?: CostPolicy | undefined;
  /** Absent, clients may spend what they like. */
  readonly budget?: BudgetPolicy | undefined;
  /** Where refusals are told. */
  readonly audit?: AuditTrail | undefined;
}

type Step = (
  request: OperationRequest,
  found: Findings,
  guard: Guard,
) => void | undefined | Promise<void>;

/** What every operation passes before it is planned, in this order, over HTTP and WebSocket alike. */
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

/** What every event of a subscription passes once more, since a token ends and rules change while it runs. */
const EVENT_STEPS: readonly Step[] = [
  refuseEndedToken,
  (request, found, { options: { access } }) => access && checkAccess(request, found, access),
];

async function takeSteps(
  steps: readonly Step[],
  request: OperationRequest,
  found: Findings,
  guard: Guard,
): Promise<void> {
  for (const step of steps) {
    const taken = step(request, found, guard);
    // Most have nothing to wait for, and a wait for nothing costs a turn all the same.
    if (taken !== undefined) await taken;
  }
}

/** The one gate between clients and the graph. */
export class Guard {
  readonly options: GuardOptions;
  // Documents come from caches of parsed texts, so a repeated operation is checked once.
  readonly #sound = new WeakMap<DocumentNode, OperationRequest["graph"]>();

  constructor(options: GuardOptions) {
    this.options = options;
  }

  /** Passes an operation through all rules. Throws an AppError or Refused with the first refusal. */
  async check(request: OperationRequest): Promise<Findings> {
    const { audit } = this.options;
    const found = nothingFound(request.document);
    try {
      await takeSteps(STEPS, request, found, this);
    } catch (error) {
      if (found.denied.length === 0) audit?.refused(request, error);
      throw error;
    } finally {
      if (found.denied.length > 0) audit?.denied(request, found.denied);
    }
    return found;
  }

  /** Passes an event of a running subscription. Throws when what was found at its start holds no more. */
  async checkEvent(request: OperationRequest, { variables, denied }: Findings): Promise<void> {
    const found = { ...nothingFound(request.document), variables };
    try {
      await takeSteps(EVENT_STEPS, request, found, this);
      if (!isSameAccess(denied, found.denied))
        throw new AppError("FORBIDDEN", "What you may see has changed; subscribe again.");
    } catch (error) {
      this.options.audit?.refused(request, error);
      throw error;
    }
  }

  /** The rules that look at nothing but the document. */
  checkDocument({ document, graph, context }: OperationRequest): void {
    if (this.#sound.get(document) === graph) return;
    limitDocument(document, this.options.limits);
    const isOpen = mayIntrospect(context, this.options.introspection);
    refuseInvalidDocument(document, graph, isOpen);
    this.#sound.set(document, graph);
  }
}
