import { expect, test } from "vitest";
import { runsOf } from "./pdf.ts";

const SCRIPTS: Readonly<Record<string, RegExp>> = {
  latin: /[ -~À-ÿ]/,
  greek: /\p{Script=Greek}/u,
  hebrew: /\p{Script=Hebrew}/u,
};
const has = (font: string, sign: string): boolean => SCRIPTS[font]?.test(sign) ?? false;
const seen = (text: string): string =>
  runsOf(text, has)
    .map((run) => run.text)
    .join("");

test.each([
  ["Étienne Marchand", "Étienne Marchand"],
  ["נועה ברק", "ברק נועה"],
  ["IL נועה ברק (x)", "IL ברק נועה (x)"],
  ["a\nb", "a b"],
  ["漢字", "??"],
])(
  "shows %j in the order in which it is read, with a sign for what no font has",
  (text, expected) => {
    expect(seen(text)).toBe(expected);
  },
);

test("gives each script its font", () => {
  expect(runsOf("Ωa", has)).toEqual([
    { font: "greek", text: "Ω" },
    { font: "latin", text: "a" },
  ]);
});
