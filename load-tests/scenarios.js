// Run against a running system: npm run load [-- --duration 20s --users 4]
import { signIn, useAccess } from "./access.js";
import { openBook } from "./book.js";
import { federatedQuery } from "./federated-query.js";
import { liveTransaction } from "./live-transactions.js";
import { refusals } from "./refusals.js";
import { settlement } from "./settlement.js";
import { sevenEndpoints } from "./seven-endpoints.js";

const duration = __ENV.LOAD_DURATION || "30s";
const users = Number(__ENV.LOAD_USERS || 2);

const scenario = (exec, vus) => ({
  executor: "constant-vus",
  exec,
  vus,
  duration,
  gracefulStop: "20s",
});

export const options = {
  scenarios: {
    rest: scenario("rest", users),
    graph: scenario("graph", users),
    live: scenario("live", 1),
  },
  thresholds: {
    // Every answer must be right, not only there.
    checks: ["rate==1"],
    http_req_failed: ["rate==0"],
    // Figures of a whole system on a shared machine: these catch a stall, not a slow day.
    http_req_duration: ["p(95)<5000"],
    transaction_delivery: ["p(95)<5000"],
  },
  summaryTrendStats: ["med", "p(95)", "max"],
};

export function setup() {
  return { access: signIn(), book: openBook() };
}

/** Each virtual user is a world of its own, and begins without a token. */
const signedIn =
  (act) =>
  ({ access, book }) => {
    useAccess(access);
    act(book);
  };

export const rest = signedIn((book) => {
  sevenEndpoints(book);
  refusals(book);
});
export const graph = signedIn(federatedQuery);
export const live = signedIn(liveTransaction);
export const teardown = signedIn(settlement);
