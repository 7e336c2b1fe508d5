import { figureOf } from "../forms/figure.ts";
import { textOf } from "../forms/form-data.ts";
import type {
  PortfolioActionKind,
  RecordPortfolioActionInput,
} from "../graph/graph-types.generated.ts";

export const ACTION_KINDS = [
  "DIVIDEND",
  "COUPON",
  "SPLIT",
  "SPIN_OFF",
  "RIGHTS",
  "RETURN_OF_CAPITAL",
  "MERGER",
] as const satisfies readonly PortfolioActionKind[];

/** Figures of an action, as the form has them; which of them count depends on the kind. */
export const FIGURES = [
  "perUnit",
  "newUnits",
  "oldUnits",
  "costShare",
  "cashPerUnit",
  "cashCostShare",
  "fractionPrice",
  "exchangeRate",
] as const;
/** Figures that are zero when absent. */
export const SHARES = ["withholdingRate", "reclaimableShare"] as const;

/** Reads an action. An empty figure is the ledger's to work out, or to refuse. */
export function readAction(
  form: FormData,
  fundId: string,
  point: string,
): RecordPortfolioActionInput {
  const figures = FIGURES.map((name) => [name, figureOf(form, name, point) ?? null]);
  const shares = SHARES.map((name) => [name, figureOf(form, name, point) ?? "0"]);
  return {
    fundId,
    kind: textOf(form, "kind") as PortfolioActionKind,
    isin: textOf(form, "isin").toUpperCase(),
    intoIsin: textOf(form, "intoIsin").toUpperCase() || null,
    exDate: textOf(form, "exDate"),
    payDate: textOf(form, "payDate") || null,
    ...Object.fromEntries([...figures, ...shares]),
    idempotencyKey: textOf(form, "idempotencyKey") || null,
  };
}
