import { setTimeout as sleep } from "node:timers/promises";
import { AppError, invalidInput } from "@allfunds/contract/errors";
import { seesFund } from "@allfunds/platform/auth";
import type { RequestContext } from "@allfunds/platform/context";
import type { DatabaseClient, Pool } from "@allfunds/platform/database";
import { isId, newId } from "@allfunds/platform/ids";
import { grantsOf } from "@allfunds/platform/tenancy";
import type { GrantedReads } from "@allfunds/platform/tenancy";
import { beginRuleChange } from "../category-rules/rules-version.ts";
import type { CashDirection } from "../classification/features.ts";
import { isCategoryCode } from "../classification/taxonomy.ts";
import type { CategoryCode } from "../classification/taxonomy.ts";
import {
  endPayeeRule,
  fundOfRule,
  restoreReplaced,
  savePayeeRule,
} from "../payee-rules/payee-rule.ts";
import { lockChange, makeChange, markUndone } from "./category-change.ts";
import type { ChangeResult, RecordedChange } from "./category-change.ts";
import { decideAt, lockStates, placesOf, saveStates, takeBackFrom } from "./correction-store.ts";
import type { CategoryState } from "./correction-store.ts";
import { isLocked, WHOLE } from "./decision-chain.ts";
import type { Decision } from "./decision-chain.ts";

/** What corrections work with. */
export interface CorrectionParts {
  readonly pool: Pool;
  readonly reads: GrantedReads;
  /** The name under which the read model follows the ledger. */
  readonly follower: string;
}

/** Which place of a transaction is meant: all of it when the line is absent. */
export interface CorrectedPlace {
  readonly transactionId: string;
  /** Number of a line, from 1. */
  readonly line: number | null;
}

export interface SetCategory extends CorrectedPlace {
  readonly category: string;
  readonly scope: "THIS" | "PAYEE";
}

/**
 * Stores a person's choice of a category. Throws INVALID_INPUT for a category or line that does not exist or
 * a payee that nothing identifies, TRANSACTION_NOT_FOUND, and IDEMPOTENCY_CONFLICT.
 */
export async function setCategory(
  parts: CorrectionParts,
  request: RequestContext,
  input: SetCategory,
  key: string | undefined,
): Promise<RecordedChange> {
  const { category, scope, ...place } = input;
  if (!isCategoryCode(category)) throw invalidInput("category", "is not the code of a category");
  if (scope === "PAYEE" && place.line !== null)
    throw invalidInput("scope", "must be THIS for one line of a transaction");
  await awaitTransaction(parts, request, place.transactionId);
  return makeChange(parts.pool, request, { kind: "SET", key, input }, (client, changeId) =>
    scope === "THIS"
      ? choose(client, request, { place, changeId, category: () => category })
      : chooseForPayee(client, request, { place, changeId, category, follower: parts.follower }),
  );
}

/**
 * Confirms the category that stands, which locks it as a choice does. Throws TRANSACTION_NOT_FOUND,
 * INVALID_INPUT for a line that does not exist, and IDEMPOTENCY_CONFLICT.
 */
export async function acceptCategory(
  parts: CorrectionParts,
  request: RequestContext,
  place: CorrectedPlace,
  key: string | undefined,
): Promise<RecordedChange> {
  await awaitTransaction(parts, request, place.transactionId);
  const asked = { kind: "ACCEPT", key, input: place } as const;
  return makeChange(parts.pool, request, asked, (client, changeId) =>
    choose(client, request, { place, changeId, category: (standing) => standing }),
  );
}

interface Choice {
  readonly place: CorrectedPlace;
  readonly changeId: string;
  readonly category: (standing: CategoryCode) => CategoryCode;
}

async function choose(
  client: DatabaseClient,
  request: RequestContext,
  { place, changeId, category }: Choice,
): Promise<ChangeResult> {
  const state = await lockTransaction(client, request, place.transactionId);
  const places = placesMeant(state, place.line);
  const chosen = places.reduce((before, each) => {
    const standing =
      each === WHOLE ? before.verdict : before.lines?.find(({ line }) => line === each);
    if (standing === undefined) return before;
    return decideAt(before, [each], byPerson(request, changeId, category(standing.category)));
  }, state);
  await saveStates(client, request.tenantId, [chosen]);
  const { transactionId, fundId } = state;
  return { fundId, transactionId, ruleId: null, changed: 1 };
}

