import { requireStepUp } from "@allfunds/platform";
import type { AccessPolicy } from "./caller-access.ts";
import { isAuthenticated } from "./is-authenticated.ts";

/** What `@policy` means in our own graph. */
export const OWN_POLICIES: Pick<AccessPolicy, "policies" | "denials"> = {
  policies: {
    /** The caller has signed in with two factors, or is a program, which has none. */
    mfa: (context) => {
      if (context.caller === undefined) return isAuthenticated(context);
      requireStepUp(context.caller);
      return true;
    },
  },
  denials: { mfa: "STEP_UP_REQUIRED" },
};
