import { authenticateChallenge } from "@allfunds/platform/auth";

/** The `WWW-Authenticate` header of an answer refused with this code, where it needs one. */
export const challengeFor = (code: unknown): string | undefined =>
  code === "UNAUTHENTICATED" || code === "STEP_UP_REQUIRED"
    ? authenticateChallenge(code)
    : undefined;
