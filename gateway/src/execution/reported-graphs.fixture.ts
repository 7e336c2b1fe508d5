import type { World } from "./one-server.fixture.ts";

/** A kind of graph that gateways were reported to answer wrongly, and operations over it. */
export interface Reported {
  readonly about: string;
  readonly subgraphs: Readonly<Record<string, string>>;
  readonly world: World;
  readonly operations: readonly (string | readonly [query: string, variables: object])[];
}

const book = {
  __typename: "Book",
  id: "1",
  title: "B",
  pages: 9,
  score: 4,
  reviews: [{ stars: 1 }, { stars: 2 }],
  label: (of: { score?: number }) => `L${of.score}`,
};
const film = {
  __typename: "Film",
  id: "2",
  title: "F",
  minutes: 90,
  score: null,
  reviews: [],
  label: (of: { score?: number }) => `L${of.score}`,
};

const person = { __typename: "Person", id: "p", name: "P", age: 30, rank: 7 };
const org = { __typename: "Org", id: "o", name: "O", size: 3, rank: 8 };
type Cost = { price: unknown; weight: number };
const priced = (id: string, base: number, owner: object) => ({
  __typename: "Product",
  id,
  weight: base === 3 ? null : base,
  dims: { w: base, h: 2 },
  owner,
  price: (_: unknown, { currency }: { currency: string }) => (currency === "USD" ? base * 2 : base),
  cost: (of: Cost) => `${typeof of.price === "function" ? base * 2 : of.price}x${of.weight}`,
  area: (of: { dims: { w: number; h: number } }) => of.dims.w * of.dims.h,
  ownerLine: (of: { owner: Record<string, unknown> }) =>
    `${of.owner["name"]}/${of.owner["age"]}/${of.owner["size"]}`,
});
const products = [priced("1", 1, person), priced("2", 2, org), priced("3", 3, org)];

const users: Record<string, unknown>[] = [1, 2, 3].map((n) => ({
  __typename: "User",
  id: String(n),
  name: `N${n}`,
  email: n === 2 ? null : `e${n}`,
  nick: n === 3 ? null : `k${n}`,
  meta: { __typename: "Odd", a: [1, null, { b: n }], __proto: 1 },
  strict: n === 2 ? null : n,
  failing: n === 2 ? new Error("no") : n,
  echo: (_: unknown, args: object) => JSON.stringify(args),
}));
for (const [n, user] of users.entries()) {
  user["friends"] = () => [users[(n + 1) % 3], users[n]];
  user["best"] = () => users[(n + 2) % 3];
}

const items = {
  A: [{ __typename: "A", id: "a1", a: "a", x: 5 }],
  B: [{ __typename: "B", id: "b1", b: "b" }],
  C: [{ __typename: "C", id: "c1", c: "c", y: 6 }],
};

const parcels = [1, 2].map((n) => ({
  __typename: "Parcel",
  sku: `s${n}`,
  pack: `p${n}`,
  upc: n === 2 ? null : `u${n}`,
  org: { id: `o${n}` },
  no: n,
  one: `one${n}`,
  two: `two${n}`,
  three: `three${n}`,
  ref: { z: n, a: [n] },
}));

const echo = (_: unknown, args: object) => JSON.stringify(args);

function animals(): World {
  const keeper: Record<string, unknown> = {
    __typename: "Keeper",
    id: "k",
    weight: 80,
    nick: "Kay",
  };
  const sound = (of: object, { loud }: { loud: boolean }) => (loud ? "LOUD" : "quiet");
  const dog: Record<string, unknown> = {
    __typename: "Dog",
    id: "d",
    name: "Rex",
    age: 3,
    keeper,
    sound,
  };
  const cat: Record<string, unknown> = {
    __typename: "Cat",
    id: "c",
    age: null,
    keeper: null,
    sound,
    mate: dog,
    weird: [dog, keeper],
  };
  dog["mate"] = () => ({ ...dog });
  keeper["pets"] = () => [cat, dog];
  const rock = { __typename: "Rock", id: "r", weight: 5 };
  return {
    root: {
      nodes: [dog, rock, null, cat],
      named: [dog],
      animal: cat,
      aged: [cat, dog],
      weighed: [rock, keeper, null],
    },
    entities: { Dog: [dog], Cat: [cat], Rock: [rock], Keeper: [keeper] },
  };
}

