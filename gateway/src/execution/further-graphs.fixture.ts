import type { Reported } from "./reported-graphs.fixture.ts";
import { echo } from "./reported-worlds.fixture.ts";

type Entity = Readonly<Record<string, unknown>>;

/** A value made of another one of its entity, as it was received. */
const made =
  (mark: string, name: string) =>
  (entity: Entity): string =>
    `${mark} ${String(entity[name])}`;

const ride = (id: string, type: string, more: object): Entity => ({
  __typename: type,
  id,
  n: Number(id),
  title: `t${id}`,
  score: Number(id) * 2,
  grade: made("grade", "score"),
  note: made("note", "title"),
  ...more,
});
const car = ride("1", "Car", { seats: 4, owner: null });
const bike = ride("2", "Bike", { gears: 3, owner: car });
const nextOf = (one: Entity): Entity => ({ ...one, next: bike });

const sun = { __typename: "Sun", ms: 5, brand: "S", extra: "sx", rating: 4 };
const frame = { __typename: "Frame", ms: 9, brand: "F", rating: null };
const inventory = { __typename: "Inventory", sku: "v1", count: 3 };
const variant = { __typename: "Variant", sku: "v1", color: "red", inventory };

type Parts = readonly (Readonly<Record<string, number>> | null)[];
const listOf = (parts: Parts | null, names: readonly string[]): string =>
  JSON.stringify((parts ?? []).map((part) => part && names.map((name) => part[name] ?? null)));
const boxes = [
  {
    id: "1",
    dims: [{ w: 1, h: 2 }, null, { w: 3, h: null }],
    who: car,
    whos: [[car, bike], null, []],
  },
  { id: "2", dims: null, who: null, whos: null },
].map((box) => ({
  __typename: "Box",
  n: 7,
  ...box,
  area: ({ dims }: { readonly dims: Parts | null }) => listOf(dims, ["w", "h"]),
  whoLine: ({ who }: { readonly who: Entity | null }) => String(who?.["seats"] ?? who?.["gears"]),
  deep: ({ whos }: { readonly whos: readonly (Parts | null)[] | null }) =>
    (whos ?? []).map((list) => listOf(list, ["seats", "gears"])).join(),
}));

const peers: Entity[] = [
  { a: 1, b: "x", strict: 5 },
  { a: null, b: null, strict: null },
  { a: 3, b: new Error("no"), strict: 7 },
].map((values, at) => ({
  __typename: "Peer",
  id: String(at),
  ...values,
  sum: ({ a, b }: Entity) => `${String(a)}+${String(b)}`,
  peers: () => peers,
  back: () => peers[0],
}));

const lamp = { __typename: "Lamp", id: "l", color: { rgb: "fff", name: "white" }, watt: 5 };
const home = { __typename: "Home", id: "h", part: { size: 3, lamp }, street: "S", zip: 9 };

const CONDITIONS =
  "query ($a: Boolean!, $b: Boolean!) { top { ... on Car @include(if: $a) { grade } ... on Bike @skip(if: $b) { note } score @include(if: $b) } }";
const NAMES =
  "query ($constructor: Int, $toString: [Int], $valueOf: Int = 4, $_: Boolean = true) { a(x: $constructor) b(x: $toString) c: a(x: $valueOf) @include(if: $_) d: b(x: [$constructor, 1]) }";

