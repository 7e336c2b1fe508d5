import type { CategorisedMovement } from "../movements/save-movements.ts";
import { findDuplicate } from "./find-duplicate.ts";
import { findNewCounterparty } from "./find-new-counterparty.ts";
import { findUnusualAmount } from "./find-unusual-amount.ts";
import type { History } from "./history.ts";
import type { Finding } from "./insight.ts";

/** Walks a fund's movements in order, each judged by what came before it; `history` grows on the way. */
export function findInsights(batch: readonly CategorisedMovement[], history: History): Finding[] {
  return batch.flatMap(({ movement, decision: { category } }) => {
    const found = [
      findUnusualAmount(movement, category, history),
      findNewCounterparty(movement, history),
      findDuplicate(movement, category, history),
    ];
    history.remember(movement, category);
    return found.filter((each) => each !== undefined);
  });
}
