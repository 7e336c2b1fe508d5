import type { ClientBase } from "pg";
import type { Span } from "@opentelemetry/api";
import { activeTraceId, failSpan, isTracing, openSpan, withSpan } from "./tracing.ts";

type Query = (...parameters: unknown[]) => unknown;
interface Rows {
  readonly rowCount?: number | null;
}

const MAX_STATEMENT = 500;

/** Makes a span of each statement that is sent within a trace: its text without parameters, and its rows. */
export function traceQueries(client: ClientBase): void {
  if (!isTracing()) return;
  const send: Query = (client.query as Query).bind(client);
  const traced: Query = (...parameters) => {
    const statement = statementOf(parameters[0]);
    // The polling of queues and feeds belongs to no trace.
    if (statement === undefined || activeTraceId() === undefined) return send(...parameters);
    const span = openSpan(nameOf(statement), {
      kind: "CLIENT",
      attributes: { "db.system.name": "postgresql", "db.query.text": statement },
    });
    return span === undefined ? send(...parameters) : sendIn(span, send, parameters);
  };
  client.query = traced as ClientBase["query"];
}

function sendIn(span: Span, send: Query, parameters: readonly unknown[]): unknown {
  const [query] = parameters;
  if (isTransaction(query)) {
    endWith(span, query.done);
    return send(query);
  }
  const last = parameters.at(-1);
  if (typeof last !== "function") {
    const answer = send(...parameters);
    if (answer instanceof Promise) endWith(span, answer);
    else span.end();
    return answer;
  }
  const answered = (error: unknown, rows: unknown): void => {
    end(span, error, rows);
    withSpan(span, () => (last as Query)(error, rows));
  };
  return send(...parameters.slice(0, -1), answered);
}

const endWith = (span: Span, answer: Promise<unknown>): void =>
  void answer.then(
    (rows) => end(span, undefined, rows),
    (error: unknown) => end(span, error, undefined),
  );

function end(span: Span, error: unknown, rows: unknown): void {
  if (error !== undefined && error !== null) failSpan(span, error);
  const { rowCount } = ((Array.isArray(rows) ? rows.at(-1) : rows) ?? {}) as Rows;
  if (typeof rowCount === "number") span.setAttribute("db.response.returned_rows", rowCount);
  span.end();
}

/** Statements that are sent together; the driver returns no promise for them, so `done` is theirs. */
interface Transaction {
  readonly statements: readonly string[];
  readonly done: Promise<void>;
}

const isTransaction = (query: unknown): query is Transaction =>
  typeof query === "object" && query !== null && "statements" in query && "done" in query;

function statementOf(query: unknown): string | undefined {
  if (isTransaction(query)) return shortened(`BEGIN; ${query.statements.join("; ")}`);
  const text = typeof query === "string" ? query : (query as { text?: unknown } | null)?.text;
  return typeof text === "string" ? shortened(text) : undefined;
}

const shortened = (text: string): string =>
  text.replaceAll(/\s+/g, " ").trim().slice(0, MAX_STATEMENT);

const TABLE = /\b(?:from|into|update|call)\s+(?:only\s+)?([a-z_][\w.]*)/i;

/** The verb and the first table, as in "INSERT event"; of a transaction those of its first statement. */
function nameOf(statement: string): string {
  const verb = /^\w+/.exec(statement)?.[0].toUpperCase() ?? "SQL";
  const table = TABLE.exec(statement)?.[1];
  return table === undefined ? verb : `${verb} ${table}`;
}
