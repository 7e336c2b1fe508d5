// After the load: the books of the test add up, entry by entry, and the followers agree with them.
import { endpoints } from "./demo.js";
import { cents, expect, graph, rest } from "./target.js";

const BOOK = `query ($id: ID!) {
  fund(id: $id) {
    position
    accounts(first: 50) { nodes { id type balance { amount } } }
    metrics { position netAssetValue { amount } }
  }
}`;

export function settlement(book) {
  const { data, errors } = graph("settlement", BOOK, { id: book.fundId });
  if (errors) {
    expect("settlement", errors, { "book can be read": () => false });
    return;
  }
  const accounts = data.fund.accounts.nodes;
  const sum = (...types) =>
    accounts
      .filter(({ type }) => types.includes(type))
      .reduce((total, { balance }) => total + cents(balance.amount), 0);

  expect("settlement", data.fund, {
    "debits equal credits": () => sum("ASSET", "EXPENSE") === sum("LIABILITY", "EQUITY", "INCOME"),
    "metrics have the whole book": ({ position, metrics }) => metrics.position >= position,
    "net asset value is that of the ledger": ({ metrics }) =>
      cents(metrics.netAssetValue.amount) === sum("ASSET") - sum("LIABILITY"),
  });
  expect("settlement of the ledger", runningBalance(book.cashId), {
    "every running balance follows from the one before": ({ broken }) => broken === 0,
    "the last one is the account's balance": ({ balance }) =>
      balance === cents(accounts.find(({ id }) => id === book.cashId).balance.amount),
  });
}

/** Adds up all entries of an asset account, page by page. */
function runningBalance(accountId) {
  let balance = 0;
  let broken = 0;
  let after = "";
  do {
    const path = `/ledger?accountId=${accountId}&first=200${after && `&after=${after}`}`;
    const { body } = rest("GET", endpoints.rest, path);
    for (const { side, amount, balanceAfter } of body.items) {
      balance += side === "DEBIT" ? cents(amount) : -cents(amount);
      if (balance !== cents(balanceAfter)) broken += 1;
    }
    after = body.nextCursor;
  } while (after);
  return { balance, broken };
}
