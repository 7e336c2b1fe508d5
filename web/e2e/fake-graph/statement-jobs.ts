import type * as Graph from "@allfunds/graph-tools/fake-graph";
import type { Caller } from "./caller.ts";
import { codedError } from "./coded-error.ts";

const SOME_TIME = "2026-11-23T09:30:00.000Z";

type UndoJob = Graph.FakeValue<Graph.StatementUndoJob> & { readonly id: string };

/** Jobs of bank statements: an import that failed, and undos, which run until they are cancelled. */
export function statementJobResolvers(
  statementOf: (id: string) => Graph.FakeValue<Graph.BankStatement>,
): Graph.Resolvers<Caller> {
  const undos: UndoJob[] = [];
  const failedImport = {
    id: "statement-import-1",
    kind: "statement-import",
    state: "FAILED" as const,
    progress: { done: 7, total: 40_000 },
    error: { code: "STATEMENT_INVALID", message: "The file has faults." },
    requestedAt: SOME_TIME,
    finishedAt: SOME_TIME,
    faults: [{ path: "line 7", message: "is no amount" }],
    statement: null,
  };
  return {
    Query: {
      statementImportJobs: () => ({ nodes: [failedImport] }),
      statementUndoJobs: () => ({ nodes: undos }),
    },
    Mutation: {
      startStatementUndo: (_, { input: { statementId } }) => {
        const job: UndoJob = {
          id: `statement-undo-${undos.length + 1}`,
          kind: "statement-undo",
          state: "RUNNING",
          progress: { done: 2, total: 6 },
          error: null,
          requestedAt: SOME_TIME,
          finishedAt: null,
          obstacles: [],
          statement: statementOf(statementId),
        };
        undos.push(job);
        return job;
      },
      cancelStatementUndo: (_, { jobId }) => {
        const job = undos.find(({ id }) => id === jobId);
        if (!job) throw codedError("NOT_FOUND", "There is no such job.");
        return Object.assign(job, { state: "CANCELLED" as const });
      },
    },
  };
}
