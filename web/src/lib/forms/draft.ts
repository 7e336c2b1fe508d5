const PREFIX = "allfunds:draft:";

/** A draft as it was kept, and when; milliseconds since 1970. */
export interface Draft<Values> {
  readonly values: Values;
  readonly keptAt: number;
}

/**
 * What was typed into a form, kept in this tab until it was sent: it outlives Back, a reload, an error and a
 * sign-in, and no other user of the browser gets it.
 */
export class DraftKeeper<Values> {
  readonly #key: string;
  readonly #storage: Storage | undefined;

  constructor(form: string, viewer: string, storage: Storage | undefined = tabStorage()) {
    this.#key = `${PREFIX}${viewer}:${form}`;
    this.#storage = storage;
  }

  keep(values: Values): void {
    try {
      this.#storage?.setItem(this.#key, JSON.stringify({ values, keptAt: Date.now() }));
    } catch {
      // A full or forbidden storage keeps nothing; the form works without it.
    }
  }

  /** The kept draft, if it is one: a tab may hold what an earlier version of the app wrote. */
  find(isValues: (value: unknown) => value is Values): Draft<Values> | undefined {
    try {
      const kept: unknown = JSON.parse(this.#storage?.getItem(this.#key) ?? "null");
      if (typeof kept !== "object" || kept === null) return undefined;
      const { values, keptAt } = kept as { values?: unknown; keptAt?: unknown };
      return isValues(values) && typeof keptAt === "number" ? { values, keptAt } : undefined;
    } catch {
      return undefined;
    }
  }

  drop(): void {
    try {
      this.#storage?.removeItem(this.#key);
    } catch {
      // See keep.
    }
  }
}

function tabStorage(): Storage | undefined {
  try {
    return typeof sessionStorage === "undefined" ? undefined : sessionStorage;
  } catch {
    return undefined;
  }
}
