import type { Pool } from "@allfunds/platform/database";
import type { BookId } from "../engine/book.ts";
import type { ReplayedState } from "../engine/replay.ts";
import { verifyWith, type Verification, type VerifyOptions } from "../engine/verify.ts";
import { MODEL } from "../slices/model.ts";
import { readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { atOneInstant } from "./snapshot.ts";

/** Proves a book by replay from its first event, at one instant while writing goes on. */
export function verifyBook(
  pool: Pool,
  book: BookId,
  options: VerifyOptions = {},
): Promise<Verification> {
  return atOneInstant(pool, book.tenantId, (statements) =>
    verifyWith(statements, MODEL, book, options),
  );
}

/**
 * The same, and notes how far a sound book was proven. With `fromCheckpoint` it goes on from the newest such
 * note: what lies before it is trusted to be as it was found then.
 */
export async function verifyAndNote(
  pool: Pool,
  book: BookId,
  {
    fromCheckpoint,
    ...options
  }: Omit<VerifyOptions, "from"> & { readonly fromCheckpoint: boolean },
): Promise<Verification> {
  let replayed: ReplayedState | undefined;
  const found = await atOneInstant(pool, book.tenantId, async (statements) => {
    const from = fromCheckpoint ? await readCheckpoint(statements, book) : undefined;
    return verifyWith(statements, MODEL, book, { ...options, from }, (sound) => {
      replayed = sound;
    });
  });
  if (replayed !== undefined) await writeCheckpoint(pool, book, replayed);
  return found;
}
