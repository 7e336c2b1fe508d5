/** The signed-in user, and what the pages offer. The graph checks every request itself. */
export interface Viewer {
  /** The id of the user in the books. */
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly string[];
  /** Two factors took part in the sign-in. */
  readonly secondFactor: boolean;
  readonly may: Readonly<Record<Ability, boolean>>;
}

const NEEDS = {
  post: "ledger:write",
  correct: "analytics:write",
  approve: "ledger:approve",
  administer: "admin",
  audit: "audit:read",
  verify: "audit:verify",
  analyse: "analytics:write",
  ask: "analytics:run",
  simulate: "metrics:write",
  publishNav: "nav:publish",
  seeInvestors: "investors:read",
  registerInvestors: "investors:write",
} as const;

type Ability = keyof typeof NEEDS;

interface Identity {
  readonly subject: string;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly acr: string | undefined;
}

export function viewerOf({ subject, name, email, roles, scopes, acr }: Identity): Viewer {
  const may = Object.fromEntries(
    Object.entries(NEEDS).map(([ability, scope]) => [ability, scopes.includes(scope)]),
  ) as Viewer["may"];
  return { id: subject, name, email, roles, secondFactor: acr === "mfa", may };
}

/** "fund-manager" as "Fund manager". */
export function roleName(role: string): string {
  const words = role.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
