import type { Reported } from "./reported-graphs.fixture.ts";

type Entity = Readonly<Record<string, unknown>>;

/** What an entity has under a name, computed from itself on one server and as it was received elsewhere. */
const of = (entity: Entity, name: string, args: object = {}): unknown => {
  const value = entity[name];
  return typeof value === "function"
    ? (value as (entity: Entity, args: object) => unknown)(entity, args)
    : value;
};

/** A value made of others of its entity. */
const made =
  (mark: string, ...names: readonly string[]) =>
  (entity: Entity) =>
    `${mark}(${names.map((name) => String(of(entity, name))).join()})`;

const thing = (id: string, n: number): Entity => ({
  __typename: "Thing",
  id,
  code: { area: "x", no: id },
  n,
  own: `own ${id}`,
  rate: (_entity: Entity, { unit }: { readonly unit?: string }) => `${n} ${unit ?? "EUR"}`,
  second: made("second", "n"),
  third: made("third", "second"),
  fourth: made("fourth", "third", "n"),
  fifth: made("fifth", "fourth", "own"),
  inDollars: (entity: Entity) => `dollars ${String(of(entity, "rate", { unit: "USD" }))}`,
  inPounds: (entity: Entity) => `pounds ${String(of(entity, "rate", { unit: "GBP" }))}`,
  both: made("both", "inDollars", "inPounds"),
  summary: (entity: Entity) => {
    const { text } = of(entity, "note") as { readonly text: string };
    return `summary of ${text}`;
  },
  note: (entity: Entity) => ({ __typename: "Note", text: `note ${String(of(entity, "second"))}` }),
});

const things = [thing("1", 10), thing("2", 20), thing("1", 10)];
const world = {
  root: {
    thing: things[0],
    things,
    nested: [[things[0], things[1]], []],
    none: null,
    holder: { __typename: "Holder", id: "h", things },
    any: things[1],
    touch: things[1],
  },
  entities: { Thing: things, Holder: [{ __typename: "Holder", id: "h", things }] },
};

const rateOf = (entity: unknown, unit?: string): string =>
  String(of(entity as Entity, "rate", unit === undefined ? {} : { unit }));

/** A thing whose fields are made of rates, of itself and of the next one. */
const pairedThing = (id: string, n: number): Entity => ({
  ...thing(id, n),
  next: () => paired[n % 2],
  plain: (entity: Entity) => `plain ${rateOf(entity)}`,
  pair: (entity: Entity) => `${rateOf(entity, "USD")} ${rateOf(of(entity, "next"), "GBP")}`,
  back: (entity: Entity) => `${rateOf(entity)} ${rateOf(of(entity, "next"), "USD")}`,
});
const paired: readonly Entity[] = [pairedThing("1", 11), pairedThing("2", 20)];

const dog: Entity = {
  __typename: "Dog",
  id: "d",
  n: 4,
  bark: "wau",
  second: made("second", "n"),
  third: made("third", "second"),
};
const cat: Entity = { ...dog, __typename: "Cat", id: "c", n: 3, purr: true };

