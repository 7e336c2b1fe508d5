import { invalidInput } from "@allfunds/contract/errors";
import type { TransactionPool } from "@allfunds/platform/database";
import { isCalendarDate } from "@allfunds/platform/dates";
import { idempotencyKey, RequiresScopes } from "@allfunds/platform/graphql";
import {
  DateScalar,
  decodeCursor,
  encodeCursor,
  toConnection,
  type Connection,
} from "@allfunds/platform/graphql/types";
import { isId, newId } from "@allfunds/platform/ids";
import type { GraphQLResolveInfo } from "graphql";
import {
  Arg,
  Args,
  Ctx,
  FieldResolver,
  ID,
  Info,
  Mutation,
  Query,
  Resolver,
  Root,
} from "type-graphql";
import type { CommandPort } from "../../engine/command-bus.ts";
import { requireEvent } from "../../engine/event-log.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import { toDimensions } from "../dimensions/dimension-object.ts";
import { FundObject } from "../funds/fund-object.ts";
import { requireFund } from "../funds/fund-sql.ts";
import { TransactionObject } from "../transactions/transaction-object.ts";
import { findTransaction } from "../transactions/transaction-sql.ts";
import { runJournals, type JournalCommand } from "./journal-job.ts";
import {
  DueJournalObject,
  JournalRefusalObject,
  JournalRoundObject,
  JournalRunConnection,
  JournalRunObject,
  JournalTemplateConnection,
  JournalTemplateObject,
  SetJournalTemplateInput,
  toTemplateObject,
  type JournalLineInput,
} from "./journal-object.ts";
import {
  readDueReversals,
  readDueTemplates,
  readRefusals,
  readRuns,
  readTemplate,
  readTemplatePage,
  type DueQuery,
  type JournalRefusal,
  type TemplateRow,
} from "./journal-sql.ts";
import { noSuchTemplate, type SetJournalTemplate, type TemplateEntry } from "./journal-template.ts";

type Command = JournalCommand | SetJournalTemplate;
const FIRST_ID = "00000000-0000-0000-0000-000000000000";
/** No date lies behind it. */
const BEHIND_ALL = "infinity";

async function requireTemplate(
  { request, stores }: LedgerContext,
  id: string,
): Promise<TemplateRow> {
  const row = await readTemplate(stores.pool, request.tenantId, id);
  if (row === undefined) throw noSuchTemplate(id);
  return row;
}

/** Lines as commands take them. */
const toLines = (lines: readonly JournalLineInput[]): TemplateEntry[] =>
  lines.map(({ accountId, side, amount, percent, ofAccountId, dimensions: given }) => {
    const dimensions = toDimensions(given);
    return {
      accountId,
      side,
      ...(typeof amount === "string" ? { amount } : {}),
      ...(typeof percent === "string" ? { percent } : {}),
      ...(typeof ofAccountId === "string" ? { ofAccountId } : {}),
      ...(dimensions === undefined ? {} : { dimensions }),
    };
  });

@Resolver(() => JournalTemplateObject)
export class JournalTemplateResolver {
  readonly #books: CommandPort<Command>;
  readonly #writes: TransactionPool;

  constructor({
    books,
    uploads,
  }: {
    readonly books: CommandPort<Command>;
    uploads: TransactionPool;
  }) {
    this.#books = books;
    this.#writes = uploads;
  }

