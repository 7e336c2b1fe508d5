import { expect, test } from "vitest";
import type { Role } from "../access/roles.ts";
import { nextStep, type Progress, type Step } from "./next-step.ts";

const user = (role: Role, hasTotp = false, passkeys = 0, tenantNeedsMfa = false) => ({
  roles: [role],
  tenantNeedsMfa,
  hasTotp,
  passkeys,
});
const progress = (more: Partial<Progress>): Progress => ({
  user: undefined,
  factors: [],
  passwordGiven: false,
  codesToShow: false,
  wantsMfa: false,
  ...more,
});
const pwd = { factors: ["pwd"], passwordGiven: true };
const mfa = { factors: ["pwd", "otp", "mfa"], passwordGiven: true };

test.each<[string, Partial<Progress>, Step]>([
  ["no user is identified", {}, "identify"],
  ["a viewer gave the password", { user: user("viewer"), ...pwd }, "done"],
  [
    "a viewer of a tenant where everyone needs two factors gave the password",
    { user: user("viewer", false, 0, true), ...pwd },
    "enrol",
  ],
  [
    "a viewer with an app gave the password",
    { user: user("viewer", true), ...pwd },
    "second-factor",
  ],
  [
    "a viewer with a passkey gave the password",
    { user: user("viewer", false, 1), ...pwd },
    "second-factor",
  ],
  [
    "an approver with an app gave the password",
    { user: user("approver", true), ...pwd },
    "second-factor",
  ],
  ["an approver without one gave the password", { user: user("approver"), ...pwd }, "enrol"],
  ["an admin without one gave the password", { user: user("admin"), ...pwd }, "enrol"],
  ["an admin showed two factors", { user: user("admin", true), ...mfa }, "done"],
  [
    "a user with an app steps up",
    { user: user("accountant", true), factors: ["pwd"], wantsMfa: true },
    "second-factor",
  ],
  [
    "a user without one steps up",
    { user: user("accountant"), factors: ["pwd"], wantsMfa: true },
    "confirm-password",
  ],
  [
    "the same user has given the password",
    { user: user("accountant"), ...pwd, wantsMfa: true },
    "enrol",
  ],
  [
    "new recovery codes have not been shown",
    { user: user("admin", true), ...mfa, codesToShow: true },
    "recovery-codes",
  ],
])("when %s", (_when, given, step) => {
  expect(nextStep(progress(given))).toBe(step);
});
