import { join } from "node:path";
import { createAuthentication } from "@allfunds/platform/auth";
import {
  authenticate,
  createTokenVerifier,
  ProofVerifier,
  type TokenVerifier,
} from "@allfunds/platform/auth/tokens";
import { anonymousContext } from "@allfunds/platform/context";
import {
  createPool,
  databaseReady,
  migrate,
  openDatabase,
  type Pool,
} from "@allfunds/platform/database";
import { serveGraphql } from "@allfunds/platform/graphql";
import { createHttpServer, EDGE_BOUNDS } from "@allfunds/platform/http";
import type { Logger } from "@allfunds/platform/logging";
import { currentMesh, OWN_HOST } from "@allfunds/platform/mesh";
import type { Service } from "@allfunds/platform/service";
import { openOrm } from "@allfunds/platform/tenancy";
import { serveAccount } from "./account/account-routes.ts";
import { servePasswords } from "./account/password-routes.ts";
import { serveAudit } from "./audit/audit-routes.ts";
import { hasExternalIssuer, type IdentityConfig } from "./config.ts";
import { createContext } from "./context.ts";
import { passkeySite } from "./factors/passkeys.ts";
import { readPresentAccess, type CallerContext } from "./graph/present-access.ts";
import { SecretBox } from "./keys/secret-box.ts";
import { ensureSigningKey } from "./keys/signing-keys.ts";
import { AttemptLimits } from "./limits/attempt-limits.ts";
import { ProtocolLimits, type ProtocolRates } from "./limits/protocol-limits.ts";
import { createMailer } from "./mail/mailer.ts";
import { MIGRATIONS } from "./migrations/index.ts";
import { acceptForms, refuseForeignForms } from "./pages/forms.ts";
import { answerErrorsWithPages } from "./pages/notices.ts";
import { serveStaticFiles } from "./pages/static-files.ts";
import { IdentityProvider } from "./provider/identity-provider.ts";
import { refusingRevoked, serveRevocations } from "./revocations/revocation.ts";
import { createSchema } from "./schema.ts";
import { serveScim } from "./scim/serve-scim.ts";
import type { PageParts } from "./sign-in/page-parts.ts";
import { serveSignIn } from "./sign-in/sign-in-routes.ts";
import { startExpiryJob } from "./store/expiry-job.ts";
import { PageStates } from "./store/page-state.ts";

interface IdentityService extends Service {
  readonly parts: PageParts;
}

/** What is faster or wider in tests than in production. */
export interface Tuning {
  /** How often the signing keys are read again, in milliseconds. */
  readonly keyRefreshMs?: number;
  readonly rates?: ProtocolRates;
}

/**
 * The issuer, wired but not yet listening: database, keys, protocol, pages and graph. It is not a
 * `defineSubgraph`: only its graph authenticates, with its own keys, and it has no other issuer to wait for.
 */
export async function createService(
  config: IdentityConfig,
  logger: Logger,
  { keyRefreshMs, rates }: Tuning = {},
): Promise<IdentityService> {
  const { DATABASE_URL_IDENTITY: url, IDENTITY_URL: issuer, WEB_URL: webUrl } = config;
  const pool = createPool({ url, logger });
  await openDatabase("DATABASE_URL_IDENTITY", logger, () =>
    migrate({ url, migrations: MIGRATIONS, logger }),
  );
  const orm = openOrm(url, () => import("./store/entities.ts"));
  const secretBox = new SecretBox(config.IDENTITY_ENCRYPTION_SECRET);
  await ensureSigningKey(pool, secretBox);
  const mail = createMailer({
    smtpUrl: config.SMTP_URL,
    outbox: join(config.ALLFUNDS_DATA, "outbox"),
    from: config.MAIL_FROM,
  });
  const settings = {
    issuer,
    audience: config.GRAPH_AUDIENCE,
    assistantsResource: config.ASSISTANTS_RESOURCE,
    cookieKeys: config.IDENTITY_COOKIE_KEYS,
    webUrl,
    webInternalUrl: config.WEB_INTERNAL_URL,
    webClientSecret: config.WEB_CLIENT_SECRET,
    systemClients: config.SYSTEM_CLIENTS,
  };
  const protocolLimits = new ProtocolLimits(pool, rates);
  const protocol = new IdentityProvider(
    { pool, logger, settings, limits: protocolLimits },
    secretBox,
    keyRefreshMs,
  );
  const parts: PageParts = {
    pool,
    orm,
    logger,
    issuer,
    webUrl,
    resources: [config.GRAPH_AUDIENCE, config.ASSISTANTS_RESOURCE],
    secretBox,
    totpToleranceSeconds: config.TOTP_TOLERANCE_SECONDS,
    limits: new AttemptLimits(pool),
    states: new PageStates(pool, secretBox),
    mail,
    site: passkeySite(issuer),
    protocol,
  };

  const verifier = createVerifier(config, logger, pool);
  // Auditors and directories call it themselves; its graph is reached through the gateway.
  const rules = { verifier, proofs: new ProofVerifier({ origins: [issuer] }) };
  const withPresentAccess = (context: CallerContext): Promise<CallerContext> =>
    // The users of an external issuer are not stored here.
    hasExternalIssuer(config) ? Promise.resolve(context) : readPresentAccess(pool, context);
  const server = createHttpServer({
    service: "identity",
    logger,
    trustedProxies: config.TRUSTED_PROXIES,
    admission: EDGE_BOUNDS,
    contextOf: async ({ routeOptions, headers }) => {
      if (routeOptions.url !== "/graphql") return anonymousContext(headers);
      return withPresentAccess(await authenticate({ verifier }, headers));
    },
  });
  server.readiness.add("database", databaseReady(url, logger));

  await protocol.start();
  await server.app.register(async (app) => protocol.serve(app));
  await server.app.register(async (app) => {
    acceptForms(app);
    refuseForeignForms(app, issuer);
    answerErrorsWithPages(app, parts);
    serveStaticFiles(app);
    serveSignIn(app, parts);
    servePasswords(app, parts);
    serveAccount(app, parts);
  });
  serveAudit(server.app, { pool, rules, withPresentAccess });
  serveRevocations(server.app, { pool, verifier });
  // The users of an external issuer are provisioned there.
  if (!hasExternalIssuer(config)) {
    await serveScim(server.app, { ...parts, rules, withPresentAccess });
  }
  const closeGraphql = await serveGraphql({
    schema: createSchema(parts),
    server,
    logger,
    createContext: createContext(pool),
    sockets: false,
  });
  const stopExpiryJob = startExpiryJob(pool, logger);
  return {
    parts,
    server,
    closers: [
      closeGraphql,
      () => protocol.stop(),
      stopExpiryJob,
      () => orm.close(),
      () => pool.end(),
    ],
  };
}

const ownOrigin = ({ IDENTITY_PORT: port }: IdentityConfig): string =>
  currentMesh() === undefined ? `http://127.0.0.1:${port}` : `https://${OWN_HOST}:${port}`;

/** Verifies the tokens of requests to this service's own graph and audit log. */
const createVerifier = (config: IdentityConfig, logger: Logger, pool: Pool): TokenVerifier =>
  hasExternalIssuer(config)
    ? createAuthentication(config, logger).verifier
    : refusingRevoked(
        createTokenVerifier({
          issuer: config.IDENTITY_URL,
          audience: config.GRAPH_AUDIENCE,
          // Its own keys over HTTP, as every service reads them: one way to verify.
          jwksUri: `${ownOrigin(config)}/.well-known/jwks.json`,
        }),
        pool,
      );
