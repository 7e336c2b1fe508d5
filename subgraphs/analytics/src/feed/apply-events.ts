import type { DatabaseClient, LedgerEvent } from "@allfunds/platform";
import { loadAccounts, saveAccounts } from "../accounts/account-store.ts";
import type { BuiltInModel } from "../categories/built-in-model.ts";
import { categoriseMovement } from "../categories/categorise-movement.ts";
import { enqueueQuestions } from "../gemini/question-queue.ts";
import { findInsights } from "../insights/find-insights.ts";
import { saveInsights } from "../insights/insight-store.ts";
import { loadHistory } from "../insights/load-history.ts";
import { readMovement } from "../movements/movement.ts";
import type { TransactionEvent } from "../movements/movement.ts";
import { saveMovements } from "../movements/save-movements.ts";
import type { CategorisedMovement } from "../movements/save-movements.ts";

export interface ApplyOptions {
  readonly model: BuiltInModel;
  /** Uncertain categories are queued for the language model. */
  readonly askLanguageModel: boolean;
}

/**
 * The effect of a batch of ledger events: accounts, movements with their categories, insights and
 * questions, all in the transaction that moves the cursor. Only the built-in model works here, so
 * the feed never waits for anyone.
 */
export function createApply(options: ApplyOptions) {
  return async (client: DatabaseClient, events: readonly LedgerEvent[]): Promise<void> => {
    for (const [tenantId, batch] of groupBy(events, (event) => event.tenantId)) {
      await client.query("SELECT set_config('app.tenant', $1, true)", [tenantId]);
      await applyForTenant(client, tenantId, batch, options);
    }
  };
}

async function applyForTenant(
  client: DatabaseClient,
  tenantId: string,
  events: readonly LedgerEvent[],
  { model, askLanguageModel }: ApplyOptions,
): Promise<void> {
  const opened = events.filter((event) => event.type === "AccountOpened");
  await saveAccounts(
    client,
    tenantId,
    opened.map(({ payload }) => payload),
  );

  const moved = await categoriseAll(client, tenantId, events, model);
  for (const [, ofFund] of groupBy(moved, ({ movement }) => movement.fundId)) {
    const history = await loadHistory(client, tenantId, ofFund);
    await saveInsights(client, tenantId, findInsights(ofFund, history));
  }
  await saveMovements(client, tenantId, moved);
  if (askLanguageModel) await enqueueQuestions(client, tenantId, moved);
}

async function categoriseAll(
  client: DatabaseClient,
  tenantId: string,
  events: readonly LedgerEvent[],
  model: BuiltInModel,
): Promise<CategorisedMovement[]> {
  const posted = events.filter(
    (event): event is TransactionEvent => event.type === "TransactionPosted",
  );
  if (posted.length === 0) return [];
  const accountIds = posted.flatMap(({ payload }) =>
    payload.entries.map(({ accountId }) => accountId),
  );
  const accounts = await loadAccounts(client, tenantId, accountIds);
  return posted.map((event) => {
    const movement = readMovement(event, accounts);
    return { movement, decision: categoriseMovement(model, movement) };
  });
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
