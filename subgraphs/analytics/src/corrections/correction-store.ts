import type { DatabaseClient } from "@allfunds/platform/database";
import {
  decide,
  NOTHING_DECIDED,
  rulesOf,
  standingAt,
  takeBack,
  topOf,
  WHOLE,
} from "./decision-chain.ts";
import type { Decided, Decision, Verdict } from "./decision-chain.ts";

/** One line of a split with its verdict. */
export interface LineVerdict extends Verdict {
  /** Number of the line's first entry in the transaction, from 1. */
  readonly line: number;
  readonly changeId: string | null;
}

/** The categories of a transaction as they are stored: the whole, its lines, and what people decided. */
export interface CategoryState {
  readonly transactionId: string;
  readonly fundId: string;
  readonly verdict: Verdict;
  /** The change that the verdict comes from. */
  readonly changeId: string | null;
  readonly lines: readonly LineVerdict[] | null;
  readonly decided: Decided;
}

const verdictAt = ({ verdict, lines }: CategoryState, place: number): Verdict | undefined => {
  if (place === WHOLE) return verdict;
  const line = lines?.find((each) => each.line === place);
  if (line === undefined) return undefined;
  const { category, confidence, source, model, evidence, needsReview, categorisedAt } = line;
  return { category, confidence, source, model, evidence, needsReview, categorisedAt };
};

/** Every place of a transaction: the whole and its lines. */
export const placesOf = ({ lines }: Pick<CategoryState, "lines">): number[] => [
  WHOLE,
  ...(lines ?? []).map(({ line }) => line),
];

/** The state after a decision at some places. */
export function decideAt(
  state: CategoryState,
  places: readonly number[],
  decision: Decision,
): CategoryState {
  const decided = places.reduce((chains, place) => {
    const stands = verdictAt(state, place);
    return stands === undefined ? chains : decide(chains, place, stands, decision);
  }, state.decided);
  return standing(state, decided);
}

/** The state after decisions were taken back. */
export const takeBackFrom = (
  state: CategoryState,
  matches: (decision: Decision) => boolean,
): CategoryState => standing(state, takeBack(state.decided, matches));

/** The same transaction with other decisions above its verdicts. */
export function standing(state: CategoryState, decided: Decided): CategoryState {
  const at = (place: number): Verdict | undefined =>
    standingAt(decided, place) ?? state.decided.base[place];
  const changeAt = (place: number): string | null => topOf(decided, place)?.changeId ?? null;
  return {
    ...state,
    decided,
    verdict: at(WHOLE) ?? state.verdict,
    changeId: changeAt(WHOLE),
    lines:
      state.lines?.map((each) => ({
        ...each,
        ...at(each.line),
        changeId: changeAt(each.line),
      })) ?? null,
  };
}

interface StateRow extends Verdict {
  readonly transactionId: string;
  readonly fundId: string;
  readonly changeId: string | null;
  readonly lines: readonly LineVerdict[] | null;
  readonly chains: Decided["chains"] | null;
  readonly base: Decided["base"] | null;
}

const SELECT = `
  SELECT m.transaction_id AS "transactionId", m.fund_id AS "fundId", m.category, m.confidence, m.source,
    m.model, m.evidence, m.needs_review AS "needsReview", m.categorised_at::text AS "categorisedAt",
    m.change_id AS "changeId", m.lines, d.chains, d.base
  FROM movement m LEFT JOIN category_decision d USING (tenant_id, transaction_id)`;

// In one order, so that two changes of the same transactions never wait for each other.
const LOCKED = "ORDER BY m.transaction_id FOR UPDATE OF m";

const SELECT_ONES = `${SELECT}
  WHERE m.tenant_id = $1 AND m.transaction_id = ANY($2::uuid[]) ${LOCKED}`;

const SELECT_UNLOCKED = `${SELECT}
  WHERE m.tenant_id = $1 AND m.transaction_id = ANY($2::uuid[]) ORDER BY m.transaction_id`;

const SELECT_CHANGED = `${SELECT}
  WHERE m.tenant_id = $1 AND d.change_ids @> ARRAY[$2::uuid] ${LOCKED}`;

const SELECT_OF_RULE = `${SELECT}
  WHERE m.tenant_id = $1 AND d.rule_ids @> ARRAY[$2::uuid] ${LOCKED}`;

