import type { ReachableSystem } from "./reachable-system.ts";

/** A fund with a cash account and an equity account, opened through the public API. */
export interface SmallBook {
  readonly fundId: string;
  readonly cashId: string;
  readonly capitalId: string;
}

export async function openSmallBook(system: ReachableSystem, name: string): Promise<SmallBook> {
  const { openFund } = await system.ask<{ openFund: { id: string } }>(
    `mutation ($name: String!) { openFund(input: { name: $name, currency: "EUR" }) { id } }`,
    { name },
  );
  const open = async (code: string, type: string): Promise<string> => {
    const { openAccount } = await system.ask<{ openAccount: { id: string } }>(
      `mutation ($input: OpenAccountInput!) { openAccount(input: $input) { id } }`,
      { input: { fundId: openFund.id, code, name: code, type, currency: "EUR" } },
    );
    return openAccount.id;
  };
  return {
    fundId: openFund.id,
    cashId: await open("1000", "ASSET"),
    capitalId: await open("3000", "EQUITY"),
  };
}

/** The body of a REST posting that moves money from capital to cash. */
export const deposit = (book: SmallBook, amount: string, more: object = {}): object => ({
  fundId: book.fundId,
  effectiveDate: "2026-11-02",
  description: "Subscription Northgate pension scheme",
  entries: [
    { accountId: book.cashId, side: "DEBIT", amount },
    { accountId: book.capitalId, side: "CREDIT", amount },
  ],
  ...more,
});

export const postTransaction = async (
  system: ReachableSystem,
  body: object | string,
  key?: string,
): Promise<Response> =>
  fetch(system.url(8000, "/api/v1/transactions"), {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(await system.authorization()),
      ...(key === undefined ? {} : { "idempotency-key": key }),
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  });
