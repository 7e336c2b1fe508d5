import type { BookId } from "../engine/book.ts";
import type { ChainPlace } from "../engine/stored-events.ts";
import type { Verification } from "../engine/verify.ts";
import { canonicalJson } from "../engine/canonical-json.ts";
import { chainHash } from "../engine/event-log.ts";
import type { StoredEvent } from "../engine/stored-events.ts";
import type { Pool } from "@allfunds/platform/database";
import { exportBook } from "./export-book.ts";

/** An event without its place in a chain, as a test writes or forges it. */
export type LoggedEvent = Omit<StoredEvent, "position" | "hash"> & {
  readonly payload: Record<string, unknown>;
};

type Verdict = Verification & { readonly uncheckedLimits?: number };

/** Lines of a book with the place where each begins. */
interface Lines {
  from(start: number): Iterator<{ readonly value: unknown; readonly start: number }>;
  at(start: number): unknown;
}

interface OfflineVerifier {
  readonly verifyLines: (
    lines: Lines,
    anchor?: ChainPlace,
    options?: { readonly limits?: Lines },
  ) => Verdict;
}

const { verifyLines } = (await import(
  new URL("../../verify-book.mjs", import.meta.url).href
)) as OfflineVerifier;

export const idOf = (number: number): string =>
  `018f0000-0000-7000-8000-${number.toString(16).padStart(12, "0")}`;

/** Writes the file of a book, with every hash made anew behind whatever is changed in it. */
export class Sealer {
  readonly #book: BookId;
  readonly #lines: readonly SealedLine[];

  constructor(book: BookId, events: readonly LoggedEvent[]) {
    this.#book = book;
    this.#lines = sealedBehind(book, [], events);
  }

  /** The events as they were given. */
  get text(): string {
    return this.#textOf(this.#lines);
  }

  /** Others instead, of which those before a position are the same. */
  resealed(events: readonly LoggedEvent[], position: number): string {
    const kept = this.#lines.slice(0, position - 1);
    return this.#textOf(sealedBehind(this.#book, kept, events.slice(position - 1)));
  }

  /** Others instead, each with the hash and position it has among those that were given. */
  unsealed(events: readonly LoggedEvent[], places: readonly number[]): string {
    const lines = events.map((event, index) => {
      const { position, hash } = this.#lines[(places[index] ?? 0) - 1] ?? { position: 0, hash: "" };
      return { position, hash, text: lineOf({ ...event, position, hash }) };
    });
    return this.#textOf(lines, this.#lines.at(-1));
  }

  #textOf(lines: readonly SealedLine[], head = lines.at(-1)): string {
    const { position, hash } = head ?? {};
    const header = { format: "allfunds-book", version: 1, ...this.#book, head: { position, hash } };
    return [JSON.stringify(header), ...lines.map(({ text }) => text), ""].join("\n");
  }
}

interface SealedLine extends ChainPlace {
  readonly text: string;
}

const lineOf = (event: StoredEvent): string => JSON.stringify(event);

function sealedBehind(
  book: BookId,
  kept: readonly SealedLine[],
  events: readonly LoggedEvent[],
): readonly SealedLine[] {
  const lines = [...kept];
  for (const event of events) {
    const position = lines.length + 1;
    const before = lines.at(-1)?.hash ?? "0".repeat(64);
    const { payload, ...content } = event;
    const hash = chainHash(before, { ...book, ...content, position }, jsonOf(payload));
    lines.push({ position, hash, text: lineOf({ ...event, position, hash }) });
  }
  return lines;
}

/** Most payloads of a changed log are those of the log before. */
const spelled = new WeakMap<object, string>();

function jsonOf(payload: object): string {
  let json = spelled.get(payload);
  if (json === undefined) spelled.set(payload, (json = canonicalJson(payload)));
  return json;
}

/** The lines of a text, each parsed anew whenever it is read, as those of a file are. */
function linesOf(text: string): Lines {
  const lines = text.split("\n").filter((line) => line !== "");
  const at = (start: number): unknown => JSON.parse(lines[start] ?? "");
  return {
    *from(start) {
      for (let place = start; place < lines.length; place += 1) {
        yield { value: at(place), start: place };
      }
    },
    at,
  };
}

/** The file of a book. */
export async function exported(pool: Pool, book: BookId): Promise<string> {
  const parts: string[] = [];
  await exportBook(pool, book, (text) => Promise.resolve(void parts.push(text)));
  return parts.join("");
}

/** What the offline verifier finds in an exported book, with the tenant's own book where it is given. */
export const verdictOn = (text: string, limits?: string): Verdict =>
  verifyLines(linesOf(text), undefined, limits === undefined ? {} : { limits: linesOf(limits) });

/** `sound`, or the kind of the first fault and its position. */
export const verify = (text: string, limits?: string): string => short(verdictOn(text, limits));

export const short = (verification: Verification): string =>
  verification.sound ? "sound" : `${verification.fault.kind} ${verification.fault.position}`;

export type Leg = readonly [accountId: string, side: "DEBIT" | "CREDIT", amount: string];

