import { requireCaller, requireStepUp } from "@allfunds/platform/auth";
import type { AccessPolicy } from "./caller-access.ts";

/** The meaning of `@authenticated` and `@policy` in the project's graph. */
export const OWN_ACCESS: Omit<AccessPolicy, "deny"> = {
  isAuthenticated: ({ caller }) => caller !== undefined,
  policies: {
    /** Met by users who signed in with two factors, and by clients, which have none. */
    mfa: (context) => {
      requireStepUp(requireCaller(context));
      return true;
    },
  },
  denials: { mfa: "STEP_UP_REQUIRED" },
};
