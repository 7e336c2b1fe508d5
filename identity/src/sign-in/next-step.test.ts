import { expect, test } from "vitest";
import type { Role } from "../access/roles.ts";
import { nextStep, type Progress, type Step } from "./next-step.ts";

const person = (role: Role, hasTotp = false, passkeys = 0) => ({
  roles: [role],
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
  ["nobody is known yet", {}, "identify"],
  ["a viewer gave the password", { user: person("viewer"), ...pwd }, "done"],
  [
    "a viewer with an app gave the password",
    { user: person("viewer", true), ...pwd },
    "second-factor",
  ],
  [
    "a viewer with a passkey gave the password",
    { user: person("viewer", false, 1), ...pwd },
    "second-factor",
  ],
  [
    "an approver with an app gave the password",
    { user: person("approver", true), ...pwd },
    "second-factor",
  ],
  ["an approver without one gave the password", { user: person("approver"), ...pwd }, "enrol"],
  ["an admin without one gave the password", { user: person("admin"), ...pwd }, "enrol"],
  ["an admin showed two factors", { user: person("admin", true), ...mfa }, "done"],
  [
    "a step-up of someone with an app",
    { user: person("accountant", true), factors: ["pwd"], wantsMfa: true },
    "second-factor",
  ],
  [
    "a step-up of someone without one",
    { user: person("accountant"), factors: ["pwd"], wantsMfa: true },
    "confirm-password",
  ],
  ["the same after the password", { user: person("accountant"), ...pwd, wantsMfa: true }, "enrol"],
  [
    "new recovery codes are there",
    { user: person("admin", true), ...mfa, codesToShow: true },
    "recovery-codes",
  ],
])("when %s", (_when, given, step) => {
  expect(nextStep(progress(given))).toBe(step);
});
