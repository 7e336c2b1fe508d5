import { AppError, invalidInput } from "@allfunds/contract/errors";
import { formatAmount } from "@allfunds/contract/money";
import { isId } from "@allfunds/platform/ids";
import { z } from "zod";
import { defineBatchRows, type BookState } from "../../engine/book-state.ts";
import { uuidOfText } from "../../engine/canonical-json.ts";
import type { Want } from "../../engine/slice.ts";
import { oppositeSide } from "../accounts/account.ts";
import { storedDimensions, type EntryDimensions } from "../dimensions/entry-dimensions.ts";
import { requireFund } from "../funds/fund.ts";
import { ORIGINAL, ORIGINALS, isReversedInPart, wantOriginal } from "../reversals/reversal.ts";
import {
  decidePostTransaction,
  storedPosting,
  wantPosting,
  type TransactionPosted,
} from "../transactions/transaction.ts";
import { noSuchStatement, isImported, wantImported, wasUndone } from "./statement-undo.ts";

/**
 * The command to move the other side of a posted line to another account. What it posts belongs to the statement,
 * whose undo takes it back, too; the bank's account is not touched.
 */
export interface MoveStatementLine {
  readonly kind: "MoveStatementLine";
  readonly fundId: string;
  readonly importId: string;
  /** The bank account. */
  readonly accountId: string;
  /** The transaction that posted the line. */
  readonly lineId: string;
  readonly from: string;
  /** Of the entry that is moved. */
  readonly fromDimensions?: EntryDimensions | undefined;
  readonly to: string;
  readonly toDimensions?: EntryDimensions | undefined;
  readonly transactionId: string;
  readonly effectiveDate: string;
  readonly description: string;
  readonly reference: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** The command as it waits for approval. */
export const storedMove = z.object({
  kind: z.literal("MoveStatementLine"),
  ...storedPosting,
  importId: z.string(),
  accountId: z.string(),
  lineId: z.string(),
  from: z.string(),
  fromDimensions: storedDimensions.optional(),
  to: z.string(),
  toDimensions: storedDimensions.optional(),
});

/** The key of a line's nth move, from 1: of several who move it at once one succeeds. */
export const keyOfMove = (lineId: string, nth: number): string =>
  uuidOfText(`move ${nth} of ${lineId}`);

export function wantMoved(command: MoveStatementLine, want: Want, clientChoseId: boolean): void {
  wantImported(command, want);
  wantOriginal(command.lineId, want);
  wantPosting(command, want, clientChoseId);
}

const invalid = (message: string): AppError => new AppError("STATEMENT_INVALID", message);

export function decideMove(command: MoveStatementLine, state: BookState): [TransactionPosted] {
  const { fundId, importId, lineId, accountId } = command;
  requireFund(state, fundId);
  if (!isImported(state, importId)) throw noSuchStatement(importId);
  if (wasUndone(state, importId)) throw invalid("The line is of a statement that was undone.");
  const original = state.get(ORIGINAL, lineId);
  if (original?.importId !== importId) throw invalid("The line is not posted.");
  if (isReversedInPart(state, lineId))
    throw new AppError("ALREADY_REVERSED", "What posted the line was reversed since.");
  const [leg, ...others] = original.legs.filter((each) => each.accountId !== accountId);
  if (leg === undefined || others.length > 0) throw invalid("The line has no one other side.");
  if (command.to === accountId) throw invalidInput("accountId", "is the bank's account itself");
  if (command.from === command.to) throw invalid("The line is on that account already.");
  const amount = formatAmount(leg.amountMinor, leg.currency);
  return decidePostTransaction(
    {
      kind: "PostTransaction",
      fundId,
      transactionId: command.transactionId,
      effectiveDate: command.effectiveDate,
      description: command.description,
      reference: command.reference,
      metadata: command.metadata,
      source: { kind: "STATEMENT", importId },
      entries: [
        { accountId: command.to, side: leg.side, amount, dimensions: command.toDimensions },
        {
          accountId: command.from,
          side: oppositeSide(leg.side),
          amount,
          dimensions: command.fromDimensions,
        },
      ],
    },
    state,
  );
}

/** Where the other side of a moved line stands, by what posted it. Only a replay has all of them. */
export const MOVED_TO = defineBatchRows<string>("places of moved lines");

/** The line that a posting moves; undefined for other postings. */
const movedBy = ({ source, metadata }: TransactionPosted): string | undefined =>
  source.kind === "STATEMENT" && typeof metadata["moves"] === "string"
    ? metadata["moves"]
    : undefined;

export function wantMovedLine(event: TransactionPosted, want: Want): void {
  const lineId = movedBy(event);
  if (lineId !== undefined && isId(lineId)) want(ORIGINALS, lineId);
}

/** What moves a line takes all of it from where it stands. */
export function checkMoved(state: BookState, event: TransactionPosted): void {
  const lineId = movedBy(event);
  if (lineId === undefined || event.source.kind !== "STATEMENT") return;
  const original = state.get(ORIGINAL, lineId);
  const [to, from, ...others] = event.entries;
  const movedTo = state.get(MOVED_TO, lineId);
  const leg = original?.legs.find(
    ({ accountId, side }) => side === to?.side && (movedTo ?? accountId) === from?.accountId,
  );
  const isMove =
    original?.importId === event.source.importId &&
    others.length === 0 &&
    leg !== undefined &&
    to?.amountMinor === leg.amountMinor &&
    from?.amountMinor === leg.amountMinor;
  if (!isMove) throw invalid(`Line ${lineId} is not moved from where it stands.`);
}

export function evolveMoved(draft: BookState, event: TransactionPosted): void {
  const lineId = movedBy(event);
  const [to] = event.entries;
  if (lineId !== undefined && to !== undefined) draft.put(MOVED_TO, lineId, to.accountId);
}
