import { visit, Kind, parse, type DocumentNode, type FieldNode } from "graphql";

/**
 * The response keys the planner uses. It fetches keys and required fields under their plain names beside
 * the client's selections. A client key of the same name with another meaning would be merged with it:
 * a wrong value without an error.
 */
export interface PlannerKeys {
  /** Fields of any @key or @requires, and `__typename`. */
  readonly plain: ReadonlySet<string>;
}

/** Reads the key and requires selections out of a supergraph. */
export function plannerKeysOf(supergraph: DocumentNode): PlannerKeys {
  const plain = new Set(["__typename"]);
  visit(supergraph, {
    Directive(directive) {
      if (directive.name.value !== "join__type" && directive.name.value !== "join__field") return;
      for (const argument of directive.arguments ?? []) {
        const carriesFields = argument.name.value === "key" || argument.name.value === "requires";
        if (carriesFields && argument.value.kind === Kind.STRING) {
          for (const field of fieldsOf(argument.value.value)) plain.add(field.name.value);
        }
      }
    },
  });
  return { plain };
}

function fieldsOf(fieldSet: string): FieldNode[] {
  const fields: FieldNode[] = [];
  visit(parse(`{ ${fieldSet} }`), {
    Field(field) {
      fields.push(field);
    },
  });
  return fields;
}
