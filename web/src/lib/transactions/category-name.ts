import { textBy, type Translate } from "../language/messages.ts";

/** The name of a category in the reader's language; the graph's own where it is not one that is known here. */
export function categoryName(
  t: Translate,
  { code, name }: { readonly code: string; readonly name: string },
): string {
  return textBy(t, `category.code.${code}`) ?? name;
}
