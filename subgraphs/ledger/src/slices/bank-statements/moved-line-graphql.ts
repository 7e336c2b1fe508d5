import { AppError } from "@allfunds/contract/errors";
import { RequiresScopes } from "@allfunds/platform/graphql";
import { newId } from "@allfunds/platform/ids";
import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  Mutation,
  Resolver,
  Root,
} from "type-graphql";
import type { CommandPort, CommandRequest } from "../../engine/command-bus.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { AccountObject } from "../accounts/account-object.ts";
import { requireAccount } from "../accounts/account-sql.ts";
import { EntryDimensionInput, toDimensions } from "../dimensions/dimension-object.ts";
import type { EntryDimensions } from "../dimensions/entry-dimensions.ts";
import { requireStatement } from "./bank-statement-graphql.ts";
import { BankStatementLineObject, BankStatementObject } from "./bank-statement-object.ts";
import type { SetImportRules } from "./import-rules.ts";
import { newestRules } from "./import-rules-sql.ts";
import { readAllocations } from "./moved-line-sql.ts";
import { keyOfMove, type MoveStatementLine } from "./moved-line.ts";
import { decodeLine } from "./statement-codec.ts";
import { readStatementLines } from "./statement-list-sql.ts";
import { directionOf, plainRule, type StatementRule } from "./statement-rule.ts";
import { refuseAny } from "./undo-commands.ts";

@InputType({ description: "A rule by which later lines go where this one is moved." })
class MovedLineRuleInput {
  @Field(() => [String], {
    description:
      "1 to 50 texts; one of them in the remittance text or the other party's name is enough. Case does not matter.",
  })
  contains!: string[];
}

@InputType({ description: "A posted line of a bank statement that belongs on another account." })
class MoveStatementLineInput {
  @Field(() => ID, { description: "UUID of the import." })
  statementId!: string;

  @Field(() => Int, { description: "Number of the line in the statement, from 1." })
  line!: number;

  @Field(() => ID, { description: "The account on the other side, in the currency of the bank's." })
  accountId!: string;

  @Field(() => [EntryDimensionInput], {
    nullable: true,
    description: "Values of dimensions that the entry on it has, one of each.",
  })
  dimensions?: EntryDimensionInput[] | null;

  @Field(() => MovedLineRuleInput, {
    nullable: true,
    description:
      "Puts a rule for lines of this direction before those of the bank account: what later imports bring goes there, too.",
  })
  rule?: MovedLineRuleInput | null;
}

type Commands = MoveStatementLine | SetImportRules;

/** A line that is posted, and where its other side stands. */
interface PostedLine {
  readonly statement: BankStatementObject;
  readonly line: ReturnType<typeof decodeLine>;
  readonly lineId: string;
}

@Resolver(() => BankStatementLineObject)
export class MovedLineResolver {
  readonly #books: CommandPort<Commands>;

  constructor({ books }: { readonly books: CommandPort<Commands> }) {
    this.#books = books;
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => BankStatementObject, {
    description:
      "Moves the other side of a posted line to another account, on the line's value date; with a rule, both or none. The bank's account is not touched, and an undo of the statement takes the move back, too. STATEMENT_INVALID for a line that is not posted or is there already, ALREADY_REVERSED for one that was reversed, IDEMPOTENCY_CONFLICT when another move of it came first. Above an approval limit the move waits as a proposal, which APPROVAL_REQUIRED names, and a rule holds at once; while one waits, another is APPROVAL_REQUIRED, and so is an undo of the statement.",
  })
  async moveStatementLine(
    @Arg("input", () => MoveStatementLineInput) input: MoveStatementLineInput,
    @Ctx() context: LedgerContext,
  ): Promise<BankStatementObject> {
    const { accountId: to } = await requireTarget(context, input);
    const posted = await requirePosted(context, input);
    const { statement } = posted;
    const dimensions = toDimensions(input.dimensions);
    const requests: CommandRequest<Commands>[] = [await moving(context, posted, to, dimensions)];
    if (input.rule !== null && input.rule !== undefined) {
      const rule = plainRule({
        contains: input.rule.contains,
        direction: directionOf(posted.line),
        accountId: to,
        dimensions,
      });
      requests.push(await ruling(context, statement, rule));
    }
    const { fundId } = statement;
    const verdicts = await this.#books.executeEach(context.request, fundId, requests, true, true);
    refuseAny(requests, verdicts, true);
    // It waits for another person: kept, and not done.
    const [move] = verdicts;
    if (move?.accepted === false) throw move.refusal;
    return requireStatement(context, statement.id);
  }

