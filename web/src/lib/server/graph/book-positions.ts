import type { Cookies } from "@sveltejs/kit";

/** The header that names how far a reader has seen books, as `<book>:<position>`, several separated by commas. */
const HEADER = "allfunds-position";

const NAME = "__Host-position";
/** Followers of the books are seconds behind at most; a position of a replaced database is dropped soon. */
const LIFETIME_SECONDS = 60;
/** A cookie holds 4 KB. */
const MAX_BOOKS = 50;

const PAIR = /^[0-9a-f-]{36}:\d{1,15}$/;

/**
 * The positions that a viewer's last writes led to, kept in the browser, so that the next pages show these
 * writes, whichever server makes them.
 */
export class BookPositions {
  readonly #cookies: Cookies;
  readonly #viewer: string;

  constructor(cookies: Cookies, viewer: string) {
    this.#cookies = cookies;
    this.#viewer = viewer;
  }

  /** The header of a request to the graph. */
  get headers(): Record<string, string> {
    const positions = this.#read();
    return positions.size === 0
      ? {}
      : { [HEADER]: Array.from(positions, (pair) => pair.join(":")).join(",") };
  }

  /** Keeps the positions of a mutation's answer, from its `extensions.position`. */
  keep(position: unknown): void {
    if (typeof position !== "string") return;
    const newest = new Map([...this.#read(), ...read(position)]);
    const pairs = Array.from(newest, (pair) => pair.join(":")).slice(-MAX_BOOKS);
    this.#cookies.set(NAME, `${this.#viewer} ${pairs.join(",")}`, {
      path: "/",
      httpOnly: true,
      secure: true,
      sameSite: "lax",
      maxAge: LIFETIME_SECONDS,
    });
  }

  /** Another viewer of the same browser may belong to another tenant, whose books these are not. */
  #read(): Map<string, string> {
    const [viewer, positions = ""] = (this.#cookies.get(NAME) ?? "").split(" ");
    return viewer === this.#viewer ? read(positions) : new Map();
  }
}

const read = (text: string): Map<string, string> =>
  new Map(
    text
      .split(",")
      .filter((pair) => PAIR.test(pair))
      .slice(-MAX_BOOKS)
      .map((pair) => pair.split(":") as [string, string]),
  );
