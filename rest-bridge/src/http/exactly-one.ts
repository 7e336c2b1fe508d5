import { AppError } from "@allfunds/contract/errors";

/** The one parameter of several that was given; none or more than one is INVALID_INPUT. */
export function exactlyOne<Name extends string>(
  query: Readonly<Partial<Record<Name, string | undefined>>>,
  names: readonly Name[],
): { readonly name: Name; readonly id: string } {
  const given = names.flatMap((name) => {
    const id = query[name];
    return id === undefined ? [] : [{ name, id }];
  });
  const [only] = given;
  if (only !== undefined && given.length === 1) return only;
  throw new AppError("INVALID_INPUT", `Give exactly one of ${names.join(", ")}.`, {
    violations: names.map((path) => ({ path, message: `give exactly one of ${names.join(", ")}` })),
  });
}
