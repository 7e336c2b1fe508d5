import { AppError } from "@allfunds/contract/errors";
import { formatAmount } from "@allfunds/contract/money";
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
import {
  EntryDimensionInput,
  toDimensionList,
  toDimensions,
} from "../dimensions/dimension-object.ts";
import type { EntryDimensions } from "../dimensions/entry-dimensions.ts";
import { requireStatement } from "./bank-statement-graphql.ts";
import { BankStatementLineObject, BankStatementObject } from "./bank-statement-object.ts";
import type { SetImportRules } from "./import-rules.ts";
import { newestRules } from "./import-rules-sql.ts";
import { StatementLinePartInput, StatementLinePartObject, toPart } from "./line-part-object.ts";
import { MOST_PARTS, plainParts, type LinePart } from "./line-part.ts";
import { readAllocations, type Allocation } from "./moved-line-sql.ts";
import { keyOfMove, type MoveStatementLine, type SplitStatementLine } from "./moved-line.ts";
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

@InputType({ description: "A posted line of a bank statement that belongs to several accounts." })
class SplitStatementLineInput {
  @Field(() => ID, { description: "UUID of the import." })
  statementId!: string;

  @Field(() => Int, { description: "Number of the line in the statement, from 1." })
  line!: number;

  @Field(() => [StatementLinePartInput], {
    description: `1 to ${MOST_PARTS} parts that come to the line's amount.`,
  })
  parts!: StatementLinePartInput[];
}

type Commands = MoveStatementLine | SplitStatementLine | SetImportRules;

/** A line that is posted, and where its other side stands. */
interface PostedLine {
  readonly statement: BankStatementObject;
  readonly line: ReturnType<typeof decodeLine>;
  readonly lineId: string;
  readonly place: Allocation;
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
    const requests: CommandRequest<Commands>[] = [moving(posted, to, dimensions)];
    if (input.rule !== null && input.rule !== undefined) {
      const rule = plainRule({
        contains: input.rule.contains,
        direction: directionOf(posted.line),
        accountId: to,
        dimensions,
      });
      requests.push(await ruling(context, statement, rule));
    }
    return this.#repost(context, statement, requests);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => BankStatementObject, {
    description:
      "Posts the other side of a posted line in parts on several accounts, on the line's value date; the bank's account is not touched, and an undo of the statement takes it back, too. INVALID_INPUT when the parts do not come to the line's amount, CURRENCY_MISMATCH for an account of another currency; otherwise refused, and above an approval limit put before another person, as a move is.",
  })
  async splitStatementLine(
    @Arg("input", () => SplitStatementLineInput) input: SplitStatementLineInput,
    @Ctx() context: LedgerContext,
  ): Promise<BankStatementObject> {
    for (const { accountId } of input.parts) await requireAccount(context, accountId);
    const posted = await requirePosted(context, input);
    const parts = plainParts(input.parts.map(toPart));
    return this.#repost(context, posted.statement, [splitting(posted, parts)]);
  }

  async #repost(
    context: LedgerContext,
    { id, fundId }: BankStatementObject,
    requests: CommandRequest<Commands>[],
  ): Promise<BankStatementObject> {
    const verdicts = await this.#books.executeEach(context.request, fundId, requests, true, true);
    refuseAny(requests, verdicts, true);
    // It waits for another person: kept, and not done.
    const [first] = verdicts;
    if (first?.accepted === false) throw first.refusal;
    return requireStatement(context, id);
  }

  @FieldResolver(() => AccountObject, {
    nullable: true,
    description:
      "The account on its other side, where it was moved to last; null for a line that no transaction of its own posts, and for one on several accounts.",
  })
  async otherAccount(
    @Root() line: BankStatementLineObject,
    @Ctx() context: LedgerContext,
  ): Promise<AccountObject | null> {
    const [only, ...others] = (await placeOf(line, context))?.parts ?? [];
    if (only === undefined || others.length > 0) return null;
    return requireAccount(context, only.accountId);
  }

  @FieldResolver(() => [StatementLinePartObject], {
    description:
      "Its other side, as it was moved or split last; none for a line that no transaction of its own posts.",
  })
  async parts(
    @Root() line: BankStatementLineObject,
    @Ctx() context: LedgerContext,
  ): Promise<StatementLinePartObject[]> {
    const { parts = [] } = (await placeOf(line, context)) ?? {};
    return Promise.all(
      parts.map(async ({ accountId, amount, dimensions }) => ({
        accountId,
        account: await requireAccount(context, accountId),
        amount: { amount, currency: line.amount.currency },
        dimensions: toDimensionList(dimensions),
      })),
    );
  }
}

