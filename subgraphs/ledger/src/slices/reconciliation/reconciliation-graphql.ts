import { AppError, invalidInput } from "@allfunds/contract/errors";
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
import { Arg, Args, Ctx, FieldResolver, Info, Mutation, Resolver, Root } from "type-graphql";
import type { CommandPort } from "../../engine/command-bus.ts";
import { requireEvent } from "../../engine/event-log.ts";
import type { LinesMatched } from "@allfunds/contract/events";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { PageArgs, toPage } from "../../graph/page-args.ts";
import { toActor } from "../../graph/shared-types.ts";
import { AccountObject } from "../accounts/account-object.ts";
import { requireAccount } from "../accounts/account-sql.ts";
import { reconcile } from "./reconcile.ts";
import {
  AccountReconciliationObject,
  MatchStatementLinesInput,
  StatementMatchConnection,
  StatementMatchObject,
  UnmatchStatementLinesInput,
  UpdateReconcilingItemInput,
} from "./reconciliation-object.ts";
import { readMatch, readMatches, type StoredMatch } from "./reconciliation-sql.ts";
import type { ReconciliationCommand } from "./reconciliation-slice.ts";

function toMatchObject(stored: StoredMatch): StatementMatchObject {
  const { matched, unmatched } = stored;
  const { amount, currency } = matched;
  return Object.assign(new StatementMatchObject(), {
    id: matched.matchId,
    lines: matched.lines.map(({ importId, line }) => ({ statementId: importId, line })),
    transactionIds: matched.transactionIds,
    amount: { amount, currency },
    note: matched.note,
    matchedAt: stored.matchedAt,
    matchedBy: toActor(stored.matchedBy),
    unmatchReason: unmatched?.reason ?? null,
    unmatchedBy: stored.unmatchedBy === null ? null : toActor(stored.unmatchedBy),
    position: stored.position,
  } satisfies StatementMatchObject);
}

const cursorOf = ({ position }: StatementMatchObject): string => encodeCursor([position]);

/** A match that the caller may see. */
async function requireMatch(
  { request, stores }: LedgerContext,
  id: string,
): Promise<StatementMatchObject & { readonly fundId: string; readonly accountId: string }> {
  const stored = isId(id) ? await readMatch(stores.pool, request.tenantId, id) : undefined;
  if (stored === undefined)
    throw new AppError("NOT_FOUND", `There is no match ${id.slice(0, 80)}.`);
  const { fundId, accountId } = stored.matched;
  return Object.assign(toMatchObject(stored), { fundId, accountId });
}

@Resolver(() => AccountObject)
export class ReconciliationResolver {
  readonly #books: CommandPort<ReconciliationCommand>;

  constructor({ books }: { readonly books: CommandPort<ReconciliationCommand> }) {
    this.#books = books;
  }

  @FieldResolver(() => AccountReconciliationObject, {
    description:
      "The account beside its bank statements on a day, today when absent: both balances, what stands alone on either side, and likely matches.",
  })
  reconciliation(
    @Root() account: AccountObject,
    @Arg("asOf", () => DateScalar, { nullable: true }) asOf: string | null | undefined,
    @Ctx() context: LedgerContext,
  ): Promise<AccountReconciliationObject> {
    return reconcile(context, account, asOf ?? context.request.now.toISOString().slice(0, 10));
  }

  @FieldResolver(() => StatementMatchConnection, {
    description:
      "Matches that people made on the account, newest first, those taken back included.",
  })
  async statementMatches(
    @Root() { id, fundId }: AccountObject,
    @Args(() => PageArgs) args: PageArgs,
    @Ctx() { request, stores }: LedgerContext,
  ): Promise<Connection<StatementMatchObject>> {
    const page = toPage(args);
    const [before] =
      typeof page.after === "string" ? decodeCursor(page.after, 1) : [Number.MAX_SAFE_INTEGER];
    if (!Number.isSafeInteger(before)) throw invalidInput("after", "is not a cursor of this list");
    const of = { tenantId: request.tenantId, fundId, accountId: id };
    const rows = await readMatches(stores.pool, of, Number(before), page.first + 1);
    return toConnection(rows.map(toMatchObject), { ...page, cursorOf });
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => StatementMatchObject, {
    description:
      "States that lines of bank statements are what transactions recorded; nothing is posted. Both sides must come to the same (MATCH_UNBALANCED) and be without a match (ALREADY_MATCHED).",
  })
  async matchStatementLines(
    @Arg("input", () => MatchStatementLinesInput) input: MatchStatementLinesInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<StatementMatchObject> {
    const { accountId, transactionIds, note } = input;
    const { fundId } = await requireAccount(context, accountId);
    const lines = input.lines.map(({ statementId, line }) => ({ importId: statementId, line }));
    const { events } = await this.#books.carryOut(context.request, {
      bookId: fundId,
      command: {
        kind: "MatchLines",
        matchId: newId(),
        fundId,
        accountId,
        lines,
        transactionIds,
        note: note ?? null,
      },
      key: idempotencyKey(context.request, input.idempotencyKey, info.path.key),
      content: { accountId, lines, transactionIds, note: note ?? null },
    });
    const { payload } = requireEvent(events, "LinesMatched");
    return requireMatch(context, (payload as LinesMatched).matchId);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => StatementMatchObject, {
    description: "Takes a match back: its lines and transactions are open again.",
  })
  async unmatchStatementLines(
    @Arg("input", () => UnmatchStatementLinesInput)
    { matchId, reason }: UnmatchStatementLinesInput,
    @Ctx() context: LedgerContext,
  ): Promise<StatementMatchObject> {
    const { fundId, accountId } = await requireMatch(context, matchId);
    await this.#books.execute(context.request, {
      bookId: fundId,
      command: { kind: "UnmatchLines", matchId, fundId, accountId, reason },
      key: undefined,
      content: null,
    });
    return requireMatch(context, matchId);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => AccountReconciliationObject, {
    description:
      "Assigns, explains or closes a line or a transaction that stands alone; returns the account's reconciliation of today.",
  })
  async updateReconcilingItem(
    @Arg("input", () => UpdateReconcilingItemInput) input: UpdateReconcilingItemInput,
    @Ctx() context: LedgerContext,
  ): Promise<AccountReconciliationObject> {
    const account = await requireAccount(context, input.accountId);
    const { fundId, id: accountId } = account;
    await this.#books.execute(context.request, {
      bookId: fundId,
      command: {
        kind: "UpdateReconcilingItem",
        fundId,
        accountId,
        importId: input.line?.statementId ?? null,
        line: input.line?.line ?? null,
        transactionId: input.transactionId ?? null,
        owner: input.owner ?? null,
        explanation: input.explanation ?? null,
        isClosed: input.isClosed,
      },
      key: undefined,
      content: null,
    });
    return reconcile(context, account, context.request.now.toISOString().slice(0, 10));
  }
}
