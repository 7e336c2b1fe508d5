import type { LoggedEvent } from "./offline-log.fixture.ts";
import { idOf } from "./offline-log.fixture.ts";

/** One change of one event of a log. */
export interface Mutant {
  /** The type of the event and the path of what is changed in it, without places in lists. */
  readonly path: string;
  readonly change: string;
  readonly position: number;
  readonly events: readonly LoggedEvent[];
  /** Where each event stood before. */
  readonly places: readonly number[];
}

type Edit = (value: unknown) => Iterable<readonly [change: string, value: unknown]>;

const ABSENT = Symbol("absent");
const AMOUNT = /^-?\d+(?:\.\d+)?$/;
const ID = /^[0-9a-f]{8}-/;
const DATE = /^\d{4}-\d\d-\d\d$/;
const INSTANT = /^\d{4}-\d\d-\d\dT/;
const WORDS: Readonly<Record<string, readonly string[]>> = {
  side: ["DEBIT", "CREDIT"],
  of: ["FUND", "TENANT"],
  direction: ["IN", "OUT"],
  verdict: ["NEW", "DUPLICATE", "POSSIBLE_DUPLICATE"],
  type: ["ASSET", "LIABILITY", "EQUITY", "INCOME", "EXPENSE"],
  currency: ["EUR", "USD", "JPY", "euro"],
  base: ["EUR", "USD", "euro"],
  quote: ["EUR", "USD", "euro"],
  kind: [
    "API",
    "ADJUSTMENT",
    "CAPTURE",
    "REVERSAL",
    "STATEMENT",
    "OTHER",
    "PostTransaction",
    "AdjustBalance",
    "PostStatementLine",
    "ReverseTransaction",
    "CaptureHold",
  ],
};

/** Every change of a member: taken away, of another type, and another value of its own kind. */
function* editsOf(name: string, value: unknown): ReturnType<Edit> {
  yield ["removed", ABSENT];
  yield ["number", typeof value === "number" ? value + 1 : 7];
  yield ["list", []];
  if (value !== null) yield ["null", null];
  else yield ["text", "a text"];
  if (typeof value === "number")
    yield* [
      ["less", value - 1],
      ["fraction", value + 0.5],
      ["negative", -1],
    ] as const;
  if (typeof value === "boolean") yield ["other", !value];
  if (typeof value === "string") yield* textsFor(name, value);
  if (Array.isArray(value)) yield* listsFor(value);
}

function* textsFor(name: string, value: string): ReturnType<Edit> {
  yield ["empty", ""];
  const words = WORDS[name];
  if (words !== undefined) {
    for (const word of words) if (word !== value) yield [`to ${word}`, word];
  } else if (ID.test(value)) {
    yield ["another id", idOf(0xdead)];
    yield ["no id", value.slice(1)];
  } else if (INSTANT.test(value)) {
    yield ["earlier", "2026-06-01T00:00:00.000Z"];
    yield ["later", "2026-08-01T00:00:00.000Z"];
    yield ["microseconds", value.replace("Z", "000Z")];
  } else if (DATE.test(value)) {
    yield ["closed day", "2026-03-15"];
    yield ["day before", dayBeside(value, -1)];
    yield ["day after", dayBeside(value, 1)];
    yield ["no day", "2026-02-30"];
  } else if (AMOUNT.test(value)) {
    yield ["more", beside(value, 1)];
    yield ["less", beside(value, -1)];
    yield ["negative", value.startsWith("-") ? value.slice(1) : `-${value}`];
    yield ["longer", `${value}0`];
    yield ["shorter", value.slice(0, -1)];
    yield ["leading zero", `0${value}`];
  } else {
    yield ["other text", `${value} and more`];
  }
}

const beside = (amount: string, step: number): string => {
  const scale = amount.split(".")[1]?.length ?? 0;
  return ((Number(amount.replace(".", "")) + step) / 10 ** scale).toFixed(scale);
};

const dayBeside = (date: string, days: number): string =>
  new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);

function* listsFor(items: readonly unknown[]): ReturnType<Edit> {
  if (items.length === 0) return;
  yield ["first dropped", items.slice(1)];
  yield ["last doubled", [...items, items.at(-1)]];
}

