import { ERROR_CODES } from "@allfunds/contract/errors";
import { MFA } from "@allfunds/platform/auth";
import { GraphQLError } from "graphql";
import type { Denial } from "../../operation/findings.ts";

const SENTENCES: Readonly<Record<Denial, string>> = {
  UNAUTHENTICATED: "Sign in to see this field.",
  FORBIDDEN: "Your access rights do not include this field.",
  STEP_UP_REQUIRED: "Confirm with your second factor, then try again.",
};

/** The code of a denial, and for a step-up the sign-in it requires. */
const extensionsOf = (denial: Denial): Record<string, unknown> => ({
  code: denial,
  ...(denial === "STEP_UP_REQUIRED" ? { acr_values: MFA } : {}),
});

/** The error of a withheld field. It names nothing that the caller did not name. */
export const deniedError = (denial: Denial, path: readonly (string | number)[]): GraphQLError =>
  new GraphQLError(SENTENCES[denial], { path, extensions: extensionsOf(denial) });

/** The error of an operation refused as a whole. */
export const refusedFor = (denial: Denial, path: readonly (string | number)[]): GraphQLError =>
  new GraphQLError(SENTENCES[denial], {
    path,
    extensions: { ...extensionsOf(denial), http: { status: ERROR_CODES[denial].status } },
  });
