import type { BookId } from "./recorded-event.ts";

/**
 * A book is written behind two locks, taken in this order by everyone: who holds the first may add rows,
 * who holds the second may move the book's head and change rows. Going from the first to the second, a
 * batch lets go of the first: the next batch then adds its rows while this one is brought to its end.
 */
const APPENDING = 20_211;
const ENDING = 20_212;

/** The number of a book's locks; two books that share it only wait for each other. */
export const bookLockOf = ({ bookId }: BookId): number => Number.parseInt(bookId.slice(-8), 16) | 0;

/** Both, until the transaction ends. */
export const LOCK_BOOK = `
  SELECT pg_advisory_xact_lock(${APPENDING}, $1::integer), pg_advisory_xact_lock(${ENDING}, $1::integer)`;

/** Held until it is let go, or the connection is closed, as it must be when the transaction fails. */
export const BEGIN_APPENDING = `
  SELECT set_config('app.tenant', $1, true), pg_advisory_lock(${APPENDING}, $2::integer)`;

/** Waits for the batch before to end. What is read behind this sees what that batch left. */
export const BEGIN_ENDING = `
  SELECT pg_advisory_xact_lock(${ENDING}, $1::integer), pg_advisory_unlock(${APPENDING}, $1::integer)`;
