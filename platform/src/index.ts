export {
  loadConfig,
  describeConfig,
  ConfigError,
  databaseUrl,
  neighbourUrl,
  port,
  secret,
  type CommonConfig,
  type Config,
} from "./config.ts";
export {
  anonymousContext,
  openContext,
  currentContext,
  DEMO_TENANT_ID,
  newTraceId,
  requestFromHeaders,
  runInContext,
  traceIdFrom,
  traceparentFor,
  type HeaderValues,
  type RequestContext,
} from "./context.ts";
export {
  AppError,
  ERROR_CODES,
  invalidInput,
  isErrorCode,
  type ErrorCode,
  type Violation,
} from "./errors.ts";
export {
  authenticationShape,
  createAuthentication,
  OPEN_TO_ALL,
  type Authentication,
  type AuthenticationConfig,
} from "./auth/authentication.ts";
export { auditEvent, type AuditEvent } from "./audit/audit-event.ts";
export { AuditReporter } from "./audit/audit-reporter.ts";
export { Repetitions } from "./audit/repetitions.ts";
export { reportTo } from "./audit/send-report.ts";
export { ALL_FUNDS, EVERY_TENANT, MFA, type Caller } from "./auth/caller.ts";
export { callerFromClaims, OWN_CLAIMS, type ClaimMapping } from "./auth/map-claims.ts";
export {
  ClientCredentials,
  type ClientCredentialsOptions,
  type Grant,
} from "./auth/client-credentials.ts";
export { authenticate, bearerToken, contextFromToken } from "./auth/context-from-token.ts";
export {
  authenticateChallenge,
  grantedFunds,
  maySeeFund,
  requireCaller,
  requireScope,
  requireStepUp,
  seesFund,
} from "./auth/require.ts";
export {
  createTokenVerifier,
  type TokenVerifier,
  type TokenVerifierOptions,
} from "./auth/token-verifier.ts";
export { createLogger, type Logger } from "./logging.ts";
export { isId, newId } from "./ids.ts";

export {
  createHttpServer,
  requestContext,
  toAppError,
  type ErrorRenderer,
  type HttpServer,
  type RenderedError,
} from "./http/http-server.ts";
export { Readiness, type ReadinessCheck, type ReadinessReport } from "./http/readiness.ts";
export { withDeadline } from "./http/with-deadline.ts";
export { runService, type ServiceParts } from "./http/run-service.ts";

export {
  createPool,
  isConnectionFailure,
  withTransaction,
  type DatabaseClient,
  type Pool,
  type TenantScope,
} from "./database/pool.ts";
export {
  OneTransaction,
  preparedNameOf,
  sendTogether,
  type Parameter,
  type Statement,
} from "./database/one-transaction.ts";
export { migrate } from "./database/migrate.ts";
export { Migration, type NamedMigration } from "./database/migration.ts";
export { retryWhileUnreachable } from "./database/retry-while-unreachable.ts";

export { BatchLoader } from "./graphql/batch-loader.ts";
export {
  buildSubgraph,
  printSubgraph,
  type ReferenceResolver,
  type SubgraphDefinition,
} from "./graphql/build-subgraph.ts";
export {
  connectionType,
  decodeCursor,
  DEFAULT_PAGE_SIZE,
  encodeCursor,
  MAX_PAGE_SIZE,
  pageSize,
  toConnection,
  type Connection,
  type Edge,
} from "./graphql/connection.ts";
export { formatGraphqlError } from "./graphql/format-error.ts";
export {
  CursorScalar,
  DateScalar,
  DateTimeScalar,
  DecimalScalar,
  isCalendarDate,
  JsonScalar,
  SafeIntScalar,
} from "./graphql/scalars.ts";
export { RequiresMfa, RequiresScopes, RequiresSignIn } from "./graphql/requires.ts";
export { serveGraphql, type ServeGraphqlOptions } from "./graphql/serve-graphql.ts";
export { MoneyObject, PageInfoObject } from "./graphql/shared-types.ts";
export { readVariables } from "./graphql/variables/read-variables.ts";

export type { Effect } from "./feed/batch-store.ts";
export { createFollower, Follower, type FollowerOptions } from "./feed/follower.ts";
export { CASH_RULE, countsAsCash, isCashAccount } from "./feed/cash-account.ts";
export { feedMigrations } from "./feed/cursor-store.ts";
export { rebuildReadModel } from "./feed/rebuild-read-model.ts";
export { runRebuild } from "./feed/run-rebuild.ts";
export {
  ledgerEventSchema,
  type AccountFloorSet,
  type AccountOpened,
  type AccountRenamed,
  type AccountStatusChange,
  type ApprovalLimitSet,
  type AccountType,
  type EntrySide,
  type FundOpened,
  type FxRate,
  type HoldCaptured,
  type HoldExpired,
  type HoldPlaced,
  type HoldVoided,
  type LedgerEvent,
  type PeriodClosed,
  type PeriodReopened,
  type ProposalApproved,
  type ProposalRejected,
  type ProposalWithdrawn,
  type TransactionPosted,
  type TransactionProposed,
} from "./feed/ledger-event.ts";

export { Jobs, type JobsOptions } from "./jobs/jobs.ts";
export { defineJobKind, type JobKind, type JobRun } from "./jobs/job-kind.ts";
export {
  JOB_STATES,
  jobMigrations,
  type Job,
  type JobFailure,
  type JobProgress,
  type JobState,
} from "./jobs/job-table.ts";
export { jobCursor, readJob, readJobPage, type JobReads } from "./jobs/read-jobs.ts";
export { type JobRequest, type RequestedJob } from "./jobs/request-job.ts";

export { currencyScale } from "./money/currency.ts";
export {
  divideRounded,
  formatScaled,
  parseDecimal,
  rescale,
  type Decimal,
  type RoundingMode,
} from "./money/decimal.ts";
export {
  allocate,
  formatAmount,
  MAX_MINOR,
  isHoldable,
  moneyFromJson,
  moneyToJson,
  parseAmount,
  type Money,
  type MoneyJson,
} from "./money/money.ts";