/** Where a line stands; undefined when no transaction of its own posts it. */
async function placeOf(
  { transactionId, fundId, accountId }: BankStatementLineObject,
  { request, stores }: LedgerContext,
): Promise<Allocation | undefined> {
  if (transactionId === null) return undefined;
  const book = { tenantId: request.tenantId, bookId: fundId };
  const places = await readAllocations(stores.pool, book, accountId, [transactionId]);
  return places.get(transactionId);
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
  { statementId, line: number }: Pick<MoveStatementLineInput, "statementId" | "line">,
): Promise<PostedLine> {
  const statement = await requireStatement(context, statementId);
  const wanted = { from: number, open: false, first: 1 };
  const { pool } = context.stores;
  const [found] = await readStatementLines(pool, context.request.tenantId, statement.id, wanted);
  const lineId = found?.confirmedId ?? found?.line.transactionId ?? null;
  if (found?.number !== number || lineId === null)
    throw new AppError("STATEMENT_INVALID", `Line ${number} is no posted line of the statement.`);
  const { fundId, accountId, currency } = statement;
  const book = { tenantId: context.request.tenantId, bookId: fundId };
  const place = (await readAllocations(pool, book, accountId, [lineId])).get(lineId);
  if (place === undefined)
    throw new AppError("STATEMENT_INVALID", "The line is not posted, or waits for approval.");
  const { waiting: proposalId } = place;
  if (proposalId !== undefined)
    throw new AppError("APPROVAL_REQUIRED", "A move of the line waits for approval.", {
      proposalId,
    });
  return { statement, line: decodeLine(found.line, currency), lineId, place };
}

/** What both commands have. */
const reposting = ({ statement, line, lineId }: PostedLine) => ({
  fundId: statement.fundId,
  importId: statement.id,
  accountId: statement.accountId,
  lineId,
  transactionId: newId(),
  effectiveDate: line.effectiveDate,
  description: line.description,
  reference: null,
  metadata: { importId: statement.id, moves: lineId },
});

const keyed = ({ lineId, place }: PostedLine) => ({
  key: undefined,
  keyId: keyOfMove(lineId, place.moves + 1),
});

function moving(
  posted: PostedLine,
  to: string,
  dimensions: EntryDimensions | undefined,
): CommandRequest<Commands> {
  const { statement, line, place } = posted;
  const [from, ...others] = place.parts;
  if (from === undefined || others.length > 0) {
    const minor = line.amountMinor < 0n ? -line.amountMinor : line.amountMinor;
    const amount = formatAmount(minor, statement.currency);
    return splitting(posted, plainParts([{ accountId: to, amount, dimensions }]));
  }
  return {
    bookId: statement.fundId,
    command: {
      kind: "MoveStatementLine",
      ...reposting(posted),
      from: from.accountId,
      fromDimensions: from.dimensions,
      to,
      toDimensions: dimensions,
    },
    ...keyed(posted),
    content: { to, dimensions: dimensions ?? null },
  };
}

const splitting = (posted: PostedLine, to: readonly LinePart[]): CommandRequest<Commands> => ({
  bookId: posted.statement.fundId,
  command: {
    kind: "SplitStatementLine",
    ...reposting(posted),
    from: posted.place.parts,
    to,
  },
  ...keyed(posted),
  content: { parts: to.map((part) => ({ ...part, dimensions: part.dimensions ?? null })) },
});

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
