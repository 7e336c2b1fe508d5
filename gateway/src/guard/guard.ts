import type { DocumentNode } from "graphql";
import type { AccessPolicy } from "./auth/caller-access.ts";
import { checkAccess } from "./auth/check-access.ts";
import { spendBudget, type BudgetPolicy } from "./budget/spend-budget.ts";
import type { CostPolicy } from "./cost/cost-policy.ts";
import { limitCost } from "./cost/limit-cost.ts";
import { limitDocument } from "./limits/limit-document.ts";
import { limitListSize } from "./limits/limit-list-size.ts";
import { limitVariableDepth } from "./limits/limit-variable-depth.ts";
import type { Limits } from "./limits/limits.ts";
import { nothingFound, type Findings, type OperationRequest } from "./operation-request.ts";
import { refuseInvalidDocument } from "./refuse-invalid-document.ts";
import { refuseSubscriptionOverHttp } from "./refuse-subscription-over-http.ts";
import { refuseUnknownOperation } from "./refuse-unknown-operation.ts";
import { refuseWrongVariables } from "./refuse-wrong-variables.ts";
import { requireTrustedDocument, type TrustPolicy } from "./trust/require-trusted-document.ts";

export interface GuardOptions {
  readonly limits: Limits;
  /** Whether clients may ask for the schema; off, refusals suggest no names either. */
  readonly introspection: boolean;
  /** Absent, any document is run. */
  readonly trust?: TrustPolicy | undefined;
  /** Absent, the supergraph's access rules are not enforced. */
  readonly access?: AccessPolicy | undefined;
  /** Absent, operations cost nothing. */
  readonly cost?: CostPolicy | undefined;
  /** Absent, clients may spend what they like. */
  readonly budget?: BudgetPolicy | undefined;
}

type Step = (request: OperationRequest, found: Findings, guard: Guard) => void | Promise<void>;

/** What every operation passes before it is planned, in this order, over HTTP and WebSocket alike. */
const STEPS: readonly Step[] = [
  (request, _found, { options: { trust } }) => trust && requireTrustedDocument(request, trust),
  (request, _found, guard) => guard.checkDocument(request),
  refuseUnknownOperation,
  refuseSubscriptionOverHttp,
  (request, _found, { options }) => limitVariableDepth(request, options.limits),
  refuseWrongVariables,
  (request, _found, { options }) => limitListSize(request, options.limits),
  async (request, found, { options: { access } }) => access && checkAccess(request, found, access),
  (request, found, { options: { cost } }) => cost && limitCost(request, found, cost),
  async (request, found, { options: { budget } }) => budget && spendBudget(request, found, budget),
];

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
    const found = nothingFound(request.document);
    for (const step of STEPS) await step(request, found, this);
    return found;
  }

  /** The rules that look at nothing but the document. */
  checkDocument({ document, graph }: OperationRequest): void {
    if (this.#sound.get(document) === graph) return;
    limitDocument(document, this.options.limits);
    refuseInvalidDocument(document, graph, this.options.introspection);
    this.#sound.set(document, graph);
  }
}
