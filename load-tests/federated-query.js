// One query that the gateway answers from all three subgraphs.
import { fundId } from "./demo.js";
import { expect, graph, isAmount } from "./target.js";

const QUERY = `query ($id: ID!) {
  fund(id: $id) {
    name currency position
    metrics { position cash { amount currency } netAssetValue { amount } }
    transactions(first: 10) {
      nodes { id description entries { side amount { amount } } category { code confidence } }
    }
  }
}`;

export function federatedQuery() {
  expect("federated query", graph("federated query", QUERY, { id: fundId }), {
    "no errors": ({ errors }) => errors === undefined,
    "figures as new as the book": ({ data }) =>
      data.fund.metrics.position >= data.fund.position && isAmount(data.fund.metrics.cash.amount),
    "every transaction balanced and categorised": ({ data }) =>
      data.fund.transactions.nodes.length === 10 &&
      data.fund.transactions.nodes.every(
        ({ entries, category }) => sumOf(entries) === 0 && category !== null,
      ),
  });
}

function sumOf(entries) {
  return entries.reduce((sum, { side, amount }) => {
    const cents = Math.round(Number(amount.amount) * 100);
    return side === "DEBIT" ? sum + cents : sum - cents;
  }, 0);
}
