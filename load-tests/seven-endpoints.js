// Each documented endpoint once, on its documented port, with checks on what it answers.
import { deposit } from "./book.js";
import { endpoints, fundId, instrumentId } from "./demo.js";
import { expect, isAmount, isDate, rest, same } from "./target.js";

export function sevenEndpoints(book) {
  postTransaction(book);
  readLedger(book);
  adjustBalance(book);
  analyze();
  predictions();
  metrics();
  forecasts();
}

function postTransaction(book) {
  const key = crypto.randomUUID();
  const order = deposit(book, "12.34", "Subscription of fund shares");
  const post = () =>
    rest("POST", endpoints.rest, "/transactions", order, { "Idempotency-Key": key });
  const first = post();
  expect("POST transactions", first, {
    "stored with its entries": ({ status, body }) =>
      status === 201 && body.position > 0 && body.entries.length === 2,
    "amounts and running balances": ({ body }) =>
      body.entries.every(
        ({ amount, balanceAfter }) => amount === "12.34" && isAmount(balanceAfter),
      ),
  });
  expect("POST transactions again", post(), {
    "same key, same transaction": ({ body }) => body.id === first.body.id,
  });
  if (first.status !== 201) return;
  expect("GET transaction", rest("GET", endpoints.rest, `/transactions/${first.body.id}`), {
    "reads back as it was posted": ({ status, body }) =>
      status === 200 &&
      same(body, first.body, ["id", "position", "effectiveDate", "description"]) &&
      body.entries.every((entry, leg) =>
        same(entry, first.body.entries[leg], ["accountId", "side", "amount", "balanceAfter"]),
      ),
  });
}

function readLedger(book) {
  const page = rest("GET", endpoints.rest, `/ledger?accountId=${book.cashId}&first=5`);
  expect("GET ledger", page, {
    "entries of the account": ({ status, body }) =>
      status === 200 &&
      body.items.length > 0 &&
      body.items.every(({ accountId, amount }) => accountId === book.cashId && isAmount(amount)),
  });
}

function adjustBalance(book) {
  const balance = `${1 + Math.floor(Math.random() * 1_000_000)}.00`;
  const order = { accountId: book.adjustedId, balance, reason: "Count" };
  expect("PATCH balance", rest("PATCH", endpoints.rest, "/balance", order), {
    // Another user may have moved the account on since; the adjusting entry shows where it was brought.
    "brings the account there": ({ status, body }) =>
      status === 200 &&
      (body.transaction === null
        ? body.account.balance.amount === balance
        : body.transaction.entries.some(
            ({ accountId, balanceAfter }) =>
              accountId === book.adjustedId && balanceAfter === balance,
          )),
  });
}

function analyze() {
  const order = { kind: "CATEGORIZE", texts: ["Custody fee Q3 2026"] };
  expect("POST analyze", rest("POST", endpoints.restAnalytics, "/analyze", order), {
    "names the category": ({ status, body }) =>
      status === 200 && /custody/i.test(JSON.stringify(body.results[0].category)),
  });
}

function predictions() {
  const answer = rest("GET", endpoints.restAnalytics, `/predictions?fundId=${fundId}&first=5`);
  expect("GET predictions", answer, {
    "each with confidence and evidence": ({ status, body }) =>
      status === 200 &&
      body.expectedCashFlows.every(
        ({ confidence, evidence }) => confidence > 0 && evidence.length > 0,
      ),
  });
}

function metrics() {
  const base = endpoints.restMetrics;
  expect("GET metrics", rest("GET", base, `/metrics?fundId=${fundId}`), {
    "each with as-of and method": ({ status, body }) =>
      status === 200 &&
      body.metrics.length > 0 &&
      body.metrics.every(({ asOf, method }) => isDate(asOf) && method.length > 0),
  });
  expect("GET instrument metrics", rest("GET", base, `/metrics?instrumentId=${instrumentId}`), {
    "about the instrument": ({ status, body }) => status === 200 && body.metrics.length > 0,
  });
}

function forecasts() {
  const path = `/forecasts?fundId=${fundId}&metric=CASH&horizon=6`;
  expect("GET forecasts", rest("GET", endpoints.restMetrics, path), {
    "six points inside their interval": ({ status, body }) =>
      status === 200 &&
      body.points.length === 6 &&
      body.points.every(({ value, lower, upper }) => +lower <= +value && +value <= +upper),
  });
}
