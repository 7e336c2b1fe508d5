import { AppError } from "@allfunds/contract/errors";
import { newId } from "@allfunds/platform/ids";
import type { CommandRequest } from "../../engine/command-bus.ts";
import type { Verdict } from "../../engine/decide.ts";
import type { ReverseTransaction } from "../reversals/reversal.ts";
import type { StatementCommand } from "./statement-slice.ts";
import type { PostedByImport } from "./undo-sql.ts";

export type UndoCommand = StatementCommand | ReverseTransaction;

/** The import that is undone. */
interface Undone {
  readonly id: string;
  readonly fundId: string;
}

export const alone = (command: UndoCommand): CommandRequest<UndoCommand> => ({
  bookId: command.fundId,
  command,
  key: undefined,
  content: null,
});

/** The undo itself; so many reversals have to follow. */
export const undoing = (
  { id: importId, fundId }: Undone,
  transactions: number,
  reason: string,
): CommandRequest<UndoCommand> =>
  alone({ kind: "UndoStatement", importId, fundId, reason, transactions });

/** The reversal of a transaction that the import posted, on its own value date. */
export const reversing = (
  { id: importId, fundId }: Undone,
  { id, effectiveDate }: PostedByImport,
  reason: string,
): CommandRequest<UndoCommand> =>
  alone({
    kind: "ReverseTransaction",
    fundId,
    reverses: id,
    transactionId: newId(),
    effectiveDate,
    description: `Undo of a statement: ${reason}`,
    reference: null,
    metadata: { undoes: importId },
  });

/** Refusals that are named one by one. */
export const MOST_NAMED = 50;

interface Named {
  readonly kind: string;
  readonly reverses?: string | undefined;
}

/** What is refused refuses all of it, each with its place. */
export function refuseAny<Command extends Named>(
  requests: readonly CommandRequest<Command>[],
  verdicts: readonly Verdict[],
  keepsProposals: boolean,
): void {
  const refused = verdicts.flatMap((verdict, at) => {
    if (verdict.accepted) return [];
    const { code } = verdict.refusal;
    if (code === "BULK_REFUSED" || (keepsProposals && code === "APPROVAL_REQUIRED")) return [];
    return [{ refusal: verdict.refusal, path: pathOf(requests[at]?.command) }];
  });
  const [first] = refused;
  if (first === undefined) return;
  const others = refused.length === 1 ? "" : ` And ${refused.length - 1} more.`;
  throw new AppError(first.refusal.code, `${first.refusal.message}${others}`, {
    cause: first.refusal,
    violations: refused
      .slice(0, MOST_NAMED)
      .map(({ refusal, path }) => ({ path, message: refusal.message })),
  });
}

const pathOf = (command: Named | undefined): string =>
  command?.kind === "ReverseTransaction" ? `transaction ${command.reverses}` : "input";
