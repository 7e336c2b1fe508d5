import { ALL_ROLES, needsMfa, type Role } from "../access/roles.ts";
import { ALL_SCOPES, type Scope } from "@allfunds/contract/scopes";

export interface DemoPerson {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly mfa: boolean;
}

const NAMES: Readonly<Record<Role, string>> = {
  viewer: "Vera Viewer",
  accountant: "Anna Accountant",
  "fund-manager": "Felix Fund-Manager",
  approver: "Paula Approver",
  auditor: "Otto Auditor",
  admin: "Ada Admin",
};

/** One user per role; those whose role asks for two factors have them set up. */
export const DEMO_PEOPLE: readonly DemoPerson[] = ALL_ROLES.map((role) => ({
  email: `${role}@demo.example`,
  name: NAMES[role],
  role,
  mfa: needsMfa([role]),
}));

/** The first has every scope, as scripts and load tests expect. */
export const DEMO_CLIENTS: readonly { name: string; scopes: readonly Scope[] }[] = [
  { name: "Demo: everything", scopes: ALL_SCOPES },
  { name: "Demo: read only", scopes: ["ledger:read", "metrics:read", "analytics:read"] },
];
