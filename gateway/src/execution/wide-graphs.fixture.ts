import { ENTITIES, PETS, type Presence, sdlOf, VALUES } from "./wide-sdl.fixture.ts";
import { Dice, type Field, fieldName, typeName, type WideGraph } from "./wide-world.fixture.ts";

const KEYS = ["id", "id", "id", "code", "id code", "ref { a b }", "code ref { a }"];

const LEAVES = [
  "Int",
  "String",
  "Boolean",
  "Float",
  "ID",
  "Color",
  "Big",
  "Int!",
  "String!",
  "[Int]",
  "[String!]",
  "[[Color!]]",
];
const WRAPPERS = ["_", "_", "_!", "[_]", "[_!]", "[_!]!", "[[_]]", "[[_!]!]"];
const ARGUMENTS = [
  "",
  "",
  "(n: Int = 2)",
  "(n: Int)",
  "(c: Color = RED)",
  "(l: [Int!] = [1, 2])",
  "(in: In)",
  '(in: In = { x: 5, s: "d" }, n: Int! = 1)',
];

/** Draws a graph: what its types have, and which subgraphs resolve it. */
export function drawGraph(seed: number): WideGraph {
  return new GraphDrawing(new Dice(seed)).graph();
}

class GraphDrawing {
  readonly #dice: Dice;
  readonly #subgraphs: string[];
  /** By type and subgraph. */
  readonly #present: Record<string, Record<string, Presence>> = {};
  readonly #fields: Record<string, Field[]> = {};
  /** By union or interface and subgraph. */
  readonly #members: Record<string, Record<string, string[]>> = { U: {}, Named: {} };
  readonly #petsAsObject = new Set<string>();
  readonly #petsIn = new Set<string>();

  constructor(dice: Dice) {
    this.#dice = dice;
    this.#subgraphs = ["s1", "s2", "s3", "s4"].slice(0, 2 + dice.below(3));
  }

  graph(): WideGraph {
    const dice = this.#dice;
    for (const entity of ENTITIES) this.#place(entity);
    if (dice.oneIn(2)) this.#placePets();
    this.#placeAbstract();
    for (const type of [...ENTITIES, ...VALUES, "Pet", ...PETS]) this.#fields[type] = [];
    for (const value of VALUES) this.#drawValue(value);
    for (const entity of ENTITIES) this.#drawEntity(entity);
    if (this.#petsIn.size > 0) this.#drawPets();
    this.#drawRoots();
    this.#drawOverrides();
    for (const entity of ENTITIES) this.#drawRequires(entity);
    this.#drawProvides();
    const drawn = {
      present: this.#present,
      fields: this.#fields,
      members: this.#members,
      petsIn: this.#petsIn,
      petsAsObject: this.#petsAsObject,
    };
    const sdls = this.#subgraphs.map((name) => [name, sdlOf(name, drawn)] as const);
    return { ...drawn, subgraphs: Object.fromEntries(sdls) };
  }

  #place(entity: string): void {
    const dice = this.#dice;
    const present: Record<string, Presence> = {};
    for (const [at, name] of this.#subgraphs.entries()) {
      const kind = at === 0 ? 0 : dice.below(10);
      if (kind > 7) continue;
      const count = 1 + dice.below(2);
      // The first subgraph mostly has every key, so that most graphs can be composed.
      const keys =
        at === 0 && !dice.oneIn(6)
          ? ["id", "code", "ref { a b }"]
          : [...new Set(Array.from({ length: count }, () => dice.pick(KEYS)))];
      present[name] = { keys, isResolvable: kind < 7 };
    }
    this.#present[entity] = present;
  }