function shops(): World {
  const value = (of: unknown): number =>
    typeof of === "function" ? Number(of(undefined, { y: 2 })) : Number(of);
  const goods = [1, 2].map((n): Record<string, unknown> => ({
    __typename: "Good",
    id: `g${n}`,
    amount: n,
  }));
  const all = [1, 2].map((n): Record<string, unknown> => ({
    __typename: "Shop",
    id: String(n),
    base: n,
    goods: n === 1 ? goods : [],
    old: `old${n}`,
    rent: (_: unknown, { y }: { y?: number | null }) => (y ?? 0) * 10 + n,
    boss: { __typename: "Boss", id: `b${n}`, title: `T${n}`, years: n },
  }));
  for (const [n, shop] of all.entries()) {
    const read = (of: Record<string, unknown>, name: string): unknown => {
      const found = of[name] ?? undefined;
      return typeof found === "function"
        ? (found as (of: unknown, args: object) => unknown)(of, { y: 2 })
        : found;
    };
    shop["twice"] = (of: Record<string, unknown>) => Number(read(of, "base")) * 2;
    shop["fourfold"] = (of: Record<string, unknown>) => Number(read(of, "twice")) * 2;
    shop["line"] = (of: Record<string, unknown>) => `${read(of, "fourfold")}/${read(of, "rent")}`;
    shop["sum"] = (of: Record<string, unknown>) =>
      (of["goods"] as Record<string, unknown>[]).reduce(
        (sum, good) => sum + value(read(good, "worth")),
        0,
      );
    shop["next"] = () => all[(n + 1) % 2];
    (shop["boss"] as Record<string, unknown>)["shop"] = () => shop;
  }
  for (const good of goods) {
    good["worth"] = (of: Record<string, unknown>) => Number(of["amount"]) * 100;
    good["of"] = () => all[0];
  }
  return {
    root: { shops: all, best: all[1] },
    entities: {
      Shop: all,
      Good: goods,
      Boss: all.map(({ boss }) => boss as Record<string, unknown>),
    },
  };
}

