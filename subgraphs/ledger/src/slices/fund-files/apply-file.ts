import { AppError, type Violation } from "@allfunds/contract/errors";
import { isId } from "@allfunds/platform/ids";
import type { GraphQLResolveInfo } from "graphql";
import type { CommandPort } from "../../engine/command-bus.ts";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import { ExchangeRateResolver } from "../exchange-rates/exchange-rate-graphql.ts";
import { InvestorResolver } from "../investors/investor-graphql.ts";
import { readInvestorIds } from "../investors/investor-sql.ts";
import { OrderResolver } from "../orders/order-graphql.ts";
import type { CancelOrder } from "../orders/order.ts";
import { SecurityPriceResolver } from "../prices/price-graphql.ts";
import { readSecurities } from "../securities/security-sql.ts";
import { readClassPage } from "../share-classes/share-class-sql.ts";
import { TradeResolver } from "../trades/trade-graphql.ts";
import type { TradeStateCommand } from "../trades/trade-state.ts";
import { mostRowsOf, type FileLine, type FundFileKind } from "./file-fields.ts";
import { fileKey, newestRecords, openKey, recordId } from "./file-records.ts";

/** A file on its way into the books: what it has, and for which fund. */
export interface Applied {
  readonly fundId: string | null;
  readonly lines: readonly FileLine[];
  /** SHA-256 of its text, hexadecimal. */
  readonly hash: string;
}

/** The same under the key that makes it take effect once. */
type Keyed = Omit<Applied, "hash"> & { readonly key: string };

/** A file to take back. */
export interface Undone {
  readonly kind: "TRADES" | "ORDERS";
  readonly fundId: string;
  /** SHA-256 of its text, hexadecimal. */
  readonly hash: string;
  readonly reason: string;
}

type UndoCommand = TradeStateCommand | CancelOrder;

type Parts = { readonly books: CommandPort<UndoCommand> } & ConstructorParameters<
  typeof TradeResolver
>[0] &
  ConstructorParameters<typeof OrderResolver>[0] &
  ConstructorParameters<typeof SecurityPriceResolver>[0] &
  ConstructorParameters<typeof ExchangeRateResolver>[0] &
  ConstructorParameters<typeof InvestorResolver>[0];

/** A mutation's input; what a line does not have is absent, and takes the mutation's default. */
const inputOf = <Input extends object>({ values }: FileLine, more: object = {}): Input =>
  ({ ...Object.fromEntries(values), ...more }) as Input;

type Input<Act extends (input: never, ...rest: never[]) => unknown> = Parameters<Act>[0];

/** Records of files, stored by the same commands as those of clients: all of a file, or nothing. */
export class FileApplication {
  readonly #trades: TradeResolver;
  readonly #orders: OrderResolver;
  readonly #prices: SecurityPriceResolver;
  readonly #rates: ExchangeRateResolver;
  readonly #investors: InvestorResolver;
  readonly #books: CommandPort<UndoCommand>;

  constructor(parts: Parts) {
    this.#books = parts.books;
    this.#trades = new TradeResolver(parts);
    this.#orders = new OrderResolver(parts);
    this.#prices = new SecurityPriceResolver(parts);
    this.#rates = new ExchangeRateResolver(parts);
    this.#investors = new InvestorResolver(parts);
  }

  /** Stores a file once; true when it had been stored before. */
  async apply(
    kind: Exclude<FundFileKind, "POSITIONS">,
    file: Applied,
    context: LedgerContext,
    info: GraphQLResolveInfo,
  ): Promise<boolean> {
    const { fundId, lines, hash } = file;
    const key =
      kind === "TRADES" || kind === "ORDERS"
        ? await openKey(context, { kind, fundId: fundId ?? "", hash, count: lines.length })
        : fileKey(kind, hash);
    try {
      return await this.#store(kind, { fundId, lines, key }, context, info);
    } catch (error) {
      throw namingLines(error, file.lines);
    }
  }

