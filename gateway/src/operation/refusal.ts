import { AppError, ERROR_CODES, type ErrorCode } from "@allfunds/contract/errors";
import { GraphQLError } from "graphql";

/** A refusal with several reasons, each of them coded. */
export class Refused extends Error {
  readonly reasons: readonly GraphQLError[];

  constructor(reasons: readonly GraphQLError[]) {
    super(reasons[0]?.message ?? "refused");
    this.name = "Refused";
    this.reasons = reasons;
  }
}

/** A library's error under one of the project's codes, with the HTTP status of that code. */
export const codedError = (error: GraphQLError, code: ErrorCode): GraphQLError =>
  new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    extensions: { ...error.extensions, code, http: { status: ERROR_CODES[code].status } },
  });

/** The reasons of a refusal as GraphQL errors. Rethrows an error that is no refusal. */
export function reasonsOf(error: unknown): readonly GraphQLError[] {
  if (error instanceof Refused) return error.reasons;
  if (error instanceof AppError) return [refusal(error)];
  throw error;
}

const refusal = (error: AppError): GraphQLError =>
  new GraphQLError(error.message, {
    originalError: error,
    extensions: { code: error.code, http: { status: ERROR_CODES[error.code].status } },
  });
