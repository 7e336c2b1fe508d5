import type { Reader } from "../dates/reader.svelte.ts";
import type { InsightRowFragment } from "../graph/graph-types.generated.ts";
import { textBy, type Translate } from "../language/messages.ts";
import { categoryName } from "../transactions/category-name.ts";
import { isolated } from "../language/isolated.ts";
import { inNotation } from "./in-notation.ts";

type Notation = Pick<Reader, "day" | "money" | "locale">;
type Found = Pick<InsightRowFragment, "kind" | "message" | "evidence">;
type Values = Readonly<Record<string, string | number>>;

const AMOUNTS: ReadonlySet<string> = new Set(["amount", "median", "from", "to"]);
const DAYS: ReadonlySet<string> = new Set(["earlierDate", "since", "overdueSince"]);

/**
 * What an insight states, in the reader's language by its kind and evidence. The graph's own sentence where the
 * evidence lacks a part of it, as that of insights found by earlier versions does.
 */
export function insightText(insight: Found, t: Translate, reader: Notation): string {
  const facts = new Map(insight.evidence.map(({ name, value }) => [name, value]));
  const values = written(facts, t, reader);
  const text = textBy(t, `insight.text.${insight.kind}${variantOf(facts)}`, values);
  const isWhole = text !== undefined && !/\{\w+\}/.test(text);
  return isWhole ? text : isolated(inNotation(insight.message, reader));
}

type Facts = ReadonlyMap<string, string>;

/** Which of a kind's sentences it is: by direction, or by which way a price went. */
function variantOf(facts: Facts): string {
  const percent = facts.get("percent");
  if (percent !== undefined) return percent.startsWith("-") ? ".FELL" : ".ROSE";
  const direction = facts.get("direction");
  return direction === undefined ? "" : `.${direction}`;
}

function written(facts: Facts, t: Translate, reader: Notation): Values {
  const currency = facts.get("currency");
  const values: Record<string, string | number> = {};
  for (const [name, value] of facts) {
    if (AMOUNTS.has(name)) {
      if (currency !== undefined)
        values[name] = isolated(reader.money({ amount: value, currency }));
    } else if (DAYS.has(name)) values["day"] = isolated(reader.day(value));
    else if (name === "category") values[name] = categoryName(t, { code: value, name: value });
    else if (name === "percent") values[name] = changeText(Number(value), reader.locale);
    else if (name === "expectedPercent")
      values["percent"] = percentText(Number(value), reader.locale);
    else values[name] = isolated(value);
  }
  const { median, observations, daysApart, missed, ...rest } = values;
  return {
    ...rest,
    ...(median === undefined ? {} : { usual: median }),
    ...(observations === undefined ? {} : { count: observations }),
    ...(daysApart === undefined ? {} : { days: daysApart }),
    ...(missed === undefined ? {} : { count: Number(facts.get("missed")) }),
  };
}

const percentText = (percent: number, locale: string): string =>
  new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 }).format(
    percent / 100,
  );

/** The size of a change in percent: to one decimal below ten, else whole. */
export function changeText(percent: number, locale: string): string {
  const size = Math.abs(percent);
  return percentText(size < 10 ? size : Math.round(size), locale);
}
