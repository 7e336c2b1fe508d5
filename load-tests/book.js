// A fund of the load test's own, so that the demo's figures stay what they are.
import { graph } from "./target.js";

const OPEN_FUND = `mutation ($input: OpenFundInput!) { openFund(input: $input) { id } }`;
const OPEN_ACCOUNT = `mutation ($input: OpenAccountInput!) { openAccount(input: $input) { id } }`;

export function openBook() {
  const name = `Load test ${new Date().toISOString()}`;
  const fundId = opened(graph("openFund", OPEN_FUND, { input: { name, currency: "EUR" } })).id;
  const account = (code, type) => {
    const input = { fundId, code, name: code, type, currency: "EUR" };
    return opened(graph("openAccount", OPEN_ACCOUNT, { input })).id;
  };
  return {
    fundId,
    cashId: account("1000", "ASSET"),
    capitalId: account("3000", "EQUITY"),
    adjustedId: account("1100", "ASSET"),
  };
}

function opened({ data, errors }) {
  if (errors) throw new Error(`The load test's book cannot be opened: ${JSON.stringify(errors)}`);
  return Object.values(data)[0];
}

/** A deposit as the REST bridge takes it. */
export function deposit(book, amount, description) {
  return {
    fundId: book.fundId,
    effectiveDate: new Date().toISOString().slice(0, 10),
    description,
    entries: [
      { accountId: book.cashId, side: "DEBIT", amount },
      { accountId: book.capitalId, side: "CREDIT", amount },
    ],
  };
}
