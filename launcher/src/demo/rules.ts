/** Lines of the demo's statements that belong to one account of the chart, by words of their texts. */
export interface DemoRule {
  accountKey: string;
  direction: "IN" | "OUT";
  contains: readonly string[];
}

const both = (accountKey: string, contains: readonly string[]): DemoRule[] => [
  { accountKey, direction: "IN", contains },
  { accountKey, direction: "OUT", contains },
];

/**
 * How the demo's bank lines, in the four languages of its counterparties, become books: the first that
 * fits counts. What none fits stays unallocated, as it would for anyone.
 */
export const DEMO_RULES: readonly DemoRule[] = [
  ...both("transfers", [
    "own acct",
    "eigene konten",
    "depotbank-cash",
    "funding from operating account",
  ]),
  ...both("currency", ["fx spot", "fxd-", "devisenabrechnung", "change "]),
  // Names of instruments come with every trade, so the words of trading go before those of income.
  ...both("investments", [
    "dvp ",
    "wertpapierabrechnung",
    "wp-abr",
    "oblig ",
    "bot nom",
    "sld nom",
    " titres ",
    "buy ",
    "sell ",
  ]),
  {
    accountKey: "income",
    direction: "IN",
    contains: ["div ", "dividend", "dvca", "intr ", "coupon", "zinsgutschrift", "habenzins"],
  },
  { accountKey: "income", direction: "IN", contains: ["quellensteuer", "tax reclaim"] },
  {
    accountKey: "capital",
    direction: "IN",
    contains: [
      "seed capital",
      "subs ",
      "subscription",
      "souscription",
      "zeichnung",
      "fondsanteile kauf",
      "fund units",
    ],
  },
  {
    accountKey: "capital",
    direction: "OUT",
    contains: [
      "redm ",
      "redemption",
      "rachat",
      "rückgabe",
      "rueckgabe",
      "rücknahme",
      "ausschuettung",
    ],
  },
  {
    accountKey: "fundFees",
    direction: "OUT",
    contains: [
      "mgmt",
      "management",
      "performance fee",
      "advisory mandate",
      "fund admin",
      "ta services",
      "depositary",
      "custody",
      "safekeeping",
      "depotgeb",
      "directors fees",
      "taxe d'abonnement",
      "supervision",
      "droits annuels",
      "lei annual",
      "proxy voting",
      "benchmark index",
    ],
  },
  {
    accountKey: "professional",
    direction: "OUT",
    contains: [
      "audit",
      "jahresabschluss",
      "honorar",
      "honoraires",
      "legal opinion",
      "steuererkl",
      "buchungsposten",
    ],
  },
  {
    accountKey: "staff",
    direction: "OUT",
    contains: ["lohn", "salary run", "sv-beitraege", "altersvorsorge"],
  },
  {
    accountKey: "bankCosts",
    direction: "OUT",
    contains: ["kontoführung", "entgelt", "swift", "frais de", "korrespondenzbank"],
  },
  { accountKey: "taxes", direction: "OUT", contains: ["umsatzsteuer"] },
  {
    accountKey: "travel",
    direction: "OUT",
    contains: ["taxi", "hotel", "nuits", "reisekosten", "fahrkarte", "flugticket", "pos "],
  },
  {
    accountKey: "office",
    direction: "OUT",
    contains: [
      "bueromiete",
      "bueromaterial",
      "strom",
      "wasser",
      "reinigung",
      "versicherung",
      "d&o",
      "cyber policy",
      "mobilfunk",
      "festnetz",
      "usage ",
      "workspace seats",
      "terminal",
      "hardware",
      "monitore",
      "notebook",
      "softwareprojekt",
      "data room",
    ],
  },
  {
    accountKey: "marketing",
    direction: "OUT",
    contains: ["sponsoring", "standmiete", "factsheet", "anzeigenschaltung"],
  },
];
