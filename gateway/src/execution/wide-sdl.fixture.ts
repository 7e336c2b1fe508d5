import { type Field, selectionsOf, typeName } from "./wide-world.fixture.ts";

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key", "@external", "@requires", "@provides", "@shareable", "@interfaceObject", "@override", "@inaccessible", "@context", "@fromContext"])`;

export const ENTITIES = ["A", "B", "C"];
export const PETS = ["Cat", "Dog"];
export const VALUES = ["V", "W"];

/** How a type is in a subgraph. */
export interface Presence {
  /** None: absent. */
  readonly keys: readonly string[];
  readonly isResolvable: boolean;
}

/** What is drawn of a graph. */
interface Drawn {
  /** By type and subgraph. */
  readonly present: Readonly<Record<string, Readonly<Record<string, Presence>>>>;
  readonly fields: Readonly<Record<string, readonly Field[]>>;
  /** By union or interface and subgraph. */
  readonly members: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  readonly petsIn: ReadonlySet<string>;
  readonly petsAsObject: ReadonlySet<string>;
}

const words = (keys: readonly string[]): Set<string> =>
  new Set(keys.flatMap((key) => key.replaceAll(/\{[^}]*\}/g, "").split(/\s+/)).filter(Boolean));

const KEY_TYPES: Readonly<Record<string, string>> = { id: "ID!", code: "String!", ref: "Ref!" };

/** The schema of a subgraph. */
export const sdlOf = (subgraph: string, drawn: Drawn): string => new SdlWriter(drawn).sdl(subgraph);

class SdlWriter {
  readonly #drawn: Drawn;

  constructor(drawn: Drawn) {
    this.#drawn = drawn;
  }

  sdl(subgraph: string): string {
    const parts = [
      LINK,
      'scalar Big enum Color { RED GREEN BLUE } input In { x: Int = 3 y: [In] c: Color s: String! = "q" }',
      "type Ref @shareable { a: Int! b: String! }",
      this.#roots(subgraph),
      ...VALUES.map((type) => this.#valueType(type, subgraph)),
      ...ENTITIES.map((type) => this.#entityType(type, subgraph)),
      this.#petTypes(subgraph),
    ];
    const union = this.#drawn.members["U"]?.[subgraph];
    if (union !== undefined) parts.push(`union U = ${union.join(" | ")}`);
    if (this.#drawn.members["Named"]?.[subgraph] !== undefined)
      parts.push("interface Named { id: ID! }");
    return parts.filter(Boolean).join("\n");
  }

  #roots(subgraph: string): string {
    return ["Query", "Mutation"]
      .map((root) => {
        const own = (this.#drawn.fields[root] ?? []).filter(({ owners }) =>
          owners.includes(subgraph),
        );
        return own.length === 0 ? "" : `type ${root} { ${own.map((one) => line(one)).join(" ")} }`;
      })
      .join("\n");
  }

  #implements(type: string, subgraph: string): string {
    return (this.#drawn.members["Named"]?.[subgraph]?.includes(type) ?? false)
      ? "implements Named "
      : "";
  }

  #valueType(type: string, subgraph: string): string {
    const own = this.#drawn.fields[type] ?? [];
    return `type ${type} ${this.#implements(type, subgraph)}@shareable { ${own.map((one) => line(one)).join(" ")} }`;
  }

  #entityType(type: string, subgraph: string): string {
    const present = this.#drawn.present[type]?.[subgraph];
    if (present === undefined) return "";
    const keyed = words(present.keys);
    const isNamed = this.#implements(type, subgraph) !== "";
    if (isNamed) keyed.add("id");
    const lines = [...keyed].map((name) => `${name}: ${KEY_TYPES[name]} @shareable`);
    const external = this.#externalIn(type, subgraph);
    for (const field of this.#drawn.fields[type] ?? []) {
      if (field.owners.includes(subgraph)) lines.push(line(field, field.owners.length > 1));
      else if (field.override?.from === subgraph)
        lines.push(line({ ...field, override: undefined }));
      else if (external.has(field.name))
        lines.push(`${field.name}${field.args}: ${field.type} @external`);
    }
    const keys = present.keys
      .map((key) => `@key(fields: "${key}"${present.isResolvable ? "" : ", resolvable: false"})`)
      .join(" ");
    return `type ${type} ${this.#implements(type, subgraph)}${keys} { ${lines.join(" ")} }`;
  }

  /** Fields that a subgraph names and does not resolve. */
  #externalIn(type: string, subgraph: string): Set<string> {
    const found = new Set<string>();
    const all = Object.entries(this.#drawn.fields).flatMap(([of, fields]) =>
      fields.map((field) => ({ of, field })),
    );
    for (const { of, field } of all) {
      if (!field.owners.includes(subgraph)) continue;
      if (field.provides !== undefined && typeName(field.type) === type) found.add(field.provides);
      for (const { name, below } of selectionsOf(field.requires ?? "")) {
        if (of === type) found.add(name);
        const target = this.#drawn.fields[of]?.find((one) => one.name === name);
        if (target !== undefined && typeName(target.type) === type)
          for (const inner of selectionsOf(below)) found.add(inner.name);
      }
    }
    return found;
  }

  #petTypes(subgraph: string): string {
    const fields = this.#drawn.fields["Pet"] ?? [];
    if (this.#drawn.petsAsObject.has(subgraph)) {
      const own = fields.filter(({ owners }) => owners.includes(subgraph));
      return `type Pet @interfaceObject @key(fields: "id") { id: ID! ${own.map((one) => line(one)).join(" ")} }`;
    }
    if (!this.#drawn.petsIn.has(subgraph)) return "";
    const types = PETS.map((type) => {
      const own = (this.#drawn.fields[type] ?? []).filter(({ owners }) =>
        owners.includes(subgraph),
      );
      return `type ${type} implements Pet @key(fields: "id") { id: ID! tag: String @shareable ${own.map((one) => line(one)).join(" ")} }`;
    });
    return `interface Pet @key(fields: "id") { id: ID! tag: String } ${types.join(" ")}`;
  }
}

function line(
  { name, args, type, requires, provides, override, isHidden, isShared = false }: Field,
  isOthersToo = false,
): string {
  return [
    `${name}${args}: ${type}`,
    isOthersToo || isShared ? "@shareable" : "",
    requires === undefined ? "" : `@requires(fields: "${requires}")`,
    provides === undefined ? "" : `@provides(fields: "${provides}")`,
    override === undefined
      ? ""
      : `@override(from: "${override.from}"${override.label === undefined ? "" : `, label: "${override.label}"`})`,
    isHidden === true ? "@inaccessible" : "",
  ]
    .filter(Boolean)
    .join(" ");
}
