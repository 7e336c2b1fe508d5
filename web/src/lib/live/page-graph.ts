import { queryStore, subscriptionStore } from "@urql/svelte";
import { Client, createRequest, subscriptionExchange, type Operation } from "@urql/core";
import type { PageAnswer } from "../graph/page-request.ts";
import { pageTransport } from "../graph/page-transport.ts";
import {
  TransactionPostedDocument,
  type TransactionPostedSubscription,
} from "../graph/graph-types.generated.ts";
import type { Problem } from "../problems.ts";
import { LiveCache, type ShownQuery } from "./live-cache.ts";
import { connectLive, type ConnectionEvents } from "./live-client.ts";
import { perFrame } from "./per-frame.ts";
import { shownDocument, type ShownName } from "./shown-documents.ts";
import type { LiveTransaction } from "./patches.ts";

/** What a page does with a document that it shows. */
export interface ReadListener {
  readonly onData: (data: unknown) => void;
  /** An answer arrived, perhaps with the reasons why parts of it are missing. */
  readonly onAnswer: (problems: Problem[]) => void;
  /** No data arrived; what is shown stays. */
  readonly onFailure: (problem: Problem) => void;
}

/** What the connection of a page reports. */
export interface GraphEvents extends ConnectionEvents {
  /** Postings of one frame, in order. */
  readonly onPosted: (postings: readonly LiveTransaction[]) => void;
  /** Postings may have been missed. */
  readonly onMissed: () => void;
}

interface Query extends Omit<ShownQuery, "document"> {
  readonly name: ShownName;
  readonly brought: PageAnswer;
}

/** An open page's graph: one normalised cache, filled by the page's server and changed by the live connection. */
export class PageGraph {
  readonly #client: Client;
  readonly #cache = new LiveCache();
  readonly #reads = new Map<number, { query: Query; listener: ReadListener }>();
  readonly #used = new WeakSet<PageAnswer>();

  constructor(liveUrl: string, events: GraphEvents) {
    const socket = connectLive(liveUrl, events);
    const transport = pageTransport({
      brought: (operation) => this.#brought(operation),
      onAnswer: ({ key }, { data, problems }) => {
        const current = this.#cache.answer(key, data);
        this.#reads.get(key)?.listener.onAnswer(problems);
        return current;
      },
      onFailure: ({ key }, problem) => this.#reads.get(key)?.listener.onFailure(problem),
    });
    const live = subscriptionExchange({
      forwardSubscription: ({ query = "", variables }) => ({
        subscribe: (sink) => {
          // What the page ends itself is completed, too, and nothing to begin again.
          let isOver = false;
          const ended = () => {
            if (!isOver) events.onEnded();
          };
          const { add, stop } = perFrame<LiveTransaction>((postings) => {
            const missed = this.#cache.missedBefore(postings);
            const message = this.#cache.take(postings);
            if (message) sink.next({ data: { transactionPosted: message } });
            events.onPosted(postings);
            if (missed) events.onMissed();
          });
          const end = socket.subscribe<TransactionPostedSubscription>(
            { query, variables: { ...variables } },
            {
              next: ({ data, errors = [] }) => {
                if (data) add(data.transactionPosted);
                // A message with errors lacks fields, which only a new answer has.
                if (!data || errors.length > 0) events.onMissed();
              },
              error: ended,
              complete: ended,
            },
          );
          return {
            unsubscribe: () => {
              isOver = true;
              stop();
              end();
            },
          };
        },
      }),
    });
    this.#client = new Client({
      url: liveUrl,
      exchanges: [this.#cache.exchange, transport, live],
      preferGetMethod: false,
    });
  }

  /** Shows a document with the answer that came with the page, until the returned function is called. */
  read(query: Query, listener: ReadListener): () => void {
    const { name, variables, brought, onOutdated } = query;
    const document = shownDocument(name);
    const { key } = createRequest(document, variables);
    const read = { query, listener };
    this.#reads.set(key, read);
    const hide = this.#cache.show(key, { document, variables, onOutdated });
    const store = queryStore({
      client: this.#client,
      query: document,
      variables,
      requestPolicy: "network-only",
      context: { brought },
    });
    const end = store.subscribe(({ data, error }) => {
      if (data !== undefined && data !== null && error === undefined) listener.onData(data);
    });
    return () => {
      end();
      hide();
      if (this.#reads.get(key) === read) this.#reads.delete(key);
    };
  }

  /** Reads again: all documents that are shown, or those for which the condition holds. */
  refresh(isWanted: (name: ShownName) => boolean = () => true): void {
    for (const { query } of this.#reads.values()) {
      if (!isWanted(query.name)) continue;
      const request = createRequest(shownDocument(query.name), query.variables);
      this.#client.reexecuteOperation(
        this.#client.createRequestOperation("query", request, { requestPolicy: "network-only" }),
      );
    }
  }

  /** Subscribes to the postings of one fund, or of all, until the returned function is called. */
  subscribe(fundId: string | undefined): () => void {
    const store = subscriptionStore({
      client: this.#client,
      query: TransactionPostedDocument,
      variables: fundId === undefined ? {} : { fundId },
    });
    return store.subscribe(() => {});
  }

  // Once: later reads of the same document are for what is newer.
  #brought({ context }: Operation): PageAnswer | undefined {
    const answer = context["brought"] as PageAnswer | undefined;
    if (answer === undefined || this.#used.has(answer)) return undefined;
    this.#used.add(answer);
    return answer;
  }
}