/** Writes a log as the service would, with running balances; it checks nothing. */
export class LogWriter {
  readonly book: BookId;
  readonly events: LoggedEvent[] = [];
  actor = "ann";
  now = "2026-06-30T12:00:00.000Z";
  readonly #accounts = new Map<
    string,
    { readonly isDebitNormal: boolean; readonly currency: string }
  >();
  readonly #cents = new Map<string, bigint>();
  #keys = 0;

  constructor(fundId = idOf(0xf1), tenantId = idOf(1)) {
    this.book = { tenantId, bookId: fundId };
  }

  get text(): string {
    return new Sealer(this.book, this.events).text;
  }

  add(type: string, payload: Record<string, unknown>, more: Partial<LoggedEvent> = {}): this {
    const fundId = this.book.bookId;
    this.events.push({
      type,
      recordedAt: this.now,
      actor: this.actor,
      origin: `web mfa pwd,otp - -`,
      commandKey: null,
      requestHash: null,
      commandEvents: null,
      payload: { fundId, ...payload },
      ...more,
    });
    return this;
  }

  /** The events that `write` adds are those of one command with a client's key. */
  keyed(write: (log: this) => unknown): this {
    const first = this.events.length;
    write(this);
    this.#keys += 1;
    const event = this.events[first];
    if (event === undefined) throw new Error("a command should lead to events");
    this.events[first] = {
      ...event,
      commandKey: idOf(0xc000 + this.#keys),
      requestHash: "ab".repeat(32),
      commandEvents: this.events.length - first,
    };
    return this;
  }

  openFund(currency = "EUR"): this {
    return this.add("FundOpened", { name: "Sample", currency });
  }

  openAccount(accountId: string, type: string, more: Record<string, unknown> = {}): this {
    const opened = {
      accountId,
      code: `code-${accountId}`,
      name: "An account",
      type,
      currency: "EUR",
      ...more,
    };
    const isDebitNormal = type === "ASSET" || type === "EXPENSE";
    this.#accounts.set(accountId, { isDebitNormal, currency: opened.currency });
    return this.add("AccountOpened", opened);
  }

  post(transactionId: string, legs: readonly Leg[], more: Record<string, unknown> = {}): this {
    return this.add("TransactionPosted", {
      transactionId,
      effectiveDate: "2026-06-30",
      description: "A posting",
      reference: null,
      metadata: {},
      source: { kind: "API" },
      entries: legs.map((leg) => this.#move(leg)),
      ...more,
    });
  }

  /** A journal posting that waits, made by the present actor. */
  propose(
    transactionId: string,
    legs: readonly Leg[],
    limit: string | null,
    more: ProposalParts = {},
  ): this {
    const { command, limitsAt, dayLimit, ...members } = more;
    const stated = {
      transactionId,
      effectiveDate: "2026-06-30",
      description: "A proposal",
      reference: null,
      ...members,
    };
    const isAdjustment = command?.["kind"] === "AdjustBalance";
    const { description: reason, reference: _reference, ...ofAdjustment } = stated;
    const entries = legs.map(([accountId, side, amount]) => ({ accountId, side, amount }));
    const debits = legs
      .filter(([, side]) => side === "DEBIT")
      .map(([, , amount]) => centsOf(amount));
    return this.add("TransactionProposed", {
      ...stated,
      proposalId: proposalOf(transactionId),
      maker: this.actor,
      totals: [
        {
          currency: "EUR",
          amount: textOf(debits.reduce((a, b) => a + b, 0n)),
          ...(limit === null ? {} : { limit }),
          ...(dayLimit === undefined ? {} : { dayLimit }),
        },
      ],
      legs: entries.map((leg) => ({ ...leg, currency: "EUR" })),
      ...(limitsAt === undefined ? {} : { limitsAt }),
      command: {
        kind: "PostTransaction",
        fundId: this.book.bookId,
        ...(isAdjustment ? { ...ofAdjustment, reason } : { ...stated, metadata: {} }),
        ...(command?.["kind"] === undefined ? { source: { kind: "API" }, entries } : {}),
        ...command,
      },
    });
  }

  approve(transactionId: string): this {
    return this.add("ProposalApproved", { proposalId: proposalOf(transactionId), transactionId });
  }

  #move([accountId, side, amount]: Leg) {
    const { isDebitNormal = true, currency = "EUR" } = this.#accounts.get(accountId) ?? {};
    const change = (side === "DEBIT") === isDebitNormal ? centsOf(amount) : -centsOf(amount);
    const cents = (this.#cents.get(accountId) ?? 0n) + change;
    this.#cents.set(accountId, cents);
    return { accountId, side, amount, currency, balanceAfter: textOf(cents) };
  }
}

export interface ProposalParts {
  readonly command?: Record<string, unknown>;
  readonly description?: string;
  readonly effectiveDate?: string;
  readonly reference?: string | null;
  readonly limitsAt?: number;
  readonly dayLimit?: string;
}

export const proposalOf = (transactionId: string): string =>
  transactionId.replace("-8000-", "-9000-");

const centsOf = (amount: string): bigint => BigInt(amount.replace(".", ""));

function textOf(cents: bigint): string {
  const digits = (cents < 0n ? -cents : cents).toString().padStart(3, "0");
  return `${cents < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
