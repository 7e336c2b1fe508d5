import { createHash } from "node:crypto";

/**
 * The net effect of one day's transactions on one account, kept apart by flow: a flow is the transactions
 * that move money between the same accounts in the same directions, or a single transaction. Inflow and
 * outflow are netted per transaction over all accounts that count as cash, so they follow from flows
 * whichever accounts count, and from sums per account they would not.
 */
export interface FlowPart extends FlowNet {
  tenantId: string;
  fundId: string;
  currency: string;
  day: string;
  /** UUID of the flow. */
  flow: string;
}

/** A net effect on an account that counts as cash where both accounts do; mostly they are the same. */
export interface FlowNet {
  readonly accountId: string;
  readonly withAccountId: string;
  /** Debits less credits in minor units. */
  readonly net: bigint;
}

type FlowOf = Pick<FlowPart, "tenantId" | "fundId" | "currency" | "day"> & {
  transactionId: string;
  /** The net effects of one transaction in one currency. */
  nets: readonly FlowNet[];
};

type Kept = Omit<FlowOf, "nets"> & { name: string; nets: Map<string, FlowNet> };

/** Adds transactions up to parts of flows. Sums, so their order and batches do not matter. */
export class FlowParts {
  readonly #flows = new Map<string, Kept>();

  /** Adds a transaction, or with `sign` -1 takes it out as it was added. */
  add({ nets: all, ...of }: FlowOf, sign: 1n | -1n = 1n): void {
    const nets = all.filter(({ net }) => net !== 0n);
    if (nets.length === 0) return;
    const name = addsUp(nets) ? directionsOf(nets) : of.transactionId;
    const key = `${of.tenantId} ${of.fundId} ${of.currency} ${of.day} ${name}`;
    const flow = this.#flows.get(key) ?? { ...of, name, nets: new Map<string, FlowNet>() };
    this.#flows.set(key, flow);
    for (const { accountId, withAccountId, net } of nets) {
      const part = `${accountId} ${withAccountId}`;
      const before = flow.nets.get(part)?.net ?? 0n;
      flow.nets.set(part, { accountId, withAccountId, net: before + sign * net });
    }
  }

  all(): FlowPart[] {
    return [...this.#flows.values()].flatMap(
      ({ tenantId, fundId, currency, day, name, transactionId, nets }) => {
        const flow = name === transactionId ? transactionId : idOf(name);
        return [...nets.values()].map((net) => {
          return { tenantId, fundId, currency, day, flow, ...net };
        });
      },
    );
  }
}

/**
 * Whether the directions alone decide on which side of zero any selection of the accounts ends up; then
 * transactions may be added up. They do where one account balances all others: a selection without it has
 * their sign, and one with it has what is left of it. And they do for an account on its own. What depends
 * on two accounts is kept by itself.
 */
function addsUp(nets: readonly FlowNet[]): boolean {
  if (nets.some(({ accountId, withAccountId }) => accountId !== withAccountId)) return false;
  if (nets.length === 1) return true;
  const debited = nets.filter(({ net }) => net > 0n).length;
  const balances = nets.reduce((total, { net }) => total + net, 0n) === 0n;
  return balances && (debited === 1 || debited === nets.length - 1);
}

const directionsOf = (nets: readonly FlowNet[]): string =>
  nets
    .map(({ accountId, net }) => `${net > 0n ? "+" : "-"}${accountId}`)
    .sort()
    .join(" ");

/** A UUID that is the same for the same name: a name is too long for an index. */
const idOf = (name: string): string => createHash("sha256").update(name).digest("hex").slice(0, 32);
