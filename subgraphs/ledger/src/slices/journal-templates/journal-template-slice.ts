import { AppError } from "@allfunds/contract/errors";
import { Migration } from "@allfunds/platform/database";
import { enforceGrants, enforceTenancy, grantRule } from "@allfunds/platform/tenancy";
import { z } from "zod";
import type { EventPlace } from "../../engine/book.ts";
import type { BookState } from "../../engine/book-state.ts";
import { codecOf } from "../../engine/event-codec.ts";
import { defineSlice, type ReplayContext } from "../../engine/slice.ts";
import type { AppendTable } from "../../engine/table.ts";
import { refuseManaged, requireAccount } from "../accounts/account.ts";
import { requireFund } from "../funds/fund.ts";
import type { TransactionProposed } from "../proposals/proposal-events.ts";
import {
  storedEntries,
  storedPosting,
  wantPosting,
  type TransactionPosted,
} from "../transactions/transaction.ts";
import { ACCRUAL, CreateAccruals } from "./accrual.ts";
import { addDays, nextDay } from "./journal-schedule.ts";
import {
  decideRun,
  decideSetTemplate,
  decideSkip,
  JOURNAL_TEMPLATE,
  refuseUnlessNext,
  requireTemplate,
  runIdOf,
  type JournalRunSkipped,
  type JournalTemplateSet,
  type RunJournalTemplate,
  type SetJournalTemplate,
  type SkipJournalRun,
  type TemplateState,
} from "./journal-template.ts";

