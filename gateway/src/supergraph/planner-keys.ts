import { visit, Kind, parse, type DocumentNode, type FieldNode } from "graphql";

/**
 * The response keys the planner uses. It fetches keys and required fields under their plain names beside
 * the client's selections. A client key of the same name with another meaning would be merged with it:
 * a wrong value without an error.
 */
export interface PlannerKeys {
  /** Fields of any @key or @requires, and `__typename`. */
  readonly plain: ReadonlySet<string>;
  /** Required fields fetched with arguments: even a plain client field of that name differs. */
  readonly withArguments: ReadonlySet<string>;
}

/** Reads the key and requires selections out of a supergraph. Throws when two of them conflict. */
export function plannerKeysOf(supergraph: DocumentNode): PlannerKeys {
  const plain = new Set(["__typename"]);
  const withArguments = new Set<string>();
  const argumentsByName = new Map<string, string>();

  visit(supergraph, {
    Directive(directive) {
      if (directive.name.value !== "join__type" && directive.name.value !== "join__field") return;
      for (const argument of directive.arguments ?? []) {
        const carriesFields = argument.name.value === "key" || argument.name.value === "requires";
        if (carriesFields && argument.value.kind === Kind.STRING) {
          for (const field of fieldsOf(argument.value.value)) add(field);
        }
      }
    },
  });
  return { plain, withArguments };

  function add(field: FieldNode): void {
    const name = field.name.value;
    const written = writtenArguments(field);
    plain.add(name);
    if (written === "") return;
    withArguments.add(name);
    const earlier = argumentsByName.get(name) ?? written;
    if (earlier !== written) {
      throw new Error(
        `"${name}" is required with different arguments (${earlier} and ${written}); a plan cannot fetch both. Require it with one set of arguments.`,
      );
    }
    argumentsByName.set(name, written);
  }
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

const writtenArguments = (field: FieldNode): string =>
  (field.arguments ?? [])
    .map((argument) =>
      field.loc?.source.body.slice(argument.loc?.start, argument.loc?.end).replaceAll(/\s/g, ""),
    )
    .sort((one, other) => (one ?? "").localeCompare(other ?? ""))
    .join(",");
