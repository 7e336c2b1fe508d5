/** One value or one failure for each key, in the order of the keys. */
export type BatchLoad<Key, Value> = (keys: readonly Key[]) => Promise<readonly (Value | Error)[]>;

/**
 * Turns single look-ups of one turn of the event loop into one call, so that a list of a hundred
 * transactions asks the database once. Nothing is remembered between calls.
 */
export function batching<Key, Value>(load: BatchLoad<Key, Value>): (key: Key) => Promise<Value> {
  let waiting: Waiting<Key, Value>[] = [];
  const run = async (): Promise<void> => {
    const batch = waiting;
    waiting = [];
    try {
      const answers = await load(batch.map(({ key }) => key));
      batch.forEach(({ resolve, reject }, index) => {
        const answer = answers[index];
        if (answer instanceof Error) reject(answer);
        else resolve(answer as Value);
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };
  return (key) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      if (waiting.length === 1) setImmediate(() => void run());
    });
}

interface Waiting<Key, Value> {
  readonly key: Key;
  readonly resolve: (value: Value) => void;
  readonly reject: (reason: unknown) => void;
}
