import { AppError, invalidInput } from "@allfunds/contract/errors";
import { RequiresScopes } from "@allfunds/platform/graphql";
import { newId } from "@allfunds/platform/ids";
import { Arg, Ctx, Field, ID, InputType, Int, Mutation, Resolver } from "type-graphql";
import type { CommandPort, CommandRequest } from "../../engine/command-bus.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { requireStatement } from "./bank-statement-graphql.ts";
import { BankStatementObject } from "./bank-statement-object.ts";
import { toOrder } from "./import-statement.ts";
import { decodeLine } from "./statement-codec.ts";
import { readStatementLines } from "./statement-list-sql.ts";
import { readOwnAccounts } from "./statement-sql.ts";
import {
  alone,
  MOST_NAMED,
  refuseAny,
  reversing,
  undoing,
  type UndoCommand,
} from "./undo-commands.ts";
import { readToUndo, type PostedByImport } from "./undo-sql.ts";

/** All of them are reversed while the request waits. */
const MOST_UNDONE = 25_000;
/** Lines that are decided on together. */
const MOST_DECIDED = 200;

@InputType({ description: "An imported bank statement to take back." })
export class UndoStatementInput {
  @Field(() => ID, { description: "UUID of the import." })
  statementId!: string;

  @Field(() => String, { description: "Why, 1 to 400 characters." })
  reason!: string;
}

@InputType({ description: "Possible duplicates of a bank statement on which a person decides." })
class StatementLinesInput {
  @Field(() => ID, { description: "UUID of the import." })
  statementId!: string;

  @Field(() => [Int], { description: `Numbers of 1 to ${MOST_DECIDED} lines in the statement.` })
  lines!: number[];
}

@InputType({ description: "Possible duplicates of a bank statement that stay out." })
class RejectStatementLinesInput extends StatementLinesInput {
  @Field(() => String, { description: "Why, 1 to 500 characters." })
  reason!: string;
}

@Resolver(() => BankStatementObject)
export class StatementChangeResolver {
  readonly #books: CommandPort<UndoCommand>;

  constructor({ books }: { readonly books: CommandPort<UndoCommand> }) {
    this.#books = books;
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => BankStatementObject, {
    description:
      "Takes an import back: reverses each transaction that it posted, on its own value date, all or none. Refused with the list of what stands in the way: reversed since (ALREADY_REVERSED), in a closed period (POSTING_PERIOD_CLOSED), waiting for approval (APPROVAL_REQUIRED). A statement that was undone stays as it is. Its lines can be imported again.",
  })
  async undoStatement(
    @Arg("input", () => UndoStatementInput) { statementId, reason }: UndoStatementInput,
    @Ctx() context: LedgerContext,
  ): Promise<BankStatementObject> {
    const statement = await requireStatement(context, statementId);
    const { tenantId, unchanged } = context.request;
    if (statement.state === "UNDONE") {
      if (unchanged === undefined) return statement;
      throw new AppError("VERSION_CONFLICT", "It was undone since it was read.");
    }
    const posted = await readToUndo(context.stores.pool, tenantId, statement.id, MOST_UNDONE + 1);
    if (posted.length > MOST_UNDONE)
      throw invalidInput(
        "statementId",
        `must have at most ${MOST_UNDONE} transactions; undo it by startStatementUndo`,
      );
    refuseReversed(posted);
    const requests = [
      undoing(statement, posted.length, reason),
      ...posted.map((each) => reversing(statement, each, reason)),
    ];
    await this.#carryOut(context, statement.fundId, requests, false);
    return requireStatement(context, statementId);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => BankStatementObject, {
    description:
      "Posts possible duplicates that are lines of their own, all or none, to the accounts that the statement's rules give. STATEMENT_INVALID for a line that is none, or was posted since.",
  })
  async confirmStatementLines(
    @Arg("input", () => StatementLinesInput) { statementId, lines }: StatementLinesInput,
    @Ctx() context: LedgerContext,
  ): Promise<BankStatementObject> {
    const statement = await requireStatement(context, statementId);
    const requests = await Promise.all(
      numbersOf(lines).map((number) => confirming(context, statement, number)),
    );
    await this.#carryOut(context, statement.fundId, requests.flat(), true);
    return requireStatement(context, statementId);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => BankStatementObject, {
    description:
      "Keeps possible duplicates out for good. STATEMENT_INVALID for a line that is none, or was confirmed.",
  })
  async rejectStatementLines(
    @Arg("input", () => RejectStatementLinesInput)
    { statementId, lines, reason }: RejectStatementLinesInput,
    @Ctx() context: LedgerContext,
  ): Promise<BankStatementObject> {
    const { id: importId, fundId } = await requireStatement(context, statementId);
    const requests = numbersOf(lines).map((line) =>
      alone({ kind: "RejectStatementLine", importId, fundId, line, reason }),
    );
    await this.#carryOut(context, fundId, requests, false);
    return requireStatement(context, statementId);
  }

  /** All of it or, when something is refused, nothing. */
  async #carryOut(
    { request }: LedgerContext,
    fundId: string,
    requests: readonly CommandRequest<UndoCommand>[],
    keepsProposals: boolean,
  ): Promise<void> {
    const verdicts = await this.#books.executeEach(request, fundId, requests, true, keepsProposals);
    refuseAny(requests, verdicts, keepsProposals);
  }
}

/** What was reversed since is named one by one; the book refuses it too. */
function refuseReversed(posted: readonly PostedByImport[]): void {
  const reversed = posted.filter(({ isReversed }) => isReversed);
  if (reversed.length === 0) return;
  const message = `${reversed.length} of its transactions were reversed since.`;
  throw new AppError("ALREADY_REVERSED", message, {
    violations: reversed
      .slice(0, MOST_NAMED)
      .map(({ id }) => ({ path: `transaction ${id}`, message: "was reversed since" })),
  });
}

function numbersOf(lines: readonly number[]): readonly number[] {
  const numbers = [...new Set(lines)];
  if (numbers.length === 0 || numbers.length > MOST_DECIDED)
    throw invalidInput("lines", `must be 1 to ${MOST_DECIDED} numbers`);
  return numbers;
}

/** A line goes where the statement's other lines went. */
async function confirming(
  { request, stores }: LedgerContext,
  statement: BankStatementObject,
  number: number,
): Promise<CommandRequest<UndoCommand>[]> {
  const { id: importId, fundId, accountId, currency, received } = statement;
  const wanted = { from: number, open: false, first: 1 };
  const [found] = await readStatementLines(stores.pool, request.tenantId, importId, wanted);
  if (received === null || found?.number !== number)
    throw new AppError("STATEMENT_INVALID", `Line ${number} is no line of the statement.`);
  const line = decodeLine(found.line, currency);
  const { identity } = line;
  const transactionId = newId();
  const account = { id: accountId, fundId, currency };
  const target = {
    importId,
    account,
    own: await readOwnAccounts(stores.pool, request.tenantId, account),
    rules: received.rules,
    receiptsAccountId: received.receiptsAccountId ?? undefined,
    paymentsAccountId: received.paymentsAccountId ?? undefined,
  };
  return [
    alone({
      kind: "ConfirmStatementLine",
      importId,
      fundId,
      line: number,
      identity,
      transactionId,
    }),
    toOrder(target, { line, identity }, transactionId),
  ];
}
