import type { DatabaseClient, Effect, LedgerEvent, Statement } from "@allfunds/platform";
import { AccountMemory } from "../accounts/account-memory.ts";
import { saveAccounts } from "../accounts/account-store.ts";
import type { BuiltInModel } from "../categories/built-in-model.ts";
import { categoriseMovement } from "../categories/categorise-movement.ts";
import { discardUsed, KeptAnswers } from "../gemini/kept-answers.ts";
import { enqueueQuestions } from "../gemini/question-queue.ts";
import { findInsights } from "../insights/find-insights.ts";
import { History } from "../insights/history.ts";
import { saveInsights } from "../insights/insight-store.ts";
import { loadHistory } from "../insights/load-history.ts";
import { readMovement } from "../movements/movement.ts";
import type { TransactionEvent } from "../movements/movement.ts";
import { saveMovements } from "../movements/save-movements.ts";
import type { CategorisedMovement } from "../movements/save-movements.ts";
import { TenantOfConnection } from "./tenant-of-connection.ts";
import type { ReadAs } from "./tenant-of-connection.ts";

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
export function createEffect(options: ApplyOptions): Effect {
  const batches = new Batches(options);
  return {
    forget: () => batches.forget(),
    statementsFor: async (events, client) => {
      const statements: Statement[] = [];
      for (const [tenantId, batch] of groupBy(events, (event) => event.tenantId)) {
        statements.push(...(await batches.statementsFor(client, tenantId, batch)));
      }
      return statements;
    },
  };
}

const SET_TENANT = "SELECT set_config('app.tenant', $1, true)";

/** Turns batches into statements, with what earlier ones left to know. */
class Batches {
  readonly #options: ApplyOptions;
  readonly #accounts = new AccountMemory();
  readonly #history = new History();
  readonly #keptAnswers = new KeptAnswers();
  readonly #tenant = new TenantOfConnection();

  constructor(options: ApplyOptions) {
    this.#options = options;
  }

  forget(): void {
    this.#accounts.forget();
    this.#history.forget();
    this.#keptAnswers.forget();
  }

  async statementsFor(
    client: DatabaseClient,
    tenantId: string,
    events: readonly LedgerEvent[],
  ): Promise<Statement[]> {
    const read: ReadAs = () => this.#tenant.set(client, tenantId);
    const opened = events
      .filter((event) => event.type === "AccountOpened")
      .map(({ payload }) => payload);
    this.#accounts.add(tenantId, opened);
    const decided = await this.#categorise(read, tenantId, events);
    const moved = await this.#keptAnswers.applyTo(client, tenantId, decided);
    const findings = [];
    for (const [, ofFund] of groupBy(moved, ({ movement }) => movement.fundId)) {
      await loadHistory(read, ofFund, this.#history);
      findings.push(...findInsights(ofFund, this.#history));
    }
    this.#trim();
    return [
      { text: SET_TENANT, values: [tenantId] },
      ...saveAccounts(tenantId, opened),
      ...saveInsights(tenantId, findings),
      ...saveMovements(tenantId, moved),
      ...discardUsed(tenantId, moved),
      ...(this.#options.askLanguageModel ? enqueueQuestions(tenantId, moved) : []),
    ];
  }

  async #categorise(
    read: ReadAs,
    tenantId: string,
    events: readonly LedgerEvent[],
  ): Promise<CategorisedMovement[]> {
    const posted = events.filter(
      (event): event is TransactionEvent => event.type === "TransactionPosted",
    );
    const accounts = await this.#accounts.of(read, tenantId, posted);
    return posted.map((event) => {
      const movement = readMovement(event, accounts);
      return { movement, decision: categoriseMovement(this.#options.model, movement) };
    });
  }

  #trim(): void {
    this.#accounts.trim();
    this.#history.trim();
    // The language model changes categories behind our back, wherever it is asked.
    if (this.#options.askLanguageModel) this.#history.forgetAmounts();
  }
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
