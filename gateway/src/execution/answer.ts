/** An object in a subgraph's answer. */
export type Answer = Record<string, unknown>;

export const isAnswer = (value: unknown): value is Answer =>
  typeof value === "object" && value !== null;

/** What stands under a key, where the object has it of its own: a client may call a field `constructor`. */
export const ownValue = (of: object, key: string): unknown =>
  Object.hasOwn(of, key) ? (of as Answer)[key] : undefined;

const OPEN = { configurable: true, enumerable: true, writable: true };

/** Sets an own key, also one that objects inherit. */
export function setOwn(of: Answer, key: string, value: unknown): void {
  if (key in of && !Object.hasOwn(of, key)) Object.defineProperty(of, key, { ...OPEN, value });
  else of[key] = value;
}
