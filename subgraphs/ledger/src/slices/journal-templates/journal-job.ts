import { AppError } from "@allfunds/contract/errors";
import { ALL_GRANTED } from "@allfunds/platform/auth";
import { newTraceId, type RequestContext } from "@allfunds/platform/context";
import { withTransaction, type Pool, type TransactionPool } from "@allfunds/platform/database";
import { defineJobKind, requestJobOnce, type JobKind } from "@allfunds/platform/jobs";
import type { Logger } from "@allfunds/platform/logging";
import type { TenantReads } from "@allfunds/platform/tenancy";
import { newId } from "@allfunds/platform/ids";
import type { CommandPort } from "../../engine/command-bus.ts";
import { readTenants, Rounds } from "../../tenancy/rounds.ts";
import type { OrderReads } from "../../tenancy/order-pool.ts";
import type { ReverseTransaction } from "../reversals/reversal.ts";
import { settleLines } from "./journal-amounts.ts";
import { addDays, firstOfNextMonth } from "./journal-schedule.ts";
import {
  keepRefusal,
  readDueReversals,
  readDueTemplates,
  readTemplateAccounts,
  type DueQuery,
  type DueReversal,
  type JournalSubject,
  type TemplateRow,
} from "./journal-sql.ts";
import { runIdOf, type RunJournalTemplate, type SkipJournalRun } from "./journal-template.ts";

/** The name of its kind among the jobs. */
const JOURNAL_JOB = "journals";
const ROUND_MS = 60_000;
/** What was refused is tried again after so long. */
const RETRY_MS = 15 * 60_000;
/** Days of templates and reversals that one run posts at most; the next one goes on. */
const MOST_POSTINGS = 2_000;

export type JournalCommand = RunJournalTemplate | SkipJournalRun | ReverseTransaction;

interface JournalParts {
  readonly books: CommandPort<JournalCommand>;
  readonly reads: TenantReads;
  /** Where refusals are stored. */
  readonly writes: TransactionPool;
}

/** What a round did. */
export interface JournalRound {
  readonly posted: number;
  readonly waiting: number;
  readonly skipped: number;
  readonly refused: number;
}

/** Posts what is due: each template's days one after the other, and the reversals of accruals. */
export async function runJournals(
  parts: JournalParts,
  { tenantId, fundId }: { readonly tenantId: string; readonly fundId: string | null },
  { now, retries }: { readonly now: Date; readonly retries: boolean },
): Promise<JournalRound> {
  const round = { posted: 0, waiting: 0, skipped: 0, refused: 0 };
  const today = now.toISOString().slice(0, 10);
  const notRefusedSince = new Date(retries ? now.getTime() : now.getTime() - RETRY_MS);
  const query: DueQuery = { tenantId, fundId, today, notRefusedSince };
  const refused = new Set<string>();
  for (let done = 0; done < MOST_POSTINGS;) {
    const templates = (await readDueTemplates(parts.reads, query)).filter(
      ({ id }) => !refused.has(id),
    );
    const reversals = (await readDueReversals(parts.reads, query)).filter(
      ({ id }) => !refused.has(id),
    );
    if (templates.length + reversals.length === 0) break;
    for (const template of templates) {
      const outcome = await runTemplate(parts, tenantId, template, now);
      round[outcome] += 1;
      if (outcome === "refused") refused.add(template.id);
    }
    for (const reversal of reversals) {
      const outcome = await reverse(parts, tenantId, reversal, now);
      round[outcome] += 1;
      // A reversal that waits is due until it is approved.
      if (outcome !== "posted") refused.add(reversal.id);
    }
    done += templates.length + reversals.length;
  }
  return round;
}

async function runTemplate(
  parts: JournalParts,
  tenantId: string,
  { id, fundId, nextDate, payload }: TemplateRow,
  now: Date,
): Promise<keyof JournalRound> {
  const date = nextDate ?? "";
  const { entries, maker, makerOwner, description, metadata, reversal } = payload;
  const subject = { id, fundId, date };
  const ids = entries.flatMap(({ accountId, ofAccountId }) => [
    accountId,
    ofAccountId ?? accountId,
  ]);
  const book = { tenantId, bookId: fundId };
  const accounts = await readTemplateAccounts(parts.reads, book, [...new Set(ids)], date);
  const lines = settleLines(entries, accounts);
  const reversesOn = reversal === null ? undefined : reversalDay(reversal, date);
  const command: JournalCommand =
    lines.length === 0
      ? { kind: "SkipJournalRun", fundId, templateId: id, date, reason: "Nothing to post" }
      : {
          kind: "RunJournalTemplate",
          fundId,
          templateId: id,
          transactionId: runIdOf(id, date),
          effectiveDate: date,
          description,
          reference: null,
          metadata,
          entries: lines,
          reversesOn,
          owner: reversesOn === undefined ? undefined : makerOwner,
        };
  const context = contextOf(tenantId, { actor: maker, owner: makerOwner, now });
  const outcome = await send(parts, context, subject, command, `journal ${id} ${date}`);
  return outcome === "posted" && lines.length === 0 ? "skipped" : outcome;
}

