import { requireCaller, requireStepUp } from "@allfunds/platform/auth";
import type { AccessPolicy } from "./caller-access.ts";

/** What `@policy` means in our own graph. */
export const OWN_POLICIES: Pick<AccessPolicy, "policies" | "denials"> = {
  policies: {
    /** The caller has signed in with two factors, or is a program, which has none. */
    mfa: (context) => {
      requireStepUp(requireCaller(context));
      return true;
    },
  },
  denials: { mfa: "STEP_UP_REQUIRED" },
};
