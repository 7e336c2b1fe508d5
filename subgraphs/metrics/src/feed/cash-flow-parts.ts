import { createHash } from "node:crypto";

/**
 * The net effect of one day's transactions on one account, kept apart by flow: a flow is the transactions
 * that move money between the same accounts in the same directions, or a single transaction. Inflow and
 * outflow are netted per transaction over all accounts that count as cash, so they follow from flows
 * whichever accounts count, and from sums per account they would not.
 */
export interface FlowPart {
  tenantId: string;
  fundId: string;
  currency: string;
  day: string;
  /** UUID of the flow. */
  flow: string;
  accountId: string;
  /** Debits less credits in minor units. */
  net: bigint;
}

type FlowOf = Pick<FlowPart, "tenantId" | "fundId" | "currency" | "day"> & {
  transactionId: string;
  /** Debits less credits of one transaction in one currency, by account. */
  nets: ReadonlyMap<string, bigint>;
};

/** Adds transactions up to parts of flows. Sums, so their order and batches do not matter. */
export class FlowParts {
  readonly #flows = new Map<string, FlowOf & { name: string; nets: Map<string, bigint> }>();

  add(of: FlowOf): void {
    const nets = [...of.nets].filter(([, net]) => net !== 0n);
    if (nets.length === 0) return;
    const name = addsUp(nets) ? directionsOf(nets) : of.transactionId;
    const key = `${of.tenantId} ${of.fundId} ${of.currency} ${of.day} ${name}`;
    const flow = this.#flows.get(key);
    if (flow === undefined) {
      this.#flows.set(key, { ...of, name, nets: new Map(nets) });
      return;
    }
    for (const [accountId, net] of nets) {
      flow.nets.set(accountId, (flow.nets.get(accountId) ?? 0n) + net);
    }
  }

  all(): FlowPart[] {
    return [...this.#flows.values()].flatMap(
      ({ tenantId, fundId, currency, day, name, transactionId, nets }) => {
        const flow = name === transactionId ? transactionId : idOf(name);
        return [...nets].map(([accountId, net]) => {
          return { tenantId, fundId, currency, day, flow, accountId, net };
        });
      },
    );
  }
}

type Nets = readonly (readonly [accountId: string, net: bigint])[];

/**
 * Whether the directions alone decide on which side of zero any selection of the accounts ends up; then
 * transactions may be added up. They do where one account balances all others: a selection without it has
 * their sign, and one with it has what is left of it. And they do for an account on its own.
 */
function addsUp(nets: Nets): boolean {
  if (nets.length === 1) return true;
  const debited = nets.filter(([, net]) => net > 0n).length;
  const balances = nets.reduce((total, [, net]) => total + net, 0n) === 0n;
  return balances && (debited === 1 || debited === nets.length - 1);
}

const directionsOf = (nets: Nets): string =>
  nets
    .map(([accountId, net]) => `${net > 0n ? "+" : "-"}${accountId}`)
    .sort()
    .join(" ");

/** A UUID that is the same for the same name: a name is too long for an index. */
const idOf = (name: string): string => createHash("sha256").update(name).digest("hex").slice(0, 32);