/** A choice for a split as a whole is one for each of its lines. */
function placesMeant(state: CategoryState, line: number | null): number[] {
  const places = placesOf(state);
  if (line === null) return places;
  if (line === WHOLE || !places.includes(line))
    throw invalidInput("line", "is not a line of the transaction");
  return [line];
}

const byPerson = ({ now }: RequestContext, changeId: string, category: CategoryCode): Decision => ({
  category,
  source: "PERSON",
  evidence: [],
  ruleId: null,
  changeId,
  decidedAt: now.toISOString(),
});

const PAYEE = `
  SELECT counterparty_key AS "payeeKey", counterparty, direction FROM movement
  WHERE tenant_id = $1 AND transaction_id = $2`;

interface PayeeRow {
  readonly payeeKey: string;
  readonly counterparty: string | null;
  readonly direction: CashDirection;
}

interface PayeeChoice extends Pick<Choice, "place" | "changeId"> {
  readonly category: CategoryCode;
  readonly follower: string;
}

/** Chooses for one transaction, and makes a rule for its payee that decides every other one not chosen by a person. */
async function chooseForPayee(
  client: DatabaseClient,
  request: RequestContext,
  { place: { transactionId }, changeId, category, follower }: PayeeChoice,
): Promise<ChangeResult> {
  const { tenantId } = request;
  const fundId = await fundOfTransaction(client, request, transactionId);
  const positions = await beginRuleChange(client, { tenantId, follower, fundId });
  const { rows } = await client.query<PayeeRow>(PAYEE, [tenantId, transactionId]);
  const [payee] = rows;
  if (payee === undefined || payee.payeeKey === "")
    throw invalidInput("scope", "must be THIS: nothing identifies the payee");
  const { payeeKey, direction } = payee;
  const payeeName = payee.counterparty ?? payeeKey;
  const ruleId = newId();
  const fromPosition = positions.get(fundId) ?? 0;
  const made = { madeBy: request.actor, madeAt: request.now };
  const rule = { ruleId, fundId, payeeKey, direction, payeeName, category, fromPosition, ...made };
  await savePayeeRule(client, tenantId, rule);
  const states = await lockStates.ofPayee(client, tenantId, rule);
  const chosen = byPerson(request, changeId, category);
  const evidence = [`payee:${payeeName}`];
  const learned: Decision = { ...chosen, source: "LEARNED", evidence, ruleId };
  const changed = states.flatMap((state) => {
    if (state.transactionId === transactionId) return [decideAt(state, placesOf(state), chosen)];
    const free = placesOf(state).filter((each) => !isLocked(state.decided, each));
    return free.length === 0 ? [] : [decideAt(state, free, learned)];
  });
  await saveStates(client, tenantId, changed);
  return { fundId, transactionId, ruleId, changed: changed.length };
}

/**
 * Takes a change back: each transaction has the category it had, unless a later decision stands there, and the
 * payee rule that the change made is gone. Throws NOT_FOUND, INVALID_INPUT for a change that cannot be undone
 * or was undone already, and IDEMPOTENCY_CONFLICT.
 */
export function undoChange(
  { pool, follower }: CorrectionParts,
  request: RequestContext,
  id: string,
  key: string | undefined,
): Promise<RecordedChange> {
  if (!isId(id)) throw noSuchChange();
  const asked = { kind: "UNDO", key, input: { changeId: id } } as const;
  return makeChange(pool, request, asked, async (client, undoneBy) => {
    const { tenantId } = request;
    const change = await lockChange(client, tenantId, id);
    if (change === undefined || !maySeeChange(request, change.fundId)) throw noSuchChange();
    if (!UNDOABLE.has(change.kind) || change.undoneBy !== null)
      throw invalidInput("changeId", "is of a change that cannot be undone, or was undone already");
    const { ruleId, fundId, transactionId } = change;
    const madeRule = change.kind === "SET" && ruleId !== null && fundId !== null;
    if (madeRule) {
      const positions = await beginRuleChange(client, { tenantId, follower, fundId });
      await endPayeeRule(client, tenantId, ruleId, request.now);
      const fromPosition = positions.get(fundId) ?? 0;
      await restoreReplaced(client, tenantId, { ruleId, fromPosition });
    }
    const isOfChange = (decision: Decision): boolean =>
      decision.changeId === id || (madeRule && decision.ruleId === ruleId);
    const locked = await lockStates.ofChange(client, tenantId, id);
    const ofRule = madeRule ? await lockStates.ofRule(client, tenantId, ruleId) : [];
    const states = new Map([...locked, ...ofRule].map((state) => [state.transactionId, state]));
    const restored = [...states.values()].map((state) => takeBackFrom(state, isOfChange));
    await saveStates(client, tenantId, restored);
    await markUndone(client, tenantId, { changeId: id, undoneBy });
    return { fundId, transactionId, ruleId: null, changed: restored.length };
  });
}

