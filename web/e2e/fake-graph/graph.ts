import { createFakeGraph, type Resolvers } from "@allfunds/graph-tools/fake-graph";
import {
  defaultFieldResolver,
  getNamedType,
  GraphQLString,
  isObjectType,
  Kind,
  parse,
  type GraphQLFieldResolver,
  type GraphQLSchema,
} from "graphql";
import { accessResolvers } from "./access-resolvers.ts";
import { Administration } from "./administration-resolvers.ts";
import { createApprovals, type FetchActor } from "./approval-resolvers.ts";
import type { Caller } from "./caller.ts";
import { AnalyticsJobs } from "./analytics-jobs.ts";
import { bookkeepingResolvers } from "./bookkeeping-resolvers.ts";
import { createBudgets } from "./budget-resolvers.ts";
import { createCategoryRules } from "./category-rule-resolvers.ts";
import { createCategories } from "./category-resolvers.ts";
import { figureResolvers } from "./figure-resolvers.ts";
import { instrumentResolvers } from "./instrument-resolvers.ts";
import { ledgerResolvers } from "./ledger-resolvers.ts";
import { performanceResolvers } from "./performance-resolvers.ts";
import { Portfolio } from "./portfolio-resolvers.ts";
import { reconciliationResolvers } from "./reconciliation-resolvers.ts";
import { Register } from "./register-resolvers.ts";
import { reportResolvers } from "./report-resolvers.ts";
import { settingsResolvers } from "./settings-resolvers.ts";
import { setUpResolvers } from "./set-up-resolvers.ts";
import { statementResolvers } from "./statement-resolvers.ts";
import { Simulations } from "./simulation-resolvers.ts";
import { LONG_WORD, type GraphState, type Switches } from "./state.ts";
import { Valuations } from "./valuation-resolvers.ts";

export interface FakeGraph {
  readonly schema: GraphQLSchema;
  /** Whether the fake has resolvers for the root fields of an operation. */
  readonly has: (source: string) => boolean;
}

/** The public schema of the graph, with the parts of the ledger, metrics and analytics in memory. */
export function createGraph(
  state: GraphState,
  fetchActor: FetchActor,
  hasIssuer: boolean,
): FakeGraph {
  const approvals = createApprovals(state, fetchActor);
  const categories = createCategories(state);
  const jobs = new AnalyticsJobs();
  const administration = new Administration(state);
  const ledger = ledgerResolvers(state, approvals.holdBack);
  const resolvers = merge(
    ledger,
    ...statementResolvers(state),
    reconciliationResolvers(state),
    reportResolvers(state),
    setUpResolvers(state),
    ...bookkeepingResolvers(state),
    figureResolvers(state, categories.categoryOf, jobs),
    performanceResolvers(state),
    instrumentResolvers(),
    new Simulations().resolvers,
    categories.resolvers,
    createCategoryRules(state, categories, jobs),
    createBudgets(state, categories),
    jobs.resolvers,
    approvals.resolvers,
    administration.resolvers,
    new Register(state, administration).resolvers,
    new Portfolio().resolvers,
    ...settingsResolvers(state),
    new Valuations(state, administration).resolvers,
    hasIssuer ? {} : accessResolvers(),
  );
  const rootFields = new Set(
    [resolvers.Query, resolvers.Mutation, resolvers.Subscription].flatMap((root) =>
      Object.keys(root ?? {}),
    ),
  );
  const schema = createFakeGraph(resolvers);
  lengthenWords(schema, state.switches);
  return {
    schema,
    has: (source) => rootFieldsOf(source).every((field) => rootFields.has(field)),
  };
}

/** Reports a field that the fake leaves out, also where the schema allows a null. */
export const strictFieldResolver: GraphQLFieldResolver<unknown, unknown> = (
  source,
  args,
  context,
  info,
) => {
  const value: unknown = defaultFieldResolver(source, args, context, info);
  if (value !== undefined) return value;
  throw new Error(`The fake graph has no value for ${info.parentType.name}.${info.fieldName}.`);
};

/** Fields of text that people, banks and files bring. */
const FREE_TEXT = new Set(
  "accountName address body counterparty description explanation headline name note question reason reference source text".split(
    " ",
  ),
);
/** Their texts are codes, which the pages translate. */
const CODED =
  /^(?:Category|FileField|Indicator\w*|Metric\w*|ModelStatus|Order|TransactionCategory)$/;

/** Has every free text arrive as one long word while the switch is on. */
function lengthenWords(schema: GraphQLSchema, switches: Switches): void {
  const types = Object.values(schema.getTypeMap()).filter(isObjectType);
  for (const type of types.filter(({ name }) => !CODED.test(name))) {
    for (const field of Object.values(type.getFields())) {
      if (!FREE_TEXT.has(field.name) || getNamedType(field.type) !== GraphQLString) continue;
      const resolve = field.resolve ?? strictFieldResolver;
      field.resolve = async (...request) => {
        const text: unknown = await resolve(...request);
        if (!switches.longWords || typeof text !== "string") return text;
        return text.replaceAll(/[^\p{L}\d]/gu, "").padEnd(LONG_WORD, "W");
      };
    }
  }
}

function rootFieldsOf(source: string): string[] {
  const operation = parse(source).definitions.find(
    ({ kind }) => kind === Kind.OPERATION_DEFINITION,
  );
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return [];
  return operation.selectionSet.selections.flatMap((selection) =>
    selection.kind === Kind.FIELD ? [selection.name.value] : [],
  );
}

/** The resolvers of all parts, type by type. */
function merge(...parts: Resolvers<Caller>[]): Resolvers<Caller> {
  const merged: Record<string, object> = {};
  for (const [type, fields] of parts.flatMap((part) => Object.entries(part))) {
    merged[type] = Object.assign({}, merged[type], fields);
  }
  return merged;
}