/** More kinds of graphs that gateways were reported to answer wrongly. */
export const FURTHER: readonly Reported[] = [
  {
    about: "several interface objects of one interface, with fields that require each other's",
    subgraphs: {
      a: `interface Ride @key(fields: "id") { id: ID! title: String } type Car implements Ride @key(fields: "id") { id: ID! title: String seats: Int } type Bike implements Ride @key(fields: "id") { id: ID! title: String gears: Int owner: Ride } type Query { rides: [Ride!]! any: Thing things: [[Thing]] } union Thing = Car | Bike`,
      b: `type Ride @key(fields: "id") @interfaceObject { id: ID! score: Int next: Ride } type Query { top: [Ride] holder: Holder } type Holder { ride: Ride! rides: [[Ride!]!]! }`,
      c: `type Ride @key(fields: "id") @interfaceObject { id: ID! score: Int @external title: String @external grade: String @requires(fields: "score") note: String @requires(fields: "title") }`,
      d: `type Car @key(fields: "id") { id: ID! n: Int } type Bike @key(fields: "id") { id: ID! n: Int }`,
    },
    world: {
      root: {
        rides: [car, bike],
        any: bike,
        things: [[car, null], [bike]],
        top: [bike, null, car],
        holder: { ride: car, rides: [[bike], [], [car, bike]] },
      },
      entities: { Ride: [car, bike].map(nextOf), Car: [nextOf(car)], Bike: [nextOf(bike)] },
    },
    operations: [
      "{ top { ... on Car { grade } ... on Bike { note } } }",
      "{ top { ... on Car { grade note } ... on Bike { note grade score } title } }",
      "{ rides { score grade note } }",
      "{ top { ... on Car { n grade } ... on Bike { n owner { grade } } } }",
      "{ holder { ride { n: id ... on Car { n2: n } } rides { note ... on Bike { gears } } } }",
      "{ any { ... on Ride { grade } ... on Bike { gears score } } things { __typename ... on Ride { note score } } }",
      "{ holder { ride { title ...R } } } fragment R on Ride { ...S note } fragment S on Ride { grade ... on Bike { n } }",
      "{ top { id: title title: id score: note } }",
      [CONDITIONS, { a: true, b: false }],
      [CONDITIONS, { a: false, b: true }],
      [CONDITIONS, { a: true, b: true }],
    ],
  },
  {
    about: "an interface object that is only named beside an entity that another subgraph resolves",
    subgraphs: {
      a: `interface Product @key(fields: "ms") { ms: Int! brand: String! } type Sun implements Product @key(fields: "ms") { ms: Int! brand: String! extra: String } type Frame implements Product @key(fields: "ms") { ms: Int! brand: String! } type Variant @key(fields: "sku") { sku: String! color: String! inventory: Inventory! } type Inventory @key(fields: "sku", resolvable: false) { sku: String! }`,
      b: `type Query { list: [ListItem!]! one: Product } type ListItem { id: ID! product: Product variant: Variant } type Product @key(fields: "ms", resolvable: false) @interfaceObject { ms: Int! } type Variant @key(fields: "sku", resolvable: false) { sku: String! }`,
      c: `type Inventory @key(fields: "sku") { sku: String! count: Int }`,
      d: `type Product @key(fields: "ms") @interfaceObject { ms: Int! rating: Int }`,
    },
    world: {
      root: {
        list: [
          { id: "1", product: sun, variant },
          { id: "2", product: frame, variant: null },
          { id: "3", product: null, variant },
        ],
        one: frame,
      },
      entities: {
        Product: [sun, frame],
        Sun: [sun],
        Frame: [frame],
        Variant: [variant],
        Inventory: [inventory],
      },
    },
    operations: [
      "{ list { id product { brand } variant { color inventory { count } } } }",
      "{ list { product { ... on Sun { extra rating } ... on Frame { r: rating brand } } } }",
      "{ list { product { ...P } } } fragment P on Product { ms ... on Sun { __typename extra } rating }",
      "{ list { p: product { brand: ms ms: brand } variant { sku: color color: sku } } }",
      "{ one { __typename ... on Sun { brand } } list { product { ms } } }",
    ],
  },
  {
    about: "required lists, unions and lists of lists",
    subgraphs: {
      a: `type Query { boxes: [Box!]! } type Box @key(fields: "id") { id: ID! dims: [Dim] who: Who whos: [[Who!]] } type Dim @shareable { w: Int h: Int } union Who = Car | Bike type Car @key(fields: "id") { id: ID! seats: Int } type Bike @key(fields: "id") { id: ID! gears: Int }`,
      b: `type Box @key(fields: "id") { id: ID! dims: [Dim] @external who: Who @external whos: [[Who!]] @external area: String @requires(fields: "dims { w h }") whoLine: String @requires(fields: "who { ... on Car { seats } ... on Bike { gears } }") deep: String @requires(fields: "whos { ... on Car { seats } ... on Bike { gears } }") } type Dim @shareable { w: Int h: Int } union Who = Car | Bike type Car @key(fields: "id") { id: ID! seats: Int @external } type Bike @key(fields: "id") { id: ID! gears: Int @external }`,
      c: `type Car @key(fields: "id") { id: ID! n: Int } type Bike @key(fields: "id") { id: ID! n: Int title: String } type Box @key(fields: "id") { id: ID! n: Int }`,
    },
    world: { root: { boxes }, entities: { Box: boxes, Car: [car], Bike: [bike] } },
    operations: [
      "{ boxes { area dims { w: h h: w } } }",
      "{ boxes { whoLine who { ... on Car { seats: n } } n } }",
      "{ boxes { deep whos { ... on Car { n gears: seats } ... on Bike { title n } } } }",
      "{ boxes { a: area b: whoLine c: deep who: id } }",
      "{ boxes { dims: area area: n who { ... on Bike { gears } } } }",
    ],
  },
  {
    about: "nulls that the schema forbids, and errors, behind required fields and references",
    subgraphs: {
      a: `type Query { all: [Peer] sure: [Peer!] one: Peer wrap: Wrap! } type Wrap { peer: Peer! list: [Peer!]! } type Peer @key(fields: "id") { id: ID! a: Int peers: [Peer!] back: Peer! } type Mutation { do: Peer! }`,
      b: `type Peer @key(fields: "id") { id: ID! b: String }`,
      c: `type Peer @key(fields: "id") { id: ID! a: Int @external b: String @external strict: Int! sum: String @requires(fields: "a b") }`,
    },
    world: {
      root: {
        all: [peers[0], null, peers[1], peers[2]],
        sure: [peers[0], peers[2]],
        one: peers[1],
        wrap: { peer: peers[1], list: [peers[0], peers[1]] },
        do: peers[1],
      },
      entities: { Peer: peers },
    },
    operations: [
      "{ all { id strict } sure { strict } }",
      "{ wrap { peer { id strict } } one { id } }",
      "{ wrap { list { id strict } } }",
      "{ all { b } sure { x: b id } }",
      "{ one { peers { back { strict } } sum } }",
      "mutation { a: do { id } b: do { strict } }",
      "{ all { ...F } one { ...F } } fragment F on Peer { back { ...G } } fragment G on Peer { strict sum }",
    ],
  },
  {
    about: "roots that implement interfaces, and variables with the names of what objects inherit",
    subgraphs: {
      a: `interface A { a(x: Int): String } type Query implements A { a(x: Int): String }`,
      b: `interface B { b(x: [Int]): String } type Query implements B { b(x: [Int]): String }`,
    },
    world: { root: { a: echo, b: echo } },
    operations: [
      "{ ...F ... on B { b(x: 1) } } fragment F on A { a __typename }",
      "query ($i: Boolean!) { ...F @include(if: $i) ...G @skip(if: $i) } fragment F on A { a } fragment G on B { b }",
      [
        "query ($i: Boolean!) { ...F @include(if: $i) ...G @skip(if: $i) } fragment F on A { a } fragment G on B { b }",
        { i: true },
      ],
      NAMES,
      [NAMES, { constructor: 5, toString: 1, valueOf: null }],
      "query ($__proto__: Int = 7) { a(x: $__proto__) }",
    ],
  },
  {
    about:
      "enumerations of which subgraphs have parts, provided values, and fields that move both ways",
    subgraphs: {
      a: `enum E { ONE TWO } type Query { e: E es: [E] home: Home } type Home @key(fields: "id") { id: ID! part: Part } type Part { size: Int lamp: Lamp @provides(fields: "color { rgb }") } type Lamp @key(fields: "id") { id: ID! color: Color @external } type Color { rgb: String @external }`,
      b: `enum E { TWO THREE } type Query { f: E fs: [[E!]] old: Home @override(from: "c") } type Home @key(fields: "id") { id: ID! street: String } type Lamp @key(fields: "id") { id: ID! color: Color @shareable watt: Int } type Color @shareable { rgb: String name: String }`,
      c: `type Query { old: Home tail: [Home] } type Home @key(fields: "id") { id: ID! street: String @override(from: "b") zip: Int }`,
    },
    world: {
      root: {
        e: "TWO",
        es: ["ONE", null, "TWO"],
        f: "THREE",
        fs: [["TWO"], null, ["THREE"]],
        home,
        old: home,
        tail: [home, null],
      },
      entities: { Lamp: [lamp], Home: [home] },
    },
    operations: [
      "{ e es f fs }",
      "{ home { part { lamp { color { rgb } } } street zip } }",
      "{ home { part { lamp { color { rgb name } watt } size } } }",
      "{ old { part { size } street zip } tail { part { lamp { watt id: watt } } } }",
      "{ tail { street } old { id: street street: zip } }",
    ],
  },
];
