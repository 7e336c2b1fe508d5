import { ERROR_CODES } from "@allfunds/platform";
import { GraphQLError } from "graphql";
import type { Denial } from "./caller-access.ts";

const SENTENCES: Readonly<Record<Denial, string>> = {
  UNAUTHENTICATED: "Sign in to see this.",
  FORBIDDEN: "This is not allowed to you.",
};

/** The error that stands for something withheld. It names nothing the caller did not name itself. */
export const deniedError = (denial: Denial, path: readonly (string | number)[]): GraphQLError =>
  new GraphQLError(SENTENCES[denial], { path, extensions: { code: denial } });

/** The same for an operation refused as a whole. */
export const refusedFor = (denial: Denial, path: readonly (string | number)[]): GraphQLError =>
  new GraphQLError(SENTENCES[denial], {
    path,
    extensions: { code: denial, http: { status: ERROR_CODES[denial].status } },
  });