const UNDOABLE: ReadonlySet<string> = new Set(["SET", "ACCEPT", "RUN_RULES"]);

/** A change of several funds is one for who sees them all. */
const maySeeChange = (request: RequestContext, fundId: string | null): boolean =>
  fundId === null ? grantsOf(request) === "*" : seesFund(request, fundId);

/**
 * Ends a payee rule; with `takeBack` the transactions that have their category from it get back the one
 * they had. Throws NOT_FOUND and IDEMPOTENCY_CONFLICT.
 */
export function deletePayeeRule(
  { pool, follower }: CorrectionParts,
  request: RequestContext,
  input: { readonly ruleId: string; readonly takeBack: boolean },
  key: string | undefined,
): Promise<RecordedChange> {
  const { ruleId, takeBack } = input;
  if (!isId(ruleId)) throw noSuchRule();
  const asked = { kind: "DELETE_PAYEE_RULE", key, input } as const;
  return makeChange(pool, request, asked, async (client) => {
    const { tenantId } = request;
    const fundId = await fundOfRule(client, tenantId, ruleId);
    if (fundId === undefined || !seesFund(request, fundId)) throw noSuchRule();
    await beginRuleChange(client, { tenantId, follower, fundId });
    const ended = await endPayeeRule(client, tenantId, ruleId, request.now);
    if (ended === undefined) throw noSuchRule();
    const states = takeBack ? await lockStates.ofRule(client, tenantId, ruleId) : [];
    const restored = states.map((state) =>
      takeBackFrom(state, (decision) => decision.ruleId === ruleId),
    );
    await saveStates(client, tenantId, restored);
    return { fundId, transactionId: null, ruleId, changed: restored.length };
  });
}

async function lockTransaction(
  client: DatabaseClient,
  request: RequestContext,
  transactionId: string,
): Promise<CategoryState> {
  const [state] = await lockStates.ofTransactions(client, request.tenantId, [transactionId]);
  if (state === undefined || !seesFund(request, state.fundId))
    throw noSuchTransaction(transactionId);
  return state;
}

const FUND_OF = `
  SELECT fund_id AS "fundId" FROM movement WHERE tenant_id = $1 AND transaction_id = $2`;

async function fundOfTransaction(
  client: DatabaseClient,
  request: RequestContext,
  transactionId: string,
): Promise<string> {
  const { rows } = await client.query<{ fundId: string }>(FUND_OF, [
    request.tenantId,
    transactionId,
  ]);
  const fundId = rows[0]?.fundId;
  if (fundId === undefined || !seesFund(request, fundId)) throw noSuchTransaction(transactionId);
  return fundId;
}

const LONGEST_WAIT_MS = 1_500;
const POLL_MS = 50;

/** One that was posted a moment ago is waited for before it counts as TRANSACTION_NOT_FOUND. */
async function awaitTransaction(
  { reads }: CorrectionParts,
  request: RequestContext,
  transactionId: string,
): Promise<void> {
  if (!isId(transactionId)) throw noSuchTransaction(transactionId);
  const seen = reads.seeing(grantsOf(request));
  const deadline = performance.now() + LONGEST_WAIT_MS;
  for (;;) {
    const { rows } = await seen.query(FUND_OF, [request.tenantId, transactionId]);
    if (rows.length > 0) return;
    if (performance.now() > deadline) throw noSuchTransaction(transactionId);
    await sleep(POLL_MS);
  }
}

const noSuchTransaction = (id: string): AppError =>
  new AppError("TRANSACTION_NOT_FOUND", `There is no transaction ${id.slice(0, 80)}.`);

const noSuchChange = (): AppError => new AppError("NOT_FOUND", "There is no such change.");

const noSuchRule = (): AppError => new AppError("NOT_FOUND", "There is no such payee rule.");
