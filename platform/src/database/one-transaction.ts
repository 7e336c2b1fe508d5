import { Query, type ClientBase, type Connection } from "pg";

/** A constant SQL statement of this program, with its parameters in the server's text format. */
export interface SqlStatement {
  readonly text: string;
  readonly values: readonly SqlParameter[];
}

export type SqlParameter = string | Buffer | null;

// SQL statements are constants of this program, so this holds a few dozen names at most.
const names = new Map<string, string>();

/** The name of the prepared statement for an SQL text. */
export function preparedNameOf(text: string): string {
  let name = names.get(text);
  if (name === undefined) names.set(text, (name = `statement_${names.size}`));
  return name;
}

/** The driver's connection methods; its published types describe an older version. */
interface Wire {
  readonly stream: { cork(): void; uncork(): void };
  readonly parsedStatements: Record<string, string | undefined>;
  parse(statement: { readonly name: string; readonly text: string }): void;
  bind(values: { readonly statement: string; readonly values: readonly SqlParameter[] }): void;
  execute(): void;
  flush(): void;
  sync(): void;
}

/**
 * SQL statements that are sent in one round trip and form one transaction: the server executes them in
 * order and commits all or none. More queries may be sent on the same connection before the reply. Rows
 * are not read, so each statement must enforce its own conditions. After a failure, close the connection.
 */
export class OneTransaction extends Query {
  /** Resolves when the server has committed; rejects when it has not. */
  readonly done: Promise<void>;
  readonly #statements: readonly SqlStatement[];
  #onBegun: (() => void) | undefined;
  #resolve: () => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  /** Calls `onBegun` when the first statement was executed. */
  constructor(statements: readonly SqlStatement[], onBegun?: () => void) {
    super("");
    this.#statements = statements;
    this.#onBegun = onBegun;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** The statements in their order, for a trace. */
  get statements(): readonly string[] {
    return this.#statements.map(({ text }) => text);
  }

  override submit = (connection: Connection): void => {
    const wire = connection as unknown as Wire;
    wire.stream.cork();
    try {
      for (const [index, { text, values }] of this.#statements.entries()) {
        const name = preparedNameOf(text);
        if (wire.parsedStatements[name] === undefined) {
          wire.parse({ name, text });
          // When parsing fails, the transaction fails, and its connection is closed.
          wire.parsedStatements[name] = text;
        }
        wire.bind({ statement: name, values });
        wire.execute();
        // Without the flush the server would send this reply only at the end.
        if (index === 0 && this.#onBegun !== undefined) wire.flush();
      }
      wire.sync();
    } finally {
      wire.stream.uncork();
    }
  };

  handleRowDescription(): void {
    // Rows are not read.
  }

  handleDataRow(): void {
    // As above.
  }

  handleCommandComplete(): void {
    this.#onBegun?.();
    this.#onBegun = undefined;
  }

  handleReadyForQuery(): void {
    this.#resolve();
  }

  handleError(error: unknown): void {
    this.#reject(error);
  }
}

/** Executes SQL statements as one transaction in one round trip. */
export async function sendTogether(
  client: ClientBase,
  statements: readonly SqlStatement[],
): Promise<void> {
  await client.query(new OneTransaction(statements)).done;
}
