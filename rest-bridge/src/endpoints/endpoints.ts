import type { Endpoint } from "../endpoint.ts";
import { getBalance } from "./get-balance.ts";
import { getForecasts } from "./get-forecasts.ts";
import { getHold } from "./get-hold.ts";
import { getHolds } from "./get-holds.ts";
import { getLedger } from "./get-ledger.ts";
import { getMetrics } from "./get-metrics.ts";
import { getPeriods } from "./get-periods.ts";
import { getPredictions } from "./get-predictions.ts";
import { getProposal } from "./get-proposal.ts";
import { getProposals } from "./get-proposals.ts";
import { getTransaction } from "./get-transaction.ts";
import { patchBalance } from "./patch-balance.ts";
import { postAnalyze } from "./post-analyze.ts";
import { postHoldCapture } from "./post-hold-capture.ts";
import { postHoldVoid } from "./post-hold-void.ts";
import { postHolds } from "./post-holds.ts";
import { postPeriodReopen } from "./post-period-reopen.ts";
import { postPeriods } from "./post-periods.ts";
import { postProposalApprove } from "./post-proposal-approve.ts";
import { postProposalReject } from "./post-proposal-reject.ts";
import { postProposalWithdraw } from "./post-proposal-withdraw.ts";
import { postTransactionReversal } from "./post-transaction-reversal.ts";
import { postTransactions } from "./post-transactions.ts";

const ledgerEndpoints: readonly Endpoint[] = [
  postTransactions,
  getTransaction,
  postTransactionReversal,
  getLedger,
  getBalance,
  patchBalance,
  postHolds,
  getHolds,
  getHold,
  postHoldCapture,
  postHoldVoid,
  getProposals,
  getProposal,
  postProposalApprove,
  postProposalReject,
  postProposalWithdraw,
  postPeriods,
  getPeriods,
  postPeriodReopen,
];
export const analyticsEndpoints: readonly Endpoint[] = [postAnalyze, getPredictions];
export const metricsEndpoints: readonly Endpoint[] = [getMetrics, getForecasts];

export const allEndpoints: readonly Endpoint[] = [
  ...ledgerEndpoints,
  ...analyticsEndpoints,
  ...metricsEndpoints,
];
