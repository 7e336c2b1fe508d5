import {
  getNamedType,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
} from "graphql";
import { Dice } from "./wide-world.fixture.ts";

const VARIABLES: Readonly<Record<string, { readonly type: string; readonly value: unknown }>> = {
  yes: { type: "Boolean!", value: true },
  no: { type: "Boolean!", value: false },
  n: { type: "Int", value: 3 },
  m: { type: "Int! = 4", value: undefined },
  none: { type: "Int", value: null },
  in: { type: "In", value: { x: 7, y: [{ s: "v" }, null], c: "BLUE" } },
  c: { type: "Color = GREEN", value: undefined },
  l: { type: "[Int!]", value: [4] },
};

/** Writes random operations over a schema of a wide graph. */
export class WideWriter {
  readonly #schema: GraphQLSchema;
  readonly #dice: Dice;
  readonly #used = new Set<string>();
  readonly #fragments: string[] = [];
  readonly #args = new Map<string, string>();
  #aliases = 0;
  #fields = 0;

  constructor(schema: GraphQLSchema, seed: number) {
    this.#schema = schema;
    this.#dice = new Dice(seed);
  }

  operation(mutates: boolean): {
    readonly query: string;
    readonly variables: Record<string, unknown>;
  } {
    const mutation = this.#schema.getMutationType();
    const root = mutates && mutation ? mutation : this.#schema.getQueryType();
    if (!root) throw new Error("no query type");
    const body = this.#selections(root, 0);
    const used = [...this.#used];
    const head = used.map((name) => `$${name}: ${VARIABLES[name]?.type}`).join(", ");
    return {
      query: `${root === mutation ? "mutation" : "query"}${head && `(${head})`} ${body} ${this.#fragments.join(" ")}`,
      variables: Object.fromEntries(
        used.flatMap((name) => {
          const value = VARIABLES[name]?.value;
          return value === undefined ? [] : [[name, value]];
        }),
      ),
    };
  }

  #selections(type: GraphQLCompositeType, depth: number): string {
    const dice = this.#dice;
    const fields = "getFields" in type ? Object.values(type.getFields()) : [];
    const parts: string[] = [];
    for (const field of fields) {
      const below = getNamedType(field.type);
      const isNested = isCompositeType(below);
      const drawn = dice.oneIn(isNested ? 20 : 4) ? 2 : 1;
      // A subgraph gets mutations that follow each other in one request; what others add is read after all of them.
      const times = type === this.#schema.getMutationType() ? 1 : drawn;
      for (let at = 0; at < times; at += 1) {
        if (this.#fields > 80) continue;
        const isLeftOut = isNested ? depth > 4 || !dice.oneIn(depth === 0 ? 1 : 2) : !dice.oneIn(3);
        if (isLeftOut) continue;
        this.#fields += 1;
        const nested = isNested ? ` ${this.#selections(below, depth + 1)}` : "";
        const isAliased = at > 0 || dice.oneIn(6);
        const args = this.#arguments(`${type.name}.${field.name}`, field.args, isAliased);
        const alias = isAliased ? `${this.#alias()}: ` : "";
        parts.push(`${alias}${field.name}${args}${this.#condition()}${nested}`);
      }
    }
    if (dice.oneIn(3)) parts.push(dice.oneIn(3) ? `${this.#alias()}: __typename` : "__typename");
    for (const one of this.#conditions(type))
      if (depth < 6 && this.#fields < 80) parts.push(this.#fragment(one, depth));
    for (let at = parts.length - 1; at > 0 && dice.oneIn(3); at -= 1) {
      const other = dice.below(at + 1);
      [parts[at], parts[other]] = [parts[other] ?? "", parts[at] ?? ""];
    }
    return `{ ${parts.join(" ") || "__typename"} }`;
  }

  /** The types of fragments in a selection on a type. */
  #conditions(type: GraphQLCompositeType): GraphQLCompositeType[] {
    const dice = this.#dice;
    if (type === this.#schema.getQueryType() || type === this.#schema.getMutationType())
      return dice.oneIn(8) ? [type] : [];
    const possible = isAbstractType(type) ? [...this.#schema.getPossibleTypes(type)] : [type];
    const around = Object.values(this.#schema.getTypeMap()).filter(
      (one): one is GraphQLCompositeType =>
        isAbstractType(one) &&
        !one.name.startsWith("_") &&
        this.#schema.getPossibleTypes(one).some((inner) => possible.includes(inner)),
    );
    return [
      ...possible.filter(() => (isAbstractType(type) ? !dice.oneIn(3) : dice.oneIn(6))),
      ...around.filter(() => dice.oneIn(isInterfaceType(type) || isObjectType(type) ? 5 : 3)),
    ];
  }

  #fragment(type: GraphQLCompositeType, depth: number): string {
    const condition = this.#condition();
    const body = this.#selections(type, depth + 1);
    if (!this.#dice.oneIn(4)) return `... on ${type.name}${condition} ${body}`;
    const name = `F${this.#fragments.length}`;
    this.#fragments.push(`fragment ${name} on ${type.name} ${body}`);
    return `...${name}${condition}`;
  }

  #alias(): string {
    this.#aliases += 1;
    return this.#dice.oneIn(25)
      ? this.#dice.pick(["id", "code", "int0", "string1", "r0"])
      : `x${this.#aliases}`;
  }

  /** Fields without an alias of their own mostly have one set of arguments, so that they can be merged. */
  #arguments(place: string, args: readonly GraphQLArgument[], isAliased: boolean): string {
    const name = place.split(".")[1] ?? "";
    const known = this.#args.get(name);
    if (!isAliased && known !== undefined) return known;
    const given = args.flatMap((arg) => {
      const value = this.#value(arg.name);
      return value === undefined ? [] : [`${arg.name}: ${value}`];
    });
    const written = given.length === 0 ? "" : `(${given.join(", ")})`;
    if (!isAliased) this.#args.set(name, written);
    return written;
  }

  #value(name: string): string | undefined {
    const dice = this.#dice;
    if (dice.oneIn(3)) return undefined;
    const variable = (one: string): string => {
      this.#used.add(one);
      return `$${one}`;
    };
    switch (name) {
      case "n":
        return dice.oneIn(2) ? variable("m") : String(dice.below(5));
      case "c":
        return dice.oneIn(2) ? variable("c") : dice.pick(["RED", "BLUE"]);
      case "l":
        return dice.pick(["[]", "[1]", "3", `[${variable("m")}, 2]`, variable("l")]);
      case "in":
        return dice.pick([
          "{ x: 1 }",
          "null",
          `{ y: [{ x: ${variable("n")} }], s: "a" }`,
          variable("in"),
          `{ c: ${variable("c")} }`,
          `{ y: { x: ${variable("none")} } }`,
        ]);
      default:
        return undefined;
    }
  }

  #condition(): string {
    const dice = this.#dice;
    if (!dice.oneIn(8)) return "";
    const [directive, name] = dice.pick([
      ["include", "yes"],
      ["include", "no"],
      ["skip", "yes"],
      ["skip", "no"],
    ] as const);
    this.#used.add(name);
    return ` @${directive}(if: $${name})`;
  }
}
