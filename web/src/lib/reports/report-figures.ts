import type { Money } from "../money/money.ts";

/** A side of a trial balance; null where it is empty. */
export const aboveZero = (money: Money | undefined): Money | null =>
  money === undefined || isZero(money) ? null : money;

const isZero = ({ amount }: Money): boolean => /^-?0*\.?0*$/.test(amount);

/** A word of the graph as reports have it. */
export const capitalised = (word: string): string =>
  word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
