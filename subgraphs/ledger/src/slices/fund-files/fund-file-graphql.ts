import { createHash } from "node:crypto";
import { formatScaled, parseDecimal, rescale } from "@allfunds/contract/money";
import { invalidInput } from "@allfunds/contract/errors";
import { requireCaller, requireScope } from "@allfunds/platform/auth";
import { RequiresScopes } from "@allfunds/platform/graphql";
import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, Info, Mutation, Resolver } from "type-graphql";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { settleKnownAt } from "../balances/point-in-time.ts";
import { requireFund } from "../funds/fund-sql.ts";
import { readPositions } from "../trades/position-sql.ts";
import { toPositionObject } from "../trades/trade-object.ts";
import { checkSecurities, FileApplication, findOrderParties } from "./apply-file.ts";
import type { FileLine } from "./file-fields.ts";
import { invalidFile, readFundFile, type FileReading } from "./fund-file.ts";
import {
  FileColumnObject,
  FileLineObject,
  ImportedFundFileObject,
  ImportFundFileInput,
  PositionDifferenceObject,
  UndoImportInput,
  UndoneImportObject,
} from "./fund-file-object.ts";

const SHOWN_LINES = 20;

@Resolver(() => ImportedFundFileObject)
export class FundFileResolver {
  readonly #application: FileApplication;

