import type { RequestContext } from "@allfunds/platform";
import type { AccessRules, Requirement } from "./access-rules.ts";

/** Decides what `@policy` names. Whatever throws denies. */
type Policy = (
  context: RequestContext,
  args: Readonly<Record<string, unknown>>,
  /** The field asked for, `Type.field`. */
  coordinate: string,
) => boolean | Promise<boolean>;

export interface AccessPolicy {
  /** By the names `@policy` uses; one that is not here is never met. */
  readonly policies: Readonly<Record<string, Policy>>;
  /** `field` leaves out what a caller may not see, `operation` refuses all of it. */
  readonly deny: "field" | "operation";
  /** Whether somebody has signed in. */
  readonly isAuthenticated: (context: RequestContext) => boolean;
}

export type Denial = "UNAUTHENTICATED" | "FORBIDDEN";

/** What one caller may reach. Policies answer in their own time, so they are asked in rounds. */
export class CallerAccess {
  readonly #rules: AccessRules;
  readonly #context: RequestContext;
  readonly #access: AccessPolicy;
  #askedPolicies = false;
  readonly #decisions = new Map<string, boolean>();
  readonly #asked = new Map<string, () => boolean | Promise<boolean>>();

  constructor(rules: AccessRules, context: RequestContext, access: AccessPolicy) {
    this.#rules = rules;
    this.#context = context;
    this.#access = access;
  }

  /** Why the caller may not have what a rule guards; undefined when it may, or when nothing guards it. */
  denialOf(
    rule: string,
    coordinate: string,
    args: () => Readonly<Record<string, unknown>>,
  ): Denial | undefined {
    const requirement = this.#rules.get(rule);
    if (requirement === undefined || this.#meets(requirement, coordinate, args)) return undefined;
    return this.#access.isAuthenticated(this.#context) ? "FORBIDDEN" : "UNAUTHENTICATED";
  }

  /** Whether a policy had a say: only then does the outcome depend on more than sign-in and scopes. */
  get askedPolicies(): boolean {
    return this.#askedPolicies;
  }

  /** What the outcome depends on as long as no policy has a say. */
  get standing(): string {
    const { scopes } = this.#context;
    return `${this.#access.isAuthenticated(this.#context)} ${JSON.stringify([...scopes].sort())}`;
  }

  has(rule: string): boolean {
    return this.#rules.has(rule);
  }

  /** Asks the policies that came up; false when there were none, and all that was said so far stands. */
  async settle(): Promise<boolean> {
    if (this.#asked.size === 0) return false;
    const asked = [...this.#asked];
    this.#asked.clear();
    await Promise.all(
      asked.map(async ([key, decide]) => {
        let met = false;
        try {
          met = await decide();
        } catch {
          // A policy that cannot tell has not allowed it.
        }
        this.#decisions.set(key, met);
      }),
    );
    return true;
  }

  #meets(
    { authenticated, scopes, policies }: Requirement,
    coordinate: string,
    args: () => Readonly<Record<string, unknown>>,
  ): boolean {
    if (authenticated && !this.#access.isAuthenticated(this.#context)) return false;
    const held = this.#context.scopes;
    if (scopes !== undefined && !scopes.some((all) => all.every((scope) => held.includes(scope))))
      return false;
    if (policies === undefined) return true;
    this.#askedPolicies = true;
    const given = args();
    // Every policy is asked before any group is judged, so that one round is enough.
    const met = policies.map((all) => all.map((name) => this.#policy(name, coordinate, given)));
    return met.some((all) => all.every(Boolean));
  }

  #policy(name: string, coordinate: string, args: Readonly<Record<string, unknown>>): boolean {
    const policy = Object.hasOwn(this.#access.policies, name)
      ? this.#access.policies[name]
      : undefined;
    if (policy === undefined) return false;
    const key = `${name} ${coordinate} ${JSON.stringify(args)}`;
    const decided = this.#decisions.get(key);
    if (decided === undefined) this.#asked.set(key, () => policy(this.#context, args, coordinate));
    return decided ?? false;
  }
}
