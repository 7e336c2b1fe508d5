import { AppError } from "@allfunds/contract/errors";
import { inChildSpan } from "@allfunds/platform/telemetry";
import type { QueryPlan } from "@apollo/query-planner";
import {
  getOperationAST,
  Kind,
  OperationTypeNode,
  parse,
  print,
  type DocumentNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
  validate,
} from "graphql";
import { AnswerShape } from "../answer/shape-answer.ts";
import { LruCache } from "../cache/lru-cache.ts";
import { WeakPairMap } from "../cache/weak-pair-map.ts";
import type { Findings } from "../operation/findings.ts";
import { isCondition } from "../operation/collect-fields.ts";
import { digestOf, fragmentsOf, type Variables } from "../operation/operation-request.ts";
import type { Graph } from "../supergraph/graph.ts";
import { decidingVariables, withoutConditions } from "./conditions.ts";
import { type Deferrals, deferralsOf, withoutDefer } from "./deferrals.ts";
import { hoistLiterals } from "./exact-literals.ts";
import { finishPlan } from "./finish-plan.ts";
import {
  fetchEmptySelections,
  plannerVariables,
  protectPlannerKeys,
  protectPlannerVariables,
  type RenamedKeys,
  withoutIntrospection,
} from "./planner-document.ts";
import { possibleBranches } from "./possible-branches.ts";
import { unmetRequirement } from "./unmet-requirements.ts";

/** An operation prepared to run any number of times, with any variables that include and skip the same fields. */
export interface PlannedOperation {
  readonly plan: QueryPlan;
  readonly operation: OperationDefinitionNode;
  /** The document with the planner's names. */
  readonly document: DocumentNode;
  readonly shape: AnswerShape;
  readonly renamed: RenamedKeys | undefined;
  /** The variables of the plan, from those of the client. */
  readonly variablesOf: (variables: Variables) => Variables;
  /** The labels of deferred fragments by their numbers in the plan; absent when the answer is one. */
  readonly deferLabels?: readonly (string | undefined)[];
}

/** The memory for the plans of one graph, in bytes. */
const MAX_PLAN_BYTES = 64 * 1024 * 1024;

/** A plan's objects take about this many times the bytes of their text. */
const BYTES_PER_UNIT = 6;

interface CachedPlan {
  readonly planned: PlannedOperation;
  readonly text: string;
  readonly operationName: string | undefined;
  /** Those that decide its conditions. */
  readonly variables: Variables;
  readonly bytes: number;
}

interface GraphPlans {
  /** By the digest of the text that runs, so that equal texts share one plan. */
  readonly byText: LruCache<string, CachedPlan>;
  readonly underWay: Map<string, Promise<PlannedOperation>>;
}

const plansOf = new WeakMap<Graph, GraphPlans>();

// Parsed documents are cached too, and a lookup by document needs no digest of its text. The plans' memory is
// limited by their texts; clients choose how many names there are.
type PlansByName = LruCache<string, WeakRef<PlannedOperation>>;
const plansByDocument = new WeakPairMap<Graph, DocumentNode, PlansByName>();
const MAX_NAMES = 100;

type Checked = Pick<Findings, "document" | "withheldFields" | "variables">;

/** The plan for one operation of a document; planned once for each graph, text and outcome of its conditions. */
export function planOperation(
  graph: Graph,
  { document, withheldFields, variables }: Checked,
  source: string,
  operationName: string | undefined,
  chance = 0,
): PlannedOperation | Promise<PlannedOperation> {
  const overrides = overridesFor(graph, chance);
  const decided = decidedBy(document, variables);
  const name = planName(operationName, overrides, decided);
  const ofDocument = plansByDocument.get(graph, document, () => new LruCache(MAX_NAMES));
  const cached = ofDocument.get(name)?.deref();
  if (cached !== undefined) return cached;

  // Callers may have different fields of one document, so the key is the text that runs.
  const text = withheldFields === undefined ? source : print(document);
  const toPlan = { document, text, operationName, overrides, variables: decided };
  return planText(graph, toPlan, name, (planned) => ofDocument.set(name, new WeakRef(planned)));
}

/** The values of the variables that decide a document's conditions. */
const decidedBy = (document: DocumentNode, variables: Variables): Record<string, boolean> =>
  Object.fromEntries(decidingVariables(document).map((name) => [name, variables[name] === true]));

