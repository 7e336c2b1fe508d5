/** One GraphQL operation of an endpoint. */
export interface Operation {
  readonly name: string;
  readonly kind: "query" | "mutation";
  readonly document: string;
}

/** Reads name and kind from the document; fragments follow the operation. */
export function operation(document: string): Operation {
  const found = /^\s*(query|mutation)\s+(\w+)/.exec(document);
  if (found === null) throw new Error("An operation starts with its kind and its name.");
  return { kind: found[1] as Operation["kind"], name: found[2]!, document };
}
