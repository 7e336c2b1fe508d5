// A subscriber sees a transaction posted over REST, with its category and the fund's figures.
import { Trend } from "k6/metrics";
import { WebSocket } from "k6/websockets";
import { authorization } from "./access.js";
import { deposit } from "./book.js";
import { endpoints } from "./demo.js";
import { expect, rest } from "./target.js";

/** From the request to the event, and from the acknowledgement to the event, in milliseconds. */
const delivery = new Trend("transaction_delivery", true);
const sinceAnswer = new Trend("event_delivery", true);
const PATIENCE_MS = 15_000;
// Only a transaction that arrives shows a client that its subscription is live: another
// virtual user's will do. Without one, two seconds must be enough.
const SETTLE_MS = 2_000;

const SUBSCRIPTION = `subscription ($fund: ID) {
  transactionPosted(fundId: $fund) {
    id description position entries { side amount { amount } account { id } }
    category { code confidence } fund { metrics { position cash { amount } } }
  }
}`;

export function liveTransaction(book) {
  const socket = new WebSocket(endpoints.graphqlWs, "graphql-transport-ws");
  const send = (message) => socket.send(JSON.stringify(message));
  const description = `Live subscription ${crypto.randomUUID()}`;
  let postedAt = 0;
  let answeredAt = 0;
  let received = null;

  const finish = () => {
    expect("live transaction", received, {
      "arrives with category and metrics, without errors": (payload) =>
        payload !== null &&
        payload.errors === undefined &&
        payload.data.transactionPosted.category !== null &&
        payload.data.transactionPosted.fund.metrics.cash !== null,
      "has the amounts that were posted": ({ data }) =>
        data.transactionPosted.entries.length === 2 &&
        data.transactionPosted.entries.every(({ amount }) => amount.amount === "1.00"),
      "has figures that include it": ({ data: { transactionPosted } }) =>
        transactionPosted.fund.metrics.position >= transactionPosted.position,
    });
    socket.close();
  };
  const deadline = setTimeout(finish, SETTLE_MS + PATIENCE_MS);

  const post = () => {
    if (postedAt > 0) return;
    postedAt = Date.now();
    rest("POST", endpoints.rest, "/transactions", deposit(book, "1.00", description), {
      "Idempotency-Key": crypto.randomUUID(),
    });
    answeredAt = Date.now();
  };
  const take = (payload) => {
    // Other virtual users post into the same book; this one waits for its own.
    const posted = payload.data && payload.data.transactionPosted;
    if (posted && posted.description !== description) {
      post();
      return;
    }
    delivery.add(Date.now() - postedAt);
    // An event may overtake the answer.
    sinceAnswer.add(Math.max(0, Date.now() - answeredAt));
    received = payload;
    clearTimeout(deadline);
    finish();
  };

  socket.addEventListener("open", () =>
    send({ type: "connection_init", payload: authorization() }),
  );
  socket.addEventListener("message", ({ data }) => {
    const message = JSON.parse(data);
    if (message.type === "connection_ack") {
      const payload = { query: SUBSCRIPTION, variables: { fund: book.fundId } };
      send({ id: "live", type: "subscribe", payload });
      setTimeout(post, SETTLE_MS);
    }
    if (message.type === "ping") send({ type: "pong" });
    if (message.type === "next") take(message.payload);
    if (message.type === "error") take({ errors: message.payload });
  });
  socket.addEventListener("error", ({ error }) => console.error(`live transaction: ${error}`));
}
