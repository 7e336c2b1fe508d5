import type { World } from "./one-server.fixture.ts";

export const book = {
  __typename: "Book",
  id: "1",
  title: "B",
  pages: 9,
  score: 4,
  reviews: [{ stars: 1 }, { stars: 2 }],
  label: (of: { score?: number }) => `L${of.score}`,
};
export const film = {
  __typename: "Film",
  id: "2",
  title: "F",
  minutes: 90,
  score: null,
  reviews: [],
  label: (of: { score?: number }) => `L${of.score}`,
};

export const person = { __typename: "Person", id: "p", name: "P", age: 30, rank: 7 };
export const org = { __typename: "Org", id: "o", name: "O", size: 3, rank: 8 };
type Cost = { price: unknown; weight: number };
const priced = (id: string, base: number, owner: object) => ({
  __typename: "Product",
  id,
  weight: base === 3 ? null : base,
  dims: { w: base, h: 2 },
  owner,
  price: (_: unknown, { currency }: { currency: string }) => (currency === "USD" ? base * 2 : base),
  cost: ({ price, weight }: Cost) => `${typeof price === "number" ? price : base * 2}x${weight}`,
  area: (of: { dims: { w: number; h: number } }) => of.dims.w * of.dims.h,
  ownerLine: (of: { owner: Record<string, unknown> }) =>
    ["name", "age", "size"].map((part) => String(of.owner[part])).join("/"),
});
export const products = [priced("1", 1, person), priced("2", 2, org), priced("3", 3, org)];

export const users: Record<string, unknown>[] = [1, 2, 3].map((n) => ({
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

export const items = {
  A: [{ __typename: "A", id: "a1", a: "a", x: 5 }],
  B: [{ __typename: "B", id: "b1", b: "b" }],
  C: [{ __typename: "C", id: "c1", c: "c", y: 6 }],
};

export const parcels = [1, 2].map((n) => ({
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

export const echo = (_: unknown, args: object) => JSON.stringify(args);

const sound = (of: object, { loud }: { loud: boolean }) => (loud ? "LOUD" : "quiet");

export function animals(): World {
  const keeper: Record<string, unknown> = {
    __typename: "Keeper",
    id: "k",
    weight: 80,
    nick: "Kay",
  };
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

const value = (of: unknown): number =>
  typeof of === "function" ? Number(of(undefined, { y: 2 })) : Number(of);

const read = (of: Record<string, unknown>, name: string): unknown => {
  const found = of[name] ?? undefined;
  return typeof found === "function"
    ? (found as (of: unknown, args: object) => unknown)(of, { y: 2 })
    : found;
};

export function shops(): World {
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
    shop["twice"] = (of: Record<string, unknown>) => Number(read(of, "base")) * 2;
    shop["fourfold"] = (of: Record<string, unknown>) => Number(read(of, "twice")) * 2;
    shop["line"] = (of: Record<string, unknown>) =>
      ["fourfold", "rent"].map((part) => String(read(of, part))).join("/");
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