  @RequiresScopes("ledger:read")
  @Query(() => JournalTemplateObject, {
    nullable: true,
    description: "One journal template, null when there is none.",
  })
  async journalTemplate(
    @Arg("id", () => ID) id: string,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<JournalTemplateObject | null> {
    const row = await readTemplate(stores.pool, request.tenantId, id);
    return row === undefined ? null : toTemplateObject(row);
  }

  @FieldResolver(() => FundObject, { description: "The fund in whose book it posts." })
  fund(
    @Root() { fundId }: JournalTemplateObject,
    @Ctx() context: LedgerContext,
  ): Promise<FundObject> {
    return requireFund(context, fundId);
  }

  @FieldResolver(() => JournalRefusalObject, {
    nullable: true,
    description: "Why its next day was refused the last time; null when it was not.",
  })
  async refusal(
    @Root() { id }: JournalTemplateObject,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<JournalRefusal | null> {
    return (await readRefusals(stores.pool, request.tenantId, [id])).get(id) ?? null;
  }

  @FieldResolver(() => JournalRunConnection, {
    description: "What became of its days, newest first.",
  })
  async runs(
    @Root() { id }: JournalTemplateObject,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<Connection<JournalRunObject>> {
    const page = toPage(args);
    const [before] = typeof page.after === "string" ? decodeCursor(page.after, 1) : [BEHIND_ALL];
    if (typeof before !== "string" || (before !== BEHIND_ALL && !isCalendarDate(before))) {
      throw invalidInput("after", "is not a cursor of this list");
    }
    const rows = await readRuns(stores.pool, request.tenantId, id, {
      before,
      limit: page.first + 1,
    });
    const runs = rows.map((row) => Object.assign(new JournalRunObject(), row));
    return toConnection(runs, { ...page, cursorOf: ({ date }) => encodeCursor([date]) });
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => JournalTemplateObject, {
    description:
      "Keeps a journal that the ledger posts by itself on the days of its schedule, each day once: in its book, whole and by version. What is above a limit of who set it waits for another person. VERSION_CONFLICT when it replaces another version than the newest.",
  })
  async setJournalTemplate(
    @Arg("input", () => SetJournalTemplateInput) input: SetJournalTemplateInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<JournalTemplateObject> {
    const { idempotencyKey: inInput, id, fundId, replaces, ...given } = input;
    await requireFund(context, fundId);
    const content = {
      name: given.name,
      description: given.description,
      metadata: given.metadata ?? {},
      entries: toLines(given.entries),
      frequency: given.frequency,
      dayOfMonth: given.dayOfMonth ?? null,
      firstDate: given.firstDate,
      lastDate: given.lastDate ?? null,
      reversal: given.reversal ?? null,
      isPaused: given.isPaused,
    };
    const { events, replayed } = await this.#books.carryOut(context.request, {
      bookId: fundId,
      command: {
        kind: "SetJournalTemplate",
        fundId,
        templateId: id ?? newId(),
        replaces,
        ...content,
      },
      key: idempotencyKey(context.request, inInput, info.path.key),
      content: { fundId, id: id ?? null, replaces, ...content },
    });
    const { payload } = requireEvent(events, "JournalTemplateSet");
    const { templateId } = payload as { templateId: string };
    return toTemplateObject(await requireTemplate(context, templateId), replayed);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => JournalTemplateObject, {
    description:
      "Leaves the next day of a template out, such as one that is refused. VERSION_CONFLICT when another day is next.",
  })
  async skipJournalRun(
    @Arg("templateId", () => ID) templateId: string,
    @Arg("date", () => DateScalar, { description: "The template's next day." }) date: string,
    @Arg("reason", () => String, { description: "Why, 1 to 500 characters." }) reason: string,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<JournalTemplateObject> {
    const { fundId } = await requireTemplate(context, templateId);
    const { replayed } = await this.#books.carryOut(context.request, {
      bookId: fundId,
      command: { kind: "SkipJournalRun", fundId, templateId, date, reason },
      key: idempotencyKey(context.request, undefined, info.path.key),
      content: { templateId, date, reason },
    });
    return toTemplateObject(await requireTemplate(context, templateId), replayed);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => JournalRoundObject, {
    description:
      "Posts the journals of a fund that are due now, instead of within a minute, and tries refused ones again.",
  })
  async runJournals(
    @Arg("fundId", () => ID) fundId: string,
    @Ctx() context: LedgerContext,
  ): Promise<JournalRoundObject> {
    const { request, stores } = context;
    await requireFund(context, fundId);
    const parts = { books: this.#books, reads: stores.pool, writes: this.#writes };
    const { tenantId, now } = request;
    return runJournals(parts, { tenantId, fundId }, { now, retries: true });
  }
}

/** The journals of a fund, which belong to this slice though they hang on the fund. */
@Resolver(() => FundObject)
export class FundJournalsResolver {
  @FieldResolver(() => JournalTemplateConnection, {
    description: "Its journal templates, in the order of their ids.",
  })
  async journalTemplates(
    @Root() { id }: FundObject,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<Connection<JournalTemplateObject>> {
    const page = toPage(args);
    const [after] = typeof page.after === "string" ? decodeCursor(page.after, 1) : [FIRST_ID];
    if (typeof after !== "string" || (after !== FIRST_ID && !isId(after))) {
      throw invalidInput("after", "is not a cursor of this list");
    }
    const fund = { tenantId: request.tenantId, fundId: id };
    const rows = await readTemplatePage(stores.pool, fund, { after, limit: page.first + 1 });
    const templates = rows.map((row) => toTemplateObject(row));
    return toConnection(templates, { ...page, cursorOf: (each) => encodeCursor([each.id]) });
  }

  @FieldResolver(() => [DueJournalObject], {
    description:
      "The templates' days and the reversals of accruals whose day has come and that are not posted, oldest first; up to 400. Each with the last refusal.",
  })
  async dueJournals(
    @Root() { id: fundId }: FundObject,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<DueJournalObject[]> {
    const { tenantId, now } = request;
    const today = now.toISOString().slice(0, 10);
    const query: DueQuery = { tenantId, fundId, today, notRefusedSince: null };
    const templates = await readDueTemplates(stores.pool, query);
    const reversals = await readDueReversals(stores.pool, query);
    const ids = [...templates, ...reversals].map(({ id }) => id);
    const refusals = await readRefusals(stores.pool, tenantId, ids);
    const due = [
      ...templates.map((row) => ({
        id: row.id,
        date: row.nextDate ?? today,
        template: toTemplateObject(row),
        accrualId: null,
      })),
      ...reversals.map(({ id, date }) => ({ id, date, template: null, accrualId: id })),
    ];
    return due
      .sort((a, b) => (a.date < b.date ? -1 : 1))
      .map(({ id, ...each }) =>
        Object.assign(new DueJournalObject(), { ...each, refusal: refusals.get(id) ?? null }),
      );
  }
}

@Resolver(() => DueJournalObject)
export class DueJournalResolver {
  @FieldResolver(() => TransactionObject, {
    nullable: true,
    description: "Of a reversal: the accrual.",
  })
  accrual(
    @Root() { accrualId }: DueJournalObject,
    @Ctx() context: LedgerContext,
  ): Promise<TransactionObject | null> {
    return accrualId === null ? Promise.resolve(null) : findTransaction(context, accrualId);
  }
}

@Resolver(() => JournalRunObject)
export class JournalRunResolver {
  @FieldResolver(() => TransactionObject, {
    nullable: true,
    description: "What was posted; null for what was skipped or is not approved.",
  })
  transaction(
    @Root() { transactionId }: JournalRunObject,
    @Ctx() context: LedgerContext,
  ): Promise<TransactionObject | null> {
    return transactionId === null ? Promise.resolve(null) : findTransaction(context, transactionId);
  }
}
