import { invalidInput } from "@allfunds/contract/errors";
import { RequiresScopes } from "@allfunds/platform/graphql";
import { DateTimeScalar, DecimalScalar } from "@allfunds/platform/graphql/types";
import {
  Arg,
  Ctx,
  Field,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Resolver,
  Root,
  Subscription,
} from "type-graphql";
import { isId } from "@allfunds/platform/ids";
import { isPrice, isVolume } from "../prices/price-rows.ts";
import type { PriceTicks, Tick } from "../prices/price-ticks.ts";
import type { TickWriter } from "../prices/tick-writer.ts";
import type { InstrumentContext } from "./instrument-graphql.ts";

/** What a resolver of live prices receives. */
export interface PriceTickContext extends InstrumentContext {
  readonly tickWriter: TickWriter;
  readonly priceTicks: PriceTicks;
}

@InputType("PriceTickInput", { description: "A price at an instant." })
class PriceTickInput {
  @Field(() => ID, { description: "UUID of the instrument." })
  instrumentId!: string;

  @Field(() => DateTimeScalar, {
    description: "When it was the price, to the millisecond; a minute ahead at most.",
  })
  at!: string;

  @Field(() => DecimalScalar, { description: "Above zero." })
  price!: string;

  @Field(() => DecimalScalar, { nullable: true, description: "Traded volume, if it is known." })
  volume!: string | null | undefined;
}

@ObjectType("PriceTick", { description: "A price at an instant, as it was recorded." })
class PriceTickObject {
  @Field(() => ID, { description: "UUID of the instrument." })
  instrumentId!: string;

  @Field(() => DateTimeScalar, { description: "When it was the price." })
  at!: Date;

  @Field(() => DecimalScalar, { description: "The price." })
  price!: string;

  @Field(() => DecimalScalar, { nullable: true, description: "Traded volume, if it is known." })
  volume!: string | null;
}

const MOST_TICKS = 1_000;
const MOST_AHEAD_MS = 60_000;
const FIRST_INSTANT = new Date("1900-01-01T00:00:00Z");

interface TickRequest {
  readonly args: { readonly instrumentId?: string };
  readonly context: PriceTickContext;
}

@Resolver()
export class PriceTickResolver {
  @RequiresScopes("metrics:write")
  @Mutation(() => Int, {
    description:
      "Records prices at instants, and passes them on to `priceTicks`; resolves with their number once they are stored. One at an instant that has a price corrects it. INSTRUMENT_NOT_FOUND when one is of no instrument: the others of the request are stored.",
  })
  async recordPriceTicks(
    @Arg("ticks", () => [PriceTickInput], { description: "1 to 1,000 prices." })
    ticks: PriceTickInput[],
    @Ctx() { request, tickWriter }: PriceTickContext,
  ): Promise<number> {
    if (ticks.length < 1 || ticks.length > MOST_TICKS) {
      throw invalidInput("ticks", `must be 1 to ${MOST_TICKS}`);
    }
    const checked = ticks.map((tick, index) => toTick(tick, `ticks[${index}]`, request.now));
    await tickWriter.record(request.tenantId, checked);
    return checked.length;
  }

  @RequiresScopes("metrics:read")
  @Subscription(() => PriceTickObject, {
    description:
      "Prices of an instrument as they are recorded, from now on; a slow client gets the newest thousand. INSTRUMENT_NOT_FOUND when there is none.",
    subscribe: ({ args, context: { request, priceTicks } }: TickRequest) =>
      priceTicks.subscribe(request.tenantId, args.instrumentId ?? ""),
  })
  priceTicks(
    @Arg("instrumentId", () => ID, { description: "UUID of the instrument." }) _id: string,
    @Root() tick: Tick,
  ): PriceTickObject {
    return tick;
  }
}

const TO_THE_MILLISECOND = /:\d\d(\.\d{1,3}0*)?Z$/;

/** Throws INVALID_INPUT for a tick that cannot be stored. */
function toTick(input: PriceTickInput, path: string, now: Date): Tick {
  const { instrumentId, price, volume = null } = input;
  const at = new Date(input.at);
  if (!isId(instrumentId)) throw invalidInput(`${path}.instrumentId`, "must be a UUID");
  if (!TO_THE_MILLISECOND.test(input.at)) {
    throw invalidInput(`${path}.at`, "must not be finer than a millisecond");
  }
  if (at < FIRST_INSTANT || at.getTime() > now.getTime() + MOST_AHEAD_MS) {
    throw invalidInput(`${path}.at`, "must lie between 1900 and a minute from now");
  }
  if (!isPrice(price)) {
    throw invalidInput(
      `${path}.price`,
      "must be above zero, with at most 20 digits and 12 decimals",
    );
  }
  if (volume !== null && !isVolume(volume)) {
    throw invalidInput(
      `${path}.volume`,
      "must not be negative, with at most 20 digits and 12 decimals",
    );
  }
  return { instrumentId, at, price, volume };
}
