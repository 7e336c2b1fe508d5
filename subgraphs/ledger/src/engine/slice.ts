import { AppError } from "@allfunds/contract/errors";
import type { NamedMigration } from "@allfunds/platform/database";
import type { Statements } from "./batched-sql.ts";
import type {
  BookId,
  Command,
  DomainEvent,
  EventPlace,
  PublishedEvent,
  Requester,
} from "./book.ts";
import type { BookState, Rows } from "./book-state.ts";
import type { EventCodec } from "./event-codec.ts";
import { atOnce } from "./turns.ts";
import type { AnyTable, AppendTable, StoredTable } from "./table.ts";

/** What a decision may read beside the command and the state of the book. */
export interface DecisionContext {
  readonly now: Date;
  readonly requester: Requester;
  /** What a command that waited as JSON leads to here, without another review. */
  readonly decideStored: (waited: StoredCommand) => readonly DomainEvent[];
}

/** A command that waited as JSON, in the form that it had when it began to wait. */
export interface StoredCommand {
  readonly command: Command;
  /** Version of its form. */
  readonly schema: number;
}

/** Rows that are looked up when a command names their key, because the state does not hold them all. */
export interface Lookup<Row = unknown> {
  readonly rows: Rows<Row>;
  /** Puts what there is under these keys into `draft`. */
  readonly find: (loading: Loading, keys: readonly string[]) => Promise<void>;
}

interface Loading {
  readonly statements: Statements;
  readonly book: BookId;
  readonly draft: BookState;
}

export type Want = (lookup: Lookup<never>, key: string) => void;

interface CommandHandler<Kind extends Command> {
  /** What has to be looked up before it can be decided. Ids that clients chose may be taken already. */
  readonly needs?: (
    command: Kind,
    want: Want,
    clientChoseId: boolean,
    /** The same for a command that waited as JSON: its ids may have been taken since. */
    needsOfStored: (waited: StoredCommand) => void,
  ) => void;
  /** The events it leads to; throws the refusal. Pure: no clock, no ids, no I/O. */
  readonly decide: (
    command: Kind,
    state: BookState,
    context: DecisionContext,
  ) => readonly DomainEvent[];
  /** The same in steps, of a command that leads to thousands of events: other books get a turn between them. */
  readonly steps?: (
    command: Kind,
    state: BookState,
    context: DecisionContext,
  ) => Generator<void, readonly DomainEvent[]>;
  /** True when it begins a book; only callers who may see every fund give such a command. */
  readonly opensBook?: true;
  /**
   * Of commands that may have to wait for approval: reads one back from the JSON it waited as. A command
   * without it is never reviewed.
   */
  readonly stored?: (json: unknown) => Kind;
  /**
   * Turns a form that commands waited in into the next one: the first is of version 1. Each stays for ever, and
   * `stored` reads what the last of them leads to.
   */
  readonly upgrades?: readonly ((json: Command) => Command)[];
}

/** A handler that decides in steps, or all at once where nothing waits for a turn. */
export const inSteps = <Kind extends Command>(
  steps: NonNullable<CommandHandler<Kind>["steps"]>,
): Pick<CommandHandler<Kind>, "decide" | "steps"> => ({
  steps,
  decide: (command, state, context) => atOnce(steps(command, state, context)),
});

interface EventHandler<Event extends DomainEvent> {
  readonly codec: EventCodec<Event>;
  /** Folds it into a draft. It only folds: whether it may happen was decided before. */
  readonly evolve: (draft: BookState, event: Event, place: EventPlace) => void;
  /** What its check has to look up beside the state. */
  readonly needs?: (event: Event, want: Want) => void;
  /** While a log is replayed: throws when the state before it forbids the event. */
  readonly check?: (state: BookState, event: Event, replay: ReplayContext) => void;
}

/** The fold of an event that no decision reads: its state stays as it was. */
export const foldsNothing = (): void => undefined;

/** What checks of a replay may read beside the state. */
export interface ReplayContext {
  readonly place: EventPlace;
  /** The tenant's own book as it was at one of its positions. */
  readonly tenantAt: (position: number) => BookState | undefined;
}

