import type { AccountRenamed, LedgerEvent } from "@allfunds/contract/events";
import type { DatabaseClient, SqlStatement } from "@allfunds/platform/database";
import type { Effect } from "@allfunds/platform/feed";
import { carryTenant, setTenant } from "@allfunds/platform/tenancy";
import { AccountCache } from "../accounts/account-cache.ts";
import { renameAccounts, saveAccounts } from "../accounts/account-store.ts";
import type { Account } from "../accounts/account-store.ts";
import type { ReadAs } from "../books/tenant-connection.ts";
import type { RecentCategories, RecentCategory } from "../categories/recent-categories.ts";
import type { BuiltInModel } from "../classification/built-in-model.ts";
import { FollowedDecisions } from "./follow-decisions.ts";
import { discardUsed, KeptAnswers } from "../questions/kept-answers.ts";
import { dropQuestions, enqueueQuestions } from "../questions/backlog.ts";
import {
  isBuiltIn,
  loadMovementsOf,
  readsOtherwise,
  restate,
  saveMovements,
  toLine,
} from "../movements/movement-store.ts";
import type { JudgedAgain } from "../movements/movement-store.ts";
import {
  categoriseLines,
  categoriseMovement,
  movementOf,
  readMovement,
} from "../movements/movement.ts";
import { findTakenBack, mayTakeBack, offsetBy, saveOffset } from "../movements/take-back.ts";
import type { TakenBack } from "../movements/take-back.ts";
import type { CategorisedMovement, Movement, TransactionEvent } from "../movements/movement.ts";

export interface ApplyOptions {
  /** Where readers of live lists find what a batch has just stored. */
  readonly recent?: RecentCategories;
  readonly model: BuiltInModel;
  /** Uncertain categories are queued for the language model. */
  readonly usesLanguageModel: boolean;
}

/**
 * The effect of a batch of ledger events: accounts, movements with their categories and questions, all in the
 * transaction that moves the cursor. Only the built-in model works here, so the feed never waits for another service.
 * What movements mean together is examined beside the feed.
 */
export function createEffect(options: ApplyOptions): Effect {
  const batches = new Batches(options);
  return {
    evict: () => {
      batches.clear();
      options.recent?.evict();
    },
    // What comes behind it is judged by movements as the new mark or the reversal leaves them.
    standsAlone: (event) =>
      event.type === "AccountRenamed" || (event.type === "TransactionPosted" && mayTakeBack(event)),
    statementsFor: async (events, client) => {
      const statements: SqlStatement[] = [];
      for (const [tenantId, batch] of groupBy(events, (event) => event.tenantId)) {
        statements.push(...(await batches.statementsFor(client, tenantId, batch)));
      }
      return statements;
    },
  };
}

/** Turns batches into statements, with what is cached of earlier ones. */
class Batches {
  readonly #options: ApplyOptions;
  readonly #accounts = new AccountCache();
  readonly #keptAnswers = new KeptAnswers();
  readonly #decisions = new FollowedDecisions();

  constructor(options: ApplyOptions) {
    this.#options = options;
  }

  clear(): void {
    this.#accounts.clear();
    this.#keptAnswers.clear();
    this.#decisions.clear();
  }

  async statementsFor(
    client: DatabaseClient,
    tenantId: string,
    events: readonly LedgerEvent[],
  ): Promise<SqlStatement[]> {
    const read: ReadAs = async () => {
      carryTenant(client, tenantId);
      return client;
    };
    const opened = events
      .filter((event) => event.type === "AccountOpened")
      .map(({ payload }) => payload);
    const renamed = events
      .filter((event) => event.type === "AccountRenamed")
      .map(({ payload }) => payload);
    this.#accounts.add(tenantId, opened);
    const posted = events.filter(
      (event): event is TransactionEvent => event.type === "TransactionPosted",
    );
    const decided = await this.#categorise(read, tenantId, posted);
    const takenBack = await this.#takeBack(read, tenantId, posted, decided);
    const answered = await this.#keptAnswers.applyTo(read, tenantId, takenBack.moved);
    const { moved: known, statements } = await this.#decisions.applyTo(read, tenantId, answered);
    const moved = this.#keepRecent(tenantId, known);
    const restated = await this.#rename(read, tenantId, renamed);
    this.#accounts.trim();
    return [
      setTenant(tenantId),
      ...statements,
      ...saveAccounts(tenantId, opened),
      ...takenBack.statements,
      ...saveMovements(tenantId, moved),
      ...discardUsed(tenantId, moved),
      ...(this.#options.usesLanguageModel ? enqueueQuestions(tenantId, moved) : []),
      ...renameAccounts(tenantId, renamed),
      ...restated,
    ];
  }

  async #categorise(
    read: ReadAs,
    tenantId: string,
    posted: readonly TransactionEvent[],
  ): Promise<CategorisedMovement[]> {
    const used = posted.flatMap(({ payload }) => payload.entries);
    const accounts = await this.#accounts.of(read, tenantId, accountIdsOf(used));
    return posted.map((event) => ({
      ...this.#judge(readMovement(event, accounts)),
      recordedAt: event.recordedAt,
    }));
  }

