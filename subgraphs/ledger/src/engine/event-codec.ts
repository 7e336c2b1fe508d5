import { formatAmount, parseAmount } from "@allfunds/contract/money";
import type { DomainEvent } from "./book.ts";

/** An event's two forms: as decisions use it, and as it is stored and published. */
export interface EventCodec<Event extends DomainEvent> {
  readonly encode: (event: Event) => object;
  readonly decode: (payload: never) => Event;
  /** The canonical JSON of a payload, where that can be written faster than by sorting its members. */
  readonly json?: (payload: never) => string;
}

/** Members of an event that are spelled in another way in its payload. */
interface Spelling<Event> {
  /** Minor units that the payload spells as decimals of `currency`: the payload's name for each. */
  readonly amounts?: { readonly [Member in keyof Event]?: string };
  /** Amounts that the payload leaves out when they are null. */
  readonly optional?: readonly (keyof Event)[];
  /** Moments, or null. */
  readonly times?: readonly (keyof Event)[];
  /** Members that go by another name in the payload. */
  readonly names?: { readonly [Member in keyof Event]?: string };
}

type Plain = Record<string, unknown>;

/** The codec of an event whose members are spelled as they are, but for those named. */
export function codecOf<Event extends DomainEvent>(
  type: Event["type"],
  { amounts = {}, optional = [], times = [], names = {} }: Spelling<Event> = {},
): EventCodec<Event> {
  const amountNames = Object.entries(amounts) as [string, string][];
  const renamed = Object.entries(names) as [string, string][];
  return {
    encode: (event) => {
      const { type: _type, ...payload } = event as DomainEvent & Plain;
      for (const [member, name] of amountNames) {
        const minor = payload[member] as bigint | null;
        delete payload[member];
        if (minor !== null) payload[name] = formatAmount(minor, payload["currency"] as string);
        else if (!optional.includes(member as keyof Event)) payload[name] = null;
      }
      for (const member of times) {
        payload[member as string] =
          (payload[member as string] as Date | null)?.toISOString() ?? null;
      }
      for (const [member, name] of renamed) {
        payload[name] = payload[member];
        delete payload[member];
      }
      return payload;
    },
    decode: (stored: Plain) => {
      const event: Plain = { ...stored };
      for (const [member, name] of renamed) {
        event[member] = event[name];
        delete event[name];
      }
      for (const [member, name] of amountNames) {
        const amount = stored[name] as string | null | undefined;
        if (name !== member) delete event[name];
        event[member] =
          amount === null || amount === undefined
            ? null
            : parseAmount(amount, stored["currency"] as string);
      }
      for (const member of times) {
        const time = stored[member as string] as string | null;
        event[member as string] = time === null ? null : new Date(time);
      }
      return { ...event, type } as unknown as Event;
    },
  };
}