interface ToPlan {
  readonly document: DocumentNode;
  readonly text: string;
  readonly operationName: string | undefined;
  readonly overrides: Readonly<Record<string, boolean>>;
  /** Those that decide conditions. */
  readonly variables: Readonly<Record<string, boolean>>;
  readonly deferrals?: Deferrals | undefined;
}

/** The plan for an operation whose client takes its answer in parts; undefined when it defers nothing. */
export async function planInParts(
  graph: Graph,
  { document, variables, withheldFields }: Checked,
  source: string,
  operationName: string | undefined,
  chance = 0,
): Promise<PlannedOperation | undefined> {
  const operation = getOperationAST(document, operationName);
  // Which parts have withheld fields is known for the whole answer alone.
  if (withheldFields !== undefined || !operation) return undefined;
  if (operation.operation === OperationTypeNode.SUBSCRIPTION) return undefined;
  const deferrals = deferralsOf(document, operation, variables);
  if (deferrals === undefined) return undefined;
  const overrides = overridesFor(graph, chance);
  const decided = decidedBy(document, variables);
  const name = `${planName(operationName, overrides, decided)}/${deferrals.key}`;
  const toPlan = {
    document,
    text: source,
    operationName,
    overrides,
    variables: decided,
    deferrals,
  };
  return planText(graph, toPlan, name);
}

const planName = (
  operationName = "",
  overrides: ToPlan["overrides"],
  variables: ToPlan["variables"],
): string => `${operationName}/${bitsOf(overrides)}/${bitsOf(variables)}`;

const bitsOf = (values: Readonly<Record<string, boolean>>): string =>
  Object.values(values).map(Number).join("");

async function planText(
  graph: Graph,
  toPlan: ToPlan,
  name: string,
  keep?: (planned: PlannedOperation) => void,
): Promise<PlannedOperation> {
  const { byText, underWay } = plansOfGraph(graph);
  const { text, operationName, variables } = toPlan;
  const key = `${digestOf(text)}/${name}`;
  const cached = byText.get(key)?.planned;
  const pending = cached ?? underWay.get(key) ?? plan(graph, toPlan);
  if (cached === undefined) underWay.set(key, Promise.resolve(pending));
  try {
    const planned = await pending;
    const bytes = BYTES_PER_UNIT * (text.length + JSON.stringify(planned.plan).length);
    if (cached === undefined) byText.set(key, { planned, text, operationName, variables, bytes });
    keep?.(planned);
    return planned;
  } finally {
    underWay.delete(key);
  }
}

function plansOfGraph(graph: Graph): GraphPlans {
  const existing = plansOf.get(graph);
  if (existing !== undefined) return existing;
  const byText = new LruCache<string, CachedPlan>(MAX_PLAN_BYTES, ({ bytes }) => bytes);
  const made = { byText, underWay: new Map<string, Promise<PlannedOperation>>() };
  plansOf.set(graph, made);
  return made;
}

const MAX_WARMED = 200;
const WARM_LIMIT_MS = 5_000;

/** Plans the latest operations of an old graph for a new one, as far as they are valid there and time allows. */
export async function warmPlans(old: Graph, graph: Graph): Promise<void> {
  const deadline = performance.now() + WARM_LIMIT_MS;
  const latest = [...plansOfGraph(old).byText.values()].slice(-MAX_WARMED).toReversed();
  for (const { text, operationName, variables } of latest) {
    const document = parse(text);
    if (performance.now() > deadline) return;
    if (validate(graph.apiSchema, document).length > 0) continue;
    const planned = planOperation(graph, { document, variables }, text, operationName);
    await Promise.resolve(planned).catch(() => {
      // The next client that sends the operation gets the reason.
    });
  }
}

const CHANCE_DIGITS = 6;

/** An operation's chance for `@override` by percentages: 0 to 100, the same for all operations of a trace. */
export const chanceOf = (traceId: string): number =>
  (100 * Number.parseInt(traceId.slice(-CHANCE_DIGITS), 16)) / 16 ** CHANCE_DIGITS;

const PERCENT = /^percent\((\d+(?:\.\d+)?)\)$/;

