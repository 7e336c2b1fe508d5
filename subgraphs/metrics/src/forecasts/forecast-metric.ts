import { registerEnumType } from "type-graphql";
import type { FundSums } from "../series/read-fund-series.ts";

/** The monthly series of a fund that can be forecast. */
export const ForecastMetric = {
  CASH: "CASH",
  NET_ASSET_VALUE: "NET_ASSET_VALUE",
  INFLOW: "INFLOW",
  OUTFLOW: "OUTFLOW",
  NET_FLOW: "NET_FLOW",
  REVENUE: "REVENUE",
  EXPENSES: "EXPENSES",
} as const;
export type ForecastMetric = (typeof ForecastMetric)[keyof typeof ForecastMetric];

registerEnumType(ForecastMetric, {
  name: "ForecastMetric",
  description: "A monthly series of a fund, in the fund's currency.",
  valuesConfig: {
    CASH: { description: "Cash at the end of the month." },
    NET_ASSET_VALUE: { description: "Assets less liabilities at the end of the month." },
    INFLOW: { description: "Cash that comes in during the month." },
    OUTFLOW: { description: "Cash that goes out during the month, as a positive amount." },
    NET_FLOW: { description: "Inflow less outflow of the month." },
    REVENUE: { description: "Net credits of the month on INCOME accounts." },
    EXPENSES: { description: "Net debits of the month on EXPENSE accounts." },
  },
});

const FLOWS: Readonly<Record<ForecastMetric, (sums: FundSums) => bigint>> = {
  CASH: ({ cash }) => cash,
  NET_ASSET_VALUE: ({ assets, liabilities }) => assets - liabilities,
  INFLOW: ({ inflow }) => inflow,
  OUTFLOW: ({ outflow }) => outflow,
  NET_FLOW: ({ inflow, outflow }) => inflow - outflow,
  REVENUE: ({ income }) => income,
  EXPENSES: ({ expenses }) => expenses,
};

/** The month's figure of a metric: the change of a balance, or the flow itself. */
export const flowOf = (metric: ForecastMetric, sums: FundSums): bigint => FLOWS[metric](sums);
