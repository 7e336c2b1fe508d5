import type { AccountRenamed, LedgerEvent } from "@allfunds/contract/events";
import type { DatabaseClient, Statement } from "@allfunds/platform/database";
import type { Effect } from "@allfunds/platform/feed";
import { AccountMemory } from "../accounts/account-memory.ts";
import { renameAccounts, saveAccounts } from "../accounts/account-store.ts";
import type { BuiltInModel } from "../categories/built-in-model.ts";
import { categoriseMovement } from "../categories/categorise-movement.ts";
import { discardUsed, KeptAnswers } from "../gemini/kept-answers.ts";
import { enqueueQuestions } from "../gemini/question-queue.ts";
import { findInsights } from "../insights/find-insights.ts";
import { History } from "../insights/history.ts";
import { saveInsights } from "../insights/insight-store.ts";
import { loadHistory } from "../insights/load-history.ts";
import { movementOf, readMovement } from "../movements/movement.ts";
import type { Movement, TransactionEvent } from "../movements/movement.ts";
import { loadMovementsOf, restate } from "../movements/restate-movements.ts";
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
    // What comes behind it is judged by movements as the new mark shows them.
    standsAlone: ({ type }) => type === "AccountRenamed",
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
    const renamed = events
      .filter((event) => event.type === "AccountRenamed")
      .map(({ payload }) => payload);
    this.#accounts.add(tenantId, opened);
    const decided = await this.#categorise(read, tenantId, events);
    const moved = await this.#keptAnswers.applyTo(client, tenantId, decided);
    const findings = [];
    for (const [, ofFund] of groupBy(moved, ({ movement }) => movement.fundId)) {
      await loadHistory(read, ofFund, this.#history);
      findings.push(...findInsights(ofFund, this.#history));
    }
    const restated = await this.#rename(read, tenantId, renamed);
    this.#trim();
    return [
      { text: SET_TENANT, values: [tenantId] },
      ...saveAccounts(tenantId, opened),
      ...saveInsights(tenantId, findings),
      ...saveMovements(tenantId, moved),
      ...discardUsed(tenantId, moved),
      ...(this.#options.askLanguageModel ? enqueueQuestions(tenantId, moved) : []),
      ...renameAccounts(tenantId, renamed),
      ...restated,
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
    const used = posted.flatMap(({ payload }) => payload.entries);
    const accounts = await this.#accounts.of(read, tenantId, accountIdsOf(used));
    return posted.map((event) => this.#judge(readMovement(event, accounts)));
  }

  #judge(movement: Movement): CategorisedMovement {
    return { movement, decision: categoriseMovement(this.#options.model, movement) };
  }

  /** Follows new names and marks; what moved on an account marked otherwise is read again. */
  async #rename(
    read: ReadAs,
    tenantId: string,
    renamed: readonly AccountRenamed[],
  ): Promise<Statement[]> {
    await this.#accounts.of(read, tenantId, accountIdsOf(renamed));
    const marked = renamed.filter((account) => this.#accounts.rename(tenantId, account));
    if (marked.length === 0) return [];
    this.#history.forget();
    const statements: Statement[] = [];
    for (const { fundId, accountId } of marked) {
      const pages = loadMovementsOf(read, { tenantId, fundId, accountId });
      for await (const page of pages) {
        const used = page.flatMap(({ entries }) => entries);
        const accounts = await this.#accounts.of(read, tenantId, accountIdsOf(used));
        const judged = page.map((stored) => ({
          stored,
          ...this.#judge(movementOf(stored, accounts)),
        }));
        statements.push(...restate(tenantId, judged, this.#options.askLanguageModel));
      }
    }
    return statements;
  }

  #trim(): void {
    this.#accounts.trim();
    this.#history.trim();
    // The language model changes categories behind our back, wherever it is asked.
    if (this.#options.askLanguageModel) this.#history.forgetAmounts();
  }
}

const accountIdsOf = (items: readonly { readonly accountId: string }[]): Set<string> =>
  new Set(items.map(({ accountId }) => accountId));

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
