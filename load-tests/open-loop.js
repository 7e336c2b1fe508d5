// Requests that arrive at a rate, whether or not earlier ones were answered: as clients do, and not as a loop does.
import { check } from "k6";
import http from "k6/http";
import { Counter, Rate, Trend } from "k6/metrics";
import { authorization } from "./access.js";
import { deposit } from "./book.js";
import { endpoints } from "./demo.js";

// An overloaded system may refuse, with a code and at once; it may not fail.
const REFUSALS = [429, 503];

/** Time of an answer that was a success, in milliseconds. */
const answered = new Trend("answer_duration", true);
/** Time of a refusal, in milliseconds. */
const refusedAfter = new Trend("refusal_duration", true);
/** The share of requests that were refused. */
const refused = new Rate("refused");
/** Events that were acknowledged. */
const events = new Counter("acknowledged_events");

const BULK_SIZE = 100;

const HEADERS = { "content-type": "application/json" };

function send(method, path, body, success, name) {
  const response = http.request(method, `${endpoints.rest}${path}`, body && JSON.stringify(body), {
    headers: { ...HEADERS, ...authorization(), "Idempotency-Key": crypto.randomUUID() },
    responseCallback: http.expectedStatuses(success, ...REFUSALS),
    tags: { name },
    timeout: "30s",
  });
  const isRefused = REFUSALS.includes(response.status);
  refused.add(isRefused);
  (isRefused ? refusedAfter : answered).add(response.timings.duration);
  check(response, {
    "a success, or a refusal with a code": () =>
      response.status === success || (isRefused && codeOf(response) !== undefined),
  });
  return response.status === success;
}

function codeOf(response) {
  try {
    return response.json("code");
  } catch {
    return undefined;
  }
}

/** One posting in three, the others reads of its account. */
export function arrival(book) {
  if (__ITER % 3 > 0) {
    send("GET", `/ledger?accountId=${book.cashId}&first=20`, null, 200, "GET ledger");
  } else if (
    send("POST", "/transactions", deposit(book, "1.00", "Open loop"), 201, "POST transactions")
  ) {
    events.add(1);
  }
}

/** A hundred postings in one request. */
export function bulk(book) {
  const transactions = Array.from({ length: BULK_SIZE }, () => deposit(book, "1.00", "Bulk"));
  const body = { transactions, mode: "ATOMIC" };
  if (send("POST", "/transactions", body, 201, "POST transactions in bulk")) events.add(BULK_SIZE);
}