  async #store(
    kind: Exclude<FundFileKind, "POSITIONS">,
    { fundId, lines, key: idempotencyKey }: Keyed,
    context: LedgerContext,
    info: GraphQLResolveInfo,
  ): Promise<boolean> {
    const idAt = (index: number): string => recordId(context, idempotencyKey, fundId, index);
    switch (kind) {
      case "TRADES": {
        const trades = toTrades(lines, idAt);
        const input = { fundId: fundId ?? "", trades, idempotencyKey };
        return (await this.#trades.recordTrades(input, context, info)).replayed;
      }
      case "PRICES": {
        const prices: Input<SecurityPriceResolver["recordPrices"]>["prices"] = lines.map((line) =>
          inputOf(line, line.values.has("kind") ? {} : { kind: "LAST" }),
        );
        const input = { fundId, prices, idempotencyKey };
        return (await this.#prices.recordPrices(input, context, info)).replayed;
      }
      case "EXCHANGE_RATES": {
        const rates: Input<ExchangeRateResolver["recordExchangeRates"]>["rates"] = lines.map(
          (line) => inputOf(line),
        );
        const input = { rates, idempotencyKey };
        return (await this.#rates.recordExchangeRates(input, context, info)).replayed;
      }
      case "INVESTORS": {
        const investors: Input<InvestorResolver["registerInvestors"]>["investors"] =
          lines.map(toInvestor);
        const input = { investors, idempotencyKey };
        return (await this.#investors.registerInvestors(input, context, info)).replayed;
      }
      case "ORDERS":
        return this.#placeOrders(lines, idempotencyKey, fundId ?? "", context, info);
    }
  }

  /** Takes every trade or order of a file back, the last first, all or none; how many there are. */
  async undo({ kind, fundId, hash, reason }: Undone, context: LedgerContext): Promise<number> {
    const records = await newestRecords(context, { kind, fundId, hash, count: mostRowsOf(kind) });
    if (records.length === 0) {
      throw new AppError("FILE_NOT_FOUND", "No such file was imported into this fund.");
    }
    const requests = records.toReversed().flatMap(({ id, isin, isCancelled }) => {
      if (isCancelled) return [];
      const command: UndoCommand =
        isin === null
          ? { kind: "CancelOrder", fundId, orderId: id, reason }
          : { kind: "CancelTrade", fundId, tradeId: id, isin, reason };
      return [{ bookId: fundId, command, key: undefined, content: null }];
    });
    if (requests.length > 0) {
      refuseFirst(await this.#books.executeEach(context.request, fundId, requests, true));
    }
    return records.length;
  }

  async #placeOrders(
    lines: readonly FileLine[],
    key: string,
    fundId: string,
    context: LedgerContext,
    info: GraphQLResolveInfo,
  ): Promise<boolean> {
    const found = await findOrderParties(context, fundId, lines);
    const orders: Input<OrderResolver["placeOrders"]>["orders"] = lines.map((line, index) => {
      const {
        isin,
        investor,
        toIsin,
        toInvestor,
        leg: _leg,
        ...values
      } = Object.fromEntries(line.values);
      const { receivedAt } = values;
      return inputOf(
        { line: line.line, values: new Map(Object.entries(values)) },
        {
          id: recordId(context, key, fundId, index),
          classId: found.classes.get(isin ?? ""),
          investorId: found.investors.get(investor ?? ""),
          toClassId: toIsin === undefined ? null : found.classes.get(toIsin),
          toInvestorId: toInvestor === undefined ? null : found.investors.get(toInvestor),
          ...(receivedAt === undefined ? {} : { receivedAt: new Date(receivedAt) }),
          idempotencyKey: `${key} ${line.line}`,
        },
      );
    });
    const { results } = await this.#orders.placeOrders({ orders, mode: "ATOMIC" }, context, info);
    const refused = results.flatMap(({ index, error }) =>
      error === null || error.code === "BULK_REFUSED"
        ? []
        : [{ path: `orders.${index}`, message: `${error.code}: ${error.message}` }],
    );
    if (refused.length > 0) {
      throw new AppError("FILE_INVALID", "No order was placed, because some were refused.", {
        violations: refused,
      });
    }
    return results.every(({ placed }) => placed?.replayed === true);
  }
}

/** The first refusal that is of a command itself; the others were refused with it. */
function refuseFirst(verdicts: Awaited<ReturnType<CommandPort<UndoCommand>["executeEach"]>>): void {
  const refusals = verdicts.flatMap((verdict) => (verdict.accepted ? [] : [verdict.refusal]));
  const own = refusals.find(({ code }) => code !== "BULK_REFUSED") ?? refusals[0];
  if (own !== undefined) throw own;
}

type TradeInputs = Input<TradeResolver["recordTrades"]>["trades"];

/**
 * Trades of a file. Each has the currency of its security, which the file's was compared with. Lots that it names by
 * the ids of the file are those that its other lines open here; an exact fraction goes before a rate with decimals.
 */
function toTrades(lines: readonly FileLine[], idAt: (index: number) => string): TradeInputs {
  const own = new Map(lines.map(({ values }, index) => [values.get("id") ?? "", idAt(index)]));
  return lines.map(({ line, values }, index) => {
    const left = new Set(["currency", "id", "namedLots"]);
    if (values.has("rateUnits") && values.has("ratePer")) left.add("exchangeRate");
    const kept = new Map([...values].filter(([name]) => !left.has(name)));
    const lots = (values.get("namedLots") ?? "").split(";").flatMap((text) => {
      const [lotId = "", quantity = ""] = text.trim().split(/\s+/);
      return lotId === "" ? [] : [{ lotId: own.get(lotId) ?? lotId, quantity }];
    });
    return inputOf(
      { line, values: kept },
      { id: idAt(index), ...(lots.length > 0 ? { lots } : {}) },
    );
  });
}

const toInvestor = ({ values, line }: FileLine) => {
  const { reference, kind, taxCountry, kycState, kycUntil, ...person } = Object.fromEntries(values);
  const facts = Object.entries({ reference, kind, taxCountry, kycState, kycUntil });
  const given = facts.flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  );
  return inputOf<Input<InvestorResolver["registerInvestors"]>["investors"][number]>(
    { line, values: new Map(given) },
    { person },
  );
};

interface Parties {
  readonly classes: ReadonlyMap<string, string>;
  readonly investors: ReadonlyMap<string, string>;
}

const MOST_CLASSES = 200;

/** The classes and investors that lines name. Throws FILE_INVALID with every line that names another. */
export async function findOrderParties(
  context: LedgerContext,
  fundId: string,
  lines: readonly FileLine[],
): Promise<Parties> {
  const page = { first: MOST_CLASSES, after: undefined };
  const classes = new Map(
    (await readClassPage(context, fundId, page)).map(({ isin, id }) => [isin, id]),
  );
  const named = lines.flatMap(({ values }) => [
    values.get("investor") ?? "",
    ...(values.has("toInvestor") ? [values.get("toInvestor") ?? ""] : []),
  ]);
  const investors = await readInvestorIds(context, [...new Set(named)]);
  refuseUnknown(lines, [
    ["isin", (isin) => classes.has(isin), "is no class of the fund"],
    ["toIsin", (isin) => classes.has(isin), "is no class of the fund"],
    ["investor", (name) => isId(name) || investors.has(name), "is no investor"],
    ["toInvestor", (name) => isId(name) || investors.has(name), "is no investor"],
  ]);
  const byName = new Map(named.map((name) => [name, investors.get(name) ?? name]));
  return { classes, investors: byName };
}

/** Throws FILE_INVALID with every line whose security is not described, or is in another currency. */
export async function checkSecurities(
  { request, stores }: LedgerContext,
  lines: readonly FileLine[],
): Promise<void> {
  const isins = [...new Set(lines.map(({ values }) => values.get("isin") ?? ""))];
  const securities = await readSecurities(stores.pool, request.tenantId, isins);
  refuseUnknown(lines, [["isin", (isin) => securities.has(isin), "is no security"]]);
  const violations = lines.flatMap(({ line, values }): Violation[] => {
    const currency = securities.get(values.get("isin") ?? "")?.currency;
    const own = values.get("currency");
    if (own === undefined || own === currency) return [];
    return [{ path: `line ${line}`, message: `is in ${own}, and the security in ${currency}` }];
  });
  refuseLines(violations);
}

type Rule = readonly [field: string, isKnown: (value: string) => boolean, message: string];

function refuseUnknown(lines: readonly FileLine[], rules: readonly Rule[]): void {
  refuseLines(
    lines.flatMap(({ line, values }) =>
      rules.flatMap(([name, isKnown, message]): Violation[] => {
        const value = values.get(name);
        if (value === undefined || isKnown(value)) return [];
        return [{ path: `line ${line}`, message: `${name} ${value.slice(0, 40)} ${message}` }];
      }),
    ),
  );
}

const MOST_REPORTED = 50;

function refuseLines(violations: readonly Violation[]): void {
  const [first] = violations;
  if (first === undefined) return;
  const others = violations.length === 1 ? "" : `, and ${violations.length - 1} more`;
  throw new AppError("FILE_INVALID", `${first.path}: ${first.message}${others}`, {
    violations: violations.slice(0, MOST_REPORTED),
  });
}

const ITEM = /^(?:trades|prices|rates|orders|investors)\.(\d+)\.?(.*)$/;

/** A refusal of an item of the request as one of its line. */
function namingLines(error: unknown, lines: readonly FileLine[]): unknown {
  if (!(error instanceof AppError) || error.violations === undefined) return error;
  const violations = error.violations.map(({ path, message }): Violation => {
    const [, index, field = ""] = ITEM.exec(path) ?? [];
    const line = index === undefined ? undefined : lines[Number(index)]?.line;
    if (line === undefined) return { path, message };
    return { path: `line ${line}`, message: field === "" ? message : `${field} ${message}` };
  });
  const [first] = violations;
  const sentence = first?.path.startsWith("line ")
    ? `${first.path}: ${first.message}`
    : error.message;
  return new AppError(error.code, sentence, { cause: error, violations });
}
