// What a client may get wrong with a transaction: each is refused with its own code.
import { deposit } from "./book.js";
import { endpoints, expect, rest } from "./target.js";

const NOBODY = "0193a8c0-ffff-7000-8000-000000000000";

/** @type {[mistake: string, status: number, code: string, make: (order: any) => void][]} */
const MISTAKES = [
  ["unbalanced", 422, "LEDGER_UNBALANCED", ({ entries }) => (entries[1].amount = "5.01")],
  ["unknown account", 404, "ACCOUNT_NOT_FOUND", ({ entries }) => (entries[1].accountId = NOBODY)],
  ["wrong currency", 422, "CURRENCY_MISMATCH", ({ entries }) => (entries[0].currency = "USD")],
  ["exponent", 400, "INVALID_AMOUNT", ({ entries }) => (entries[0].amount = "1e3")],
];

export function refusals(book) {
  for (const [mistake, status, code, make] of MISTAKES) {
    const order = deposit(book, "5.00", `Refused: ${mistake}`);
    make(order);
    refused(mistake, order, status, code);
  }
  refused("malformed JSON", '{"fundId": ', 400, "MALFORMED_BODY");
}

function refused(mistake, body, expectedStatus, expectedCode) {
  const answer = rest("POST", endpoints.rest, "/transactions", body, {}, expectedStatus);
  expect(`POST ${mistake}`, answer, {
    "refused with its code": ({ status, body: problem }) =>
      status === expectedStatus && problem.code === expectedCode && problem.status === status,
  });
}
