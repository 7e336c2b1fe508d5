import { visit, Kind, parse, type DocumentNode, type FieldNode, type ValueNode } from "graphql";
import { joinsOf } from "./join-directives.ts";

/**
 * The response keys the planner uses. It fetches keys and required fields under their plain names beside
 * the client's selections. A client key of the same name with another meaning would be merged with it:
 * a wrong value without an error.
 */
export interface PlannerKeys {
  /** Fields of any @key, @requires or @fromContext, and `__typename`. */
  readonly plain: ReadonlySet<string>;
}

/** Reads the key and requires selections out of a supergraph. */
export function plannerKeysOf(supergraph: DocumentNode): PlannerKeys {
  const plain = new Set(["__typename"]);
  const sets = new Set<string>();
  for (const { directive } of joinsOf(supergraph))
    for (const { name, value } of directive.arguments ?? []) {
      const carriesFields = name.value === "key" || name.value === "requires";
      for (const set of carriesFields ? textsIn(value) : contextSelections(name.value, value))
        sets.add(set);
    }
  for (const set of sets) for (const field of fieldsOf(set)) plain.add(field.name.value);
  return { plain };
}

const textsIn = (value: ValueNode): string[] => (value.kind === Kind.STRING ? [value.value] : []);

/** The selections of `contextArguments`: what `@fromContext` takes from the objects around. */
function contextSelections(argument: string, value: ValueNode): string[] {
  if (argument !== "contextArguments" || value.kind !== Kind.LIST) return [];
  return value.values.flatMap((one) =>
    one.kind === Kind.OBJECT
      ? one.fields.flatMap((field) =>
          field.name.value === "selection" ? textsIn(field.value) : [],
        )
      : [],
  );
}

function fieldsOf(fieldSet: string): FieldNode[] {
  const fields: FieldNode[] = [];
  // Those of `@fromContext` have their braces.
  visit(parse(fieldSet.trimStart().startsWith("{") ? fieldSet : `{ ${fieldSet} }`), {
    Field(field) {
      fields.push(field);
    },
  });
  return fields;
}
