/** A book as a model keeps it: four accounts that may not go below zero and one that may, in cents. */
export interface Move {
  readonly from: number;
  readonly to: number;
  readonly cents: number;
  readonly key: string | undefined;
  readonly reference: string | null;
}

/** What a client requested and was answered; `asked` and `answered` are ticks of one clock for all clients. */
export interface Answered {
  readonly moves: readonly Move[];
  readonly asked: number;
  readonly answered: number;
  readonly verdicts: readonly ModelVerdict[];
}

export type ModelVerdict =
  | {
      readonly position: number;
      readonly replayed: boolean;
      /** Balances after it, of `from` and `to`. */
      readonly after: readonly [bigint, bigint];
    }
  | { readonly code: string };

interface Accepted {
  readonly move: Move;
  readonly asked: number;
  readonly after: readonly [bigint, bigint];
}

/** Position 0 is the book with its accounts opened and nothing posted. */
export class BookModel {
  readonly #balances: bigint[] = [0n, 0n, 0n, 0n, 0n];
  readonly #keys = new Map<string, Move>();
  readonly #references = new Set<string>();

  /** The code a move is refused with, undefined when it is accepted. */
  refusalOf(move: Move): string | undefined {
    const first = move.key === undefined ? undefined : this.#keys.get(move.key);
    if (first !== undefined) {
      return bodyOf(first) === bodyOf(move) ? "REPLAYED" : "IDEMPOTENCY_CONFLICT";
    }
    if (move.reference !== null && this.#references.has(move.reference)) return "ALREADY_EXISTS";
    const left = (this.#balances[move.from] ?? 0n) - BigInt(move.cents);
    return move.from > 0 && left < 0n ? "INSUFFICIENT_FUNDS" : undefined;
  }

  apply(move: Move): readonly [bigint, bigint] {
    const from = (this.#balances[move.from] ?? 0n) - BigInt(move.cents);
    const to = (this.#balances[move.to] ?? 0n) + BigInt(move.cents);
    this.#balances[move.from] = from;
    this.#balances[move.to] = to;
    if (move.key !== undefined) this.#keys.set(move.key, move);
    if (move.reference !== null) this.#references.add(move.reference);
    return [from, to];
  }

  get balances(): readonly bigint[] {
    return this.#balances;
  }
}

/** What makes two requests under one key the same. */
const bodyOf = ({ from, to, cents, reference }: Move): string =>
  JSON.stringify([from, to, cents, reference]);

/**
 * Replays what was accepted in the order of positions and looks for a moment, between question and
 * answer, at which each refusal was right. Returns what cannot have happened, and the balances.
 */
export function checkHistory(answers: readonly Answered[]): {
  readonly faults: readonly string[];
  readonly balances: readonly bigint[];
  readonly accepted: number;
} {
  const faults: string[] = [];
  const accepted = collectAccepted(answers, faults);
  const refusals = collectRefusals(answers, accepted);
  const model = new BookModel();
  const settle = (position: number): void => {
    for (const refusal of refusals) {
      if (position < refusal.from || position > refusal.until || refusal.isRight) continue;
      refusal.isRight = refusal.moves.some((move) => model.refusalOf(move) === refusal.code);
    }
  };
  settle(0);
  for (let position = 1; position <= accepted.size; position += 1) {
    const found = accepted.get(position);
    if (found === undefined) {
      faults.push(`no answer names position ${position}`);
      break;
    }
    const refusal = model.refusalOf(found.move);
    if (refusal !== undefined) faults.push(`position ${position} should be refused: ${refusal}`);
    const after = model.apply(found.move);
    if (after.join() !== found.after.join()) {
      faults.push(`balances at ${position} are ${found.after.join()}, not ${after.join()}`);
    }
    settle(position);
  }
  for (const { code, isRight, moves } of refusals) {
    if (!isRight) faults.push(`never right: ${code} for ${moves.map(bodyOf).join(" ")}`);
  }
  return { faults, balances: model.balances, accepted: accepted.size };
}

function collectAccepted(answers: readonly Answered[], faults: string[]): Map<number, Accepted> {
  const accepted = new Map<number, Accepted>();
  const replays: { readonly position: number; readonly move: Move }[] = [];
  for (const { moves, verdicts, asked } of answers) {
    verdicts.forEach((verdict, index) => {
      const move = moves[index];
      if (move === undefined || "code" in verdict) return;
      const { position, after } = verdict;
      if (verdict.replayed) replays.push({ position, move });
      else if (accepted.has(position)) faults.push(`two answers name position ${position}`);
      else accepted.set(position, { move, asked, after });
    });
  }
  for (const { position, move } of replays) {
    const first = accepted.get(position);
    // The answer to the first request may be lost: then a later repeat has it.
    if (first === undefined) faults.push(`only a repeat names position ${position}`);
    else if (first.move.key !== move.key || bodyOf(first.move) !== bodyOf(move)) {
      faults.push(`the answer at ${position} went to another request`);
    }
  }
  return accepted;
}

interface Refusal {
  readonly code: string;
  /** The items one of which is the reason. */
  readonly moves: readonly Move[];
  readonly from: number;
  readonly until: number;
  isRight: boolean;
}

function collectRefusals(
  answers: readonly Answered[],
  accepted: ReadonlyMap<number, Accepted>,
): Refusal[] {
  const answeredAt = new Map<number, number>();
  for (const { verdicts, answered } of answers) {
    for (const verdict of verdicts) {
      if (!("code" in verdict) && !verdict.replayed) answeredAt.set(verdict.position, answered);
    }
  }
  return answers.flatMap(({ moves, verdicts, asked, answered }) => {
    const before = [...answeredAt].filter(([, at]) => at < asked).map(([position]) => position);
    const during = [...accepted].filter(([, { asked: at }]) => at < answered);
    const from = Math.max(0, ...before);
    const until = Math.max(0, ...during.map(([position]) => position));
    return verdicts.flatMap((verdict, index) => {
      const move = moves[index];
      if (move === undefined || !("code" in verdict) || verdict.code === "BULK_REFUSED") return [];
      return [{ code: verdict.code, moves: [move], from, until, isRight: false }];
    });
  });
}
