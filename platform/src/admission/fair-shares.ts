/** Whose request it is. A caller that was not identified yet counts by its address, beside all others like it. */
export interface Requester {
  readonly tenant: string;
  readonly client: string;
}

export type Refusal = "limit" | "share";

/** Over how long places and arrivals are averaged. */
const AVERAGED_MS = 2_000;
/** Whose average is smaller counts no more. */
const NEGLIGIBLE = 0.01;
/**
 * Who needs less than its share may have so many places at once, or its share where that is more. Of independent
 * arrivals that need one place on average, one in 100,000 finds eight taken.
 */
const BURST = 8;
/** Times of requests differ by when they were let in. So many times as long as those of all: they are other requests. */
const COSTLY = 2;
/**
 * Who needs more than its share, and less than so many times as much, is let in while it has no more than its share. A
 * server that is short of little has no tenant below: places would go to those who send most.
 */
const NEARLY = 3;
/** A small client of a tenant that uses all of its share is let in all the same, while the tenant has not so much more. */
const SLACK = 1.25;
/** All of those together may have so many times the limit, or so many places where the limit is small. */
const RESERVE = { times: 2.25, places: 32 };
/** Shares are computed again after so long: averages move slowly, and a crowd is refused thousands of times a second. */
const SHARES_LAST_MS = 20;
/** With more tenants and clients than this, those that are gone are looked for, once in so long. */
const MOST_KEPT = 10_000;
const CLEARED_EVERY_MS = 1_000;

/** Who uses places, now and on average, and how many requests came and were let in lately. */
class Usage {
  running = 0;
  #average = 0;
  #arrived = 0;
  #admitted = 0;
  #atMs: number;

  constructor(nowMs: number) {
    this.#atMs = nowMs;
  }

