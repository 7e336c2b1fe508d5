import { idOf, type LogWriter } from "./offline-log.fixture.ts";

export const [BANK, CAPITAL, FEES, DOLLARS, DOLLAR_CAPITAL, SPARE, ADJUSTMENTS, RETAINED, REVENUE] =
  [0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9].map(idOf) as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
export const transaction = (number: number): string => idOf(0x70_00 + number);
export const hold = (number: number): string => idOf(0xb0_00 + number);
export const period = (number: number): string => idOf(0xe0_00 + number);
export const statement = (number: number): string => idOf(0x1d_00 + number);

export const onBank = { accountId: BANK, currency: "EUR" };

export function placeHold(
  log: LogWriter,
  number: number,
  amount: string,
  expiresAt: string | null,
): void {
  const text = { description: "Reserved", reference: "order-1", metadata: { order: 1 } };
  log.add("HoldPlaced", {
    ...onBank,
    holdId: hold(number),
    amount,
    contraAccountId: FEES,
    ...text,
    expiresAt,
  });
}
