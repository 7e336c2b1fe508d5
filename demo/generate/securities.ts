/** A security the fund may hold; all issuers are invented. */
export interface Share {
  readonly name: string;
  readonly isin: string;
  /** Months in which a dividend is paid, and the yearly yield in hundredths of a percent. */
  readonly dividendMonths: readonly number[];
  readonly yieldPoints: number;
}

export interface Bond {
  readonly name: string;
  readonly isin: string;
  /** Months in which a coupon is paid, and the yearly rate in hundredths of a percent. */
  readonly couponMonths: readonly number[];
  readonly ratePoints: number;
}

export const SHARES: readonly Share[] = [
  share("Brennholm Industrie AG", "DE000ZB7K1", [5], 280),
  share("Valmorelle Energie SA", "FR00ZZ4471", [6, 12], 430),
  share("Oderlind Logistik SE", "DE000ZQ2W4", [5], 210),
  share("Castellmar Water plc", "GB00ZZ8M20", [2, 8], 390),
  share("Tarnbeck Semicon NV", "NL00ZZ5512", [4, 10], 110),
  share("Hollin Pharma AS", "DK00ZZ3306", [3], 190),
  share("Sorrentia Moda SpA", "IT00ZZ9417", [5], 240),
  share("Puentellana Telecom SA", "ES00ZZ7720", [6, 11], 470),
  share("Graufels Rueckversicherung AG", "CH00ZZ6148", [4], 410),
  share("Kuusila Forest Oyj", "FI00ZZ2093", [4, 10], 350),
  share("Marchbank Retail plc", "GB00ZZ1175", [1, 7], 320),
  share("Lysterfield Data Inc", "US00ZZ4882", [3, 6, 9, 12], 90),
  share("Prairiegate Foods Corp", "US00ZZ6613", [1, 4, 7, 10], 260),
  share("Core Europe Equity UCITS ETF", "IE00ZZ5209", [3, 6, 9, 12], 250),
  share("World Small Cap UCITS ETF", "LU00ZZ7734", [2, 8], 160),
];

export const BONDS: readonly Bond[] = [
  bond("Republik Nordmark 2,40% 2033", "DE000ZA1N0", [2], 240),
  bond("Brennholm Finance 3.125% 2029", "XS00ZZ3125", [9], 313),
  bond("Ville de Clairmont 2,75% 2031", "FR00ZZ2750", [11], 275),
  bond("Castellmar Water 4.25% 2028", "XS00ZZ4250", [3, 9], 425),
  bond("Adlersgrund Pfandbrief 2,10% 2030", "DE000ZP210", [7], 210),
  bond("Prairiegate Foods 4.60% 2032", "XS00ZZ4600", [1, 7], 460),
  bond("Valmorelle Green Bond 3,50% 2034", "FR00ZZ3500", [5], 350),
  bond("Kuusila Treasury FRN 2027", "FI00ZZ0027", [1, 4, 7, 10], 330),
];

function share(name: string, body: string, dividendMonths: number[], yieldPoints: number): Share {
  return { name, isin: withCheckDigit(body), dividendMonths, yieldPoints };
}

function bond(name: string, body: string, couponMonths: number[], ratePoints: number): Bond {
  return { name, isin: withCheckDigit(body), couponMonths, ratePoints };
}

/** An ISIN has eleven characters and the Luhn digit over them, letters read as 10 to 35. */
function withCheckDigit(body: string): string {
  const characters = body.padEnd(11, "0");
  const digits = characters.replaceAll(/[A-Z]/g, (letter) => `${Number.parseInt(letter, 36)}`);
  let sum = 0;
  for (const [place, digit] of Array.from(digits).toReversed().entries()) {
    const weighted = Number(digit) * (place % 2 === 0 ? 2 : 1);
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return `${characters}${(10 - (sum % 10)) % 10}`;
}
