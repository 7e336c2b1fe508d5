import { Query, type Connection } from "pg";
import type { DatabaseClient } from "./pool.ts";

/** A constant statement of this program, with its parameters as the server reads them. */
export interface Statement {
  readonly text: string;
  readonly values: readonly Parameter[];
}

export type Parameter = string | Buffer | null;

// The statements are constants of this program, so this holds a few dozen names at most.
const names = new Map<string, string>();

/** The name under which a connection's server keeps a statement, once parsed. */
export function preparedNameOf(text: string): string {
  let name = names.get(text);
  if (name === undefined) names.set(text, (name = `statement_${names.size}`));
  return name;
}

/** What the driver calls on a connection; its published types are those of an older version. */
interface Wire {
  readonly stream: { cork(): void; uncork(): void };
  readonly parsedStatements: Record<string, string | undefined>;
  parse(statement: { readonly name: string; readonly text: string }): void;
  bind(values: { readonly statement: string; readonly values: readonly Parameter[] }): void;
  execute(): void;
  flush(): void;
  sync(): void;
}

/**
 * Statements that leave in one go and are one transaction: the server carries them out one after the
 * other and commits behind the last, all or none, without asking back. More may be sent behind it on the
 * same connection before it is answered. What the statements return is not read: what has to hold for
 * them to count must be checked by the statements themselves. After a failure the connection is not to be
 * used again.
 */
export class OneTransaction extends Query {
  /** Settles when the server has committed it, or has not. */
  readonly done: Promise<void>;
  readonly #statements: readonly Statement[];
  #onBegun: (() => void) | undefined;
  #resolve: () => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  /** `onBegun` is called when the first statement was carried out. */
  constructor(statements: readonly Statement[], onBegun?: () => void) {
    super("");
    this.#statements = statements;
    this.#onBegun = onBegun;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  override submit = (connection: Connection): void => {
    const wire = connection as unknown as Wire;
    wire.stream.cork();
    try {
      for (const [index, { text, values }] of this.#statements.entries()) {
        const name = preparedNameOf(text);
        if (wire.parsedStatements[name] === undefined) {
          wire.parse({ name, text });
          // If this fails, so does the transaction, and its connection is not used again.
          wire.parsedStatements[name] = text;
        }
        wire.bind({ statement: name, values });
        wire.execute();
        // Otherwise the server would keep that answer until the end.
        if (index === 0 && this.#onBegun !== undefined) wire.flush();
      }
      wire.sync();
    } finally {
      wire.stream.uncork();
    }
  };

  handleRowDescription(): void {
    // Nobody reads what the statements return.
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

/** Carries out statements as one transaction of one round trip. */
export async function sendTogether(
  client: DatabaseClient,
  statements: readonly Statement[],
): Promise<void> {
  await client.query(new OneTransaction(statements)).done;
}
