/** What `@listSize` says about a field. */
export interface ListSize {
  readonly assumedSize: number | undefined;
  /** Arguments that bound the list; `filter.max` looks inside an input object. */
  readonly slicingArguments: readonly string[];
  /** Fields of the returned object that hold the list; empty when the field is the list itself. */
  readonly sizedFields: readonly string[];
  readonly requireOneSlicingArgument: boolean;
}

/** Values of the slicing arguments that bear on this call, defaults included. */
export function slicesOf(
  { slicingArguments }: ListSize,
  values: Readonly<Record<string, unknown>>,
): number[] {
  return slicingArguments.flatMap((path) => {
    const value = path
      .split(".")
      .reduce<unknown>(
        (inside, name) =>
          typeof inside === "object" && inside !== null
            ? (inside as Record<string, unknown>)[name]
            : undefined,
        values,
      );
    return typeof value === "number" ? [Math.max(0, value)] : [];
  });
}

/** The most items the list can have: the largest slice asked for, else what is assumed. */
export const boundOf = (size: ListSize, slices: readonly number[]): number | undefined =>
  slices.length > 0 ? Math.max(...slices) : size.assumedSize;
