import { randomUUID } from "node:crypto";
import { ClientCredentials } from "@allfunds/platform/auth/tokens";
import {
  hasRedisServer,
  startRedisServer,
  type RedisServer,
} from "@allfunds/platform/testing/redis";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { GraphqlAnswer } from "./reachable-system.ts";
import { eventually, pause, RunningSystem } from "./running-system.ts";
import { deposit, openSmallBook, postTransaction, type SmallBook } from "./small-book.ts";

const READERS = 6;
/** Acknowledged postings between two faults. */
const POSTINGS_BETWEEN = 15;
const LIMIT_MS = 180_000;

const POST = `mutation ($input: PostTransactionInput!) { postTransaction(input: $input) { id } }`;
const READ = `query ($id: ID!) { fund(id: $id) { position metrics { cash { amount } position } } }`;
/** The fund and its two accounts come before the first transaction. */
const BEFORE_POSTINGS = 3;

/** A book whose cash is the number of its postings. */
class CountedBook {
  readonly book: SmallBook;
  acknowledged = 0;
  sent = 0;

  constructor(book: SmallBook) {
    this.book = book;
  }
}

interface Read {
  readonly fund: {
    readonly position: number;
    readonly metrics: { readonly cash: { readonly amount: string }; readonly position: number };
  } | null;
}

/** Clients that write to a few books and read their figures by every way, and check each answer when it comes. */
class Readers {
  readonly wrong: string[] = [];
  /** Answers that were compared, by the way they came. */
  readonly compared: Record<string, number> = {};
  readonly #system: RunningSystem;
  readonly #books: readonly CountedBook[];
  readonly #identities: readonly ClientCredentials[];
  readonly #loops: Promise<void>[] = [];
  #stopped = false;

  constructor(
    system: RunningSystem,
    books: readonly CountedBook[],
    identities: readonly ClientCredentials[],
  ) {
    this.#system = system;
    this.#books = books;
    this.#identities = identities;
    for (let nth = 0; nth < READERS; nth += 1) this.#loops.push(this.#run(nth));
  }

  async #run(nth: number): Promise<void> {
    // Drawn, and the same for a reader in every run.
    const drawn = fc.sample(
      fc.record({ way: fc.nat(19), book: fc.nat(99), identity: fc.nat(99), waitMs: fc.nat(150) }),
      { numRuns: 10_000, seed: nth },
    );
    for (const { way, book, identity, waitMs } of drawn) {
      if (this.#stopped) return;
      const counted = this.#books[book % this.#books.length];
      const who = this.#identities[identity % this.#identities.length];
      if (counted === undefined || who === undefined) return;
      try {
        if (way < 2) await this.#post(counted, way === 0);
        else if (way < 14) await this.#readGraph(counted, who, identity % this.#identities.length);
        else await this.#readRest(counted, who, identity % this.#identities.length);
      } catch {
        // What is being restarted answers nothing; there is nothing to compare.
      }
      await pause(waitMs);
    }
  }

  /** Posts until it is acknowledged. */
  async #post(counted: CountedBook, byRest: boolean): Promise<void> {
    const key = randomUUID();
    counted.sent += 1;
    await eventually(LIMIT_MS, async () => {
      const body = deposit(counted.book, "1.00");
      if (byRest) {
        const { status } = await postTransaction(this.#system, body, key);
        if (status !== 201) throw new Error(`answered ${status}`);
      } else {
        await this.#system.ask(POST, { input: { ...body, idempotencyKey: key } });
      }
    });
    counted.acknowledged += 1;
  }

