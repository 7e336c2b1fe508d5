import { Client, createRequest, subscriptionExchange, type ExecutionResult } from "@urql/core";
import { queryStore, subscriptionStore } from "@urql/svelte";
import { expect, test } from "vitest";
import { FundBooksDocument, TransactionPostedDocument } from "../graph/graph-types.generated.ts";
import { pageTransport } from "../graph/page-transport.ts";
import { LiveCache } from "./live-cache.ts";
import type { LiveTransaction } from "./patches.ts";

const euros = (amount: string) => ({ __typename: "Money", amount, currency: "EUR" });
const account = (id: string) => ({
  __typename: "Account",
  id,
  code: id,
  name: id,
  type: "ASSET" as const,
});
const VARIABLES = { id: "fund", first: 2, after: null };

function posting(position: number): LiveTransaction {
  const entry = {
    __typename: "Entry",
    id: `entry-${position}`,
    side: "CREDIT" as const,
    amount: euros("1.00"),
    balanceAfter: euros(`${100 - position}.00`),
    account: { ...account("cash"), version: position, available: euros(`${100 - position}.00`) },
  };
  return {
    __typename: "Transaction",
    id: `transaction-${position}`,
    position,
    effectiveDate: "2026-11-22",
    recordedAt: "2026-11-22T10:00:00Z",
    description: `Posting ${position}`,
    reference: null,
    category: null,
    fund: { __typename: "Fund", id: "fund", name: "Fund", position, metrics: null },
    entries: [entry],
  } as LiveTransaction;
}

const booksAt = (position: number) => ({
  __typename: "Query",
  fund: {
    __typename: "Fund",
    id: "fund",
    name: "Fund",
    currency: "EUR",
    position,
    openedAt: "2026-01-01T00:00:00Z",
    accounts: {
      __typename: "AccountConnection",
      nodes: [
        {
          ...account("cash"),
          currency: "EUR",
          countsAsCash: true,
          balance: euros(`${100 - position}.00`),
        },
      ],
      pageInfo: { __typename: "PageInfo", hasNextPage: false },
    },
    transactions: {
      __typename: "TransactionConnection",
      nodes: [],
      pageInfo: { __typename: "PageInfo", hasNextPage: false, endCursor: null },
    },
  },
});

/** A page that shows a fund's books: its requests to the server are counted. */
async function shownBooks(position: number, ...before: number[]) {
  const cache = new LiveCache();
  cache.take(before.map(posting));
  let requests = 0;
  let publish: ((result: ExecutionResult) => void) | undefined;
  const client = new Client({
    url: "http://localhost/graph",
    preferGetMethod: false,
    exchanges: [
      cache.exchange,
      pageTransport({
        brought: () => {
          requests += 1;
          return { data: booksAt(position), problems: [] };
        },
        onAnswer: ({ key }, { data }) => cache.answer(key, data),
        onFailure: () => {},
      }),
      subscriptionExchange({
        forwardSubscription: () => ({
          subscribe: (sink) => {
            publish = (result) => sink.next(result);
            return { unsubscribe: () => {} };
          },
        }),
      }),
    ],
  });
  const { key } = createRequest(FundBooksDocument, VARIABLES);
  cache.show(key, {
    document: FundBooksDocument,
    variables: VARIABLES,
    onOutdated: () => {},
  } as never);
  let shown = "";
  queryStore({ client, query: FundBooksDocument, variables: VARIABLES }).subscribe(({ data }) => {
    const fund = data?.fund;
    if (!fund) return;
    const names = fund.transactions.nodes.map(({ description }) => description);
    shown = `${fund.accounts.nodes[0]?.balance.amount} ${names.join(", ")}`;
  });
  subscriptionStore({ client, query: TransactionPostedDocument, variables: {} }).subscribe(
    () => {},
  );
  // Subscriptions begin in a later task.
  await new Promise((resolve) => setTimeout(resolve));
  return {
    reached: () => cache.reached.map(({ position }) => position),
    shown: () => shown,
    requests: () => requests,
    post: async (...positions: number[]) => {
      const message = cache.take(positions.map(posting));
      publish?.({ data: { transactionPosted: message } });
      await new Promise((resolve) => setTimeout(resolve));
    },
  };
}

test("brings postings of one frame into what is shown without a request", async () => {
  const page = await shownBooks(4);
  expect(page.shown()).toBe("96.00 ");
  await page.post(5, 6, 7);
  expect(page.shown()).toBe("93.00 Posting 7, Posting 6");
  expect(page.requests()).toBe(1);
});

test("shows no posting twice, and none that the answer includes", async () => {
  const page = await shownBooks(6);
  await page.post(5, 6);
  expect(page.shown()).toBe("94.00 ");
  await page.post(7);
  await page.post(7);
  expect(page.shown()).toBe("93.00 Posting 7");
});

test("shows what arrived before the cache did", async () => {
  const page = await shownBooks(4, 3, 4, 5, 6);
  expect(page.shown()).toBe("94.00 Posting 6, Posting 5");
  expect(page.reached()).toEqual([6]);
});