class CreateJournalTemplates extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE journal_template (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      id uuid NOT NULL,
      version integer NOT NULL,
      position bigint NOT NULL,
      frequency text NOT NULL,
      day_of_month integer,
      first_date date NOT NULL,
      last_date date,
      runs_from date NOT NULL,
      ran_until date,
      is_paused boolean NOT NULL,
      next_date date,
      CONSTRAINT journal_template_pkey PRIMARY KEY (tenant_id, book_id, id)
    )`);
    this.addSql(`CREATE INDEX journal_template_due ON journal_template (tenant_id, next_date)
      WHERE NOT is_paused`);
    this.addSql(`CREATE TABLE journal_run (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      position bigint NOT NULL,
      template_id uuid NOT NULL,
      date date NOT NULL,
      outcome text NOT NULL,
      transaction_id uuid,
      CONSTRAINT journal_run_pkey PRIMARY KEY (tenant_id, book_id, position)
    )`);
    this.addSql(`CREATE INDEX journal_run_newest
      ON journal_run (tenant_id, template_id, date DESC, position DESC)`);
    this.addSql(`CREATE TABLE journal_refusal (
      tenant_id uuid NOT NULL,
      subject_id uuid NOT NULL,
      fund_id uuid NOT NULL,
      date date NOT NULL,
      code text NOT NULL,
      message text NOT NULL,
      proposal_id uuid,
      refused_at timestamptz NOT NULL,
      CONSTRAINT journal_refusal_pkey PRIMARY KEY (tenant_id, subject_id)
    )`);
    this.addSql(`COMMENT ON TABLE journal_refusal IS
      'Why the next posting of a template, or the reversal of an accrual, was refused the last time'`);
    this.addSql(...enforceTenancy("journal_template", "journal_run", "journal_refusal"));
    this.addSql(...enforceGrants("journal_refusal"));
    for (const table of ["journal_template", "journal_run"]) {
      this.addSql(`CREATE POLICY granted_funds ON ${table} AS RESTRICTIVE FOR SELECT USING (
        ${grantRule("book_id")})`);
    }
    for (const table of ["journal_template", "journal_run", "journal_refusal"]) {
      this.addSql(`REVOKE ALL ON ${table} FROM PUBLIC, CURRENT_USER`);
    }
    this.addSql(`GRANT SELECT, INSERT, UPDATE (version, position, frequency, day_of_month, first_date,
      last_date, runs_from, ran_until, is_paused, next_date) ON journal_template TO CURRENT_USER`);
    this.addSql(`GRANT SELECT, INSERT ON journal_run TO CURRENT_USER`);
    this.addSql(`GRANT SELECT, INSERT, DELETE, UPDATE (date, code, message, proposal_id, refused_at)
      ON journal_refusal TO CURRENT_USER`);
  }
}

/** What became of each day of a template; a proposal that is posted later is there twice. */
const JOURNAL_RUN: AppendTable = {
  name: "journal_run",
  order: "position",
  columns: [
    { name: "position", type: "bigint" },
    { name: "template_id", type: "uuid" },
    { name: "date", type: "date" },
    { name: "outcome", type: "text" },
    { name: "transaction_id", type: "uuid" },
  ],
  rowsOf: {
    TransactionPosted: ({ source, transactionId }: TransactionPosted, place: EventPlace) =>
      source.kind === "RECURRING"
        ? [[place.position, source.templateId, source.date, "POSTED", transactionId]]
        : [],
    TransactionProposed: (event: TransactionProposed, { position }: EventPlace) => {
      const run = proposedRun(event);
      return run === undefined
        ? []
        : [[position, run.templateId, run.date, "PROPOSED", event.transactionId]];
    },
    JournalRunSkipped: ({ templateId, date }: JournalRunSkipped, { position }: EventPlace) => [
      [position, templateId, date, "SKIPPED", null],
    ],
  },
};

interface Run {
  readonly templateId: string;
  readonly date: string;
}

/** The day of a template that a proposal is for. */
const proposedRun = ({ command, effectiveDate }: TransactionProposed): Run | undefined =>
  command.kind === "RunJournalTemplate"
    ? { templateId: String(command["templateId"]), date: effectiveDate }
    : undefined;

const withNext = (template: Omit<TemplateState, "nextDate">): TemplateState => {
  const { ranUntil, runsFrom } = template;
  const behind = ranUntil === null ? runsFrom : addDays(ranUntil, 1);
  return { ...template, nextDate: nextDay(template, behind > runsFrom ? behind : runsFrom) };
};

function evolveSet(draft: BookState, event: JournalTemplateSet, { position }: EventPlace): void {
  const { templateId: id, version, frequency, dayOfMonth, firstDate, lastDate } = event;
  const { runsFrom, isPaused } = event;
  const ranUntil = draft.get(JOURNAL_TEMPLATE, id)?.ranUntil ?? null;
  draft.put(
    JOURNAL_TEMPLATE,
    id,
    withNext({
      id,
      version,
      position,
      frequency,
      dayOfMonth,
      firstDate,
      lastDate,
      runsFrom,
      ranUntil,
      isPaused,
    }),
  );
}

function advance(draft: BookState, { templateId, date }: Run): void {
  const template = requireTemplate(draft, templateId);
  if (template.ranUntil !== null && template.ranUntil >= date) return;
  draft.put(JOURNAL_TEMPLATE, templateId, withNext({ ...template, ranUntil: date }));
}

function checkSet(state: BookState, event: JournalTemplateSet, { place }: ReplayContext): void {
  requireFund(state, event.fundId);
  const before = state.get(JOURNAL_TEMPLATE, event.templateId);
  if (event.version !== (before?.version ?? 0) + 1) {
    throw new AppError("VERSION_CONFLICT", "The version does not follow the one before.");
  }
  if (event.maker !== place.actor) {
    throw new AppError("FORBIDDEN", "The maker of a template is who sets it.");
  }
  if (event.runsFrom < (before?.runsFrom ?? event.firstDate)) {
    throw new AppError("INVALID_INPUT", "A version runs from a day before the earlier one's.");
  }
  for (const [index, { accountId, ofAccountId = accountId }] of event.entries.entries()) {
    refuseManaged(requireAccount(state, accountId), `entries.${index}.accountId`);
    requireAccount(state, ofAccountId);
  }
}

/** A posting of a template is that of one of its days, and no second one of it. */
function checkRun(state: BookState, { source, transactionId, effectiveDate }: TransactionPosted) {
  if (source.kind !== "RECURRING") return;
  const { templateId, date } = source;
  const { ranUntil } = requireTemplate(state, templateId);
  if (transactionId !== runIdOf(templateId, date) || effectiveDate !== date) {
    throw new AppError("INVALID_INPUT", `${transactionId} is not the posting of ${date}.`);
  }
  // What waited for approval was counted when it was proposed.
  if (ranUntil === null || date > ranUntil) refuseUnlessNext(state, source);
}

const storedRun = z.object({
  kind: z.literal("RunJournalTemplate"),
  ...storedPosting,
  entries: storedEntries,
  templateId: z.string(),
  reversesOn: z.string().optional(),
  owner: z.string().optional(),
});

export const JOURNAL_TEMPLATES = defineSlice<
  SetJournalTemplate | SkipJournalRun | RunJournalTemplate,
  JournalTemplateSet | JournalRunSkipped
>({
  name: "journal templates",
  tables: [JOURNAL_TEMPLATE],
  appends: [JOURNAL_RUN, ACCRUAL],
  migrations: [
    { name: "0120-accruals", class: CreateAccruals },
    { name: "0121-journal-templates", class: CreateJournalTemplates },
  ],
  commands: {
    SetJournalTemplate: { decide: decideSetTemplate },
    SkipJournalRun: { decide: decideSkip },
    RunJournalTemplate: {
      needs: (command, want) => wantPosting(command, want, true),
      decide: decideRun,
      stored: (json) => storedRun.parse(json),
    },
  },
  events: {
    JournalTemplateSet: {
      codec: codecOf<JournalTemplateSet>("JournalTemplateSet"),
      evolve: evolveSet,
      check: checkSet,
    },
    JournalRunSkipped: {
      codec: codecOf<JournalRunSkipped>("JournalRunSkipped"),
      evolve: advance,
      check: refuseUnlessNext,
    },
  },
  reactions: {
    TransactionPosted: {
      evolve: (draft: BookState, { source }: TransactionPosted) => {
        if (source.kind === "RECURRING") advance(draft, source);
      },
      check: checkRun,
    },
    TransactionProposed: {
      evolve: (draft: BookState, event: TransactionProposed) => {
        const run = proposedRun(event);
        if (run !== undefined) advance(draft, run);
      },
      check: (state: BookState, event: TransactionProposed) => {
        const run = proposedRun(event);
        if (run !== undefined) refuseUnlessNext(state, run);
      },
    },
  },
});
