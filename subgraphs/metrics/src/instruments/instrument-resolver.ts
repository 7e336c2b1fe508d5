import { invalidInput } from "@allfunds/contract/errors";
import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  CursorScalar,
  decodeCursor,
  encodeCursor,
  pageSize,
  toConnection,
} from "@allfunds/platform/graphql/types";
import { newId } from "@allfunds/platform/ids";
import type { Pool } from "@allfunds/platform/database";
import type { Connection } from "@allfunds/platform/graphql/types";
import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from "type-graphql";
import type { MetricsContext } from "../metrics-context.ts";
import { utcDate } from "../series/calendar.ts";
import { ImportPricesInput } from "./import-prices-input.ts";
import { importPrices } from "./import-prices.ts";
import type { PriceImport } from "./import-prices.ts";
import type { Instrument } from "./instrument.ts";
import { InstrumentConnection, InstrumentObject, PriceImportObject } from "./instrument-objects.ts";
import { parsePrices } from "./parse-prices.ts";
import { findInstrument, listInstruments } from "./read-instruments.ts";

@Resolver(() => InstrumentObject)
export class InstrumentResolver {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  @RequiresScopes("metrics:read")
  @Query(() => InstrumentObject, { nullable: true, description: "One instrument, or null." })
  instrument(
    @Arg("id", () => ID, { description: "UUID of the instrument." }) id: string,
    @Ctx() { request }: MetricsContext,
  ): Promise<Instrument | null> {
    return findInstrument(this.#pool, request.tenantId, id);
  }

  @RequiresScopes("metrics:read")
  @Query(() => InstrumentConnection, { description: "Instruments by symbol." })
  async instruments(
    @Arg("first", () => Int, { defaultValue: 20, description: "Page size, 1 to 200." })
    first: number,
    @Arg("after", () => CursorScalar, { nullable: true, description: "Cursor to read on from." })
    after: string | null | undefined,
    @Ctx() { request }: MetricsContext,
  ): Promise<Connection<Instrument>> {
    const size = pageSize(first);
    const afterSymbol = after ? String(decodeCursor(after, 1)[0]) : null;
    const items = await listInstruments(this.#pool, request.tenantId, afterSymbol, size + 1);
    return toConnection(items, {
      first: size,
      after,
      cursorOf: ({ symbol }) => encodeCursor([symbol]),
    });
  }

  @RequiresScopes("metrics:write")
  @Mutation(() => PriceImportObject, {
    description:
      "Stores daily prices from CSV. A file with a bad row is refused whole (INVALID_INPUT, with line numbers); importing a file twice changes nothing; a changed price is corrected.",
  })
  importPrices(
    @Arg("input", () => ImportPricesInput) input: ImportPricesInput,
    @Ctx() { request }: MetricsContext,
  ): Promise<PriceImport> {
    const { symbol, name, currency, content, csv } = input;
    if (csv.decimalSeparator !== "." && csv.decimalSeparator !== ",") {
      throw invalidInput("csv.decimalSeparator", 'must be "." or ","');
    }
    const prices = parsePrices(content, csv, utcDate(request.now));
    const details = { symbol, name, currency };
    return importPrices(this.#pool, request.tenantId, newId(), details, prices);
  }
}