  constructor(parts: ConstructorParameters<typeof FileApplication>[0]) {
    this.#application = new FileApplication(parts);
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => ImportedFundFileObject, {
    description:
      "Reads a file of trades, positions, prices, exchange rates, orders or investors, and stores all of it or nothing: FILE_INVALID names every line that cannot be read, and a refusal of the books keeps its code and names the line. The same file sent twice is stored once, until it is taken back by `undoImport`.",
  })
  async importFundFile(
    @Arg("input", () => ImportFundFileInput) input: ImportFundFileInput,
    @Ctx() context: LedgerContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ImportedFundFileObject> {
    const { kind, content, preview } = input;
    const fundId = await fundOf(input, context);
    const file = readFundFile(kind, content, readingOf(input));
    const lines = linesFrom(input, file.lines);
    const hash = createHash("sha256").update(content, "utf8").digest("hex");
    await this.#check(input, fundId, lines, context);
    const isApplied = !preview && kind !== "POSITIONS";
    const applied = { fundId, lines, hash };
    return Object.assign(new ImportedFundFileObject(), {
      kind,
      hash,
      count: lines.length,
      passedOver: file.passedOver,
      columns: [...file.columns].map(([field, column]) =>
        Object.assign(new FileColumnObject(), { field, column }),
      ),
      lines: lines.slice(0, SHOWN_LINES).map(toLineObject),
      isApplied,
      replayed: isApplied && (await this.#application.apply(kind, applied, context, info)),
      differences: kind === "POSITIONS" ? await compare(context, fundId ?? "", lines) : [],
    });
  }

  @RequiresScopes("ledger:write")
  @Mutation(() => UndoneImportObject, {
    description:
      "Takes an imported file of trades or orders back: each is cancelled as `cancelTrade` and `cancelOrder` do, all or none. A price or rate is corrected by a newer record instead. Sent again afterwards, its records are new ones. FILE_NOT_FOUND when the fund has no such file.",
  })
  async undoImport(
    @Arg("input", () => UndoImportInput) { kind, fundId, hash, reason }: UndoImportInput,
    @Ctx() context: LedgerContext,
  ): Promise<UndoneImportObject> {
    if (kind !== "TRADES" && kind !== "ORDERS") {
      throw invalidInput("kind", "must be TRADES or ORDERS");
    }
    if (!/^[0-9a-f]{64}$/.test(hash)) throw invalidInput("hash", "must be a SHA-256, hexadecimal");
    const { id } = await requireFund(context, fundId);
    const count = await this.#application.undo({ kind, fundId: id, hash, reason }, context);
    return Object.assign(new UndoneImportObject(), { hash, count });
  }

  /** What can be known before anything is stored. */
  async #check(
    { kind }: ImportFundFileInput,
    fundId: string | null,
    lines: readonly FileLine[],
    context: LedgerContext,
  ): Promise<void> {
    if (kind === "TRADES" || kind === "PRICES") await checkSecurities(context, lines);
    if (kind === "ORDERS") await findOrderParties(context, fundId ?? "", lines);
  }
}

/** The fund that the file is for, which the caller may see. */
async function fundOf(
  { kind, fundId = null }: ImportFundFileInput,
  context: LedgerContext,
): Promise<string | null> {
  if (kind === "INVESTORS") requireScope(requireCaller(context.request), "investors:write");
  if (kind === "INVESTORS" || kind === "EXCHANGE_RATES") {
    if (fundId !== null) throw invalidInput("fundId", "is not for files of the tenant");
    return null;
  }
  if (fundId === null) {
    if (kind !== "PRICES") throw invalidInput("fundId", "is needed for files of this kind");
    return null;
  }
  return (await requireFund(context, fundId)).id;
}

function readingOf(input: ImportFundFileInput): FileReading {
  const { decimalSeparator, dateFormat, delimiter, source, columns } = input;
  if (decimalSeparator !== undefined && decimalSeparator !== null) {
    if (decimalSeparator !== "." && decimalSeparator !== ",") {
      throw invalidInput("decimalSeparator", "must be . or ,");
    }
  }
  if (typeof delimiter === "string" && delimiter.length !== 1) {
    throw invalidInput("delimiter", "must be one character");
  }
  const isSourced = input.kind === "PRICES" || input.kind === "EXCHANGE_RATES";
  return {
    columns: new Map((columns ?? []).map(({ field, column }) => [field, column])),
    decimalSeparator: decimalSeparator ?? undefined,
    dateFormat: dateFormat ?? undefined,
    delimiter: delimiter ?? undefined,
    defaults: new Map(isSourced && typeof source === "string" ? [["source", source]] : []),
  };
}

/** The lines from a day on, of a file of rates. */
function linesFrom(
  { kind, from = null }: ImportFundFileInput,
  lines: readonly FileLine[],
): readonly FileLine[] {
  if (from === null) return lines;
  if (kind !== "EXCHANGE_RATES") throw invalidInput("from", "is only for exchange rates");
  const since = lines.filter(({ values }) => (values.get("date") ?? "") >= from);
  if (since.length === 0) throw invalidFile(`The file has no rate from ${from} on.`);
  return since;
}

const toLineObject = ({ line, values }: FileLine): FileLineObject =>
  Object.assign(new FileLineObject(), {
    line,
    fields: [...values].map(([name, value]) => ({ name, value })),
  });

/** Where the books have other quantities than a file of positions. */
async function compare(
  context: LedgerContext,
  fundId: string,
  lines: readonly FileLine[],
): Promise<PositionDifferenceObject[]> {
  const { request, stores } = context;
  const book = { tenantId: request.tenantId, bookId: fundId };
  const days = Map.groupBy(lines, ({ values }) => values.get("asOf") ?? "");
  const knownAt = await settleKnownAt(context, fundId, null);
  const differences: PositionDifferenceObject[] = [];
  for (const [asOf, own] of days) {
    const held = await readPositions(stores.pool, book, { asOf, knownAt });
    const inBooks = new Map(held.map(toPositionObject).map((one) => [one.isin, one.quantity]));
    const inFile = new Map<string, bigint>();
    for (const { values } of own) {
      const isin = values.get("isin") ?? "";
      inFile.set(isin, (inFile.get(isin) ?? 0n) + scaled(values.get("quantity")));
    }
    for (const isin of [...new Set([...inBooks.keys(), ...inFile.keys()])].sort()) {
      const [file, books] = [inFile.get(isin) ?? 0n, scaled(inBooks.get(isin))];
      if (file !== books) differences.push(toDifference(isin, asOf, file, books));
    }
  }
  return differences;
}

/** A quantity has at most as many decimals as an asset. */
const MOST_DECIMALS = 18;
const scaled = (text = "0"): bigint => rescale(parseDecimal(text), MOST_DECIMALS, "DOWN");

const shown = (unscaled: bigint): string =>
  formatScaled(unscaled, MOST_DECIMALS).replace(/\.?0+$/, "");

const toDifference = (
  isin: string,
  asOf: string,
  inFile: bigint,
  inBooks: bigint,
): PositionDifferenceObject =>
  Object.assign(new PositionDifferenceObject(), {
    isin,
    asOf,
    inFile: shown(inFile),
    inBooks: shown(inBooks),
    difference: shown(inFile - inBooks),
  });
