import type { GraphQLSchema } from "graphql";
import {
  createAuthentication,
  type Authentication,
  type AuthenticationConfig,
} from "../auth/authentication.ts";
import type { RequestContext } from "../context.ts";
import { databaseReady } from "../database/database-watch.ts";
import { migrate } from "../database/migrate.ts";
import type { NamedMigration } from "../database/migration.ts";
import { createPool, type Pool } from "../database/pool.ts";
import { openDatabase } from "../database/open-database.ts";
import { serveGraphql } from "../graphql/serve-graphql.ts";
import { createHttpServer, type HttpServer } from "../http/http-server.ts";
import type { ReadinessCheck } from "../http/readiness.ts";
import type { Logger } from "../logging.ts";

/** A service that is wired but does not listen yet. */
export interface Service {
  readonly server: HttpServer;
  /** Call these in order once all requests have ended. */
  readonly closers: readonly (() => unknown)[];
}

/** What `build` receives; the database is migrated by then. */
interface Foundation<Config, Tuning> {
  readonly config: Config;
  readonly logger: Logger;
  readonly pool: Pool;
  readonly server: HttpServer;
  readonly authentication: SubgraphAuthentication;
  readonly tuning: Partial<Tuning>;
}

/** The parts that differ between subgraphs. */
interface SubgraphParts<Context> {
  readonly schema: GraphQLSchema;
  /** What resolvers receive with each request. */
  readonly createContext: (request: RequestContext) => Context;
  /** Resolves when the graph's data includes the positions that a request names, else throws CONSISTENCY_TIMEOUT. */
  readonly awaitPositions?: (request: RequestContext) => Promise<void>;
  /** Readiness checks beside those of the issuer and the database. */
  readonly ready?: Readonly<Record<string, ReadinessCheck>>;
  /** Starts background work; called once everything is wired. */
  readonly start?: () => void;
  /** Has background work end while the last requests run: it would begin more, and outlast the stop. */
  readonly beginStop?: () => void;
  /** Stop the parts, in this order, once all requests have ended; the pool ends after the last. */
  readonly closers?: readonly (() => unknown)[];
}

type SubgraphAuthentication = Pick<Authentication, "contextOf" | "ready"> &
  Partial<Pick<Authentication, "systemCredentials" | "tokenExchange" | "trustedProxies">>;

interface SubgraphService<
  Config extends AuthenticationConfig,
  Context extends { request: RequestContext },
  Tuning extends object,
> {
  /** The service's name in logs, metrics and readiness. */
  readonly name: string;
  readonly databaseUrl: (config: Config) => string;
  /** The schema's migrations; a function when they depend on the database. */
  readonly migrations:
    | readonly NamedMigration[]
    | ((pool: Pool, logger: Logger) => Promise<readonly NamedMigration[]>);
  /** Largest request body in bytes; one MiB when absent. */
  readonly bodyLimit?: number;
  /** Whether it reads the graph with its callers' tokens; its client then has the scope `token:forward`. */
  readonly forwardsTokens?: boolean;
  readonly build: (
    foundation: Foundation<Config, Tuning>,
  ) => SubgraphParts<Context> | Promise<SubgraphParts<Context>>;
}

/**
 * Defines a service that serves a part of the graph from its own database. The returned function creates one:
 * pool, migrations, authentication, server, readiness and GraphQL, with the parts that `build` returns.
 * Tests pass `tuning`: another authentication, and values that `build` reads.
 */
export const defineSubgraph =
  <
    Config extends AuthenticationConfig,
    Context extends { request: RequestContext },
    Tuning extends object = object,
  >(
    definition: SubgraphService<Config, Context, Tuning>,
  ) =>
  async (
    config: Config,
    logger: Logger,
    tuning: Partial<Tuning> & { readonly authentication?: SubgraphAuthentication } = {},
  ): Promise<Service> => {
    const { name, bodyLimit, forwardsTokens: forwards = false } = definition;
    const url = definition.databaseUrl(config);
    const pool = createPool({ url, logger });
    await openDatabase(`DATABASE_URL_${name.toUpperCase()}`, logger, async () => {
      const { migrations } = definition;
      const steps = typeof migrations === "function" ? await migrations(pool, logger) : migrations;
      await migrate({ url, migrations: steps, logger });
    });
    const authentication =
      tuning.authentication ?? createAuthentication(config, logger, { forwards });
    const server = createHttpServer({
      service: name,
      logger,
      authentication,
      // A JSON value with a number that would be rounded is refused where it is read, with its path.
      exactNumbers: true,
      ...(bodyLimit === undefined ? {} : { bodyLimit }),
    });
    const foundation = { config, logger, pool, server, authentication, tuning };
    const {
      schema,
      createContext,
      awaitPositions,
      ready = {},
      start,
      beginStop,
      closers = [],
    } = await definition.build(foundation);
    server.readiness.add("issuer", authentication.ready);
    server.readiness.add("database", databaseReady(url, logger));
    for (const [what, check] of Object.entries(ready)) server.readiness.add(what, check);
    const closeGraphql = await serveGraphql({
      schema,
      server,
      logger,
      createContext,
      awaitPositions,
    });
    server.app.addHook("preClose", (done) => {
      beginStop?.();
      done();
    });
    start?.();
    return { server, closers: [closeGraphql, ...closers, () => pool.end()] };
  };