  #judge(movement: Movement): CategorisedMovement {
    const { model } = this.#options;
    const decision = categoriseMovement(model, movement);
    return { movement, decision, lines: categoriseLines(model, movement) };
  }

  /** Follows a reversal or refund, which comes alone: it and what it takes back are one movement. */
  async #takeBack(
    read: ReadAs,
    tenantId: string,
    posted: readonly TransactionEvent[],
    judged: readonly CategorisedMovement[],
  ): Promise<{ moved: readonly CategorisedMovement[]; statements: SqlStatement[] }> {
    const [[event], [one]] = [posted, judged];
    if (event === undefined || one === undefined || !mayTakeBack(event))
      return { moved: judged, statements: [] };
    const found = await findTakenBack(read, event, one.movement);
    if (found === undefined) return { moved: judged, statements: [] };
    const statements: SqlStatement[] = [];
    for (const original of [found.original, found.refunded]) {
      if (original === undefined || original.entries === null) continue;
      const offset = offsetBy(original, one.movement.entries);
      const accounts = await this.#accounts.of(
        read,
        tenantId,
        accountIdsOf([...original.entries, ...one.movement.entries]),
      );
      const left = movementOf(offset, accounts);
      statements.push(saveOffset(offset, left));
    }
    return {
      moved: [asTakingBack(one, found, await this.#accounts.of(read, tenantId, []))],
      statements,
    };
  }

  /** Follows new names and marks; movements on an account marked otherwise are read again. */
  async #rename(
    read: ReadAs,
    tenantId: string,
    renamed: readonly AccountRenamed[],
  ): Promise<SqlStatement[]> {
    await this.#accounts.of(read, tenantId, accountIdsOf(renamed));
    const marked = renamed.filter((account) => this.#accounts.rename(tenantId, account));
    if (marked.length === 0) return [];
    const statements: SqlStatement[] = [];
    for (const { fundId, accountId } of marked) {
      const pages = loadMovementsOf(read, { tenantId, fundId, accountId });
      for await (const page of pages) {
        const used = page.flatMap(({ entries }) => entries);
        const accounts = await this.#accounts.of(read, tenantId, accountIdsOf(used));
        const changed = page
          .map((stored) => ({ stored, ...this.#judge(movementOf(stored, accounts)) }))
          .filter(readsOtherwise);
        statements.push(...restate(tenantId, changed), ...this.#requeue(tenantId, changed));
      }
    }
    return statements;
  }

  /** Replaces the questions about movements that now read otherwise. */
  #requeue(tenantId: string, changed: readonly JudgedAgain[]): SqlStatement[] {
    const uncertain = this.#options.usesLanguageModel ? changed.filter(isBuiltIn) : [];
    return [...dropQuestions(tenantId, changed), ...enqueueQuestions(tenantId, uncertain)];
  }

  /** The movements as they are stored and as live lists show them, at one time. */
  #keepRecent(
    tenantId: string,
    moved: readonly CategorisedMovement[],
  ): readonly CategorisedMovement[] {
    const at = new Date().toISOString();
    const dated = moved.map((one) => ({ ...one, categorisedAt: one.categorisedAt ?? at }));
    this.#options.recent?.keep(dated.map((one) => toRecent(tenantId, one)));
    return dated;
  }
}

function toRecent(
  tenantId: string,
  { movement, decision, lines, recordedAt, categorisedAt = "", changeId }: CategorisedMovement,
): RecentCategory {
  const { transactionId, fundId, position } = movement;
  const { category, confidence, source, model, evidence, needsReview } = decision;
  const at = recordedAt ?? categorisedAt;
  return {
    tenantId,
    fundId,
    position,
    category: {
      transactionId,
      category,
      confidence,
      source,
      model,
      evidence,
      needsReview,
      categorisedAt: new Date(categorisedAt),
      changeId: changeId ?? null,
      lines: lines?.map((line) => toLine(line, at)) ?? null,
    },
  };
}

/** The movement of a reversal or refund, in the category of what it takes back. */
function asTakingBack(
  one: CategorisedMovement,
  { role, original }: TakenBack,
  accounts: ReadonlyMap<string, Account>,
): CategorisedMovement {
  const takesBack = original.transactionId;
  const movement = movementOf({ ...one.movement, role, takesBack }, accounts);
  const { category, confidence, model } = original;
  const evidence = [`${role.toLowerCase()}:${takesBack}`];
  const decision = { category, confidence, model, evidence, needsReview: false };
  return { ...one, movement, lines: null, decision: { ...decision, source: "RULE" } };
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
