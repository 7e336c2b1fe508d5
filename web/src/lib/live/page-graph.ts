import { queryStore, subscriptionStore } from "@urql/svelte";
import { Client, createRequest, subscriptionExchange, type Operation } from "@urql/core";
import { PAGE_PATH, type PageAnswer } from "../graph/page-request.ts";
import { pageTransport } from "../graph/page-transport.ts";
import { TransactionPostedDocument } from "../graph/graph-types.generated.ts";
import type { Problem } from "../problems.ts";
import { LiveCache, type ShownQuery } from "./live-cache.ts";
import type { Reach } from "./live-postings.ts";
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

interface Query extends Omit<ShownQuery, "document"> {
  readonly name: ShownName;
  readonly brought: PageAnswer;
}

/** An open page's graph: one normalised cache, filled by the page's server and changed by postings. */
export class PageGraph {
  readonly #client: Client;
  readonly #cache = new LiveCache();
  readonly #reads = new Map<number, { query: Query; listener: ReadListener; isShown: boolean }>();
  readonly #used = new WeakSet<PageAnswer>();
  #publish: ((message: LiveTransaction) => void) | undefined;

  constructor() {
    const transport = pageTransport({
      brought: (operation) => this.#brought(operation),
      onAnswer: ({ key }, { data, problems }) => {
        const current = this.#cache.answer(key, data);
        const read = this.#reads.get(key);
        read?.listener.onAnswer(problems);
        // The page shows what it brought already, unless postings arrived since.
        if (read) read.isShown = current === read.query.brought.data;
        return current;
      },
      onFailure: ({ key }, problem) => this.#reads.get(key)?.listener.onFailure(problem),
    });
    const live = subscriptionExchange({
      forwardSubscription: () => ({
        subscribe: (sink) => {
          this.#publish = (message) => sink.next({ data: { transactionPosted: message } });
          return { unsubscribe: () => {} };
        },
      }),
    });
    this.#client = new Client({
      url: PAGE_PATH,
      exchanges: [this.#cache.exchange, transport, live],
      preferGetMethod: false,
    });
    const query = TransactionPostedDocument;
    subscriptionStore({ client: this.#client, query, variables: {} }).subscribe(() => {});
  }

  /** Up to where the shown documents reach. */
  get reached(): readonly Reach[] {
    return this.#cache.reached;
  }

  /** Brings postings into the shown documents. */
  take(postings: readonly LiveTransaction[]): void {
    const message = this.#cache.take(postings);
    if (message) this.#publish?.(message);
  }

  /** Shows a document with the answer that came with the page, until the returned function is called. */
  read(query: Query, listener: ReadListener): () => void {
    const { name, variables, brought, onOutdated } = query;
    const document = shownDocument(name);
    const { key } = createRequest(document, variables);
    const read = { query, listener, isShown: false };
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
      if (data === undefined || data === null || error !== undefined) return;
      if (read.isShown) read.isShown = false;
      else listener.onData(data);
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

  // Once: later reads of the same document are for what is newer.
  #brought({ context }: Operation): PageAnswer | undefined {
    const answer = context["brought"] as PageAnswer | undefined;
    if (answer === undefined || this.#used.has(answer)) return undefined;
    this.#used.add(answer);
    return answer;
  }
}
