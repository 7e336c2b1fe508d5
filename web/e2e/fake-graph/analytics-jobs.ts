import type * as Graph from "@allfunds/graph-tools/fake-graph";
import type { Caller } from "./caller.ts";

type Job = Graph.FakeValue<Graph.CategoryRuleRun & Graph.RecategorisationJob & Graph.AnswerJob>;

const TYPES: Readonly<
  Record<
    string,
    | "CategoryRuleRun"
    | "RecategorisationJob"
    | "AnswerJob"
    | "SimulationJob"
    | "StatementImportJob"
    | "StatementUndoJob"
    | "VerificationJob"
  >
> = {
  simulation: "SimulationJob",
  "statement-import": "StatementImportJob",
  "statement-undo": "StatementUndoJob",
  verification: "VerificationJob",
  "category-rule-run": "CategoryRuleRun",
  recategorisation: "RecategorisationJob",
  answer: "AnswerJob",
};

/** Jobs of analytics, each done as soon as it is requested. */
export class AnalyticsJobs {
  readonly #jobs = new Map<string, Job>();

  readonly resolvers: Graph.Resolvers<Caller> = {
    Query: { analyticsJob: (_, { id }) => this.#jobs.get(id) ?? null },
    Job: { __resolveType: ({ kind }) => TYPES[kind ?? ""] ?? "AnswerJob" },
    JobProgress: { __resolveType: () => "WorkProgress" },
  };

  finish(kind: string, more: Partial<Job>): Job {
    const id = `job-${this.#jobs.size + 1}`;
    const progress = { done: 3, total: 3 };
    const job: Job = { id, kind, state: "SUCCEEDED", progress, error: null, ...more };
    this.#jobs.set(id, job);
    return job;
  }
}
