import { AppError } from "@allfunds/contract/errors";
import { share } from "@allfunds/contract/money";

/** What one transaction moved on the exchange accounts of a currency. */
export interface ExchangeMove {
  /** Credits less debits of the account 2900 in the foreign currency, in its minor units. */
  readonly positionMinor: bigint;
  /** Debits less credits of the account 1900 in base currency, in its minor units. */
  readonly baseMinor: bigint;
}

/** A position at its average cost, and what was realised on the way to it; the last two in base currency. */
export interface AverageCost {
  readonly positionMinor: bigint;
  readonly costMinor: bigint;
  readonly realisedMinor: bigint;
}

const NOTHING: AverageCost = { positionMinor: 0n, costMinor: 0n, realisedMinor: 0n };

/**
 * What moves in their order lead to. What enlarges a position adds to its cost; what reduces it takes out its part
 * of the cost, rounded HALF_UP once, and realises what was received beyond that. Cost less what was realised is always
 * the sum of the moves in base currency, so nothing is lost to rounding.
 */
export const averageCost = (moves: readonly ExchangeMove[]): AverageCost =>
  moves.reduce(moved, NOTHING);

function moved(before: AverageCost, { positionMinor, baseMinor }: ExchangeMove): AverageCost {
  const enlarges = before.positionMinor === 0n || before.positionMinor > 0n === positionMinor > 0n;
  if (enlarges || positionMinor === 0n) {
    return {
      positionMinor: before.positionMinor + positionMinor,
      costMinor: before.costMinor + baseMinor,
      realisedMinor: before.realisedMinor,
    };
  }
  if (sizeOf(positionMinor) <= sizeOf(before.positionMinor)) {
    return reduced(before, positionMinor, baseMinor);
  }
  // Beyond zero: a part closes the position, the rest opens one of the other sign.
  const closing = -before.positionMinor;
  const closingBase = partOf(baseMinor, closing, positionMinor);
  const { realisedMinor } = reduced(before, closing, closingBase);
  return {
    positionMinor: before.positionMinor + positionMinor,
    costMinor: baseMinor - closingBase,
    realisedMinor,
  };
}

function reduced(
  { positionMinor, costMinor, realisedMinor }: AverageCost,
  change: bigint,
  baseMinor: bigint,
): AverageCost {
  const part = partOf(costMinor, -change, positionMinor);
  return {
    positionMinor: positionMinor + change,
    costMinor: costMinor - part,
    realisedMinor: realisedMinor - baseMinor - part,
  };
}

/** Part of an amount by quantities of one sign. */
const partOf = (minor: bigint, part: bigint, whole: bigint): bigint =>
  share(minor, sizeOf(part), sizeOf(whole));

const sizeOf = (minor: bigint): bigint => (minor < 0n ? -minor : minor);

/** What moved the exchange accounts of a currency, one transaction after the other. */
export interface PastMove extends ExchangeMove {
  readonly transactionId: string;
  /** Of a revaluation: what it posted as realised; undefined of what exchanged currencies. */
  readonly realisedMinor?: bigint | undefined;
  /** The transaction that it takes back. */
  readonly reverses: string | null;
}

/** A position with its results: those of all exchanges so far, and those that were posted. */
export interface CurrencyResult extends AverageCost {
  readonly postedRealisedMinor: bigint;
}

/** Splits exchanges from earlier revaluations; those that were reversed posted nothing. */
export function currencyResult(moves: readonly PastMove[]): CurrencyResult {
  const revaluations = new Map(
    moves
      .filter(({ realisedMinor }) => realisedMinor !== undefined)
      .map((move) => [move.transactionId, move]),
  );
  const reversedBase = new Map<string, bigint>();
  const exchanges: PastMove[] = [];
  for (const move of moves) {
    if (revaluations.has(move.transactionId)) continue;
    const { reverses } = move;
    if (reverses !== null && revaluations.has(reverses)) {
      reversedBase.set(reverses, (reversedBase.get(reverses) ?? 0n) + move.baseMinor);
    } else exchanges.push(move);
  }
  let postedRealisedMinor = 0n;
  for (const [id, { baseMinor, realisedMinor = 0n }] of revaluations) {
    const reversed = reversedBase.get(id);
    if (reversed === undefined) postedRealisedMinor += realisedMinor;
    else if (reversed !== -baseMinor) {
      throw new AppError(
        "REVERSAL_EXCEEDED",
        `Revaluation ${id} was reversed in part: reverse the rest of it first.`,
      );
    }
  }
  return { ...averageCost(exchanges), postedRealisedMinor };
}
