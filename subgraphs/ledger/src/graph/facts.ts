import { maySeeFund } from "@allfunds/platform/auth";
import type { RequestContext } from "@allfunds/platform/context";
import { grantsOf } from "@allfunds/platform/tenancy";

/** A kind of facts that never change, such as the currency of an account. */
export interface FactKind<Fact> {
  /** How many an instance holds. */
  readonly most: number;
  /** The fund that a caller must be allowed to see. */
  readonly fundOf: (fact: Fact) => string;
}

/** Facts of one kind by tenant and id; when there are too many the oldest are evicted. */
export class FactCache<Fact> {
  readonly #most: number;
  readonly #facts = new Map<string, Fact>();

  constructor(most: number) {
    this.#most = most;
  }

  get(tenantId: string, id: string): Fact | undefined {
    return this.#facts.get(`${tenantId}/${id}`);
  }

  put(tenantId: string, id: string, fact: Fact): void {
    const name = `${tenantId}/${id}`;
    if (!this.#facts.has(name) && this.#facts.size >= this.#most) {
      const [oldest = name] = this.#facts.keys();
      this.#facts.delete(oldest);
    }
    this.#facts.set(name, fact);
  }
}

/** The facts that this instance has read, for whatever request they were read. */
export class SharedFacts {
  readonly #caches = new Map<FactKind<never>, FactCache<unknown>>();

  of<Fact>(kind: FactKind<Fact>): FactCache<Fact> {
    let cache = this.#caches.get(kind) as FactCache<Fact> | undefined;
    if (cache === undefined) this.#caches.set(kind, (cache = new FactCache(kind.most)));
    return cache;
  }
}

/** The part of them that one caller may see, as row-level security would show it. */
export class VisibleFacts {
  readonly #shared: SharedFacts;
  readonly #request: RequestContext;

  constructor(shared: SharedFacts, request: RequestContext) {
    this.#shared = shared;
    this.#request = request;
  }

  get<Fact>(kind: FactKind<Fact>, id: string): Fact | undefined {
    const fact = this.#shared.of(kind).get(this.#request.tenantId, id);
    if (fact === undefined) return undefined;
    return maySeeFund({ funds: grantsOf(this.#request) }, kind.fundOf(fact)) ? fact : undefined;
  }

  /** Keeps a fact that was just read for this caller's tenant, unless it is held already. */
  keep<Fact>(kind: FactKind<Fact>, id: string, make: () => Fact): void {
    const cache = this.#shared.of(kind);
    const { tenantId } = this.#request;
    if (cache.get(tenantId, id) === undefined) cache.put(tenantId, id, make());
  }
}