/** Every member of an event's payload, at any depth, with every change of it. */
function* changed(
  value: unknown,
  path: readonly string[],
): Iterable<readonly [path: readonly string[], change: string, value: unknown]> {
  for (const [change, other] of editsOf(path.at(-1) ?? "", value)) yield [path, change, other];
  if (typeof value !== "object" || value === null) return;
  const members = value as Record<string, unknown>;
  if (!Array.isArray(value)) yield [path, "member added", { ...members, addedBy: "another hand" }];
  for (const [name, inner] of Object.entries(members)) {
    for (const [below, change, other] of changed(inner, [...path, name])) {
      if (below.length > path.length) yield [below, change, put(members, name, other, below, path)];
    }
  }
}

function put(
  members: Record<string, unknown>,
  name: string,
  other: unknown,
  below: readonly string[],
  path: readonly string[],
): unknown {
  // A change further down comes with all that is around it already.
  const isOwn = below.length === path.length + 1;
  if (Array.isArray(members)) {
    const place = Number(name);
    if (isOwn && other === ABSENT) return members.filter((_, index) => index !== place);
    return members.map((item: unknown, index) => (index === place ? other : item));
  }
  if (isOwn && other === ABSENT) {
    return Object.fromEntries(Object.entries(members).filter(([key]) => key !== name));
  }
  return { ...members, [name]: other };
}

const replaced = <Item>(items: readonly Item[], index: number, item: Item): Item[] =>
  items.map((each, place) => (place === index ? item : each));

/** The place beside it when it is the given one or the one behind. */
function swapped(place: number, position: number): number {
  if (place === position) return position + 1;
  return place === position + 1 ? position : place;
}

const withoutPlaces = (path: readonly string[]): string =>
  path.filter((name) => !/^\d+$/.test(name)).join(".");

/** Every change of every member of every payload. */
export function* payloadMutants(events: readonly LoggedEvent[]): Iterable<Mutant> {
  const places = events.map((_, index) => index + 1);
  for (const [index, event] of events.entries()) {
    for (const [path, change, payload] of changed(event.payload, [])) {
      if (path.length === 0) continue;
      const mutated = { ...event, payload: payload as LoggedEvent["payload"] };
      yield {
        path: withoutPlaces([event.type, ...path]),
        change,
        position: index + 1,
        events: replaced(events, index, mutated),
        places,
      };
    }
  }
}

/** Events dropped, doubled, swapped, of another type, of another command, of another time. */
export function* eventMutants(events: readonly LoggedEvent[]): Iterable<Mutant> {
  const places = events.map((_, index) => index + 1);
  const types = [...new Set(events.map(({ type }) => type)), "SomethingElse"];
  for (const [index, event] of events.entries()) {
    const position = index + 1;
    const mutant = { path: event.type, position, events, places };
    const moved = (change: string, order: readonly number[]): Mutant => ({
      ...mutant,
      change,
      events: order.flatMap((place) => events[place - 1] ?? []),
      places: order,
    });
    const edited = (change: string, edit: Partial<LoggedEvent>): Mutant => ({
      ...mutant,
      change,
      events: replaced(events, index, { ...event, ...edit }),
    });
    yield moved(
      "dropped",
      places.filter((place) => place !== position),
    );
    yield moved(
      "doubled",
      places.flatMap((place) => (place === position ? [place, place] : [place])),
    );
    if (position < events.length)
      yield moved(
        "swapped",
        places.map((place) => swapped(place, position)),
      );
    for (const type of types) if (type !== event.type) yield edited(`to ${type}`, { type });
    yield edited("earlier", { recordedAt: "2026-06-01T00:00:00.000Z" });
    yield edited("later", { recordedAt: "2026-08-01T00:00:00.000Z" });
    yield edited("no actor", { actor: 7 as unknown as string });
    if (event.commandEvents === null) {
      yield edited("half a command", { commandEvents: 1 });
      continue;
    }
    yield edited("fewer events", { commandEvents: event.commandEvents - 1 });
    yield edited("more events", { commandEvents: event.commandEvents + 1 });
    yield edited("no key", { commandKey: null });
    yield edited("no hash of a request", { requestHash: null });
  }
}
