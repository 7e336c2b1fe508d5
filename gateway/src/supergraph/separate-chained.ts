import {
  type ArgumentNode,
  type ConstDirectiveNode,
  type DocumentNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  Kind,
  visit,
} from "graphql";
import { argumentOf, joinedGraphs, type TypeWithFields } from "./join-directives.ts";
import type { PlannerGraph } from "./planner-graph.ts";

/** A supergraph in which chained fields have subgraphs of their own. */
export interface SeparatedGraph {
  readonly document: DocumentNode;
  /** The subgraphs that copies stand for. */
  readonly copyOf: ReadonlyMap<string, string>;
}

/** A copy of a subgraph, for one of its fields. */
interface Copy {
  /** Its value in `join__Graph`. */
  readonly graph: string;
  readonly name: string;
  /** The field that it resolves, and its subgraph does not. */
  readonly field: string;
}

/** What a subgraph has of types; each is repeated for its copies. */
const MEMBERSHIPS = new Set(["join__type", "join__implements", "join__unionMember"]);

/**
 * Gives each field that requires others and is required itself a copy of its subgraph, which resolves it in place of
 * that. The planner leaves out what such a field requires where its subgraph is also the one before; a copy never is.
 * Undefined when there are no such fields.
 */
export function separateChained({ document, chained }: PlannerGraph): SeparatedGraph | undefined {
  if (chained.size === 0) return undefined;
  const separator = new Separator(document, [...chained.keys()]);
  return { document: separator.separated(document), copyOf: separator.copyOf };
}

class Separator {
  readonly copyOf = new Map<string, string>();
  /** By the subgraph's value in `join__Graph`. */
  readonly #copies = new Map<string, Copy[]>();
  /** `GRAPH Type.field`. */
  readonly #chained = new Set<string>();
  readonly #roots: ReadonlySet<string>;

  constructor(document: DocumentNode, chained: readonly string[]) {
    const graphs = new Map(joinedGraphs(document).map(({ name, value }) => [name, value]));
    for (const coordinate of chained) {
      const [subgraph = "", place = ""] = coordinate.split(/ (?=[^ ]+$)/);
      const graph = graphs.get(subgraph) ?? "";
      this.#chained.add(`${graph} ${place}`);
      this.#add(graph, subgraph, place.split(".").at(-1) ?? "");
    }
    this.#roots = rootsOf(document);
  }