const reversalDay = (reversal: "NEXT_DAY" | "NEXT_MONTH", date: string): string =>
  reversal === "NEXT_DAY" ? addDays(date, 1) : firstOfNextMonth(date);

function reverse(
  parts: JournalParts,
  tenantId: string,
  { id, fundId, date, description, postedBy, owner }: DueReversal,
  now: Date,
): Promise<keyof JournalRound> {
  const command: ReverseTransaction = {
    kind: "ReverseTransaction",
    fundId,
    reverses: id,
    transactionId: newId(),
    effectiveDate: date,
    description: `Reversal: ${description}`.slice(0, 500),
    reference: null,
    metadata: {},
  };
  const context = contextOf(tenantId, { actor: postedBy, owner: owner ?? undefined, now });
  return send(parts, context, { id, fundId, date }, command, `reversal of accrual ${id}`);
}

/** Carries a command out once, however often it is sent, and keeps why it was refused. */
async function send(
  { books, writes }: JournalParts,
  context: RequestContext,
  subject: JournalSubject,
  command: JournalCommand,
  key: string,
): Promise<"posted" | "waiting" | "refused"> {
  const { tenantId, now } = context;
  try {
    const request = { bookId: subject.fundId, command, key, content: subject };
    await books.carryOut(context, request);
    await keepRefusal(writes, tenantId, subject, null);
    return "posted";
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, message, proposalId = null } = error;
    const refusal = { code, message, proposalId, refusedAt: now };
    const waits = code === "APPROVAL_REQUIRED";
    // The days of a template go on while one waits; a reversal is due until it is posted.
    const isOver = waits && command.kind === "RunJournalTemplate";
    await keepRefusal(writes, tenantId, subject, isOver ? null : refusal);
    return waits ? "waiting" : "refused";
  }
}

/** Who answers for the journal is the actor in the book; the client in its origin names the job. */
function contextOf(
  tenantId: string,
  { actor, owner, now }: { actor: string; owner: string | undefined; now: Date },
): RequestContext {
  const scopes = ["ledger:write"];
  return {
    tenantId,
    actor,
    scopes,
    traceId: newTraceId(),
    now,
    idempotencyKey: undefined,
    caller: {
      kind: "client",
      tenantId,
      subject: actor,
      clientId: JOURNAL_JOB,
      ...(owner === undefined ? {} : { owner }),
      roles: [],
      scopes,
      funds: ALL_GRANTED,
      acr: undefined,
      amr: [],
      expiresAt: now,
    },
  };
}

/** Posts the journals that are due of one tenant; its result counts them. */
export const journalKind = (parts: JournalParts): JobKind =>
  defineJobKind<object, JournalRound>({
    name: JOURNAL_JOB,
    serial: true,
    run: ({ context: { tenantId } }) =>
      runJournals(parts, { tenantId, fundId: null }, { now: new Date(), retries: false }),
  });

/** Requests a job for each tenant that has journals due, every minute. */
export class JournalRounds {
  readonly #rounds: Rounds;

  constructor(writes: Pool, reads: OrderReads, kind: JobKind, logger: Logger) {
    this.#rounds = new Rounds({
      everyMs: ROUND_MS,
      work: (now) => requestDue(writes, reads, kind, now),
      failed: (error) => logger.warn({ err: error }, "journals that are due could not be posted"),
    });
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }
}

async function requestDue(
  writes: Pool,
  reads: OrderReads,
  kind: JobKind,
  now: Date,
): Promise<void> {
  const today = now.toISOString().slice(0, 10);
  const notRefusedSince = new Date(now.getTime() - RETRY_MS);
  for (const tenantId of await readTenants(reads)) {
    const query = { tenantId, fundId: null, today, notRefusedSince };
    const due =
      (await readDueTemplates(reads, query)).length + (await readDueReversals(reads, query)).length;
    if (due === 0) continue;
    const request = requestJobOnce({
      tenantId,
      kind,
      actor: "ledger",
      traceId: newTraceId(),
      afterMs: 0,
    });
    await withTransaction(writes, { tenantId }, (client) =>
      client.query(request.text, [...request.values]),
    );
  }
}
