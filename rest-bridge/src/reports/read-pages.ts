/** Where a page of a report begins. */
export interface Place {
  readonly first: number;
  readonly after?: string | undefined;
  readonly knownAt?: number | undefined;
}

interface Page<Line> {
  readonly knownAt: number;
  readonly lines: readonly Line[];
  /** The cursor of the next page; null at the end. */
  readonly next: string | null;
}

/** Reads a page; undefined when what it is of does not exist. */
export type ReadPage<Line> = (place: Place) => Promise<Page<Line> | undefined>;

export interface AllPages<Line> {
  readonly knownAt: number;
  readonly lines: readonly Line[];
}

/** Every page, all of the position at which the first one was read; undefined when there is none. */
export async function readPages<Line>(
  read: ReadPage<Line>,
  first: number,
  wantedAt: number | undefined,
): Promise<AllPages<Line> | undefined> {
  const lines: Line[] = [];
  let knownAt = wantedAt;
  for (let after: string | undefined; ;) {
    const page = await read({ first, after, knownAt });
    if (page === undefined) return undefined;
    knownAt = page.knownAt;
    lines.push(...page.lines);
    if (page.next === null) return { knownAt, lines };
    after = page.next;
  }
}
