import fc from "fast-check";
import { expect, test } from "vitest";
import { FlowParts } from "./cash-flow-parts.ts";

const ACCOUNTS = ["a", "b", "c", "d"];
const of = { tenantId: "t", fundId: "f", currency: "EUR", day: "2026-01-05" };

const net = fc.bigInt({ min: -3n, max: 3n });
/** Up to four accounts; half of the transactions balance, the rest are one currency of an exchange. */
const transaction = fc
  .tuple(fc.boolean(), fc.array(net, { minLength: 1, maxLength: 4 }))
  .map(([balances, nets]) => {
    const rest = nets.slice(1).reduce((sum, each) => sum + each, 0n);
    return balances ? [-rest, ...nets.slice(1)] : nets;
  })
  .chain((nets) =>
    fc
      .shuffledSubarray(ACCOUNTS, { minLength: nets.length, maxLength: nets.length })
      .map((accounts) => new Map(nets.map((each, index) => [accounts[index], each] as const))),
  );

type Nets = ReadonlyMap<string, bigint>;

const flowNets = (nets: Nets) =>
  [...nets].map(([accountId, each]) => ({ accountId, withAccountId: accountId, net: each }));

const partsOf = (transactions: readonly Nets[], first = 0) => {
  const flows = new FlowParts();
  for (const [index, nets] of transactions.entries()) {
    flows.add({ ...of, transactionId: `transaction ${first + index}`, nets: flowNets(nets) });
  }
  return flows.all();
};

const sum = (side: readonly bigint[]) => side.reduce((total, each) => total + each, 0n);

function inAndOut(flows: readonly bigint[]) {
  return {
    inflow: sum(flows.filter((flow) => flow > 0n)),
    outflow: -sum(flows.filter((flow) => flow < 0n)),
  };
}

const cashOf = (nets: Iterable<readonly [string, bigint]>, cash: readonly string[]) =>
  [...nets].reduce((sum, [account, each]) => (cash.includes(account) ? sum + each : sum), 0n);

test("give what came in and went out whichever accounts count as cash", () => {
  fc.assert(
    fc.property(
      fc.array(transaction, { maxLength: 30 }),
      fc.subarray(ACCOUNTS),
      fc.nat(30),
      (transactions, cash, cut) => {
        const batches = [transactions.slice(0, cut), transactions.slice(cut)];
        const flows = new Map<string, bigint>();
        for (const [index, batch] of batches.entries()) {
          for (const part of partsOf(batch, index * cut)) {
            const flow = flows.get(part.flow) ?? 0n;
            flows.set(part.flow, flow + cashOf([[part.accountId, part.net]], cash));
          }
        }
        const direct = transactions.map((nets) => cashOf(nets, cash));
        expect(inAndOut([...flows.values()])).toEqual(inAndOut(direct));
      },
    ),
    { numRuns: 500 },
  );
});

const nets = (...of: [string, bigint][]): Nets => new Map(of);

test.each([
  ["payments between two accounts", [nets(["a", -5n], ["b", 5n]), nets(["a", -2n], ["b", 2n])], 1],
  [
    "payments with a fee",
    [nets(["a", -5n], ["b", 4n], ["c", 1n]), nets(["a", -9n], ["b", 7n], ["c", 2n])],
    1,
  ],
  ["a payment and one back", [nets(["a", -5n], ["b", 5n]), nets(["a", 5n], ["b", -5n])], 2],
  [
    "payments split over three accounts",
    [
      nets(["a", -6n], ["b", 1n], ["c", 2n], ["d", 3n]),
      nets(["a", -9n], ["b", 7n], ["c", 1n], ["d", 1n]),
    ],
    1,
  ],
  [
    "transactions of two accounts with two others",
    Array.from({ length: 2 }, () => nets(["a", -6n], ["b", -1n], ["c", 3n], ["d", 4n])),
    2,
  ],
  ["exchanges with a fee", Array.from({ length: 2 }, () => nets(["a", -6n], ["b", 1n])), 2],
  ["money there and back in one transaction", [nets(["a", 0n])], 0],
] as const)("%s add up where they may", (_name, transactions, flows) => {
  expect(new Set(partsOf(transactions).map(({ flow }) => flow)).size).toBe(flows);
});
