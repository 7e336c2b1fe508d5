import { GRANT_SETTING } from "@allfunds/contract/caller";
import { Query, type ClientBase, type Connection } from "pg";
import { DatabaseSilent, streamOf } from "./database-watch.ts";
import { preparedNameOf } from "./one-transaction.ts";
import { clientLimitMs, timeLeftMs } from "./request-time.ts";

/** Whose rows a connection shows, as row-level security reads it. */
export interface Scope {
  readonly tenantId: string;
  /** A list of ids as an array literal, or `*`. */
  readonly grants: string;
}

const scopes = new WeakMap<ClientBase, Scope>();

/** Makes each statement that is sent on its own see this scope, until another is set; undefined ends it. */
export function setScope(client: ClientBase, scope: Scope | undefined): void {
  if (scope === undefined) scopes.delete(client);
  else scopes.set(client, scope);
  if (scope !== undefined) limitQueries(client);
}

/** Whether each statement of this connection is sent with a scope, and so with its time limit. */
export const hasScope = (client: ClientBase): boolean => scopes.has(client);

// Of the transaction that a statement forms with it: a pooler may give the next one another session.
const SET_SCOPE = `
  SELECT set_config('app.tenant', $1, true), set_config('${GRANT_SETTING}', $2, true),
    set_config('statement_timeout', $3, true), set_config('lock_timeout', $3, true)`;

// With it the statement is planned at its first use of a connection, and so that growth of its tables, which a plan
// made before does not notice, leads to no scan of all their rows. Planning takes longer than many a read.
const SET_SCOPE_AND_PLAN = `${SET_SCOPE},
    set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true)`;

interface Wire {
  readonly stream: { cork(): void; uncork(): void };
  readonly parsedStatements: Record<string, string | undefined>;
  parse(statement: { readonly name: string; readonly text: string }): void;
  bind(values: { readonly statement: string; readonly values: readonly string[] }): void;
  execute(): void;
}

/** The driver's query, of which its published types have a part. */
interface DriverQuery {
  submit(connection: Connection): Error | null;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: Connection): void;
}

/** What a statement is sent with, beside what the driver reads. */
interface PlannedQuery {
  /** Of a named statement whose every scan goes by an index: its plan is the same for all parameters. */
  readonly plannedOnce?: true | undefined;
}

/** A statement behind one that sets its scope and its time limit; both are one transaction in one round trip. */
class ScopedQuery extends (Query as unknown as new (config: object) => DriverQuery) {
  readonly #scoping: string;
  readonly #values: readonly string[];
  #isScoped = false;

  constructor(query: object, { tenantId, grants }: Scope) {
    const { plannedOnce, ...config } = query as PlannedQuery;
    // The simple protocol would make a transaction of its own.
    super({ ...config, queryMode: "extended" });
    this.#scoping = plannedOnce === true ? SET_SCOPE_AND_PLAN : SET_SCOPE;
    this.#values = [tenantId, grants, String(timeLeftMs() ?? 0)];
  }

  override submit(connection: Connection): Error | null {
    const wire = connection as unknown as Wire;
    wire.stream.cork();
    try {
      const text = this.#scoping;
      const name = preparedNameOf(text);
      if (wire.parsedStatements[name] === undefined) {
        wire.parse({ name, text });
        wire.parsedStatements[name] = text;
      }
      wire.bind({ statement: name, values: this.#values });
      wire.execute();
      return super.submit(connection);
    } finally {
      wire.stream.uncork();
    }
  }

  override handleDataRow(message: unknown): void {
    if (this.#isScoped) super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, connection: Connection): void {
    if (this.#isScoped) super.handleCommandComplete(message, connection);
    this.#isScoped = true;
  }
}

type Send = (...parameters: unknown[]) => unknown;
type Answered = (error: Error | null, result?: unknown) => void;

const limited = new WeakSet<ClientBase>();

/**
 * Makes a connection send each statement in the scope that it was given, and end when a statement takes longer
 * than the request has time.
 */
export function limitQueries(client: ClientBase): void {
  if (limited.has(client)) return;
  limited.add(client);
  const send: Send = client.query.bind<Send>(client);
  const sendLimited: Send = (first, ...rest) => {
    // A query object of the program's own has its own transaction.
    if (isQuery(first)) return send(first, ...rest);
    const scope = isTransactionControl(first) ? undefined : scopes.get(client);
    const timer = startTimer(client);
    if (scope === undefined)
      return timer === undefined ? send(first, ...rest) : sendTimed(timer, send, [first, ...rest]);
    return sendScoped(timer, send, scope, [first, ...rest]);
  };
  client.query = sendLimited as ClientBase["query"];
}

const isQuery = (first: unknown): boolean =>
  typeof first === "object" && first !== null && "submit" in first;

/**
 * It reads no rows, so it needs no scope; BEGIN comes with others in one text, which the extended protocol refuses, the
 * isolation level is set before any query, and in an aborted transaction nothing but ROLLBACK runs.
 */
const isTransactionControl = (first: unknown): boolean =>
  typeof first === "string" && /^\s*(BEGIN|SET|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)\b/i.test(first);

function startTimer(client: ClientBase): NodeJS.Timeout | undefined {
  const limitMs = clientLimitMs();
  if (limitMs === undefined) return undefined;
  return setTimeout(() => streamOf(client).destroy(new DatabaseSilent()), limitMs);
}

function sendTimed(timer: NodeJS.Timeout, send: Send, parameters: readonly unknown[]): unknown {
  const last = parameters.at(-1);
  if (typeof last === "function") {
    return send(...parameters.slice(0, -1), stopping(timer, last as Answered));
  }
  const answer = send(...parameters);
  if (answer instanceof Promise) {
    const stop = (): void => clearTimeout(timer);
    answer.then(stop, stop);
  }
  return answer;
}

function sendScoped(
  timer: NodeJS.Timeout | undefined,
  send: Send,
  scope: Scope,
  [first, ...rest]: readonly unknown[],
): unknown {
  const config = typeof first === "string" ? { text: first } : (first as object);
  const values = Array.isArray(rest[0]) ? { values: rest[0] as unknown[] } : {};
  const query = new ScopedQuery({ ...config, ...values }, scope);
  const last = rest.at(-1);
  if (typeof last === "function") return send(query, stopping(timer, last as Answered));
  return new Promise((resolve, reject) => {
    const settle: Answered = (error, result) => {
      if (error === null) resolve(result);
      else reject(error);
    };
    send(query, stopping(timer, settle));
  });
}

const stopping =
  (timer: NodeJS.Timeout | undefined, answered: Answered): Answered =>
  (error, result) => {
    clearTimeout(timer);
    answered(error, result);
  };
