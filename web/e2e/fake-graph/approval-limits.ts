import type { Caller } from "./caller.ts";
import { money } from "./books.ts";
import { codedError } from "./coded-error.ts";
import type { Switches } from "./switches.ts";

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
    setApprovalLimit: ({ input }: { input: { amount: string | null } }, caller: Caller) => {
      if (!caller.scopes.includes("admin"))
        throw codedError("FORBIDDEN", "This needs the scope admin.");
      const { amount } = input;
      switches.limit = amount === null ? undefined : BigInt(Math.round(Number(amount) * 100));
      return view();
    },
  };
}
