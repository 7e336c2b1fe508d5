import { AppError, invalidInput } from "@allfunds/contract/errors";
import { ALL_GRANTED, maySeeFund } from "@allfunds/platform/auth";
import { UNCHANGED_HEADER, type Unchanged } from "@allfunds/platform/book-positions";
import type { RequestContext } from "@allfunds/platform/context";
import { isId } from "@allfunds/platform/ids";
import type { Logger } from "@allfunds/platform/logging";
import { inChildSpan } from "@allfunds/platform/telemetry";
import type { BookId, Command, PublishedEvent } from "./book.ts";
import { BookQueue, type CommitListener } from "./book-queue.ts";
import { hashRequest, uuidOfText } from "./canonical-json.ts";
import { commitTogether, type BookGroup } from "./commit-together.ts";
import {
  answerAsAbsent,
  refuseIfUndone,
  type Outcome,
  type Submission,
  type Verdict,
} from "./decide.ts";
import type { Envelope } from "./event-log.ts";
import { tenantBookOf } from "./log-sql.ts";
import { originOf } from "./origin.ts";
import type { BookStore, LockedBook } from "./postgres-book.ts";
import type { Model } from "./slice.ts";
import { TenantBooks } from "./tenant-books.ts";

/** A command on its way to its book, with what makes a repeat of it recognisable. */
export interface CommandRequest<Kinds extends Command = Command> {
  readonly bookId: string;
  readonly command: Kinds;
  /** What is the same in a repeat, such as the client's idempotency key; without one the command stands alone. */
  readonly key: string | undefined;
  /** The key as the book has it, a UUID, where that is known instead of what it stands for. */
  readonly keyId?: string;
  /** What the client requested, without the ids made for it: the same key with other content is a conflict. */
  readonly content: unknown;
  readonly clientChoseId?: boolean;
}

export interface BusOptions {
  readonly model: Model;
  /** Where a book is stored. */
  readonly storeOf: (book: BookId, tenants: TenantBooks) => BookStore;
  /** Does something as the only writer of books of one tenant, in one transaction. */
  readonly lockAll: <T>(
    books: readonly BookId[],
    tenants: TenantBooks,
    work: (locked: readonly LockedBook[]) => Promise<T>,
  ) => Promise<T>;
  readonly logger: Logger;
  readonly onCommit: CommitListener;
  readonly onCorrupt: (book: BookId) => void;
  /** Called with the verdicts of each request, as soon as they are durable. */
  readonly onVerdicts?: (verdicts: readonly Verdict[]) => void;
}

const MAX_WAITING_COMMANDS = 50_000;
const MAX_IDLE_QUEUES = 1_000;
/** Rows of idle books that are kept in memory. */
const MAX_IDLE_ROWS = 300_000;

/**
 * The one way into the books: every write of every slice goes through here. Each book has a queue; what
 * arrives while a commit runs is stored by the next one together.
 */
export class CommandBus<Kinds extends Command = Command> {
  readonly #options: BusOptions;
  readonly #tenants = new TenantBooks();
  readonly #queues = new Map<string, BookQueue>();
  /** Commits of several books that are under way. */
  readonly #together = new Set<Promise<unknown>>();

  constructor(options: BusOptions) {
    this.#options = options;
  }

  /** Carries out one command and returns what it led to, or throws its refusal. */
  execute(
    context: RequestContext,
    request: CommandRequest<Kinds>,
  ): Promise<readonly PublishedEvent[]> {
    return this.carryOut(context, request).then(eventsOf);
  }

  /** As `execute`, and returns whether the answer is that of an earlier request with the same key. */
  carryOut(context: RequestContext, request: CommandRequest<Kinds>): Promise<Outcome> {
    return this.executeEach(context, request.bookId, [request], false).then(outcomeOf);
  }

  /**
   * Carries out commands of one book: one verdict each, in order; atomic ones all or not at all. A proposal
   * counts as a refusal of its group unless `keepsProposals`.
   */
  async executeEach(
    context: RequestContext,
    bookId: string,
    requests: readonly CommandRequest<Kinds>[],
    atomic: boolean,
    keepsProposals = false,
  ): Promise<readonly Verdict[]> {
    const { model } = this.#options;
    const opens = requests.some(({ command }) => model.commandOf(command.kind).opensBook === true);
    if (!isId(bookId)) throw noSuchBook(bookId, opens);
    const book = { tenantId: context.tenantId, bookId };
    const funds = context.caller?.funds ?? ALL_GRANTED;
    const origin = originOf(context);
    const envelopes = requests.map((request) => toEnvelope(context, origin, request));
    if (context.unchanged !== undefined)
      requireUnchanged(context.unchanged, bookId, requests, envelopes);
    if (funds !== ALL_GRANTED) {
      // A new fund is on no caller's list.
      if (opens) throw new AppError("FORBIDDEN", "Opening a fund needs a grant for every fund.");
      if (!maySeeFund({ funds }, bookId)) {
        return answerAsAbsent(model, book, { envelopes, atomic });
      }
    }
    const attributes = { "ledger.commands": requests.length };
    const verdicts = await inChildSpan("execute commands", { attributes }, () =>
      this.submit(book, { envelopes, atomic, keepsProposals }),
    );
    return this.#answer(context, bookId, verdicts);
  }