  #add(of: string, subgraph: string, field: string): void {
    const copies = this.#copies.get(of) ?? [];
    this.#copies.set(of, copies);
    if (copies.some((copy) => copy.field === field)) return;
    const at = this.copyOf.size + 1;
    const name = `${subgraph}_chained_${at}`;
    copies.push({ graph: `${of}_CHAINED_${at}`, name, field });
    this.copyOf.set(name, subgraph);
  }

  separated(document: DocumentNode): DocumentNode {
    return visit(document, {
      EnumTypeDefinition: (type) => ({
        ...type,
        values: type.values?.flatMap((value) => this.#values(value)),
        directives: type.directives?.flatMap((one) => this.#membership(one)),
      }),
      ObjectTypeDefinition: (type) => this.#type(type),
      InterfaceTypeDefinition: (type) => this.#type(type),
      UnionTypeDefinition: (type) => this.#withMemberships(type),
      ScalarTypeDefinition: (type) => this.#withMemberships(type),
      InputObjectTypeDefinition: (type) => ({
        ...this.#withMemberships(type),
        fields: type.fields?.map((field) => ({
          ...field,
          directives: field.directives?.flatMap((one) => this.#repeated(one)),
        })),
      }),
    });
  }

  #values(value: EnumValueDefinitionNode): EnumValueDefinitionNode[] {
    const graph = graphOf(value);
    if (graph === undefined)
      return [
        { ...value, directives: (value.directives ?? []).flatMap((one) => this.#repeated(one)) },
      ];
    const copies = (this.#copies.get(value.name.value) ?? []).map((copy) => ({
      ...value,
      name: { ...value.name, value: copy.graph },
      directives: [withArguments(graph, { name: { kind: Kind.STRING, value: copy.name } })],
    }));
    return [value, ...copies];
  }

  #type<Type extends TypeWithFields>(type: Type): Type {
    const isRoot = this.#roots.has(type.name.value);
    const fields = type.fields?.map((field) =>
      isRoot ? rootField(field, type) : this.#field(field, type.name.value),
    );
    return { ...this.#withMemberships(type), fields };
  }

  #field(field: FieldDefinitionNode, type: string): FieldDefinitionNode {
    const directives = (field.directives ?? []).flatMap((one) =>
      one.name.value === "join__field"
        ? this.#joinField(one, `${type}.${field.name.value}`)
        : [one],
    );
    return { ...field, directives };
  }

  /** Copies resolve what their subgraph does, except for fields that require others: of these each has its own. */
  #joinField(directive: ConstDirectiveNode, place: string): ConstDirectiveNode[] {
    const graph = String(argumentOf(directive, "graph"));
    const copies = this.#copies.get(graph);
    if (copies === undefined) return [directive];
    const isChained = this.#chained.has(`${graph} ${place}`);
    const mustStay = directive.arguments?.some(({ name }) => STAYING.has(name.value)) === true;
    const external = asExternal(directive);
    return [
      isChained ? external : directive,
      ...copies.map((copy) => {
        const isOwn = isChained && place.endsWith(`.${copy.field}`);
        return inGraph(mustStay && !isOwn ? external : directive, copy.graph);
      }),
    ];
  }

  #withMemberships<Node extends { readonly directives?: readonly ConstDirectiveNode[] }>(
    node: Node,
  ): Node {
    return { ...node, directives: node.directives?.flatMap((one) => this.#membership(one)) };
  }

  #membership(directive: ConstDirectiveNode): ConstDirectiveNode[] {
    return MEMBERSHIPS.has(directive.name.value) ? this.#repeated(directive) : [directive];
  }

  #repeated(directive: ConstDirectiveNode): ConstDirectiveNode[] {
    const copies = this.#copies.get(String(argumentOf(directive, "graph"))) ?? [];
    return [directive, ...copies.map(({ graph }) => inGraph(directive, graph))];
  }
}

/** Arguments of `join__field` by which a field needs others. */
const STAYING = new Set(["requires", "contextArguments"]);

const graphOf = ({ directives }: EnumValueDefinitionNode): ConstDirectiveNode | undefined =>
  directives?.find(({ name }) => name.value === "join__graph");

function rootsOf(document: DocumentNode): Set<string> {
  const roots = new Set<string>();
  visit(document, { OperationTypeDefinition: ({ type }) => void roots.add(type.name.value) });
  return roots;
}

/** A root field stays with its subgraphs, also where it is in all of them and names none. */
function rootField(
  field: FieldDefinitionNode,
  { directives = [] }: TypeWithFields,
): FieldDefinitionNode {
  if (field.directives?.some(({ name }) => name.value === "join__field") === true) return field;
  const stated = directives
    .filter(({ name }) => name.value === "join__type")
    .map((one): ConstDirectiveNode => ({
      kind: Kind.DIRECTIVE,
      name: { kind: Kind.NAME, value: "join__field" },
      arguments: (one.arguments ?? []).filter(({ name }) => name.value === "graph") as never,
    }));
  return { ...field, directives: [...(field.directives ?? []), ...stated] };
}

type Values = Readonly<Record<string, ArgumentNode["value"]>>;

const withArguments = (directive: ConstDirectiveNode, values: Values): ConstDirectiveNode =>
  ({
    ...directive,
    arguments: [
      ...(directive.arguments ?? []).filter(({ name }) => !Object.hasOwn(values, name.value)),
      ...Object.entries(values).map(([name, value]) => ({
        kind: Kind.ARGUMENT,
        name: { kind: Kind.NAME, value: name },
        value,
      })),
    ],
  }) as ConstDirectiveNode;

const inGraph = (directive: ConstDirectiveNode, graph: string): ConstDirectiveNode =>
  withArguments(directive, { graph: { kind: Kind.ENUM, value: graph } });

/** The field is there, and another subgraph resolves it. */
function asExternal(directive: ConstDirectiveNode): ConstDirectiveNode {
  const kept = ["graph", "type"];
  const plain = {
    ...directive,
    arguments: (directive.arguments ?? []).filter(({ name }) => kept.includes(name.value)),
  };
  return withArguments(plain, { external: { kind: Kind.BOOLEAN, value: true } });
}
