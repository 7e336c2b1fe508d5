// Run against a running system: npm run load [-- PROFILE --duration 20s --users 4 --rate 50]
import { signIn, useAccess } from "./access.js";
import { openBook } from "./book.js";
import { federatedQuery } from "./federated-query.js";
import { liveTransaction } from "./live-transactions.js";
import { arrival as openLoopArrival, bulk as openLoopBulk } from "./open-loop.js";
import { profile, promises } from "./profiles.js";
import { refusals } from "./refusals.js";
import { settlement } from "./settlement.js";
import { sevenEndpoints } from "./seven-endpoints.js";

export const options = {
  ...profile,
  summaryTrendStats: ["med", "p(95)", "max"],
  // The running balance of everything that was posted is read at the end.
  teardownTimeout: "5m",
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
export const arrival = signedIn(openLoopArrival);
export const bulk = signedIn(openLoopBulk);
export const teardown = signedIn(settlement);

export const handleSummary = (data) => ({ stdout: promises(data) });
