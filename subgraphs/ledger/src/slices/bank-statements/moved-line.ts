import { AppError, invalidInput } from "@allfunds/contract/errors";
import type { EntrySide } from "@allfunds/contract/events";
import { formatAmount } from "@allfunds/contract/money";
import { isId } from "@allfunds/platform/ids";
import { z } from "zod";
import { defineBatchRows, type BookState } from "../../engine/book-state.ts";
import { uuidOfText } from "../../engine/canonical-json.ts";
import type { Want } from "../../engine/slice.ts";
import { oppositeSide, requireAccount } from "../accounts/account.ts";
import {
  spellDimensions,
  storedDimensions,
  type EntryDimensions,
} from "../dimensions/entry-dimensions.ts";
import { requireFund } from "../funds/fund.ts";
import { ORIGINAL, ORIGINALS, isReversedInPart, wantOriginal } from "../reversals/reversal.ts";
import {
  decidePostTransaction,
  storedPosting,
  wantPosting,
  type TransactionPosted,
} from "../transactions/transaction.ts";
import { checkParts, storedParts, type LinePart } from "./line-part.ts";
import { noSuchStatement, isImported, wantImported, wasUndone } from "./statement-undo.ts";

/** What a line's other side is posted again with. It belongs to the statement, whose undo takes it back, too. */
interface Reposting {
  readonly fundId: string;
  readonly importId: string;
  /** The bank account, which is not touched. */
  readonly accountId: string;
  /** The transaction that posted the line. */
  readonly lineId: string;
  readonly transactionId: string;
  readonly effectiveDate: string;
  readonly description: string;
  readonly reference: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** The command to move the other side of a posted line, which stands on one account, to another one. */
export interface MoveStatementLine extends Reposting {
  readonly kind: "MoveStatementLine";
  readonly from: string;
  /** Of the entry that is moved. */
  readonly fromDimensions?: EntryDimensions | undefined;
  readonly to: string;
  readonly toDimensions?: EntryDimensions | undefined;
}

/** The command to post the other side of a posted line in other parts than it stands in. */
export interface SplitStatementLine extends Reposting {
  readonly kind: "SplitStatementLine";
  /** Where it stands. */
  readonly from: readonly LinePart[];
  readonly to: readonly LinePart[];
}

const storedReposting = {
  ...storedPosting,
  importId: z.string(),
  accountId: z.string(),
  lineId: z.string(),
};

/** The commands as they wait for approval. */
export const storedMove = z.object({
  kind: z.literal("MoveStatementLine"),
  ...storedReposting,
  from: z.string(),
  fromDimensions: storedDimensions.optional(),
  to: z.string(),
  toDimensions: storedDimensions.optional(),
});

export const storedSplit = z.object({
  kind: z.literal("SplitStatementLine"),
  ...storedReposting,
  from: storedParts,
  to: storedParts,
});

/** The key of a line's nth move or split, from 1: of several who move it at once one succeeds. */
export const keyOfMove = (lineId: string, nth: number): string =>
  uuidOfText(`move ${nth} of ${lineId}`);

export function wantMoved(
  command: MoveStatementLine | SplitStatementLine,
  want: Want,
  clientChoseId: boolean,
): void {
  wantImported(command, want);
  wantOriginal(command.lineId, want);
  wantPosting(command, want, clientChoseId);
}

const invalid = (message: string): AppError => new AppError("STATEMENT_INVALID", message);

export function decideMove(command: MoveStatementLine, state: BookState): [TransactionPosted] {
  const legs = otherLegs(command, state);
  const [leg, ...others] = legs;
  if (leg === undefined || others.length > 0) throw invalid("The line has no one other side.");
  if (command.to === command.accountId)
    throw invalidInput("accountId", "is the bank's account itself");
  if (command.from === command.to) throw invalid("The line is on that account already.");
  const amount = formatAmount(leg.amountMinor, leg.currency);
  const from = { accountId: command.from, amount, dimensions: command.fromDimensions };
  const to = { accountId: command.to, amount, dimensions: command.toDimensions };
  return repost(command, { side: leg.side, from: [from], to: [to] }, state);
}

export function decideSplit(command: SplitStatementLine, state: BookState): [TransactionPosted] {
  const legs = otherLegs(command, state);
  const [leg] = legs;
  if (leg === undefined || legs.some(({ side }) => side !== leg.side))
    throw invalid("The line has no one other side.");
  const minor = legs.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  const { from, to, accountId } = command;
  checkParts(to, minor, requireAccount(state, accountId), state);
  if (spelledParts(from) === spelledParts(to)) throw invalid("The line stands so already.");
  return repost(command, { side: leg.side, from, to }, state);
}

const spelledParts = (parts: readonly LinePart[]): string =>
  parts
    .map(({ accountId, amount, dimensions }) =>
      [accountId, amount, spellDimensions(dimensions)].join(" "),
    )
    .sort()
    .join("\n");

/** What stands beside the bank's account in the transaction that posted a line, unless it stands no more. */
function otherLegs({ fundId, importId, lineId, accountId }: Reposting, state: BookState) {
  requireFund(state, fundId);
  if (!isImported(state, importId)) throw noSuchStatement(importId);
  if (wasUndone(state, importId)) throw invalid("The line is of a statement that was undone.");
  const original = state.get(ORIGINAL, lineId);
  if (original?.importId !== importId) throw invalid("The line is not posted.");
  if (isReversedInPart(state, lineId))
    throw new AppError("ALREADY_REVERSED", "What posted the line was reversed since.");
  return original.legs.filter((each) => each.accountId !== accountId);
}

interface Change {
  readonly side: EntrySide;
  readonly from: readonly LinePart[];
  readonly to: readonly LinePart[];
}

function repost(
  command: MoveStatementLine | SplitStatementLine,
  { side, from, to }: Change,
  state: BookState,
): [TransactionPosted] {
  const { fundId, transactionId, effectiveDate, description, reference, metadata } = command;
  return decidePostTransaction(
    {
      kind: "PostTransaction",
      fundId,
      transactionId,
      effectiveDate,
      description,
      reference,
      metadata,
      source: { kind: "STATEMENT", importId: command.importId },
      entries: [
        ...to.map((part) => ({ ...part, side })),
        ...from.map((part) => ({ ...part, side: oppositeSide(side) })),
      ],
    },
    state,
  );
}

/** How much of a line's other side stands on each account. */
type Places = ReadonlyMap<string, bigint>;

/** Where the other side of a moved line stands, by what posted it. Only a replay has all of them. */
export const MOVED_TO = defineBatchRows<Places>("places of moved lines");

/** The line that a posting moves; undefined for other postings. */
const movedBy = ({ source, metadata }: TransactionPosted): string | undefined =>
  source.kind === "STATEMENT" && typeof metadata["moves"] === "string"
    ? metadata["moves"]
    : undefined;

export function wantMovedLine(event: TransactionPosted, want: Want): void {
  const lineId = movedBy(event);
  if (lineId !== undefined && isId(lineId)) want(ORIGINALS, lineId);
}

/** The accounts of the entries on a side, with how much. */
function placesOf(entries: readonly Placed[], side: EntrySide | undefined): Places {
  const places = new Map<string, bigint>();
  for (const entry of entries)
    if (entry.side === side)
      places.set(entry.accountId, (places.get(entry.accountId) ?? 0n) + entry.amountMinor);
  return places;
}
type Placed = Pick<TransactionPosted["entries"][number], "accountId" | "side" | "amountMinor">;

const sumOf = (places: Places): bigint =>
  [...places.values()].reduce((sum, each) => sum + each, 0n);

const isSame = (some: Places, others: Places): boolean =>
  some.size === others.size && [...some].every(([id, minor]) => others.get(id) === minor);

/** What moves a line takes all of it from where it stands. */
export function checkMoved(state: BookState, event: TransactionPosted): void {
  const lineId = movedBy(event);
  if (lineId === undefined || event.source.kind !== "STATEMENT") return;
  const original = state.get(ORIGINAL, lineId);
  const side = event.entries[0]?.side;
  const to = placesOf(event.entries, side);
  const from = placesOf(event.entries, side === "DEBIT" ? "CREDIT" : "DEBIT");
  const places = state.get(MOVED_TO, lineId) ?? placesOf(original?.legs ?? [], side);
  const isMove =
    original?.importId === event.source.importId &&
    places.size > 0 &&
    isSame(from, places) &&
    sumOf(to) === sumOf(places);
  if (!isMove) throw invalid(`Line ${lineId} is not moved from where it stands.`);
}

export function evolveMoved(draft: BookState, event: TransactionPosted): void {
  const lineId = movedBy(event);
  if (lineId !== undefined)
    draft.put(MOVED_TO, lineId, placesOf(event.entries, event.entries[0]?.side));
}