/** What a slice makes of an event of another one. */
interface Reaction<Event extends DomainEvent> {
  readonly needs?: EventHandler<Event>["needs"];
  readonly evolve?: EventHandler<Event>["evolve"];
  readonly check?: EventHandler<Event>["check"];
}

type CommandHandlers<Kinds extends Command> = {
  readonly [Kind in Kinds["kind"]]: CommandHandler<Extract<Kinds, { readonly kind: Kind }>>;
};

type EventHandlers<Events extends DomainEvent> = {
  readonly [Type in Events["type"]]: EventHandler<Extract<Events, { readonly type: Type }>>;
};

/** One capability of the books: its commands, its events and where their state is stored. */
export interface Slice<Kinds extends Command = never, Events extends DomainEvent = never> {
  readonly name: string;
  readonly commands: CommandHandlers<Kinds>;
  readonly events: EventHandlers<Events>;
  /** By type of event. */
  readonly reactions?: Readonly<Record<string, Reaction<never>>>;
  readonly tables?: readonly AnyTable[];
  readonly appends?: readonly AppendTable[];
  /** Rows in memory that outlive a batch without being stored: what follows from stored ones. */
  readonly derived?: readonly Rows<never>[];
  /** Rows that checks of a replay need from earlier events, however long ago. */
  readonly replayed?: readonly Rows<never>[];
  /** What the passing of time alone leads to; recorded before anything else is decided. */
  readonly due?: (state: BookState, now: Date) => readonly DomainEvent[];
  /** Looks at what a command would lead to, and may put other events in their place. */
  readonly review?: (
    command: Command,
    events: readonly DomainEvent[],
    state: BookState,
    requester: Requester,
    now: Date,
    /** Version of the form in which the command would wait. */
    schema: number,
  ) => readonly DomainEvent[];
  /** The refusal that a command's events stand for, if they do; `kept` is false when they are not stored. */
  readonly refusalOf?: (events: readonly PublishedEvent[], kept: boolean) => AppError | undefined;
  /** Adds to the stored answer of a command what later became of it. */
  readonly followUp?: (
    statements: Statements,
    book: BookId,
    answers: readonly PublishedEvent[][],
  ) => Promise<void>;
  /**
   * Compares what the database itself keeps of the slice with what a replay led to; returns what is wrong, in a
   * sentence.
   */
  readonly compare?: (
    statements: Statements,
    book: BookId,
    state: BookState,
  ) => Promise<string | undefined>;
  /** Steps of the schema that are its own, after those that all slices began with. */
  readonly migrations?: readonly NamedMigration[];
  /** Refusals that violated constraints stand for. */
  readonly constraints?: Readonly<Record<string, () => AppError>>;
}

export const defineSlice = <Kinds extends Command, Events extends DomainEvent>(
  slice: Slice<Kinds, Events>,
): Slice<Kinds, Events> => slice;

type CommandIn<Handler> = Handler extends CommandHandler<infer Kind> ? Kind : never;
type EventIn<Handler> = Handler extends EventHandler<infer Event> ? Event : never;
interface AnySlice {
  readonly commands: object;
  readonly events: object;
}
/** Every command of some slices. */
export type CommandsOf<S extends AnySlice> = S extends AnySlice
  ? CommandIn<S["commands"][keyof S["commands"]]>
  : never;
/** Every event of some slices. */
export type EventsOf<S extends AnySlice> = S extends AnySlice
  ? EventIn<S["events"][keyof S["events"]]>
  : never;

type AnyHandler = CommandHandler<Command>;
type AnyEventHandler = EventHandler<DomainEvent>;

