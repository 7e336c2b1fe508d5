import type { ReadAs } from "../feed/tenant-of-connection.ts";
import type { CategorisedMovement } from "../movements/save-movements.ts";
import type { History } from "./history.ts";
import { loadAmounts, loadOutflows } from "./load-amounts.ts";
import { loadPayees } from "./load-payees.ts";

/** Brings into the history what the walk through a batch will ask of it. All movements are of one fund. */
export async function loadHistory(
  read: ReadAs,
  batch: readonly CategorisedMovement[],
  history: History,
): Promise<void> {
  const first = batch[0]?.movement;
  if (first === undefined) return;
  await loadAmounts(read, first, batch, history);
  await loadOutflows(read, first, batch, history);
  await loadPayees(read, first, batch, history);
}
