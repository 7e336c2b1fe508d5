import type { RequestContext } from "@allfunds/platform/context";
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
  /** What an unmet policy is refused with where FORBIDDEN would not say enough, by its name. */
  readonly denials?: Readonly<Record<string, Denial>>;
  /** `field` leaves out what a caller may not see, `operation` refuses all of it. */
  readonly deny: "field" | "operation";
  /** Whether somebody has signed in. */
  readonly isAuthenticated: (context: RequestContext) => boolean;
}

export type Denial = "UNAUTHENTICATED" | "FORBIDDEN" | "STEP_UP_REQUIRED";

// A caller is remembered with its token, and so its scopes are the same list again.
const writtenScopes = new WeakMap<readonly string[], string>();

/** Equal for the same scopes in any order. */
function scopesText(scopes: readonly string[]): string {
  const written = writtenScopes.get(scopes) ?? JSON.stringify([...scopes].sort());
  writtenScopes.set(scopes, written);
  return written;
}

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
    if (requirement === undefined) return undefined;
    const isAuthenticated = this.#access.isAuthenticated(this.#context);
    const refusal = isAuthenticated ? "FORBIDDEN" : "UNAUTHENTICATED";
    if (!this.#hasScopes(requirement, isAuthenticated)) return refusal;
    const { policies } = requirement;
    if (policies === undefined) return undefined;
    this.#askedPolicies = true;
    const unmet = this.#unmetPolicies(policies, coordinate, args());
    if (unmet.some((group) => group.length === 0)) return undefined;
    return isAuthenticated ? this.#wayOut(unmet) : refusal;
  }

  /** Whether a policy had a say: only then does the outcome depend on more than sign-in and scopes. */
  get askedPolicies(): boolean {
    return this.#askedPolicies;
  }

  /** What the outcome depends on as long as no policy has a say. */
  get standing(): string {
    return `${this.#access.isAuthenticated(this.#context)} ${scopesText(this.#context.scopes)}`;
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

  #hasScopes({ authenticated, scopes }: Requirement, isAuthenticated: boolean): boolean {
    if (authenticated && !isAuthenticated) return false;
    const held = this.#context.scopes;
    return scopes === undefined || scopes.some((all) => all.every((scope) => held.includes(scope)));
  }

  /** Of each group the policies that are not met. All are asked before any is judged, so that one round is enough. */
  #unmetPolicies(
    policies: readonly (readonly string[])[],
    coordinate: string,
    args: Readonly<Record<string, unknown>>,
  ): string[][] {
    return policies.map((all) => all.filter((name) => !this.#policy(name, coordinate, args)));
  }

  /** A denial the caller can do something about, when that alone would open one of the groups. */
  #wayOut(unmet: readonly (readonly string[])[]): Denial {
    for (const group of unmet) {
      const [first, ...others] = group.map((name) => this.#access.denials?.[name] ?? "FORBIDDEN");
      const isWayOut = first !== "FORBIDDEN" && others.every((denial) => denial === first);
      if (first !== undefined && isWayOut) return first;
    }
    return "FORBIDDEN";
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