  #placePets(): void {
    for (const [at, name] of this.#subgraphs.entries()) {
      const kind = at === 0 ? 0 : this.#dice.below(3);
      if (kind === 0) this.#petsIn.add(name);
      if (kind === 1) this.#petsAsObject.add(name);
    }
  }

  #placeAbstract(): void {
    const dice = this.#dice;
    for (const name of this.#subgraphs) {
      const here = [
        ...ENTITIES.filter((one) => this.#present[one]?.[name] !== undefined),
        ...VALUES,
      ];
      const union = here.filter(() => dice.oneIn(2));
      if (union.length > 0) (this.#members["U"] ??= {})[name] = union;
      const named = here.filter((one) => one !== "W" && dice.oneIn(2));
      if (named.length > 0) (this.#members["Named"] ??= {})[name] = named;
    }
  }

  /** A composite type that a subgraph has. */
  #reference(subgraph: string): string {
    const dice = this.#dice;
    const here = [
      ...ENTITIES.filter((one) => this.#present[one]?.[subgraph] !== undefined),
      ...(this.#members["U"]?.[subgraph] === undefined ? [] : ["U", "U"]),
      ...(this.#members["Named"]?.[subgraph] === undefined ? [] : ["Named", "Named"]),
      ...(this.#petsIn.has(subgraph) ? ["Pet", "Pet", "Cat"] : []),
      ...(this.#petsAsObject.has(subgraph) ? ["Pet", "Pet"] : []),
      "V",
      "W",
    ];
    return dice.pick(WRAPPERS).replace("_", dice.pick(here));
  }

  #drawValue(value: string): void {
    const dice = this.#dice;
    const fields = this.#fields[value] ?? [];
    // Every subgraph has the same of a value type, but for what one alone may resolve.
    fields.push({ name: "id", type: "ID!", args: "", owners: this.#subgraphs });
    for (let at = 0; at < 1 + dice.below(3); at += 1) {
      const type = dice.pick(LEAVES);
      fields.push({ ...drawn(dice, "", type, at % 2), owners: this.#subgraphs });
    }
    const entity = ENTITIES.find((one) =>
      this.#subgraphs.every((name) => this.#present[one]?.[name]),
    );
    if (entity !== undefined && dice.oneIn(2))
      fields.push({
        name: `to${entity}`,
        type: dice.pick(WRAPPERS).replace("_", entity),
        args: "",
        owners: this.#subgraphs,
      });
    if (value === "V" && dice.oneIn(2))
      fields.push({
        name: "w",
        type: dice.pick(WRAPPERS).replace("_", "W"),
        args: "",
        owners: this.#subgraphs,
      });
    this.#fields[value] = unique(fields);
  }

  #drawEntity(entity: string): void {
    const dice = this.#dice;
    const fields: Field[] = [];
    const here = this.#subgraphs.filter(
      (name) => this.#present[entity]?.[name]?.isResolvable ?? false,
    );
    for (let at = 0; at < 4 + dice.below(6); at += 1) {
      const owner = dice.pick(here);
      const isLeaf = dice.oneIn(2);
      const type = isLeaf ? dice.pick(LEAVES) : this.#reference(owner);
      const owners = isLeaf && dice.oneIn(3) ? [...new Set([owner, dice.pick(here)])] : [owner];
      const isHidden = isLeaf && dice.oneIn(10);
      fields.push({ ...drawn(dice, "", type, at % 3), owners, ...(isHidden ? { isHidden } : {}) });
    }
    if (dice.oneIn(2))
      fields.push({ name: "state", type: "Int", args: "", owners: [dice.pick(here)] });
    this.#fields[entity] = unique(fields);
  }

  #drawPets(): void {
    const dice = this.#dice;
    const of = (owners: readonly string[], count: number, mark: string): Field[] =>
      Array.from({ length: count }, (_, at) => {
        const owner = dice.pick(owners);
        const type = dice.oneIn(2) ? dice.pick(LEAVES) : this.#reference(owner);
        return { ...drawn(dice, mark, type, at), owners: [owner] };
      });
    const concrete = [...this.#petsIn];
    // Those of the interface are in each of its types.
    this.#fields["Pet"] = [
      { name: "tag", type: "String", args: "", owners: concrete },
      ...(this.#petsAsObject.size === 0 ? [] : of([...this.#petsAsObject], 1 + dice.below(3), "o")),
    ];
    for (const type of PETS)
      this.#fields[type] = of(concrete, 1 + dice.below(3), type.toLowerCase());
  }

  #drawRoots(): void {
    const dice = this.#dice;
    this.#fields["Query"] = this.#subgraphs.flatMap((name) =>
      Array.from({ length: 1 + dice.below(3) }, (_, at) => {
        const type = this.#reference(name);
        return { ...drawn(dice, name, type, at), owners: [name] };
      }),
    );
    this.#fields["Mutation"] = this.#subgraphs
      .filter(() => dice.oneIn(2))
      .map((name) => {
        const type = dice.oneIn(3) ? "Int!" : this.#reference(name);
        return { name: `${name}Set`, type, args: "(n: Int = 1)", owners: [name] };
      });
  }

  /** A selection of one field that a subgraph does not resolve itself. */
  #requirable(entity: string, subgraph: string, depth = 0): string | undefined {
    const dice = this.#dice;
    const among = (this.#fields[entity] ?? []).filter(
      ({ owners, name, requires }) =>
        !owners.includes(subgraph) && name !== "state" && requires === undefined,
    );
    if (among.length === 0) return undefined;
    const field = dice.pick(among);
    const name = typeName(field.type);
    const args = !field.args.includes("n: Int") || dice.oneIn(2) ? "" : `(n: ${dice.below(4)})`;
    const head = `${field.name}${args}`;
    if (VALUES.includes(name)) {
      const inner = (this.#fields[name] ?? []).filter(({ type }) => !/[A-Z]$/.test(typeName(type)));
      const some = inner.filter(() => dice.oneIn(2)).map((one) => one.name);
      return `${head} { ${some.join(" ") || "id"} }`;
    }
    if (ENTITIES.includes(name)) {
      if (this.#present[name]?.[subgraph] === undefined || depth > 0) return undefined;
      const inner = this.#requirable(name, subgraph, 1);
      return inner === undefined ? undefined : `${head} { ${inner} }`;
    }
    return ["U", "Named", "Pet", ...PETS].includes(name) ? undefined : head;
  }

  #drawRequires(entity: string): void {
    const dice = this.#dice;
    for (let at = 0; at < dice.below(4); at += 1) {
      const here = this.#subgraphs.filter(
        (name) => this.#present[entity]?.[name]?.isResolvable ?? false,
      );
      const subgraph = dice.pick(here);
      const picked = [1, 2]
        .map(() => this.#requirable(entity, subgraph))
        .filter((one) => one !== undefined);
      const all = [...new Map(picked.map((one) => [one.split(/\W/)[0], one])).values()];
      if (all.length === 0) continue;
      const isObject = dice.oneIn(4);
      this.#fields[entity]?.push({
        ...drawn(dice, `r${entity}`, isObject ? "V" : "String", at),
        owners: [subgraph],
        requires: all.join(" "),
      });
    }
  }

  #drawOverrides(): void {
    const dice = this.#dice;
    for (const entity of ENTITIES) {
      const here = this.#subgraphs.filter(
        (name) => this.#present[entity]?.[name]?.isResolvable ?? false,
      );
      this.#fields[entity] = (this.#fields[entity] ?? []).map((field) => {
        const [from, ...others] = field.owners;
        const to = dice.pick(here);
        if (others.length > 0 || from === undefined || to === from || !dice.oneIn(5)) return field;
        if (field.requires !== undefined || !/^[A-Z][a-z]/.test(typeName(field.type))) return field;
        if (["Named", "Pet", ...PETS].includes(typeName(field.type))) return field;
        const label = dice.pick([undefined, "percent(50)", "percent(0)", "percent(100)"]);
        return {
          ...field,
          owners: [to],
          override: { from, ...(label === undefined ? {} : { label }) },
        };
      });
    }
  }

  #drawProvides(): void {
    const dice = this.#dice;
    for (const type of [...ENTITIES, "Query"])
      this.#fields[type] = (this.#fields[type] ?? []).map((field) => {
        const target = typeName(field.type);
        const [owner = ""] = field.owners;
        if (!ENTITIES.includes(target) || !dice.oneIn(3)) return field;
        const given = (this.#fields[target] ?? []).filter(
          (one) =>
            !one.owners.includes(owner) &&
            one.override === undefined &&
            one.requires === undefined &&
            one.name !== "state" &&
            one.args === "" &&
            LEAVES.includes(one.type),
        );
        if (given.length === 0) return field;
        const provides = dice.pick(given).name;
        this.#fields[target] = (this.#fields[target] ?? []).map((one) =>
          one.name === provides ? { ...one, isShared: true } : one,
        );
        return { ...field, provides };
      });
  }
}

/** A field whose name has its type and arguments, so that fields of one name can be merged. */
const drawn = (
  dice: Dice,
  mark: string,
  type: string,
  at: number,
): Pick<Field, "name" | "type" | "args"> => {
  const args = dice.below(ARGUMENTS.length);
  return {
    name: `${mark}${fieldName(type, at)}${"abcdefgh"[args]}`,
    type,
    args: ARGUMENTS[args] ?? "",
  };
};

const unique = (fields: readonly Field[]): Field[] => [
  ...new Map(fields.map((one) => [one.name, one])).values(),
];
