import type { Asker } from "./asker.ts";
import { money } from "./books.ts";
import { coded } from "./coded.ts";
import type { Switches } from "./resolvers.ts";

const SET_AT = "2026-11-22T09:30:00.000Z";

/** One limit for every fund, in EUR. */
export function createLimits(switches: Switches) {
  const view = () => ({
    currency: "EUR",
    amount: switches.limit === undefined ? null : money(switches.limit, "EUR").amount,
    setAt: SET_AT,
    fund: null,
  });
  return {
    approvalLimits: () => ({
      nodes: switches.limit === undefined ? [] : [view()],
      pageInfo: { hasNextPage: false, hasPreviousPage: false },
    }),
    setApprovalLimit: ({ input }: { input: { amount: string | null } }, asker: Asker) => {
      if (!asker.scopes.includes("admin")) throw coded("FORBIDDEN", "This needs the scope admin.");
      const { amount } = input;
      switches.limit = amount === null ? undefined : BigInt(Math.round(Number(amount) * 100));
      return view();
    },
  };
}