  /** Carries out commands of several books of the tenant, all or not at all: one verdict each, in order. */
  async executeTogether(
    context: RequestContext,
    requests: readonly CommandRequest<Kinds>[],
  ): Promise<readonly Verdict[]> {
    const books = [...new Set(requests.map(({ bookId }) => bookId))];
    const [only, ...others] = books;
    if (only === undefined) return [];
    if (others.length === 0) return this.executeEach(context, only, requests, true);
    for (const bookId of books) if (!isId(bookId)) throw noSuchBook(bookId, false);
    if (context.unchanged !== undefined)
      throw invalidInput(UNCHANGED_HEADER, "names one book, and the change is of several");
    const origin = originOf(context);
    const groups = books.map((bookId): BookGroup => {
      const own = requests.filter((request) => request.bookId === bookId);
      const envelopes = own.map((request) => toEnvelope(context, origin, request));
      return { book: { tenantId: context.tenantId, bookId }, envelopes };
    });
    const verdictsOf = new Map(
      (await this.#commitTogether(context, groups)).map(({ bookId, verdicts }) => [
        bookId,
        this.#answer(context, bookId, verdicts).values(),
      ]),
    );
    return requests.map(({ bookId }) => {
      const verdict = verdictsOf.get(bookId)?.next().value;
      if (verdict === undefined) throw new Error("a command was left without a verdict");
      return verdict;
    });
  }

  /** Commands to books that the caller may not see are refused as if there were none, and the others with them. */
  async #commitTogether(context: RequestContext, groups: readonly BookGroup[]) {
    const { model, lockAll, onCommit } = this.#options;
    const funds = context.caller?.funds ?? ALL_GRANTED;
    const isSeen = ({ book }: BookGroup): boolean => maySeeFund({ funds }, book.bookId);
    const seen = groups.filter(isSeen);
    const unseen = groups.filter((group) => !isSeen(group));
    const books = seen.map(({ book }) => book);
    const attributes = { "ledger.books": groups.length };
    const committing = inChildSpan("execute commands together", { attributes }, () =>
      commitTogether({
        model,
        groups: seen,
        isRefused: unseen.length > 0,
        lock: (work) => lockAll(books, this.#tenants, work),
        onTenantMoved: () => this.#tenants.evict(context.tenantId),
      }),
    );
    this.#together.add(committing);
    const outcomes = await committing.finally(() => this.#together.delete(committing));
    for (const [index, { recorded }] of outcomes.entries()) {
      const [book, last] = [books[index], recorded.at(-1)];
      if (book === undefined || last === undefined) continue;
      this.#queues.get(nameOf(book))?.movedElsewhere();
      onCommit(book, last.position, recorded);
    }
    return [
      ...seen.map(({ book }, index) => ({
        bookId: book.bookId,
        verdicts: outcomes[index]?.verdicts ?? [],
      })),
      ...unseen.map(({ book, envelopes }) => ({
        bookId: book.bookId,
        verdicts: answerAsAbsent(model, book, { envelopes, atomic: true }),
      })),
    ];
  }

  /** What callers get of verdicts that are durable. */
  #answer(
    context: RequestContext,
    bookId: string,
    verdicts: readonly Verdict[],
  ): readonly Verdict[] {
    for (const verdict of verdicts) {
      const last = verdict.accepted ? verdict.events.at(-1) : undefined;
      if (last !== undefined) context.seen?.note(bookId, last.position);
    }
    this.#options.onVerdicts?.(verdicts);
    return verdicts.map((verdict) => refuseIfUndone(this.#options.model, verdict));
  }

  /** What a command would lead to now, as its book decides it. Nothing is recorded. */
  async tryOut(context: RequestContext, request: CommandRequest<Kinds>): Promise<Verdict> {
    const { bookId } = request;
    if (!isId(bookId)) throw noSuchBook(bookId, false);
    const book = { tenantId: context.tenantId, bookId };
    const envelopes = [toEnvelope(context, originOf(context), request)];
    const submission = { envelopes, atomic: false, isTrial: true };
    const funds = context.caller?.funds ?? ALL_GRANTED;
    const [verdict] = maySeeFund({ funds }, bookId)
      ? await this.submit(book, submission)
      : answerAsAbsent(this.#options.model, book, submission);
    if (verdict === undefined) throw new Error("a command was left without a verdict");
    return verdict;
  }

  /** One verdict per command, once everything accepted is durable. */
  submit(book: BookId, submission: Submission): Promise<readonly Verdict[]> {
    const queue = this.#queueOf(book);
    if (queue.waitingCommands + submission.envelopes.length > MAX_WAITING_COMMANDS) {
      const busy = "The book has more work waiting than it can take; try again shortly.";
      return Promise.reject(new AppError("UPSTREAM_UNAVAILABLE", busy));
    }
    return queue.submit(submission);
  }

  /** Resolves when everything submitted so far has its verdict. */
  async drain(): Promise<void> {
    for (const { running } of this.#queues.values()) await running;
    await Promise.allSettled(this.#together);
  }

  #queueOf(book: BookId): BookQueue {
    const name = nameOf(book);
    const known = this.#queues.get(name);
    if (known?.running !== undefined) return known;
    if (known === undefined) this.#dropIdle();
    const queue = known ?? this.#open(book);
    // Put in anew, so that those which have been idle longest come first.
    this.#queues.delete(name);
    this.#queues.set(name, queue);
    return queue;
  }

  #open(book: BookId): BookQueue {
    const { model, storeOf, logger, onCommit, onCorrupt } = this.#options;
    const { tenantId, bookId } = book;
    const onTenantMoved = (): void => this.#tenants.evict(tenantId);
    const isOfTenant = bookId === tenantBookOf(tenantId);
    return new BookQueue({
      model,
      book,
      store: storeOf(book, this.#tenants),
      logger,
      onCommit: (moved, position, events) => {
        if (isOfTenant) onTenantMoved();
        onCommit(moved, position, events);
      },
      onTenantMoved,
      onCorrupt,
    });
  }

  #dropIdle(): void {
    let rows = 0;
    for (const { size } of this.#queues.values()) rows += size;
    for (const [name, queue] of this.#queues) {
      if (this.#queues.size < MAX_IDLE_QUEUES && rows <= MAX_IDLE_ROWS) return;
      if (queue.running !== undefined) continue;
      rows -= queue.size;
      this.#queues.delete(name);
    }
  }
}

// Plain functions behind promises: of each posting, an asynchronous one would keep its state until the commit.
const eventsOf = ({ events }: Outcome): readonly PublishedEvent[] => events;

function outcomeOf([verdict]: readonly Verdict[]): Outcome {
  if (verdict === undefined) throw new Error("a command was left without a verdict");
  if (!verdict.accepted) throw verdict.refusal;
  return verdict;
}

/** The books as one sender uses them: they take the kinds of commands that it sends, and no other. */
export type CommandPort<Kinds extends Command> = Pick<
  CommandBus<Kinds>,
  "execute" | "carryOut" | "executeEach" | "executeTogether" | "tryOut"
>;

const nameOf = ({ tenantId, bookId }: BookId): string => `${tenantId}/${bookId}`;

/** A text that is no id names no book, and must not reach the database as one. */
const noSuchBook = (bookId: string, opens: boolean): AppError =>
  opens
    ? invalidInput("id", "must be a UUID in lower case")
    : new AppError("FUND_NOT_FOUND", `There is no fund ${bookId.slice(0, 80)}.`);

/** Makes the first of a request's commands conditional; the others find what it has changed. */
function requireUnchanged(
  { subject, book, since }: Unchanged,
  bookId: string,
  [request]: readonly CommandRequest[],
  envelopes: Envelope[],
): void {
  if (book !== bookId || since === undefined)
    throw invalidInput(UNCHANGED_HEADER, "names another book than the one of the change");
  const [first] = envelopes;
  const evenRepeats = request?.keyId !== undefined;
  if (first !== undefined) envelopes[0] = { ...first, unchanged: { subject, since, evenRepeats } };
}

export const toEnvelope = (
  context: RequestContext,
  origin: string | undefined,
  { command, key, keyId, content, clientChoseId = false }: CommandRequest,
): Envelope => ({
  command,
  actor: context.actor,
  owner: context.caller?.owner,
  isAdministrator: context.scopes.includes("admin"),
  secondAdministrator: context.caller?.secondAdministrator,
  origin,
  now: context.now,
  key: keyId ?? (key === undefined ? undefined : uuidOfText(key)),
  clientChoseId,
  requestHash:
    key === undefined && keyId === undefined ? undefined : hashRequest(command.kind, content),
});
