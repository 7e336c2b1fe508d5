import {
  ALL_FUNDS,
  AppError,
  invalidInput,
  isId,
  maySeeFund,
  type RequestContext,
} from "@allfunds/platform";
import type { BookCommand, Envelope } from "./book-command.ts";
import { grantsOf } from "../tenancy/fund-grants.ts";
import { answerAsAbsent } from "./answer-as-absent.ts";
import { refuseProposal, type Outcome, type Verdict } from "./decide-batch.ts";
import type { GroupCommit } from "./group-commit.ts";
import { hashRequest, uuidOfText } from "./idempotency.ts";
import { originOf } from "./origin.ts";
import type { PublishedEvent } from "./recorded-event.ts";

/** A command on its way to its book, with what makes a repeat of it recognisable. */
export interface Order {
  readonly bookId: string;
  readonly command: BookCommand;
  /** What is the same in a repeat, such as the client's idempotency key; without one the command stands alone. */
  readonly key: string | undefined;
  /** What the client said, without the ids made for it: the same key with another `said` is a conflict. */
  readonly said: unknown;
  readonly idIsClients?: boolean;
}

/** The one way into the books: every write of every slice goes through here. */
export class CommandProcessor {
  readonly #groupCommit: GroupCommit;

  constructor(groupCommit: GroupCommit) {
    this.#groupCommit = groupCommit;
  }

  /** Carries out one order and returns what it led to, or throws its refusal. */
  async execute(context: RequestContext, order: Order): Promise<readonly PublishedEvent[]> {
    return (await this.carryOut(context, order)).events;
  }

  /** As `execute`, and tells whether the answer is that of an earlier request with the same key. */
  async carryOut(context: RequestContext, order: Order): Promise<Outcome> {
    const [verdict] = await this.executeEach(context, order.bookId, [order], false);
    if (verdict === undefined) throw new Error("a command was left without a verdict");
    if (!verdict.accepted) throw verdict.refusal;
    return verdict;
  }

  /** Carries out orders of one book: one verdict each, in order; atomic ones all or not at all. */
  async executeEach(
    context: RequestContext,
    bookId: string,
    orders: readonly Order[],
    atomic: boolean,
  ): Promise<readonly Verdict[]> {
    if (!isId(bookId)) throw noSuchBook(orders[0]?.command, bookId);
    const book = { tenantId: context.tenantId, bookId };
    const funds = grantsOf(context);
    const origin = originOf(context);
    const envelopes = orders.map((order) => toEnvelope(context, origin, order));
    if (funds !== ALL_FUNDS) {
      refuseOpening(orders);
      if (!maySeeFund({ funds }, bookId)) return answerAsAbsent(book, { envelopes, atomic });
    }
    const verdicts = await this.#groupCommit.submit(book, { envelopes, atomic });
    return verdicts.map((verdict) => refuseProposal(verdict));
  }
}

/** A new fund is on nobody's list. */
function refuseOpening(orders: readonly Order[]): void {
  if (orders.every(({ command }) => command.kind !== "OpenFund")) return;
  throw new AppError("FORBIDDEN", "Opening a fund needs a grant for every fund.");
}

/** A text that is no id names no book, and must not reach the database as one. */
const noSuchBook = (command: BookCommand | undefined, bookId: string): AppError =>
  command?.kind === "OpenFund"
    ? invalidInput("id", "must be a UUID in lower case")
    : new AppError("FUND_NOT_FOUND", `There is no fund ${bookId.slice(0, 80)}.`);

const toEnvelope = (
  context: RequestContext,
  origin: string | undefined,
  order: Order,
): Envelope => ({
  command: order.command,
  actor: context.actor,
  owner: context.caller?.owner,
  origin,
  now: context.now,
  key: order.key === undefined ? undefined : uuidOfText(order.key),
  idIsClients: order.idIsClients ?? false,
  requestHash: order.key === undefined ? undefined : hashRequest(order.command.kind, order.said),
});