/** All slices as the engine uses them. */
export interface Model {
  readonly commandOf: (kind: string) => AnyHandler;
  /** Undefined for types that this version does not have. */
  readonly eventOf: (type: string) => AnyEventHandler | undefined;
  readonly tables: readonly StoredTable[];
  readonly appends: readonly AppendTable[];
  /** Kinds of rows that outlive a batch. */
  readonly kept: readonly Rows<unknown>[];
  /** Kinds of rows that a replay keeps beside those. */
  readonly replayed: readonly Rows<unknown>[];
  readonly due: readonly NonNullable<Slice["due"]>[];
  readonly reviews: readonly NonNullable<Slice["review"]>[];
  readonly refusals: readonly NonNullable<Slice["refusalOf"]>[];
  readonly followUps: readonly NonNullable<Slice["followUp"]>[];
  readonly comparisons: readonly NonNullable<Slice["compare"]>[];
  readonly migrations: readonly NamedMigration[];
  readonly constraints: ReadonlyMap<string, () => AppError>;
}

/** A command that waited as JSON; one that this version cannot read has to be proposed anew. */
export function readStored(model: Model, { command, schema }: StoredCommand): Command {
  try {
    const { stored, upgrades = [] } = model.commandOf(command.kind);
    if (stored !== undefined && schema <= upgrades.length + 1) {
      return stored(upgrades.slice(schema - 1).reduce((json, next) => next(json), command));
    }
  } catch {
    // Which member is at fault means nothing to who approves.
  }
  throw new AppError(
    "INVALID_INPUT",
    "What waits cannot be read any more: withdraw it and propose it anew.",
  );
}

/** Puts slices together; each kind of command and type of event has one owner. */
export function composeSlices(slices: readonly object[]): Model {
  const all = slices as readonly Slice<Command, DomainEvent>[];
  const commands = ownersOf(all.map((slice) => slice.commands));
  const events = ownersOf(
    all.map((slice) => slice.events as Readonly<Record<string, AnyEventHandler>>),
  );
  for (const [type, reaction] of all.flatMap((slice) => Object.entries(slice.reactions ?? {}))) {
    const owner = events.get(type);
    if (owner === undefined) throw new Error(`no slice has the event ${type}`);
    events.set(type, withReaction(owner, reaction as Reaction<DomainEvent>));
  }
  const tables = all.flatMap((slice) => slice.tables ?? []) as unknown as readonly StoredTable[];
  const derived = all.flatMap(
    (slice) => slice.derived ?? [],
  ) as unknown as readonly Rows<unknown>[];
  return {
    commandOf: (kind) => {
      const handler = commands.get(kind);
      if (handler === undefined) throw new Error(`no slice has the command ${kind}`);
      return handler;
    },
    eventOf: (type) => events.get(type),
    tables,
    appends: all.flatMap((slice) => slice.appends ?? []),
    kept: [...tables, ...derived],
    replayed: all.flatMap((slice) => slice.replayed ?? []) as unknown as readonly Rows<unknown>[],
    due: all.flatMap((slice) => slice.due ?? []),
    reviews: all.flatMap((slice) => slice.review ?? []),
    refusals: all.flatMap((slice) => slice.refusalOf ?? []),
    followUps: all.flatMap((slice) => slice.followUp ?? []),
    migrations: all.flatMap((slice) => slice.migrations ?? []),
    comparisons: all.flatMap((slice) => slice.compare ?? []),
    constraints: ownersOf(all.map((slice) => slice.constraints ?? {})),
  };
}

/** The owner of an event folds and checks it first. */
const withReaction = (
  owner: AnyEventHandler,
  { needs, evolve, check }: Reaction<DomainEvent>,
): AnyEventHandler => ({
  ...owner,
  needs: (event, want) => {
    owner.needs?.(event, want);
    needs?.(event, want);
  },
  evolve: (draft, event, place) => {
    owner.evolve(draft, event, place);
    evolve?.(draft, event, place);
  },
  check: (state, event, replay) => {
    owner.check?.(state, event, replay);
    check?.(state, event, replay);
  },
});

function ownersOf<Value>(maps: readonly Readonly<Record<string, Value>>[]): Map<string, Value> {
  const owners = new Map<string, Value>();
  for (const [name, value] of maps.flatMap((map) => Object.entries(map))) {
    if (owners.has(name)) throw new Error(`${name} belongs to two slices`);
    owners.set(name, value);
  }
  return owners;
}