export const REPORTED: readonly Reported[] = [
  {
    about: "interface objects",
    subgraphs: {
      a: `interface Media @key(fields: "id") { id: ID! title: String } type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int } type Film implements Media @key(fields: "id") { id: ID! title: String minutes: Int } type Query { media: [Media!]! one: Media }`,
      b: `type Media @key(fields: "id") @interfaceObject { id: ID! reviews: [Review!]! score: Int } type Review { stars: Int! media: Media } type Query { top: Review best: [Media!] none: Media }`,
      c: `type Media @key(fields: "id") @interfaceObject { id: ID! score: Int @external label: String @requires(fields: "score") }`,
    },
    world: {
      root: {
        media: [book, film],
        one: film,
        top: { stars: 5, media: film },
        best: [film, book],
        none: null,
      },
      entities: { Book: [book], Film: [film] },
    },
    operations: [
      "{ top { media { __typename title ... on Book { pages reviews { stars } } ... on Film { minutes label } } } }",
      "{ media { __typename label } }",
      "{ best { id } }",
      "{ best { __typename } }",
      "{ best { ... on Book { title } } }",
      "{ best { ... on Media { score ... on Film { __typename } } } }",
      "{ best { t: __typename title: id id: title score } }",
      "{ best { ... on Film { id } } none { __typename } }",
      "{ media { ... on Book { label score } ... on Film { score } } one { label ... on Book { pages } } }",
      "query ($b: Boolean!) { best { ... on Film @include(if: $b) { label } ...M @skip(if: $b) } } fragment M on Media { reviews { stars media { __typename } } }",
      [
        "query ($b: Boolean!) { best { ... on Film @include(if: $b) { label } ...M @skip(if: $b) } } fragment M on Media { label reviews { stars } }",
        { b: false },
      ],
      [
        "query ($b: Boolean!) { best { ... on Film @include(if: $b) { label } ...M @skip(if: $b) } } fragment M on Media { label reviews { stars } }",
        { b: true },
      ],
    ],
  },
  {
    about: "required fields",
    subgraphs: {
      a: `type Query { products: [Product!]! } enum Cur { EUR USD } type Product @key(fields: "id") { id: ID! price(currency: Cur = EUR): Int weight: Int dims: Dims owner: Owner } type Dims @shareable { w: Int h: Int } interface Owner { id: ID! name: String } type Person implements Owner @key(fields: "id") { id: ID! name: String age: Int } type Org implements Owner @key(fields: "id") { id: ID! name: String size: Int }`,
      b: `enum Cur { EUR USD } type Product @key(fields: "id") { id: ID! price(currency: Cur = EUR): Int @external weight: Int @external dims: Dims @external owner: Owner @external cost: String @requires(fields: "price(currency: USD) weight") area: Int @requires(fields: "dims { w h }") ownerLine: String @requires(fields: "owner { name ... on Person { age } ... on Org { size } }") } type Dims @shareable { w: Int h: Int } interface Owner { id: ID! name: String } type Person implements Owner @key(fields: "id") { id: ID! name: String @external age: Int @external } type Org implements Owner @key(fields: "id") { id: ID! name: String @external size: Int @external }`,
      c: `type Person @key(fields: "id") { id: ID! rank: Int } type Org @key(fields: "id") { id: ID! rank: Int }`,
    },
    world: { root: { products }, entities: { Product: products, Person: [person], Org: [org] } },
    operations: [
      "{ products { price cost } }",
      "{ products { p: price(currency: USD) price cost area } }",
      "{ products { w: price weight: price cost } }",
      "{ products { price: weight weight: id cost } }",
      "{ products { ownerLine owner { ... on Org { size } } } }",
      "{ products { ownerLine owner { name: __typename } } }",
      "{ products { ownerLine owner { name: id x: id } dims { w: h } area } }",
      "{ products { owner { ... on Person { rank } ... on Org { r: rank } } area: id a: area } }",
      "query ($c: Cur = USD) { products { price(currency: $c) cost } }",
      ["query ($c: Cur) { products { price(currency: $c) cost } }", { c: "EUR" }],
      ["query ($c: Cur) { products { price(currency: $c) cost } }", { c: null }],
      "{ products { dims { __typename } area cost: area } }",
    ],
  },
  {
    about: "nulls, errors, names and aliases across entities",
    subgraphs: {
      a: `type Query { users: [User!] strictUsers: [User!]! me: User @provides(fields: "name") grid: [[User]] node: Node } interface Node { id: ID! } type User implements Node @key(fields: "id") { id: ID! name: String @external } type Mutation { bump(by: Int = 1): Int! bumpUser: User }`,
      b: `scalar Json type User @key(fields: "id") { id: ID! name: String @shareable email: String friends: [User!]! best: User! meta: Json }`,
      c: `type User @key(fields: "id") { id: ID! nick: String strict: Int! failing: Int! echo(a: Int = 1, b: [String!], c: In): String } input In { x: Int = 3 y: [Int] z: In }`,
    },
    world: {
      root: {
        users,
        strictUsers: users,
        me: users[0],
        grid: [[users[0], null], null, [], [users[1], users[0]]],
        node: users[2],
        bump: (_: unknown, { by }: { by: number }) => by * 2,
        bumpUser: users[1],
      },
      entities: { User: users },
    },
    operations: [
      "{ users { id strict } }",
      "{ strictUsers { strict } }",
      "{ users { failing name } }",
      "{ me { best { strict } } }",
      "{ me { friends { best { failing } } } }",
      "{ me { name email best { name email best { name nick } } } }",
      "{ me { best { strict } friends { best { nick } } } users { nick } }",
      "{ grid { id nick email } }",
      "{ grid { strict } }",
      "{ users { __typename: name nick } }",
      "{ users { __typename: id friends { nick __typename } } }",
      "{ me { id: name name: id email: nick nick: email } }",
      "{ me { constructor: name toString: nick hasOwnProperty: email valueOf: id } }",
      "{ me { __proto__: name x: nick } }",
      "{ __proto__: me { nick } constructor: me { email } }",
      "{ node { __typename id ... on User { nick friends { email } } } }",
      "{ node { ... on Node { id ... on User { n: name } } } }",
      "{ users { meta nick } me { meta m: meta } }",
      '{ me { e1: echo e2: echo(a: 2) e3: echo(a: null, b: "x") e4: echo(c: { y: 1, z: {} }) best { e1: echo(a: 5) } } }',
      ["query ($a: Int, $b: [String!], $c: In) { me { echo(a: $a, b: $b, c: $c) } }", {}],
      [
        "query ($a: Int, $b: [String!], $c: In) { me { echo(a: $a, b: $b, c: $c) } }",
        { a: null, b: null, c: null },
      ],
      [
        "query ($a: Int, $b: [String!], $c: In) { me { echo(a: $a, b: $b, c: $c) } }",
        { a: 4, b: "one", c: { y: 7, z: { z: { x: null } } } },
      ],
      [
        "query ($a: Int = 8, $x: Int, $y: Int = 5) { me { echo(a: $a, c: { x: $x, y: [$x, $y, 3], z: { x: $y } }) } }",
        {},
      ],
      [
        "query ($representations: Int) { me { echo(a: $representations) best { echo(a: $representations) } } }",
        { representations: 6 },
      ],
      [
        "query ($id: Boolean!) { me @include(if: $id) { nick } users @skip(if: $id) { nick } }",
        { id: true },
      ],
      [
        "query ($id: Boolean!) { me { ... @include(if: $id) { nick } ...F @skip(if: $id) } } fragment F on User { best { email } }",
        { id: true },
      ],
      [
        "query ($id: Boolean!) { me { ... @include(if: $id) { nick } ...F @skip(if: $id) } } fragment F on User { best { email } }",
        { id: false },
      ],
      "{ me @skip(if: true) { nick } }",
      "{ __typename t: __typename me { __typename } }",
      "{ users { __typename } }",
      "mutation { __typename bumpUser { nick friends { email } } a: bump }",
      "mutation { bump(by: 0) a: bump(by: 0) bumpUser { strict } }",
      [
        "query ($n: String!) { __type(name: $n) { name kind fields { name } } me { nick } }",
        { n: "User" },
      ],
      "{ __schema { queryType { name } } me { nick } }",
      ["query A { me { nick } } ", {}],
      "{ ...R } fragment R on Query { me { ...U } users { ...U } } fragment U on User { friends { ...V } } fragment V on User { nick best { email } }",
      "{ me { friends { nick } } me { friends { email } id } me { friends { best { nick } } } }",
      ["query ($a: Int!) { me { echo(a: $a) } }", { a: 2147483648 }],
      ["query ($a: Int!) { me { echo(a: $a) } }", {}],
      ["query ($c: In) { me { echo(c: $c) } }", { c: { q: 1 } }],
    ],
  },
  {
    about: "inputs and inaccessible parts",
    subgraphs: {
      a: `enum Side { L R HIDDEN @inaccessible } scalar Json input Filter { side: Side = L limits: [Int!] = [1, 2] deep: Filter hidden: Int @inaccessible json: Json } type Query { echo(f: Filter, s: [Side!] = [R], ids: [ID!], n: Int = 3, l: [[Int]], fl: Float, j: Json, bo: Boolean = true, st: String): String side: Side sides: [Side] hiddenField: Int @inaccessible }`,
    },
    world: { root: { echo, side: "HIDDEN", sides: ["L", "HIDDEN", "R"] } },
    operations: [
      "{ side }",
      "{ sides }",
      "{ echo }",
      "{ echo(s: L, ids: 5, l: 1) }",
      "{ echo(s: HIDDEN) }",
      "{ hiddenField }",
      ["query ($s: [Side!]) { echo(s: $s) }", { s: "L" }],
      ["query ($s: [Side!]) { echo(s: $s) }", { s: "HIDDEN" }],
      ["query ($s: [Side!] = L) { echo(s: $s) }", {}],
      ["query ($i: [ID!], $l: [[Int]]) { echo(ids: $i, l: $l) }", { i: 5, l: 1 }],
      ["query ($i: [ID!], $l: [[Int]]) { echo(ids: $i, l: $l) }", { i: [5, "6"], l: [1, 2] }],
      ["query ($l: [[Int]]) { echo(l: $l) }", { l: [1, 2] }],
      ["query ($f: Filter) { echo(f: $f) }", { f: {} }],
      [
        "query ($f: Filter) { echo(f: $f) }",
        { f: { deep: { limits: 4, side: null }, json: { a: [null, 1.5, { __typename: "X" }] } } },
      ],
      ["query ($f: Filter) { echo(f: $f) }", { f: { hidden: 1 } }],
      ["query ($f: Filter = { deep: { side: R } }) { echo(f: $f) }", {}],
      ["query ($n: Int, $b: Boolean) { echo(n: $n, bo: $b) }", {}],
      ["query ($n: Int, $b: Boolean) { echo(n: $n, bo: $b) }", { n: null, b: null }],
      [
        "query ($x: Int, $s: Side) { echo(f: { limits: [1, 2], deep: { side: $s, json: { k: $x, l: [$x, { m: $s }] } } }, j: [$x, { y: $x }]) }",
        { x: 1 },
      ],
      [
        "query ($x: Int, $s: Side) { echo(f: { deep: { side: $s, json: { k: $x } } }, j: { y: $x }, s: [$s]) }",
        { x: 1, s: "R" },
      ],
      ['query ($f: Float) { echo(fl: $f, st: "\\u00e9 \\"q\\" \\n") }', { f: 3 }],
      '{ echo(st: """\n  block "text"\n    two\n  """, fl: 1e3, j: { a: 1e400, b: [ENUM, "t", true, null] }) }',
      ["query ($j: Json) { echo(j: $j) }", { j: { __proto__x: 1, deep: [[[{ a: null }]]] } }],
      ["query ($f: Float) { echo(fl: $f) }", { f: "1" }],
      ["query ($i: [ID!]) { echo(ids: $i) }", { i: [null] }],
      ["query ($i: [ID!]) { echo(ids: $i) }", { i: 1.5 }],
    ],
  },
  {
    about: "unions with members that a subgraph lacks",
    subgraphs: {
      a: `union Item = A | B type Query { items: [Item] } type A @key(fields: "id") { id: ID! a: String } type B @key(fields: "id") { id: ID! b: String }`,
      b: `union Item = A | C type Query { other: [Item] holder: Holder } type Holder { item: Item list: [[Item!]!] } type A @key(fields: "id") { id: ID! x: Int } type C @key(fields: "id") { id: ID! c: String }`,
      c: `type C @key(fields: "id") { id: ID! y: Int }`,
    },
    world: {
      root: {
        items: [items.A[0], items.B[0], null],
        other: [items.C[0], items.A[0]],
        holder: { item: items.A[0], list: [[items.C[0]], [items.A[0], items.C[0]]] },
      },
      entities: items,
    },
    operations: [
      "{ items { __typename ... on C { c } ... on A { a x } } other { ... on B { b } ... on A { a x } ... on C { c y } } }",
      "{ items { ... on C { c y } } }",
      "{ other { ... on B { b } } }",
      "{ holder { item { ... on B { __typename b } } list { __typename ... on C { y } ... on A { a } } } }",
      "{ items { ...I } other { ...I } } fragment I on Item { __typename ... on A { i: id } ... on B { i: id } ... on C { i: id } }",
    ],
  },
  {
    about: "keys: several, compound, nested, null and of custom scalars",
    subgraphs: {
      a: `scalar Json type Query { parcels: [Parcel!]! } type Parcel @key(fields: "sku pack") @key(fields: "org { id } no") @key(fields: "ref") { sku: String! pack: String! org: Org no: Int ref: Json upc: String @shareable } type Org @shareable { id: ID! }`,
      b: `type Parcel @key(fields: "sku pack") @key(fields: "upc") { sku: String! pack: String! upc: String @shareable one: String }`,
      c: `type Parcel @key(fields: "org { id } no") { org: Org no: Int two: String } type Org @shareable { id: ID! }`,
      d: `scalar Json type Parcel @key(fields: "ref") { ref: Json three: String }`,
    },
    world: { root: { parcels }, entities: { Parcel: parcels } },
    operations: [
      "{ parcels { one two three } }",
      "{ parcels { three } }",
      "{ parcels { two org { __typename } } }",
      "{ parcels { no: sku sku: two ref: one } }",
      "{ parcels { org { id: __typename } two } }",
      "{ parcels { upc one } }",
    ],
  },
  {
    about: "value types and root fields that subgraphs share",
    subgraphs: {
      a: `type Query { stats: Stats @shareable list: [Stats!] @shareable } type Stats { a: Int both: Int @shareable sub: Sub @shareable } type Sub @shareable { p: Int } type Mutation { one: Int }`,
      b: `type Query { stats: Stats @shareable list: [Stats!] @shareable } type Stats { b: Int! both: Int @shareable sub: Sub @shareable } type Sub { p: Int @shareable q: Int } type Mutation { two: Int }`,
    },
    world: {
      root: {
        stats: { a: 1, b: 2, both: 3, sub: { p: 4, q: 5 } },
        list: [
          { a: 1, b: 1, both: 1 },
          { a: 2, b: null, both: 2 },
        ],
        one: 1,
        two: 2,
      },
    },
    operations: [
      "{ stats { a b both sub { p q } } }",
      "{ stats { b } x: stats { a } }",
      "{ list { a both } }",
      "{ list { b } stats { a } }",
      "{ stats { sub { q } } }",
      "mutation { one two o: one t: two }",
    ],
  },
  {
    about: "interfaces that subgraphs implement differently",
    subgraphs: {
      a: `interface Node { id: ID! } interface Named implements Node { id: ID! name: String } type Query { nodes: [Node] named: [Named!] animal: Animal } type Dog implements Node & Named & Animal @key(fields: "id") { id: ID! name: String sound(loud: Boolean = false): String mate: Dog } type Cat implements Node & Animal @key(fields: "id") { id: ID! sound(loud: Boolean = false): String mate: Animal } type Rock implements Node @key(fields: "id") { id: ID! } interface Animal { id: ID! sound(loud: Boolean = false): String mate: Animal }`,
      b: `interface Aged { age: Int keeper: Keeper } type Dog implements Aged @key(fields: "id") { id: ID! age: Int keeper: Keeper } type Cat implements Aged @key(fields: "id") { id: ID! age: Int keeper: Keeper weird: [Thing!]! } union Thing = Dog | Keeper type Keeper @key(fields: "id") { id: ID! pets: [Aged!]! } type Query { aged: [Aged!]! }`,
      c: `interface Weighed { weight: Int! } type Rock implements Weighed @key(fields: "id") { id: ID! weight: Int! } type Keeper implements Weighed @key(fields: "id") { id: ID! weight: Int! nick: String } type Query { weighed: [Weighed] }`,
    },
    world: animals(),
    operations: [
      "{ nodes { __typename id ... on Named { name } ... on Aged { age keeper { nick } } ... on Weighed { weight } } }",
      "{ aged { __typename age ... on Named { name } ... on Node { id } ... on Animal { sound(loud: true) s: sound } } }",
      "{ weighed { weight ... on Keeper { pets { ... on Dog { mate { mate { sound age } } } ... on Cat { weird { ... on Dog { name } ... on Keeper { id weight } } } } } } }",
      "{ nodes { ... on Animal { mate { __typename ... on Aged { age } mate { ... on Dog { name age } } } } } }",
      "{ named { ... on Aged { keeper { pets { age } } } } animal { ... on Cat { sound } ... on Dog { sound(loud: true) } } }",
      "{ aged { ... on Weighed { weight } keeper { weight } } }",
      "{ animal { ... on Node { ... on Aged { ... on Animal { mate { id } } age } } } }",
      "{ nodes { ... on Dog { x: age } ... on Cat { x: age } ... on Rock { y: weight } } }",
      "query ($y: Boolean!) { nodes { ...N @include(if: $y) } aged { ...G } } fragment N on Node { ... on Aged { ...G } } fragment G on Aged { age ... on Animal { sound(loud: $y) } }",
      [
        "query ($y: Boolean!) { nodes { ...N @include(if: $y) } aged { ...G } } fragment N on Node { ... on Aged { ...G } } fragment G on Aged { age ... on Animal { sound(loud: $y) } }",
        { y: true },
      ],
    ],
  },
  {
    about: "chains of required fields, moved fields and references",
    subgraphs: {
      a: `type Query { shops: [Shop!]! } type Shop @key(fields: "id") { id: ID! base: Int goods: [Good!] old: String rent(y: Int): Int } type Good @key(fields: "id") { id: ID! amount: Int }`,
      b: `type Shop @key(fields: "id") { id: ID! base: Int @external twice: Int @requires(fields: "base") old: String @override(from: "a") sum: Int @requires(fields: "goods { worth }") goods: [Good!] @external } type Good @key(fields: "id") { id: ID! worth: Int @external }`,
      c: `type Shop @key(fields: "id") { id: ID! twice: Int @external fourfold: Int @requires(fields: "twice") next: Shop boss: Boss @provides(fields: "title") } type Good @key(fields: "id") { id: ID! amount: Int @external worth: Int @requires(fields: "amount") of: Shop } type Boss @key(fields: "id", resolvable: false) { id: ID! title: String @external } type Query { best: Shop }`,
      d: `type Boss @key(fields: "id") { id: ID! title: String @shareable years: Int shop: Shop } type Shop @key(fields: "id") { id: ID! fourfold: Int @external rent(y: Int): Int @external line: String @requires(fields: "fourfold rent(y: 2)") }`,
    },
    world: shops(),
    operations: [
      "{ shops { fourfold } }",
      "{ best { fourfold } }",
      "{ shops { sum } }",
      "{ shops { sum goods { id } twice } best { old sum } }",
      "{ shops { goods { worth of { fourfold } } } }",
      "{ shops { rent(y: 5) line } }",
      "{ best { rent line: rent(y: 2) } shops { rent line: rent(y: 3) l: line } }",
      "{ best { next { next { fourfold boss { title years shop { line } } } } } }",
      "{ shops { boss { title } } }",
      "{ shops { boss { id } next { id } } }",
      "{ shops { base @skip(if: true) twice goods @include(if: false) { id } sum } }",
      "{ shops { twice: base base: old fourfold } }",
      "{ shops { goods { amount: id worth } sum } }",
      "query ($y: Int = 9) { shops { rent(y: $y) line next { rent(y: $y) } } }",
    ],
  },
];
