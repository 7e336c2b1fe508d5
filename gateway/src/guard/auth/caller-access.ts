import type { RequestContext } from "@allfunds/platform/context";
import { LruCache } from "../../cache/lru-cache.ts";
import type { Denial } from "../../operation/findings.ts";
import type { AccessRules, Requirement } from "../../supergraph/access-rules.ts";

/** Decides a policy that `@policy` names. A policy that throws denies. */
type Policy = (
  context: RequestContext,
  args: Readonly<Record<string, unknown>>,
  /** The requested field, `Type.field`. */
  coordinate: string,
) => boolean | Promise<boolean>;

export interface AccessPolicy {
  /** By the names in `@policy`; an unknown name is never met. */
  readonly policies: Readonly<Record<string, Policy>>;
  /** The denial of an unmet policy by its name, FORBIDDEN where absent. */
  readonly denials?: Readonly<Record<string, Denial>>;
  /** `field` removes denied fields from the operation, `operation` refuses the whole operation. */
  readonly deny: "field" | "operation";
  /** Whether the request carries a verified identity. */
  readonly isAuthenticated: (context: RequestContext) => boolean;
}

const MOST_SETS = 10_000;
/** A number for each set of scopes. None is given twice: a set that was evicted gets another one. */
const numberOfSet = new LruCache<string, number>(MOST_SETS);
// Callers are cached by their token, so that the same list of scopes comes again.
const numberOfList = new WeakMap<readonly string[], number>();
let lastNumber = 0;

/** Equal only for the same scopes, in any order. */
function scopesNumber(scopes: readonly string[]): number {
  const known = numberOfList.get(scopes);
  if (known !== undefined) return known;
  const text = JSON.stringify([...scopes].sort());
  const number = numberOfSet.get(text) ?? (lastNumber += 1);
  numberOfSet.set(text, number);
  numberOfList.set(scopes, number);
  return number;
}

/** A number of what a caller's access depends on when no policy is evaluated: sign-in and scopes. */
export const standingOf = (context: RequestContext, access: AccessPolicy): number =>
  2 * scopesNumber(context.scopes) + (access.isAuthenticated(context) ? 1 : 0);

/** The access of one caller. Policies may be asynchronous, so they are evaluated in rounds. */
export class CallerAccess {
  readonly #rules: AccessRules;
  readonly #context: RequestContext;
  readonly #access: AccessPolicy;
  #usesPolicies = false;
  readonly #decisions = new Map<string, boolean>();
  readonly #pending = new Map<string, () => boolean | Promise<boolean>>();

  constructor(rules: AccessRules, context: RequestContext, access: AccessPolicy) {
    this.#rules = rules;
    this.#context = context;
    this.#access = access;
  }

  /** Why a rule denies the caller; undefined when it allows, or when there is no rule. */
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
    this.#usesPolicies = true;
    const unmet = this.#unmetPolicies(policies, coordinate, args());
    if (unmet.some((group) => group.length === 0)) return undefined;
    return isAuthenticated ? this.#resolvableDenial(unmet) : refusal;
  }

  /** Whether a policy was evaluated: only then does the outcome depend on more than sign-in and scopes. */
  get usesPolicies(): boolean {
    return this.#usesPolicies;
  }

  has(rule: string): boolean {
    return this.#rules.has(rule);
  }

  /** Evaluates the pending policies; false when there were none, and all decisions so far are final. */
  async settle(): Promise<boolean> {
    if (this.#pending.size === 0) return false;
    const pending = [...this.#pending];
    this.#pending.clear();
    await Promise.all(
      pending.map(async ([key, decide]) => {
        let met = false;
        try {
          met = await decide();
        } catch {
          // A failing policy denies.
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

  /** The unmet policies of each group. All are requested before one is judged, so that one round is enough. */
  #unmetPolicies(
    policies: readonly (readonly string[])[],
    coordinate: string,
    args: Readonly<Record<string, unknown>>,
  ): string[][] {
    return policies.map((all) => all.filter((name) => !this.#policy(name, coordinate, args)));
  }

  /** A denial the caller can resolve, when that alone would satisfy one of the groups. */
  #resolvableDenial(unmet: readonly (readonly string[])[]): Denial {
    for (const group of unmet) {
      const [first, ...others] = group.map((name) => this.#access.denials?.[name] ?? "FORBIDDEN");
      const isResolvable = first !== "FORBIDDEN" && others.every((denial) => denial === first);
      if (first !== undefined && isResolvable) return first;
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
    if (decided === undefined)
      this.#pending.set(key, () => policy(this.#context, args, coordinate));
    return decided ?? false;
  }
}
