import type { TokenExchange } from "@allfunds/platform/auth";
import { defineJobKind, type JobKind } from "@allfunds/platform/jobs";
import { grantsOf, type Grants, type GrantedOrm } from "@allfunds/platform/tenancy";
import type { MovementEntities } from "../movements/movement-entity.ts";
import type { PayeeRuleEntities } from "../payee-rules/payee-rule-entity.ts";
import type { AnalysisResultObject, AnalyzeRequest } from "./analysis-types.ts";
import { analyze, type AnalyzeParts } from "./analyze.ts";

export const ANALYSIS = "analysis";

/** Subjects between two reports of progress. */
const STEP = 100;

/** What to analyse, and the funds that who requested it might see then: they count where nothing was delegated. */
export interface AnalysisPayload extends AnalyzeRequest {
  readonly funds: Grants;
}

type Results = readonly AnalysisResultObject[];

/** Analyses more than a request can wait for. Its progress is in texts and transactions. */
export const analysisKind = (
  parts: AnalyzeParts,
  orm: Pick<GrantedOrm<MovementEntities & PayeeRuleEntities>, "seeing">,
  exchange: TokenExchange | undefined,
): JobKind =>
  defineJobKind<AnalysisPayload, Results>({
    name: ANALYSIS,
    actsForRequester: true,
    run: async ({ payload, context, delegation, signal, report }) => {
      const { funds: fundsThen, ...wanted } = payload;
      const funds =
        delegation === undefined || exchange === undefined
          ? fundsThen
          : grantsOf({ caller: await exchange.callerOf(delegation) });
      const asCaller = { request: context, orm: orm.seeing(funds) };
      const total = wanted.items.length + wanted.transactionIds.length;
      const results: AnalysisResultObject[] = [];
      for (const step of stepsOf(wanted)) {
        signal.throwIfAborted();
        report({ done: results.length, total });
        const found = await analyze(parts, asCaller, step);
        const before = results.length;
        for (const result of found) {
          results.push(Object.assign(result, { index: before + result.index }));
        }
      }
      return results;
    },
  });

/** The same in parts; items stay before transactions. */
function stepsOf({ kind, items, transactionIds }: AnalyzeRequest): AnalyzeRequest[] {
  const ofItems = slices(items).map((slice) => ({ kind, items: slice, transactionIds: [] }));
  const ofIds = slices(transactionIds).map((slice) => ({ kind, items: [], transactionIds: slice }));
  return [...ofItems, ...ofIds];
}

const slices = <Item>(items: readonly Item[]): Item[][] =>
  Array.from({ length: Math.ceil(items.length / STEP) }, (_, index) =>
    items.slice(index * STEP, (index + 1) * STEP),
  );
