import { createAuthentication } from "@allfunds/platform/auth";
import {
  authenticate,
  createTokenVerifier,
  type TokenVerifier,
} from "@allfunds/platform/auth/tokens";
import { anonymousContext } from "@allfunds/platform/context";
import { createPool, migrate, retryWhileUnreachable } from "@allfunds/platform/database";
import { serveGraphql } from "@allfunds/platform/graphql";
import { createHttpServer, type HttpServer } from "@allfunds/platform/http";
import type { Logger } from "@allfunds/platform/logging";
import { join } from "node:path";
import { errors } from "oidc-provider";
import { serveAccount } from "./account/account-routes.ts";
import { serveAuditExport } from "./audit/export-route.ts";
import { serveAuditReports } from "./audit/report-route.ts";
import type { IdentityConfig } from "./config.ts";
import { AttemptLimits } from "./limits/attempt-limits.ts";
import { ProtocolLimits, type ProtocolRates } from "./limits/protocol-limits.ts";
import { passkeySite } from "./factors/passkeys.ts";
import { createIdentityContext } from "./graph/identity-context.ts";
import { asPresent } from "./graph/present-caller.ts";
import type { IdentityParts } from "./identity-parts.ts";
import { ensureSigningKey } from "./keys/signing-keys.ts";
import { Vault } from "./keys/vault.ts";
import { serveMailLinks } from "./links/link-routes.ts";
import { outboxMailer, smtpMailer } from "./mail/mailer.ts";
import { identityMigrations } from "./migrations/index.ts";
import { acceptForms, refuseForeignForms } from "./pages/form.ts";
import { problemPage } from "./pages/problem-page.ts";
import { sendPage } from "./pages/send-page.ts";
import { serveStaticFiles } from "./pages/static-files.ts";
import { IdentityProvider } from "./provider/identity-provider.ts";
import { serveProtocol } from "./provider/protocol-routes.ts";
import { createSchema } from "./schema.ts";
import { serveSignIn } from "./sign-in/sign-in-routes.ts";
import { PageStates } from "./store/page-state.ts";
import { sweepProtocolRecords } from "./store/protocol-store.ts";

export interface StartedIdentity {
  readonly parts: IdentityParts;
  readonly server: HttpServer;
  readonly closers: readonly (() => unknown)[];
}

/** What is faster or wider in tests than in production. */
export interface Tuning {
  /** How often the signing keys are read again, in milliseconds. */
  readonly keyRefreshMs?: number;
  readonly rates?: ProtocolRates;
}

const SWEEP_MS = 10 * 60 * 1000;

/** Everything but the listening: database, keys, protocol, pages and graph. */
export async function startIdentity(
  config: IdentityConfig,
  logger: Logger,
  tuning: Tuning = {},
): Promise<StartedIdentity> {
  const parts = await makeParts(config, logger, tuning);
  const { pool, protocol } = parts;
  const verifier = verifierOf(config, logger);
  const server = createHttpServer({
    service: "identity",
    logger,
    trustedProxies: config.trustedProxies,
    contextOf: async ({ routeOptions, headers }) => {
      if (routeOptions.url !== "/graphql") return anonymousContext(headers);
      return asPresent(parts, await authenticate(verifier, headers));
    },
  });
  server.readiness.add("database", async () => {
    await pool.query("SELECT 1");
  });
  await protocol.start();
  await server.app.register(async (app) => serveProtocol(app, protocol));
  await server.app.register(async (app) => servePages(app, parts));
  serveAuditExport(server.app, parts, verifier);
  serveAuditReports(server.app, parts, verifier);
  const closeGraphql = await serveGraph(parts, server);
  const sweeper = setInterval(() => {
    sweepProtocolRecords(pool).catch((error: unknown) => {
      logger.warn({ err: error }, "ended records could not be dropped");
    });
  }, SWEEP_MS);
  sweeper.unref();
  return {
    parts,
    server,
    closers: [closeGraphql, () => protocol.stop(), () => clearInterval(sweeper), () => pool.end()],
  };
}

/** Verifies the tokens with which its own graph and trail are asked. */
const verifierOf = (config: IdentityConfig, logger: Logger): TokenVerifier =>
  config.externalIssuer === undefined
    ? createTokenVerifier({
        issuer: config.issuer,
        audience: config.audience,
        // Its own keys, asked for like everybody does: one way to verify, and no second truth.
        jwksUri: `http://127.0.0.1:${config.port}/.well-known/jwks.json`,
      })
    : createAuthentication(config.externalIssuer, logger).verifier;

async function makeParts(
  config: IdentityConfig,
  logger: Logger,
  { keyRefreshMs, rates }: Tuning,
): Promise<IdentityParts> {
  const pool = createPool({ url: config.databaseUrl, logger });
  const vault = new Vault(config.encryptionSecret);
  await retryWhileUnreachable("the database", logger, () =>
    migrate({ url: config.databaseUrl, migrations: identityMigrations, logger }),
  );
  await ensureSigningKey(pool, vault);
  return {
    pool,
    logger,
    config,
    vault,
    limits: new AttemptLimits(pool),
    states: new PageStates(pool, vault),
    mail:
      config.smtpUrl === undefined
        ? outboxMailer(join(config.dataDir, "outbox"), config.mailFrom)
        : smtpMailer(config.smtpUrl, config.mailFrom),
    site: passkeySite(config.issuer),
    protocol: new IdentityProvider(
      { pool, logger, config, limits: new ProtocolLimits(pool, rates) },
      vault,
      keyRefreshMs,
    ),
  };
}

function servePages(app: HttpServer["app"], parts: IdentityParts): void {
  acceptForms(app);
  refuseForeignForms(app, parts.config.issuer);
  serveStaticFiles(app);
  serveSignIn(app, parts);
  serveMailLinks(app, parts);
  serveAccount(app, parts);
  app.setErrorHandler((thrown, request, reply) => {
    if (thrown instanceof errors.SessionNotFound) {
      const page = problemPage(
        "This sign-in has ended",
        "It took too long, or was finished in another window. Start again from the application.",
      );
      return sendPage(parts, reply.status(400), page);
    }
    const { statusCode } = thrown as { statusCode?: number };
    const ours = statusCode === undefined || statusCode >= 500;
    if (ours) request.log.error({ err: thrown }, "a page failed");
    const page = ours
      ? problemPage("Something went wrong on our side", "Please try again.")
      : problemPage("This cannot be read", "Open the page again and retry.");
    return sendPage(parts, reply.status(ours ? 500 : statusCode), page);
  });
}

/** Who may call the graph was settled before: its context is the verified caller's. */
const serveGraph = (parts: IdentityParts, server: HttpServer): Promise<() => Promise<void>> =>
  serveGraphql({
    schema: createSchema(parts),
    server,
    logger: parts.logger,
    createContext: (request) => createIdentityContext(parts.pool, request),
    sockets: false,
  });