const SELECT_OF_PAYEE = `${SELECT}
  WHERE m.tenant_id = $1 AND m.fund_id = $2 AND m.counterparty_key = $3 AND m.direction = $4 ${LOCKED}`;

const stateOf = ({
  transactionId,
  fundId,
  changeId,
  lines,
  chains,
  base,
  ...verdict
}: StateRow) => ({
  transactionId,
  fundId,
  changeId,
  lines,
  verdict,
  decided: chains === null || base === null ? NOTHING_DECIDED : { chains, base },
});

async function select(
  client: DatabaseClient,
  sql: string,
  parameters: readonly unknown[],
): Promise<CategoryState[]> {
  const { rows } = await client.query<StateRow>(sql, [...parameters]);
  return rows.map(stateOf);
}

/** Locks transactions for a change of their categories, within a transaction of their tenant. */
export const lockStates = {
  /** Without a lock, for what only reads. */
  asTheyAre: (client: DatabaseClient, tenantId: string, ids: readonly string[]) =>
    select(client, SELECT_UNLOCKED, [tenantId, ids]),
  ofTransactions: (client: DatabaseClient, tenantId: string, ids: readonly string[]) =>
    select(client, SELECT_ONES, [tenantId, ids]),
  ofChange: (client: DatabaseClient, tenantId: string, changeId: string) =>
    select(client, SELECT_CHANGED, [tenantId, changeId]),
  ofRule: (client: DatabaseClient, tenantId: string, ruleId: string) =>
    select(client, SELECT_OF_RULE, [tenantId, ruleId]),
  ofPayee: (
    client: DatabaseClient,
    tenantId: string,
    payee: { readonly fundId: string; readonly payeeKey: string; readonly direction: string },
  ) => select(client, SELECT_OF_PAYEE, [tenantId, payee.fundId, payee.payeeKey, payee.direction]),
};

const UPDATE = `
  UPDATE movement SET category = stands.category, confidence = stands.confidence, source = stands.source,
    model = stands.model, evidence = stands.evidence, needs_review = stands."needsReview",
    categorised_at = stands."categorisedAt", change_id = stands."changeId", lines = stands.lines
  FROM json_to_recordset($2) AS stands ("transactionId" uuid, category text, confidence double precision,
    source text, model text, evidence jsonb, "needsReview" boolean, "categorisedAt" timestamptz,
    "changeId" uuid, lines jsonb)
  WHERE tenant_id = $1 AND transaction_id = stands."transactionId"`;

/** Stores the categories of locked transactions, and the decisions above them. */
export async function saveStates(
  client: DatabaseClient,
  tenantId: string,
  states: readonly CategoryState[],
): Promise<void> {
  if (states.length === 0) return;
  const rows = states.map(({ transactionId, verdict, changeId, lines }) => {
    return { transactionId, ...verdict, changeId, lines };
  });
  await client.query(UPDATE, [tenantId, JSON.stringify(rows)]);
  const { text, values } = keepDecisions(tenantId, states);
  await client.query(text, [...values]);
}

// A row without decisions stays: rules made before must not decide it when the feed is read again.
const KEEP = `
  INSERT INTO category_decision (tenant_id, transaction_id, fund_id, chains, base, rule_ids, change_ids)
  SELECT $1, "transactionId", "fundId", chains, base, "ruleIds", "changeIds"
  FROM json_to_recordset($2) AS decided ("transactionId" uuid, "fundId" uuid, chains jsonb, base jsonb,
    "ruleIds" uuid[], "changeIds" uuid[])
  ON CONFLICT (tenant_id, transaction_id) DO UPDATE SET
    (chains, base, rule_ids, change_ids) =
    (excluded.chains, excluded.base, excluded.rule_ids, excluded.change_ids)`;

/** The statement that stores decisions. */
export function keepDecisions(
  tenantId: string,
  states: readonly Pick<CategoryState, "transactionId" | "fundId" | "decided">[],
) {
  const rows = states.map(({ transactionId, fundId, decided }) => ({
    transactionId,
    fundId,
    ...decided,
    ruleIds: rulesOf(decided),
    changeIds: changesOf(decided),
  }));
  return { text: KEEP, values: [tenantId, JSON.stringify(rows)] };
}

const changesOf = ({ chains }: Decided): string[] => [
  ...new Set(
    Object.values(chains)
      .flat()
      .flatMap(({ changeId }) => changeId ?? []),
  ),
];
