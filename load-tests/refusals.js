// What a client may get wrong with a transaction, and who may not post one: each is refused with its own code.
import { authorization, readersAuthorization } from "./access.js";
import { deposit } from "./book.js";
import { endpoints } from "./demo.js";
import { expect, restAs } from "./target.js";

const UNKNOWN = "0193a8c0-ffff-7000-8000-000000000000";

/** @type {[mistake: string, status: number, code: string, make: (order: any) => void][]} */
const MISTAKES = [
  ["unbalanced", 422, "LEDGER_UNBALANCED", ({ entries }) => (entries[1].amount = "5.01")],
  ["unknown account", 404, "ACCOUNT_NOT_FOUND", ({ entries }) => (entries[1].accountId = UNKNOWN)],
  ["wrong currency", 422, "CURRENCY_MISMATCH", ({ entries }) => (entries[0].currency = "USD")],
  ["exponent", 400, "INVALID_AMOUNT", ({ entries }) => (entries[0].amount = "1e3")],
];

/** @type {[caller: string, headers: () => object, status: number, code: string][]} */
const CALLERS = [
  ["no token", () => ({}), 401, "UNAUTHENTICATED"],
  ["a forged token", () => ({ authorization: "Bearer e30.e30.e30" }), 401, "UNAUTHENTICATED"],
  ["a client that may only read", readersAuthorization, 403, "FORBIDDEN"],
];

export function refusals(book) {
  for (const [mistake, status, code, make] of MISTAKES) {
    const order = deposit(book, "5.00", `Refused: ${mistake}`);
    make(order);
    refused(mistake, authorization(), order, status, code);
  }
  refused("malformed JSON", authorization(), '{"fundId": ', 400, "MALFORMED_BODY");
  for (const [caller, headers, status, code] of CALLERS) {
    const order = deposit(book, "5.00", `Refused: ${caller}`);
    refused(`by ${caller}`, headers(), order, status, code);
  }
}

function refused(mistake, caller, body, expectedStatus, expectedCode) {
  const answer = restAs(caller, "POST", endpoints.rest, "/transactions", body, {}, expectedStatus);
  expect(`POST ${mistake}`, answer, {
    "refused with its code": ({ status, body: problem }) =>
      status === expectedStatus && problem.code === expectedCode && problem.status === status,
  });
}