/** Which labels of `@override` apply: those of a percentage above the operation's chance, of 0 to 100. */
function overridesFor(
  { plannerGraph: { overrideLabels } }: Graph,
  chance: number,
): Record<string, boolean> {
  if (overrideLabels.size === 0) return NO_OVERRIDES;
  return Object.fromEntries(
    [...overrideLabels].map((label) => [label, Number(PERCENT.exec(label)?.[1] ?? 0) > chance]),
  );
}

const NO_OVERRIDES: Record<string, boolean> = {};

/** Whether an operation selects a field that the gateway does not answer itself, whatever its variables are. */
function needsSubgraphs(
  document: DocumentNode,
  { selectionSet }: OperationDefinitionNode,
): boolean {
  const fragments = fragmentsOf(document);
  const seen = new Set<SelectionSetNode>();
  const isAsked = (set: SelectionSetNode): boolean => {
    if (seen.has(set)) return false;
    seen.add(set);
    return set.selections.some((selection) => {
      if (selection.directives?.some(isCondition) === true) return false;
      if (selection.kind === Kind.FIELD) return !selection.name.value.startsWith("__");
      if (selection.kind === Kind.INLINE_FRAGMENT) return isAsked(selection.selectionSet);
      const fragment = fragments.get(selection.name.value);
      return fragment !== undefined && isAsked(fragment.selectionSet);
    });
  };
  return isAsked(selectionSet);
}

async function plan(
  graph: Graph,
  { document: client, operationName, overrides, variables, deferrals }: ToPlan,
): Promise<PlannedOperation> {
  const { document, renamed } = protectPlannerKeys(
    protectPlannerVariables(deferrals?.document ?? withoutDefer(client)),
    graph.plannerKeys,
  );
  const operation = getOperationAST(document, operationName);
  if (operation === null || operation === undefined)
    throw new Error("the guard lets no document pass without its operation");
  const decided = withoutConditions(document, plannerVariables(variables));
  const exact = hoistLiterals(graph.apiSchema, decided);
  const planners = deferrals === undefined ? exact.document : withoutIntrospection(exact.document);
  const toFetch = fetchEmptySelections(planners);
  const planned = await inChildSpan("plan", {}, async () =>
    planOrSimplify(graph, toFetch, { operationName, overrides }),
  );
  if (planned.node === undefined && needsSubgraphs(document, operation))
    throw cannotBePlanned("the plan of an operation with fields of subgraphs is empty");
  const shape = new AnswerShape(
    { schema: graph.apiSchema, document, operation },
    deferrals !== undefined,
  );
  return {
    plan: finishPlan(planned, graph.plannerGraph),
    operation,
    document,
    shape,
    renamed,
    variablesOf: (given) => {
      const named = plannerVariables(given);
      return exact.variablesOf?.(named) ?? named;
    },
    ...(deferrals === undefined ? {} : { deferLabels: deferrals.labels }),
  };
}

type PlannerOperation = Parameters<Graph["planner"]["plan"]>[0];

/** A fault of the planner itself lies mostly in how fragments are nested: it is given the same without nests. */
async function planOrSimplify(
  graph: Graph,
  document: DocumentNode,
  operation: Omit<PlannerOperation, "document">,
): Promise<QueryPlan> {
  try {
    return await planMet(graph, { ...operation, document: print(document) });
  } catch (error) {
    if (error instanceof AppError) throw error;
    const simple = possibleBranches(document, graph.apiSchema);
    return planMet(graph, { ...operation, document: print(simple) });
  }
}

/** A plan that fetches no field without what it requires. */
async function planMet(graph: Graph, operation: PlannerOperation): Promise<QueryPlan> {
  const { planner, chainPlanner, supergraphSchema, plannerGraph } = graph;
  const unmetIn = (plan: QueryPlan): string | undefined =>
    unmetRequirement(plan, supergraphSchema, plannerGraph.chained);
  const planned = await planner.plan(operation);
  if (chainPlanner === undefined || unmetIn(planned) === undefined) return planned;
  const separated = await chainPlanner.plan(operation);
  const unmet = unmetIn(separated);
  if (unmet === undefined) return separated;
  throw cannotBePlanned(`the plan fetches ${unmet} without what it requires`);
}

const cannotBePlanned = (detail: string): AppError =>
  new AppError("INTERNAL_ERROR", "The operation cannot be planned.", { detail });