  averageAt(nowMs: number): number {
    if (nowMs === this.#atMs) return this.#average;
    const weight = Math.exp((this.#atMs - nowMs) / AVERAGED_MS);
    this.#average = this.#average * weight + this.running * (1 - weight);
    this.#arrived *= weight;
    this.#admitted *= weight;
    this.#atMs = nowMs;
    return this.#average;
  }

  /** How many places it would use if none of its requests were refused: arrivals times the time of one, by Little's law. */
  demandAt(nowMs: number, all: Usage): number {
    const average = this.averageAt(nowMs);
    if (this.#admitted < NEGLIGIBLE) return average;
    const [own, usual] = [average / this.#admitted, all.averageAt(nowMs) / all.#admitted];
    return this.#arrived * (own > COSTLY * usual ? own : Math.min(own, usual));
  }

  arrive(nowMs: number): void {
    this.averageAt(nowMs);
    this.#arrived += 1;
  }

  begin(nowMs: number): void {
    this.averageAt(nowMs);
    this.#admitted += 1;
    this.running += 1;
  }

  end(nowMs: number): void {
    this.averageAt(nowMs);
    this.running -= 1;
  }

  isGone(nowMs: number): boolean {
    return this.running === 0 && this.averageAt(nowMs) < NEGLIGIBLE;
  }
}

/** What each of several may use, as computed lately. One that comes for the first time changes nothing of it. */
class Share {
  #value = 0;
  #atMs = -Infinity;

  of(usages: Map<string, Usage>, places: number, all: Usage, nowMs: number): number {
    if (nowMs - this.#atMs >= SHARES_LAST_MS) {
      removeGone(usages, nowMs);
      const demands = [...usages.values()].map((usage) => usage.demandAt(nowMs, all));
      this.#value = shareOf(demands, places);
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
 * The requests under way, by tenant and within a tenant by client. What the server does is shared by max-min fairness:
 * what some do not need, the others have, and who needs less than an equal share is not refused because of others.
 */
export class FairShares {
  readonly #tenants = new Map<string, Tenant>();
  readonly #share = new Share();
  readonly #all = new Usage(0);
  /** No fewer than there are. */
  #kept = 0;
  #clearedAtMs = -Infinity;

  get running(): number {
    return this.#all.running;
  }

  /** How many tenants and clients are kept in memory, at most. */
  get kept(): number {
    return this.#kept;
  }

  /** Counts a request in, or returns why not. Every request that was counted in must be counted out once. */
  enter({ tenant, client }: Requester, limit: number, nowMs: number): Refusal | undefined {
    const own = this.#tenants.get(tenant) ?? new Tenant(nowMs);
    const caller = own.clients.get(client) ?? new Usage(nowMs);
    for (const one of [own, caller]) one.arrive(nowMs);
    const refusal = this.running < limit ? undefined : this.#refusalOf(own, caller, limit, nowMs);
    if (refusal !== undefined) return refusal;
    if (!this.#tenants.has(tenant)) this.#kept += 1;
    if (!own.clients.has(client)) this.#kept += 1;
    this.#tenants.set(tenant, own);
    own.clients.set(client, caller);
    for (const one of [this.#all, own, caller]) one.begin(nowMs);
    if (this.#kept > MOST_KEPT) this.#dropGone(nowMs);
    return undefined;
  }

  leave({ tenant, client }: Requester, nowMs: number): void {
    const own = this.#tenants.get(tenant);
    const caller = own?.clients.get(client);
    if (own === undefined || caller === undefined) return;
    for (const one of [this.#all, own, caller]) one.end(nowMs);
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

  /**
   * When all places are taken. Shares are of what runs on average, where that is more than the limit: small tenants run
   * beyond it, and a limit that fell below what they need together must not be divided among them.
   */
  #refusalOf(own: Tenant, caller: Usage, limit: number, nowMs: number): Refusal | undefined {
    const all = this.#all;
    const places = Math.max(limit, all.averageAt(nowMs));
    const tenantShare = this.#share.of(this.#tenants, places, all, nowMs);
    const clientShare = own.share.of(own.clients, tenantShare, all, nowMs);
    const isOnly = isAlone(own, this.#tenants) && isAlone(caller, own.clients);
    const isBelow =
      !isOnly &&
      isWithin(caller, clientShare, all, nowMs) &&
      caller.running < Math.max(BURST, clientShare) &&
      // What a tenant has, not what it needs: a large client of it must not take the places of its small ones.
      own.averageAt(nowMs) < tenantShare * SLACK &&
      own.running < Math.max(BURST, tenantShare * SLACK);
    if (!isBelow) return isOnly ? "limit" : "share";
    let ofThoseBelow = 0;
    for (const one of this.#tenants.values())
      if (isWithin(one, tenantShare, all, nowMs)) ofThoseBelow += one.running;
    return ofThoseBelow < Math.max(RESERVE.places, limit * RESERVE.times) ? undefined : "limit";
  }
}

/** Whether one is to be let in beyond the limit, by what it needs and what it has. */
function isWithin(one: Usage, share: number, all: Usage, nowMs: number): boolean {
  const demand = one.demandAt(nowMs, all);
  return demand < share || (demand < share * NEARLY && one.averageAt(nowMs) < share * SLACK);
}

const isAlone = (coming: Usage, usages: Map<string, Usage>): boolean =>
  [...usages.values()].every((one) => one === coming);

function removeGone(usages: Map<string, Usage>, nowMs: number): void {
  for (const [name, usage] of usages) if (usage.isGone(nowMs)) usages.delete(name);
}

/** What each may use so that all together use no more than there is; what is left over is the largest's. */
function shareOf(demands: readonly number[], places: number): number {
  let left = places;
  const sorted = demands.toSorted((a, b) => a - b);
  for (const [index, own] of sorted.entries()) {
    const share = left / (sorted.length - index);
    if (own >= share) return share;
    left -= own;
  }
  return left + (sorted.at(-1) ?? 0);
}
