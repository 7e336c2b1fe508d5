/** An order to a book, by its kind. */
export interface Command {
  readonly kind: string;
}

/** A fact of a book, by its type. */
export interface DomainEvent {
  readonly type: string;
}

/** Names a book: whose it is and which. */
export interface BookId {
  readonly tenantId: string;
  readonly bookId: string;
}

/** Who gives a command, as far as that decides what it leads to. */
export interface Requester {
  readonly actor: string;
  /** Of an API client: the user who made it, where that is known. */
  readonly owner?: string | undefined;
  /** Whether it has the rights of an administrator. */
  readonly isAdministrator?: boolean | undefined;
  /** Whether the tenant has a second administrator, where that is known. */
  readonly secondAdministrator?: boolean | undefined;
}

/** An event as clients and followers see it. */
export interface PublishedEvent {
  readonly type: string;
  readonly position: number;
  readonly recordedAt: Date;
  readonly payload: object;
}

/** Where, when and by whom an event was recorded. */
export interface EventPlace {
  readonly position: number;
  readonly recordedAt: Date;
  readonly actor: string;
}

/** Of events that are folded only to decide what follows; their rows are never stored. */
export const UNRECORDED: EventPlace = { position: 0, recordedAt: new Date(0), actor: "" };
