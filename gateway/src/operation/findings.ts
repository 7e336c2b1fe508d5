import type { AppError } from "@allfunds/contract/errors";
import type { FederatedTrace } from "../explanation/federated-trace.ts";
import type { PlanExplanation } from "../explanation/plan-explanation.ts";
import type { DocumentNode, ExecutionResult, GraphQLError } from "graphql";

/** Why a caller may not have a field. */
export type Denial = "UNAUTHENTICATED" | "FORBIDDEN" | "STEP_UP_REQUIRED";

/** A field the caller may not have. */
export interface DeniedField {
  /** Its path in the answer without list indexes: `["fund", "metrics"]`. */
  readonly path: readonly string[];
  /** `Type.field`. */
  readonly coordinate: string;
  readonly denial: Denial;
}

/** Puts withheld fields back into an answer, as null with an error. */
interface WithheldFields {
  readonly complete: (data: ExecutionResult["data"]) => {
    readonly data: ExecutionResult["data"];
    readonly errors: readonly GraphQLError[];
  };
}

/** `extensions.cost` of an answer, in points. */
export interface CostExtension {
  readonly estimated: number;
  /** The cost of the answer; absent until the operation ran. */
  readonly actual?: number;
  /** The most an operation of this client may cost. */
  readonly limit: number;
  readonly subgraphs: Readonly<Record<string, { estimated: number; actual?: number }>>;
}

/** The cost of an operation: estimated before it runs, counted from its answer. */
export interface CostReport {
  /** `extensions.cost` before the operation runs. */
  readonly estimate: CostExtension;
  /** The same with the cost of an answer. */
  readonly withAnswer: (data: unknown) => CostExtension & { readonly actual: number };
}

/** `extensions.budget` of an answer: what a client has left, in points. */
export interface BudgetExtension {
  readonly remaining: number;
  readonly capacity: number;
  readonly refillPerSecond: number;
}

/** Points taken from a client's budget for one operation. */
interface Spending {
  readonly standing: BudgetExtension;
  /** Returns the points that an answer was estimated at and did not cost. */
  readonly settle: (actual: number) => void;
}

/** What the guard's rules found, for later rules and for the execution. */
export interface Findings {
  /** The coerced variables, defaults included. */
  variables: Record<string, unknown>;
  /** The document to run: the client's without the fields it may not have. */
  document: DocumentNode;
  /** Fields the caller may not have, whether they were removed or the operation was refused for them. */
  denied: readonly DeniedField[];
  /** Present when fields were removed from the document. */
  withheldFields?: WithheldFields;
  /** Absent when operations are not costed. */
  cost?: CostReport;
  /** Absent when no budgets are kept. */
  spending?: Spending;
  /** Present when the caller asked for the plan, and may have it. */
  explanation?: PlanExplanation;
  /** The same for the times of its fields. */
  trace?: FederatedTrace;
  /** Subgraphs the operation may not call, with the reason. */
  readonly withheld: Map<string, AppError>;
}

export const nothingFound = (document: DocumentNode): Findings => ({
  variables: {},
  document,
  denied: [],
  withheld: new Map(),
});
