import { ERROR_CODES } from "@allfunds/contract/errors";
import { MFA } from "@allfunds/platform/auth";
import { GraphQLError } from "graphql";
import type { Denial } from "./caller-access.ts";

const SENTENCES: Readonly<Record<Denial, string>> = {
  UNAUTHENTICATED: "Sign in to see this.",
  FORBIDDEN: "This is not allowed to you.",
  STEP_UP_REQUIRED: "Confirm with your second factor, then try again.",
};

/** What a denial tells programs: its code, and for a step-up which sign-in would do. */
const extensionsOf = (denial: Denial): Record<string, unknown> => ({
  code: denial,
  ...(denial === "STEP_UP_REQUIRED" ? { acr_values: MFA } : {}),
});

/** The error that stands for something withheld. It names nothing the caller did not name itself. */
export const deniedError = (denial: Denial, path: readonly (string | number)[]): GraphQLError =>
  new GraphQLError(SENTENCES[denial], { path, extensions: extensionsOf(denial) });

/** The same for an operation refused as a whole. */
export const refusedFor = (denial: Denial, path: readonly (string | number)[]): GraphQLError =>
  new GraphQLError(SENTENCES[denial], {
    path,
    extensions: { ...extensionsOf(denial), http: { status: ERROR_CODES[denial].status } },
  });