  @FieldResolver(() => AccountObject, {
    nullable: true,
    description:
      "The account on its other side, where it was moved to last; null for a line that no transaction of its own posts.",
  })
  async otherAccount(
    @Root() { transactionId, fundId, accountId }: BankStatementLineObject,
    @Ctx() context: LedgerContext,
  ): Promise<AccountObject | null> {
    if (transactionId === null) return null;
    const book = { tenantId: context.request.tenantId, bookId: fundId };
    const { pool } = context.stores;
    const place = (await readAllocations(pool, book, accountId, [transactionId])).get(
      transactionId,
    );
    return place === undefined ? null : requireAccount(context, place.accountId);
  }
}

async function requireTarget(
  context: LedgerContext,
  { accountId }: MoveStatementLineInput,
): Promise<{ readonly accountId: string }> {
  const { id } = await requireAccount(context, accountId);
  return { accountId: id };
}

async function requirePosted(
  context: LedgerContext,
  { statementId, line: number }: MoveStatementLineInput,
): Promise<PostedLine> {
  const statement = await requireStatement(context, statementId);
  const wanted = { from: number, open: false, first: 1 };
  const { pool } = context.stores;
  const [found] = await readStatementLines(pool, context.request.tenantId, statement.id, wanted);
  const lineId = found?.confirmedId ?? found?.line.transactionId ?? null;
  if (found?.number !== number || lineId === null)
    throw new AppError("STATEMENT_INVALID", `Line ${number} is no posted line of the statement.`);
  return { statement, line: decodeLine(found.line, statement.currency), lineId };
}

async function moving(
  { request, stores }: LedgerContext,
  { statement, line, lineId }: PostedLine,
  to: string,
  dimensions: EntryDimensions | undefined,
): Promise<CommandRequest<MoveStatementLine>> {
  const { id: importId, fundId, accountId } = statement;
  const book = { tenantId: request.tenantId, bookId: fundId };
  const place = (await readAllocations(stores.pool, book, accountId, [lineId])).get(lineId);
  if (place === undefined)
    throw new AppError("STATEMENT_INVALID", "The line is not posted, or waits for approval.");
  const { waiting: proposalId } = place;
  if (proposalId !== undefined)
    throw new AppError("APPROVAL_REQUIRED", "A move of the line waits for approval.", {
      proposalId,
    });
  const key = keyOfMove(lineId, place.moves + 1);
  return {
    bookId: fundId,
    command: {
      kind: "MoveStatementLine",
      fundId,
      importId,
      accountId,
      lineId,
      from: place.accountId,
      fromDimensions: place.dimensions,
      to,
      toDimensions: dimensions,
      transactionId: newId(),
      effectiveDate: line.effectiveDate,
      description: line.description,
      reference: null,
      metadata: { importId, moves: lineId },
    },
    key: undefined,
    keyId: key,
    content: { to, dimensions: dimensions ?? null },
  };
}

/** The account's rules with another one before them. */
async function ruling(
  context: LedgerContext,
  { fundId, accountId }: BankStatementObject,
  rule: StatementRule,
): Promise<CommandRequest<SetImportRules>> {
  const kept = (await newestRules(context, accountId))?.payload;
  return {
    bookId: fundId,
    command: {
      kind: "SetImportRules",
      fundId,
      accountId,
      replaces: kept?.version ?? 0,
      csv: kept?.csv ?? null,
      rules: [rule, ...(kept?.rules ?? [])],
      receiptsAccountId: kept?.receiptsAccountId ?? null,
      paymentsAccountId: kept?.paymentsAccountId ?? null,
      note: kept?.note ?? null,
    },
    key: undefined,
    content: null,
  };
}
