/** What is wrong with a book. */
export type FaultKind =
  /** The event is not what was recorded. */
  | "CHANGED"
  /** An event that was recorded is not there. */
  | "MISSING"
  /** An event that was recorded stands somewhere else. */
  | "REORDERED"
  /** An event that was never recorded. */
  | "INSERTED"
  /** The event is as recorded, its entries are not. */
  | "ENTRIES"
  /** Events and entries are as recorded, a balance does not follow from them. */
  | "BALANCE"
  /** A proposal was decided by its maker, or a proposal or a limit does not follow from the events. */
  | "APPROVAL"
  /** Events are as recorded, the end of the book is not where the book says. */
  | "HEAD";

/** The first bad position of a book and what is wrong there. */
export interface Fault {
  readonly position: number;
  readonly kind: FaultKind;
  /** One sentence for whoever investigates. */
  readonly what: string;
}

/** A place in a book's chain. */
export interface ChainPlace {
  readonly position: number;
  /** Hexadecimal SHA-256 of the event there. */
  readonly hash: string;
}

export type Verification =
  | ({ readonly sound: true } & ChainPlace)
  | { readonly sound: false; readonly fault: Fault };
