import { makeErrorResult, type Exchange, type Operation, type OperationResult } from "@urql/core";
import { filter, fromPromise, fromValue, merge, mergeMap, pipe, share, takeUntil } from "wonka";
import { UNREACHABLE, type Problem } from "../problems.ts";
import { sendPageQuery, type PageAnswer } from "./page-request.ts";

/** What becomes of the queries of a page. */
export interface TransportHooks {
  /** The answer that came with the page. */
  readonly brought: (operation: Operation) => PageAnswer | undefined;
  /** Sees an answer before the cache does, and may bring its data forward. */
  readonly onAnswer: (operation: Operation, answer: PageAnswer) => unknown;
  /** No data arrived. */
  readonly onFailure: (operation: Operation, problem: Problem) => void;
}

/** Sends the queries of a page to its own server, by id and with the session's cookie. */
export const pageTransport =
  (hooks: TransportHooks): Exchange =>
  ({ forward }) =>
  (operations) => {
    const shared = share(operations);
    const answers = pipe(
      shared,
      filter(({ kind }) => kind === "query"),
      mergeMap((operation) => {
        const first = hooks.brought(operation);
        if (first !== undefined) return fromValue(resultOf(operation, first, hooks));
        const ended = pipe(
          shared,
          filter(({ kind, key }) => kind === "teardown" && key === operation.key),
        );
        const sent = sendPageQuery(operation.query, operation.variables).then((answer) =>
          resultOf(operation, answer, hooks),
        );
        return pipe(fromPromise(sent), takeUntil(ended));
      }),
    );
    const others = pipe(
      shared,
      filter(({ kind }) => kind !== "query"),
    );
    return merge([answers, forward(others)]);
  };

function resultOf(
  operation: Operation,
  answer: PageAnswer,
  { onAnswer, onFailure }: TransportHooks,
): OperationResult {
  if (answer.data !== undefined && answer.data !== null) {
    // Parts that failed are null. As errors they would be requested again with every posting.
    const data = onAnswer(operation, answer);
    return { operation, data, stale: false, hasNext: false };
  }
  const problem = answer.problems[0] ?? UNREACHABLE;
  onFailure(operation, problem);
  return makeErrorResult(operation, new Error(problem.code));
}
