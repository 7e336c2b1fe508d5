import type { GraphQLError } from "graphql";

type Path = readonly (string | number)[];

const FAILURES = new Set<unknown>(["UPSTREAM_UNAVAILABLE", "UPSTREAM_TIMEOUT", "UPSTREAM_INVALID"]);

/**
 * The places of an answer that the subgraphs' errors explain: an error's own place, all above it that its null
 * may have reached, and all below it.
 */
export class ReportedPlaces {
  readonly #places = new Set<string>();
  readonly #above = new Set<string>();
  /** Fields whose whole request failed. Their errors name the first items only, and no item has the field. */
  readonly #failedFields = new Set<string>();
  #isEverywhere = false;

  constructor(errors: readonly GraphQLError[]) {
    for (const { path, extensions } of errors) {
      if (path === undefined) {
        this.#isEverywhere = true;
        continue;
      }
      this.#places.add(keyOf(path));
      for (let length = 0; length < path.length; length += 1)
        this.#above.add(keyOf(path.slice(0, length)));
      if (FAILURES.has(extensions["code"])) this.#failedFields.add(fieldOf(path));
    }
  }

  has(path: Path): boolean {
    if (this.#isEverywhere) return true;
    if (this.#places.size === 0) return false;
    if (this.#above.has(keyOf(path)) || this.#failedFields.has(fieldOf(path))) return true;
    return path.some((_, index) => this.#places.has(keyOf(path.slice(0, index + 1))));
  }
}

const keyOf = (path: Path): string => JSON.stringify(path);
const fieldOf = (path: Path): string => path.filter((step) => typeof step === "string").join(".");
