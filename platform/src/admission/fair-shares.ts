/** Whose request it is. A caller that was not identified yet counts by its address, beside all others like it. */
export interface Requester {
  readonly tenant: string;
  readonly client: string;
}

export type Refusal = "limit" | "share";

/** Over how long the use of places is averaged. */
const AVERAGED_MS = 2_000;
/** Whose average is smaller counts no more. */
const NEGLIGIBLE = 0.01;
/** Who uses less than its share on average may have so many places at once, or its share where that is more. */
const BURST = 3;
/** A small client of a tenant that uses all of its share is let in all the same, while the tenant has not so much more. */
const SLACK = 1.25;
/** All of those together may go beyond the limit by so much. */
const RESERVE = 2.25;
/** Shares are computed again after so long: averages move slowly, and a crowd is refused thousands of times a second. */
const SHARES_LAST_MS = 20;
/** With more tenants and clients than this, those that are gone are looked for, once in so long. */
const MOST_KEPT = 10_000;
const CLEARED_EVERY_MS = 1_000;

/** Who uses places, now and on average. */
class Usage {
  running = 0;
  #average = 0;
  #atMs: number;

  constructor(nowMs: number) {
    this.#atMs = nowMs;
  }

  averageAt(nowMs: number): number {
    const weight = Math.exp((this.#atMs - nowMs) / AVERAGED_MS);
    this.#average = this.#average * weight + this.running * (1 - weight);
    this.#atMs = nowMs;
    return this.#average;
  }

  change(by: 1 | -1, nowMs: number): void {
    this.averageAt(nowMs);
    this.running += by;
  }

  isGone(nowMs: number): boolean {
    return this.running === 0 && this.averageAt(nowMs) < NEGLIGIBLE;
  }

  /** Whether it uses less than a share, on average and, but for a short burst, now. */
  isBelow(share: number, nowMs: number): boolean {
    return this.averageAt(nowMs) < share && this.running < Math.max(BURST, share);
  }
}

/** What each of several may use, as computed lately. One that comes for the first time changes nothing of it. */
class Share {
  #value = 0;
  #atMs = -Infinity;

  of(usages: Map<string, Usage>, all: number, nowMs: number): number {
    if (nowMs - this.#atMs >= SHARES_LAST_MS) {
      removeGone(usages, nowMs);
      this.#value = shareOf([...usages.values()], all, nowMs);
      this.#atMs = nowMs;
    }
    return this.#value;
  }
}

class Tenant extends Usage {
  readonly clients = new Map<string, Usage>();
  readonly share = new Share();
}

/**
 * The requests under way, by tenant and within a tenant by client. Places are shared by max-min fairness: what some do
 * not use, the others have, and who uses less than an equal share is not refused because of others.
 */
export class FairShares {
  readonly #tenants = new Map<string, Tenant>();
  readonly #share = new Share();
  #running = 0;
  /** No fewer than there are. */
  #kept = 0;
  #clearedAtMs = -Infinity;

  get running(): number {
    return this.#running;
  }

  /** How many tenants and clients are kept in memory, at most. */
  get kept(): number {
    return this.#kept;
  }

  /** Counts a request in, or returns why not. Every request that was counted in must be counted out once. */
  enter({ tenant, client }: Requester, limit: number, nowMs: number): Refusal | undefined {
    const own = this.#tenants.get(tenant) ?? new Tenant(nowMs);
    const caller = own.clients.get(client) ?? new Usage(nowMs);
    const refusal = this.#running < limit ? undefined : this.#refusalOf(own, caller, limit, nowMs);
    if (refusal !== undefined) return refusal;
    if (!this.#tenants.has(tenant)) this.#kept += 1;
    if (!own.clients.has(client)) this.#kept += 1;
    this.#tenants.set(tenant, own);
    own.clients.set(client, caller);
    own.change(1, nowMs);
    caller.change(1, nowMs);
    this.#running += 1;
    if (this.#kept > MOST_KEPT) this.#dropGone(nowMs);
    return undefined;
  }

  leave({ tenant, client }: Requester, nowMs: number): void {
    const own = this.#tenants.get(tenant);
    const caller = own?.clients.get(client);
    if (own === undefined || caller === undefined) return;
    own.change(-1, nowMs);
    caller.change(-1, nowMs);
    this.#running -= 1;
  }

  /** Who is gone is also removed while places are free: a client may come once from each of many addresses. */
  #dropGone(nowMs: number): void {
    if (nowMs - this.#clearedAtMs < CLEARED_EVERY_MS) return;
    this.#clearedAtMs = nowMs;
    this.#kept = 0;
    for (const [name, tenant] of this.#tenants) {
      removeGone(tenant.clients, nowMs);
      if (tenant.isGone(nowMs)) this.#tenants.delete(name);
      else this.#kept += 1 + tenant.clients.size;
    }
  }

  /** When all places are taken: what others have beyond their share does not count against those below theirs. */
  #refusalOf(own: Tenant, caller: Usage, limit: number, nowMs: number): Refusal | undefined {
    const tenantShare = this.#share.of(this.#tenants, limit, nowMs);
    const clientShare = own.share.of(own.clients, tenantShare, nowMs);
    const isOnly = isAlone(own, this.#tenants) && isAlone(caller, own.clients);
    const isBelow =
      !isOnly && caller.isBelow(clientShare, nowMs) && own.isBelow(tenantShare * SLACK, nowMs);
    if (!isBelow) return isOnly ? "limit" : "share";
    let ofThoseBelow = 0;
    for (const one of this.#tenants.values())
      if (one.averageAt(nowMs) < tenantShare) ofThoseBelow += one.running;
    return ofThoseBelow < limit * RESERVE ? undefined : "limit";
  }
}

const isAlone = (coming: Usage, usages: Map<string, Usage>): boolean =>
  [...usages.values()].every((one) => one === coming);

function removeGone(usages: Map<string, Usage>, nowMs: number): void {
  for (const [name, usage] of usages) if (usage.isGone(nowMs)) usages.delete(name);
}

/** What each may use on average so that all together use no more than there is; Infinity when they use less. */
function shareOf(usages: readonly Usage[], all: number, nowMs: number): number {
  let left = all;
  const averages = usages.map((usage) => usage.averageAt(nowMs)).toSorted((a, b) => a - b);
  for (const [index, own] of averages.entries()) {
    const share = left / (averages.length - index);
    if (own >= share) return share;
    left -= own;
  }
  return left + (averages.at(-1) ?? 0);
}