/** Fields that require others, which require others themselves, over subgraphs that are also the first ones. */
export const CHAINED: readonly Reported[] = [
  {
    about: "required fields that require others, four deep",
    subgraphs: {
      a: `type Query { thing: Thing things: [Thing!]! nested: [[Thing]] none: Thing } type Mutation { touch: Thing } type Thing @key(fields: "id") { id: ID! own: String n: Int @external second: String @requires(fields: "n") third: String @external fourth: String @requires(fields: "third n") }`,
      b: `type Thing @key(fields: "id") { id: ID! n: Int fourth: String @external own: String @external fifth: String @requires(fields: "fourth own") }`,
      c: `type Query { any: Thing } type Thing @key(fields: "id") { id: ID! second: String @external third: String @requires(fields: "second") }`,
    },
    world,
    operations: [
      "{ thing { second } }",
      "{ thing { third } }",
      "{ thing { own third } }",
      "{ thing { fourth } }",
      "{ thing { fifth } }",
      "{ thing { fifth fourth third second n own id } }",
      "{ things { fifth } }",
      "{ things { id third } none { fifth } }",
      "{ nested { fifth own } }",
      "{ any { third } }",
      "{ any { fifth } }",
      "{ any { fifth } thing { third } }",
      "{ things { x: fifth third: own second: third } }",
      "{ things { ...F } } fragment F on Thing { fifth t: third }",
      "mutation { touch { fifth } }",
      ["query ($yes: Boolean!) { things { third fifth @include(if: $yes) } }", { yes: true }],
      ["query ($yes: Boolean!) { things { third fifth @include(if: $yes) } }", { yes: false }],
    ],
  },
  {
    about: "required fields that require others, by several keys",
    subgraphs: {
      a: `type Query { holder: Holder } type Holder @key(fields: "id") { id: ID! things: [Thing!] } type Thing @key(fields: "id") { id: ID! n: Int @external second: String @requires(fields: "n") fourth: String @external own: String @external fifth: String @requires(fields: "fourth own") }`,
      b: `type Thing @key(fields: "id") @key(fields: "code { area no }") { id: ID! code: Code! n: Int own: String } type Code @shareable { area: String! no: ID! }`,
      c: `type Thing @key(fields: "code { area no }") { code: Code! second: String @external third: String @requires(fields: "second") } type Code @shareable { area: String! no: ID! }`,
      d: `type Thing @key(fields: "id") { id: ID! n: Int @external third: String @external fourth: String @requires(fields: "third n") }`,
    },
    world,
    operations: [
      "{ holder { things { third } } }",
      "{ holder { things { fourth } } }",
      "{ holder { things { fifth } } }",
      "{ holder { id things { fifth code { no } } } }",
    ],
  },
  {
    about: "required fields that require one field with several arguments",
    subgraphs: {
      a: `type Query { thing: Thing things: [Thing!]! } type Thing @key(fields: "id") { id: ID! rate(unit: String): String @external inDollars: String @requires(fields: "rate(unit: \\"USD\\")") inPounds: String @requires(fields: "rate(unit: \\"GBP\\")") }`,
      b: `type Thing @key(fields: "id") { id: ID! rate(unit: String): String }`,
      c: `type Thing @key(fields: "id") { id: ID! inDollars: String @external inPounds: String @external both: String @requires(fields: "inDollars inPounds") }`,
    },
    world,
    operations: [
      "{ thing { inDollars } }",
      "{ thing { both } }",
      "{ things { both rate } }",
      '{ things { both rate(unit: "CHF") inPounds } }',
      "{ things { rate: both inDollars: rate } }",
    ],
  },
  {
    about: "fields that require one field plainly, with arguments, and of another object as well",
    subgraphs: {
      a: `type Query { thing: Thing things: [Thing!]! } type Thing @key(fields: "id") { id: ID! rate(unit: String): String @external next: Thing @external plain(mark: String): String @requires(fields: "rate") inDollars(mark: String): String @requires(fields: "rate(unit: \\"USD\\")") pair: String @requires(fields: "rate(unit: \\"USD\\") next { rate(unit: \\"GBP\\") }") back: String @requires(fields: "rate next { rate(unit: \\"USD\\") }") }`,
      b: `type Thing @key(fields: "id") { id: ID! rate(unit: String): String next: Thing }`,
    },
    world: { root: { thing: paired[0], things: paired }, entities: { Thing: paired } },
    operations: [
      "{ thing { plain inDollars } }",
      "{ things { inDollars plain rate } }",
      "{ things { pair } }",
      "{ things { back pair } }",
      "{ things { pair back plain inDollars next { pair plain rate } } }",
      '{ things { back rate(unit: "CHF") next { rate } } }',
      ["query ($m: String) { things { plain(mark: $m) inDollars back } }", { m: "x" }],
      ["query ($m: String) { things { plain inDollars(mark: $m) pair back } }", { m: "x" }],
    ],
  },
  {
    about: "required objects that require others",
    subgraphs: {
      a: `type Query { thing: Thing things: [Thing!]! } type Thing @key(fields: "id") { id: ID! second: String @external note: Note @requires(fields: "second") } type Note { text: String }`,
      b: `type Thing @key(fields: "id") { id: ID! n: Int second: String @requires(fields: "own") own: String @external }`,
      c: `type Thing @key(fields: "id") { id: ID! own: String note: Note @external summary: String @requires(fields: "note { text }") } type Note { text: String @external }`,
    },
    world: {
      ...world,
      entities: {
        Thing: things.map((one) => ({ ...one, second: made("second", "own") })),
      },
      root: {
        thing: { ...things[0], second: made("second", "own") },
        things: things.map((one) => ({ ...one, second: made("second", "own") })),
      },
    },
    operations: [
      "{ thing { note { text } } }",
      "{ thing { summary } }",
      "{ things { summary note { text } } }",
      "{ things { summary note { t: text } second } }",
    ],
  },
  {
    about: "required fields of interface objects that require others",
    subgraphs: {
      a: `type Query { pets: [Pet!]! pet: Pet } interface Pet @key(fields: "id") { id: ID! n: Int } type Dog implements Pet @key(fields: "id") { id: ID! n: Int bark: String } type Cat implements Pet @key(fields: "id") { id: ID! n: Int purr: Boolean }`,
      b: `type Query { best: Pet } type Pet @key(fields: "id") @interfaceObject { id: ID! n: Int @external second: String @requires(fields: "n") }`,
      c: `type Pet @key(fields: "id") @interfaceObject { id: ID! second: String @external third: String @requires(fields: "second") }`,
    },
    world: {
      root: { pets: [dog, cat], pet: cat, best: dog },
      entities: { Dog: [dog], Cat: [cat] },
    },
    operations: [
      "{ pets { second } best { second } }",
      "{ pets { third } }",
      "{ pet { third second } best { third } }",
      "{ pet { ... on Dog { third } ... on Cat { third } } }",
      "{ best { third ... on Dog { bark } } }",
      "{ best { third __typename } }",
      "{ pets { __typename third ... on Cat { purr second } ... on Dog { id } } }",
      "{ best { __typename second ... on Dog { bark } } pet { second ... on Cat { purr } } }",
    ],
  },
];
