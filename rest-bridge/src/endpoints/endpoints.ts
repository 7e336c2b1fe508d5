import type { Endpoint } from "../endpoint.ts";
import { getBalance } from "./get-balance.ts";
import { getForecasts } from "./get-forecasts.ts";
import { getLedger } from "./get-ledger.ts";
import { getMetrics } from "./get-metrics.ts";
import { getPredictions } from "./get-predictions.ts";
import { getTransaction } from "./get-transaction.ts";
import { patchBalance } from "./patch-balance.ts";
import { postAnalyze } from "./post-analyze.ts";
import { postTransactions } from "./post-transactions.ts";

const ledgerEndpoints: readonly Endpoint[] = [
  postTransactions,
  getTransaction,
  getLedger,
  getBalance,
  patchBalance,
];
export const analyticsEndpoints: readonly Endpoint[] = [postAnalyze, getPredictions];
export const metricsEndpoints: readonly Endpoint[] = [getMetrics, getForecasts];

export const allEndpoints: readonly Endpoint[] = [
  ...ledgerEndpoints,
  ...analyticsEndpoints,
  ...metricsEndpoints,
];
