import { gql, type TypedDocumentNode } from "@urql/core";
import type { Money } from "../money/money.ts";

type MetricUnit = "MONEY" | "RATIO" | "PERCENT" | "COUNT" | "MONTHS";

export interface Metric {
  name: string;
  value: number | null;
  money: Money | null;
  unit: MetricUnit;
  asOf: string;
  method: string;
  inputs: { name: string; value: string }[];
  /** Why there is no value; then `value` and `money` are absent. */
  unavailable: string | null;
}

export interface FundFigures {
  asOf: string;
  position: number;
  currency: string;
  cash: Money | null;
  netAssetValue: Money | null;
  netFlow30d: Money | null;
  otherCurrencies: Money[];
  values: Metric[];
}

export interface BalancePoint {
  date: string;
  cash: Money;
  /** Absent while the fund holds other currencies. */
  netAssetValue: Money | null;
}

export interface CashFlowPoint {
  period: string;
  inflow: Money;
  outflow: Money;
  net: Money;
}

interface Backtest {
  folds: number;
  /** Mean absolute scaled error; absent for a constant series. */
  mase: number | null;
  /** Share of past values inside the interval, between 0 and 1. */
  coverage: number;
  candidates: { method: string; mase: number | null }[];
}

export interface Forecast {
  metric: string;
  method: string;
  asOf: string;
  /** Probability that a value falls inside the interval, between 0 and 1. */
  level: number;
  currency: string;
  points: { date: string; value: string; lower: string; upper: string }[];
  backtest: Backtest;
}

export const FUND_FIGURES = gql`
  fragment FundFigures on FundMetrics {
    asOf
    position
    currency
    cash {
      amount
      currency
    }
    netAssetValue {
      amount
      currency
    }
    netFlow30d {
      amount
      currency
    }
    otherCurrencies {
      amount
      currency
    }
    values {
      name
      value
      money {
        amount
        currency
      }
      unit
      asOf
      method
      inputs {
        name
        value
      }
      unavailable
    }
  }
`;

export const FUND_HISTORY: TypedDocumentNode<
  {
    fund: {
      metrics: FundFigures | null;
      balanceHistory: BalancePoint[] | null;
      cashFlows: CashFlowPoint[] | null;
    } | null;
  },
  { id: string; from?: string }
> = gql`
  query FundHistory($id: ID!, $from: Date) {
    fund(id: $id) {
      id
      metrics {
        ...FundFigures
      }
      balanceHistory(interval: DAY, from: $from) {
        date
        cash {
          amount
          currency
        }
        netAssetValue {
          amount
          currency
        }
      }
      cashFlows(interval: MONTH) {
        period
        inflow {
          amount
          currency
        }
        outflow {
          amount
          currency
        }
        net {
          amount
          currency
        }
      }
    }
  }
  ${FUND_FIGURES}
`;

export const FUND_FORECAST: TypedDocumentNode<
  { fund: { forecast: Forecast | null } | null },
  { id: string; horizon: number }
> = gql`
  query FundForecast($id: ID!, $horizon: Int!) {
    fund(id: $id) {
      id
      forecast(metric: CASH, horizon: $horizon) {
        metric
        method
        asOf
        level
        currency
        points {
          date
          value
          lower
          upper
        }
        backtest {
          folds
          mase
          coverage
          candidates {
            method
            mase
          }
        }
      }
    }
  }
`;

export interface FundSummary {
  id: string;
  metrics: FundFigures | null;
  balanceHistory: { date: string; cash: Money }[] | null;
}

export const FUND_SUMMARY: TypedDocumentNode<{ fund: FundSummary | null }, { id: string }> = gql`
  query FundSummary($id: ID!) {
    fund(id: $id) {
      id
      metrics {
        ...FundFigures
      }
      balanceHistory(interval: MONTH) {
        date
        cash {
          amount
          currency
        }
      }
    }
  }
  ${FUND_FIGURES}
`;