  async #readGraph(counted: CountedBook, who: ClientCredentials, nth: number): Promise<void> {
    const least = counted.acknowledged;
    const { data, errors } = await this.#graphql<Read>(who, READ, { id: counted.book.fundId });
    const { fund } = data ?? { fund: null };
    if (nth === NOT_ALLOWED) {
      if (fund?.metrics) this.wrong.push(`another identity's figures: ${JSON.stringify(data)}`);
      this.#count("not allowed");
      return;
    }
    // A part that is restarted is missing, with a code.
    if (!fund?.metrics) {
      if (errors === undefined) this.wrong.push(`nothing and no error: ${JSON.stringify(data)}`);
      return;
    }
    this.#check("graph", counted, least, Number(fund.metrics.cash.amount));
    this.#check("position", counted, least, fund.metrics.position - BEFORE_POSTINGS);
  }

  async #readRest(counted: CountedBook, who: ClientCredentials, nth: number): Promise<void> {
    const least = counted.acknowledged;
    const query = new URLSearchParams({ fundId: counted.book.fundId, metrics: "CASH" });
    const response = await fetch(this.#system.url(8000, `/api/v1/metrics?${query}`), {
      headers: { authorization: `Bearer ${await who.token()}` },
    });
    const body = (await response.json()) as { metrics?: { money: { amount: string } }[] };
    if (nth === NOT_ALLOWED) {
      if (response.ok) this.wrong.push(`another identity's figures: ${JSON.stringify(body)}`);
      this.#count("not allowed");
      return;
    }
    if (!response.ok) return;
    this.#check("REST", counted, least, Number(body.metrics?.[0]?.money.amount));
  }

  #check(way: string, { sent }: CountedBook, least: number, shown: number): void {
    if (!(shown >= least && shown <= sent))
      this.wrong.push(`${way}: ${shown} is not ${least} to ${sent}`);
    this.#count(way);
  }

  #count(way: string): void {
    this.compared[way] = (this.compared[way] ?? 0) + 1;
  }

  async #graphql<Data>(who: ClientCredentials, query: string, variables: object) {
    const response = await fetch(this.#system.url(4000, "/graphql"), {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${await who.token()}`,
      },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as GraphqlAnswer<Data>;
  }

  get acknowledged(): number {
    return this.#books.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
  }

  /** Resolves when so many more postings were acknowledged. */
  async haveMore(postings: number): Promise<void> {
    const before = this.acknowledged;
    await eventually(LIMIT_MS, async () => {
      const more = this.acknowledged - before;
      if (more < postings) throw new Error(`${more} of ${postings} postings were acknowledged`);
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#loops);
  }
}

/** The demo's client without `metrics:read`. */
const NOT_ALLOWED = 2;

describe.each([
  { place: "memory", isPossible: true },
  { place: "Redis", isPossible: hasRedisServer },
])("answers that the gateway keeps in $place", ({ place, isPossible }) => {
  let system: RunningSystem;
  let redis: RedisServer | undefined;
  beforeAll(async () => {
    if (!isPossible) return;
    redis = place === "Redis" ? await startRedisServer() : undefined;
    system = await RunningSystem.start({
      GATEWAY_ANSWER_CACHE: "on",
      ...(redis === undefined ? {} : { REDIS_URL: redis.url }),
    });
  });
  afterAll(async () => {
    await system?.remove();
    await redis?.kill();
  });

  const figureOf = async (name: string): Promise<number> => {
    const text = await (await fetch(system.url(4000, "/metrics"))).text();
    return Number(new RegExp(`^${name}\\S* (\\d+)`, "m").exec(text)?.[1] ?? 0);
  };
  const following = async (): Promise<void> =>
    eventually(LIMIT_MS, async () => {
      if ((await figureOf("gateway_feed_following")) !== 1) throw new Error("no feed is followed");
    });

  it.skipIf(!isPossible)(
    "are never older than an acknowledged write, nor another identity's, while parts are killed",
    async () => {
      const { tokenEndpoint, resource, clients } = await system.demo();
      const identities = clients.map(
        (one) => new ClientCredentials({ tokenEndpoint, resource, ...one }),
      );
      expect(clients[NOT_ALLOWED]?.scopes).not.toContain("metrics:read");
      const books = [];
      for (const name of ["One", "Two", "Three"])
        books.push(new CountedBook(await openSmallBook(system, name)));
      await following();
      const readers = new Readers(system, books, identities);
      const HITS = 'gateway_answer_cache_lookups_total\\{[^}]*result="hit"';
      await readers.haveMore(POSTINGS_BETWEEN);
      const hits = await figureOf(HITS);
      for (const victim of ["subgraphs/metrics", "subgraphs/ledger", "redis", "gateway"]) {
        if (victim !== "redis") await system.kill(victim);
        else await redis?.kill();
        await readers.haveMore(POSTINGS_BETWEEN);
        if (victim === "redis") await redis?.start();
        await following();
        await readers.haveMore(POSTINGS_BETWEEN);
      }
      await readers.stop();
      expect(readers.wrong).toEqual([]);
      for (const way of ["graph", "REST", "not allowed"])
        expect([way, readers.compared[way] ?? 0]).not.toEqual([way, 0]);
      expect(hits).toBeGreaterThan(0);
      for (const { book, sent } of books) {
        const { fund } = await system.ask<Read>(READ, { id: book.fundId });
        expect(Number(fund?.metrics.cash.amount)).toBe(sent);
      }
    },
  );
});
