/** Whose request it is. A caller that was not identified yet counts by its address, beside all others like it. */
export interface Requester {
  readonly tenant: string;
  readonly client: string;
}

export type Refusal = "limit" | "share";

/** Who was idle so long counts no more among those who share. */
const ACTIVE_MS = 2_000;
/** Below this part of the limit no share is enforced: there are places for all. */
const ROOMY = 0.5;
/** A client below its share may go beyond the limit by so much: one above its share is refused first. */
const RESERVE = 1.25;
const MOST_KEPT = 10_000;

interface Usage {
  running: number;
  lastSeenMs: number;
}

/** The requests under way, by tenant and within a tenant by client. */
export class FairShares {
  readonly #tenants = new Map<string, Usage & { readonly clients: Map<string, Usage> }>();
  #running = 0;
  #kept = 0;

  get running(): number {
    return this.#running;
  }

  /** Counts a request in, or returns why not. Every request that was counted in must be counted out once. */
  enter({ tenant, client }: Requester, limit: number, nowMs: number): Refusal | undefined {
    if (this.#kept > MOST_KEPT) this.#dropIdle(nowMs);
    let own = this.#tenants.get(tenant);
    if (own === undefined) {
      own = { running: 0, lastSeenMs: nowMs, clients: new Map() };
      this.#tenants.set(tenant, own);
    }
    let caller = own.clients.get(client);
    if (caller === undefined) {
      caller = { running: 0, lastSeenMs: nowMs };
      own.clients.set(client, caller);
      this.#kept += 1;
    }
    own.lastSeenMs = nowMs;
    caller.lastSeenMs = nowMs;
    const refusal = this.#refusalOf(own, caller, limit, nowMs);
    if (refusal !== undefined) return refusal;
    own.running += 1;
    caller.running += 1;
    this.#running += 1;
    return undefined;
  }

  leave({ tenant, client }: Requester): void {
    const own = this.#tenants.get(tenant);
    const caller = own?.clients.get(client);
    if (own === undefined || caller === undefined) return;
    own.running -= 1;
    caller.running -= 1;
    this.#running -= 1;
  }

  #refusalOf(
    own: Usage & { readonly clients: ReadonlyMap<string, Usage> },
    caller: Usage,
    limit: number,
    nowMs: number,
  ): Refusal | undefined {
    if (this.#running < limit * ROOMY) return undefined;
    const tenantShare = Math.ceil(limit / activeOf(this.#tenants, nowMs));
    const share = Math.ceil(tenantShare / activeOf(own.clients, nowMs));
    const isWithin = own.running < tenantShare && caller.running < share;
    if (!isWithin) return this.#running < limit ? "share" : "limit";
    return this.#running < limit * RESERVE ? undefined : "limit";
  }

  #dropIdle(nowMs: number): void {
    for (const [tenant, { clients }] of this.#tenants) {
      for (const [client, usage] of clients) {
        if (isActive(usage, nowMs)) continue;
        clients.delete(client);
        this.#kept -= 1;
      }
      if (clients.size === 0) this.#tenants.delete(tenant);
    }
  }
}

const isActive = ({ running, lastSeenMs }: Usage, nowMs: number): boolean =>
  running > 0 || nowMs - lastSeenMs < ACTIVE_MS;

function activeOf(usages: ReadonlyMap<string, Usage>, nowMs: number): number {
  let active = 0;
  for (const usage of usages.values()) if (isActive(usage, nowMs)) active += 1;
  return Math.max(1, active);
}
