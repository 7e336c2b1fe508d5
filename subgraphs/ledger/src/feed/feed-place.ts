import { invalidInput } from "@allfunds/contract/errors";
import { decodeCursor, encodeCursor } from "@allfunds/platform/graphql/types";

/** A place in the feed: so many events of the range with this sequence number have been taken. */
export interface FeedPlace {
  readonly seq: number;
  readonly taken: number;
  /**
   * The hash of that range, as 64 hex digits, which commits to the whole feed up to its end. Absent at the
   * start, and from cursors that were issued before the feed was hashed.
   */
  readonly hash?: string;
  /** Everything before it was taken of every tenant, not of one alone. */
  readonly ofEveryTenant?: true;
  /** Of a feed out of several databases: the places in all of them that was read of, this one's included. */
  readonly among?: readonly NamedPlace[];
}

/** A place in the feed of the database with this name. */
export interface NamedPlace {
  readonly name: string;
  readonly seq: number;
  readonly taken: number;
  readonly hash: string;
}

/** A place that can be issued as a cursor. */
export type HashedPlace = FeedPlace & Required<Pick<FeedPlace, "hash">>;

export const FEED_START: FeedPlace = { seq: 0, taken: 0 };

export const isHashed = (place: FeedPlace): place is HashedPlace => place.hash !== undefined;

/** The place as one that can be issued: behind every event there is one. */
export function hashed(place: FeedPlace): HashedPlace {
  if (!isHashed(place)) throw new Error("a place without a hash cannot be issued");
  return place;
}

const EVERY_TENANT_MARK = "*";
const HASH = /^[0-9a-f]{64}$/;

export function encodePlace({ seq, taken, hash, ofEveryTenant, among }: HashedPlace): string {
  if (among !== undefined)
    return encodeCursor([EVERY_TENANT_MARK, ...among.flatMap(valuesOfNamed)]);
  return encodeCursor(
    ofEveryTenant === true ? [seq, taken, hash, EVERY_TENANT_MARK] : [seq, taken, hash],
  );
}

const valuesOfNamed = ({ name, seq, taken, hash }: NamedPlace): (string | number)[] => [
  name,
  seq,
  taken,
  hash,
];
const NAMED_VALUES = 4;
const MOST_DATABASES = 100;

/** The places in several databases that a cursor names, by database; one without a name is of `unnamed`. */
export function decodePlaces(cursor: string, unnamed: string): ReadonlyMap<string, FeedPlace> {
  const values = namedValues(cursor);
  if (values === undefined) return new Map([[unnamed, decodePlace(cursor)]]);
  const places = new Map<string, FeedPlace>();
  for (let at = 1; at < values.length; at += NAMED_VALUES) {
    const [name, seq, taken, hash] = values.slice(at, at + NAMED_VALUES);
    if (typeof name !== "string" || !isCount(seq) || !isCount(taken) || hash === undefined) {
      throw notACursor();
    }
    if (!isHashOrAbsent(hash)) throw notACursor();
    places.set(name, { seq, taken, hash, ofEveryTenant: true });
  }
  return places;
}

function namedValues(cursor: string): (string | number)[] | undefined {
  for (let count = 1; count <= MOST_DATABASES; count += 1) {
    try {
      const values = decodeCursor(cursor, 1 + count * NAMED_VALUES);
      return values[0] === EVERY_TENANT_MARK ? values : undefined;
    } catch {
      // It may be a longer one, or of one database.
    }
  }
  return undefined;
}

/** Reads a cursor; what no feed can have issued is INVALID_INPUT. Whether this one did, only its log shows. */
export function decodePlace(cursor: string): FeedPlace {
  const [seq, taken, ...marks] = valuesOf(cursor);
  const isOfEveryTenant = marks.at(-1) === EVERY_TENANT_MARK;
  const [hash, ...rest] = isOfEveryTenant ? marks.slice(0, -1) : marks;
  if (!isCount(seq) || !isCount(taken) || rest.length > 0 || !isHashOrAbsent(hash)) {
    throw notACursor();
  }
  return {
    seq,
    taken,
    ...(hash === undefined ? {} : { hash }),
    ...(isOfEveryTenant ? { ofEveryTenant: true } : {}),
  };
}

export const notACursor = (): Error => invalidInput("after", "is not a cursor of this feed");

/** Two to four values: hash and mark came later than the place. */
function valuesOf(cursor: string): (string | number)[] {
  for (const length of [4, 3]) {
    try {
      return decodeCursor(cursor, length);
    } catch {
      // It may be a shorter one.
    }
  }
  return decodeCursor(cursor, 2);
}

const isHashOrAbsent = (value: unknown): value is string | undefined =>
  value === undefined || (typeof value === "string" && HASH.test(value));

const isCount = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
