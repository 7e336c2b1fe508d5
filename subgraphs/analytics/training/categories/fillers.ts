import type { Language } from "./corpus.ts";
import type { Random } from "../linear/random.ts";

const list = (text: string): readonly string[] => text.trim().split(/\s*\n\s*|\s*,\s*/);

/** Names of people and firms are invented; they must not lead to any category. */
const FIRST_NAMES: Readonly<Record<Language, readonly string[]>> = {
  en: list(
    "James, Emma, Oliver, Grace, Thomas, Lucy, Peter, Hannah, George, Alice, David, Karen, Mark, Ruth",
  ),
  de: list(
    "Hans, Petra, Jürgen, Sabine, Uwe, Claudia, Stefan, Jörg, Heike, Martina, Lukas, Ulrike, Götz, Anke",
  ),
  fr: list(
    "Jean, Marie, Hélène, Luc, Chloé, Pierre, Élodie, Benoît, Sylvie, André, Céline, Mathieu, Noémie, Guy",
  ),
  es: list(
    "José, María, Íñigo, Lucía, Javier, Carmen, Álvaro, Pilar, Raúl, Inés, Pablo, Marta, Andrés, Begoña",
  ),
  he: list("דוד, שרה, יוסי, רחל, משה, נועה, אבי, מיכל, איתן, תמר, עומר, יעל, גיא, הילה"),
};
const LAST_NAMES: Readonly<Record<Language, readonly string[]>> = {
  en: list(
    "Whitfield, Harlow, Pemberton, Osgood, Marlowe, Tindall, Ashby, Crowther, Loxley, Farrow, Denby, Holloway, Taxman, Rentoul, Salter, Banks, Fundell, Carder",
  ),
  de: list(
    "Brückner, Vogelsang, Hartwig, Möllemann, Steinbach, Kröger, Lüdtke, Wiesner, Althaus, Dörfler, Gehaltner, Mietke, Zinser, Lohmann, Steuer, Bankert, Kaufhold, Bauer",
  ),
  fr: list(
    "Delacroix, Maréchal, Beaumont, Fournel, Guérin, Lemaître, Roussel, Vasseur, Chevalier, Poirier, Salairat, Loyer-Dubois, Marchand, Assurin, Banquet",
  ),
  es: list(
    "Calderón, Ibáñez, Quintana, Montero, Ferrández, Olmedo, Peñalver, Rivas, Santamaría, Echeverría, Rentería, Salas, Bancalero, Alquézar, Seguras",
  ),
  he: list(
    "כהן, לוי, מזרחי, פרידמן, ברק, שפירא, אזולאי, גולן, רוזן, אלון, בן דוד, קפלן, סגל, ביטון",
  ),
};
const FIRM_WORDS: Readonly<Record<Language, readonly string[]>> = {
  en: list(
    "Northgate, Bluewater, Oakridge, Silverline, Castleford, Harbour, Meridian, Falcon, Summit, Redwood, Kestrel, Amber, Lakeside, Granite, Pinnacle, Orion, Taxi-Hill, Insight",
  ),
  de: list(
    "Nordstern, Bergmann, Rheintal, Alpenblick, Hanseatic, Eichenhof, Falkenberg, Sonnental, Grünwald, Lindenau, Seeblick, Adler, Hohenfels, Waldeck, Neumarkt, Lohnhof, Mietraching",
  ),
  fr: list(
    "Belleroche, Montclair, Duval, Horizon, Grandval, Saint-Aubin, Clairefontaine, Lumière, Beauséjour, Rivoli, Étoile, Valmont, Corbière, Armor, Salines",
  ),
  es: list(
    "Valdemar, Sierra Norte, Montelar, Costa Verde, Albufera, Aldaya, Peñalara, Guadiana, Olivar, Cantera, Lucero, Tajo, Alborada, Rentasol, Mirador",
  ),
  he: list(
    "אורן, כרמל, גלבוע, צפון, מגדלור, אלומה, ארז, תבור, ים המלח, נגב, שקמה, רותם, אופק, הדר, נחל",
  ),
};
const FIRM_FORMS: Readonly<Record<Language, readonly string[]>> = {
  en: list("Ltd, LLP, PLC, Inc, Partners, Group, Services Ltd, Holdings, & Co, Trading"),
  de: list("GmbH, AG, GmbH & Co. KG, KG, UG, Holding AG, e.K., OHG, Gruppe, & Söhne GmbH"),
  fr: list("SARL, SA, SAS, SCI, & Fils, Groupe, Conseil SARL, Services SAS, EURL, Associés"),
  es: list(
    "S.L., S.A., SLU, Grupo, e Hijos SL, Servicios SL, Consultores SA, y Asociados, S.Coop.",
  ),
  he: list('בע"מ, אחזקות, ושות, קבוצת, שירותים, תעשיות, ובניו'),
};
const CITIES: Readonly<Record<Language, readonly string[]>> = {
  en: list(
    "London, Dublin, Leeds, New York, Boston, Edinburgh, Chicago, Bristol, Toronto, Singapore",
  ),
  de: list(
    "Frankfurt, München, Zürich, Köln, Wien, Hamburg, Düsseldorf, Berlin, Stuttgart, Nürnberg",
  ),
  fr: list(
    "Paris, Lyon, Luxembourg, Genève, Bordeaux, Nîmes, Lille, Bruxelles, Nantes, Strasbourg",
  ),
  es: list("Madrid, Barcelona, Sevilla, Málaga, Valencia, Bilbao, León, Cádiz, México, Zaragoza"),
  he: list("תל אביב, חיפה, ירושלים, באר שבע, נתניה, הרצליה, רמת גן, אילת, פתח תקווה"),
};
const STREETS: Readonly<Record<Language, readonly string[]>> = {
  en: list(
    "12 King Street, Mill Road 4, 88 Park Avenue, High St 7, Unit 5 Dock Road, 3 Station Row, Bridge Court",
  ),
  de: list(
    "Hauptstr. 12, Lindenweg 4, Königsallee 88, Bahnhofstraße 7, Am Markt 5, Schillerplatz 3, Ringstr. 41",
  ),
  fr: list(
    "12 rue de la Paix, 4 avenue Foch, 88 bd Voltaire, place Bellecour 7, 5 quai du Rhône, 3 rue Pasteur",
  ),
  es: list(
    "C/ Mayor 12, Avda. América 4, Calle Serrano 88, Plaza Nueva 7, Pso. Gracia 5, C/ Luna 3",
  ),
  he: list("הרצל 12, רוטשילד 4, אלנבי 88, ויצמן 7, דרך השלום 5, ז'בוטינסקי 3, העצמאות 41"),
};
const MONTHS: Readonly<Record<Language, readonly string[]>> = {
  en: list(
    "January, Feb, March, Apr, May, June, Jul, August, Sep, October, Nov, December, 03/2025, 2024-11, 05.25",
  ),
  de: list(
    "Januar, Feb., März, April, Mai, Juni, Juli, Aug, September, Okt., November, Dezember, 03/2025, 11.24, 2025-05",
  ),
  fr: list(
    "janvier, févr., mars, avril, mai, juin, juillet, août, sept, octobre, novembre, décembre, 03/2025, 11/24",
  ),
  es: list(
    "enero, feb, marzo, abril, mayo, junio, julio, agosto, sept, octubre, noviembre, dic, 03/2025, 11-24",
  ),
  he: list(
    "ינואר, פברואר, מרץ, אפריל, מאי, יוני, יולי, אוגוסט, ספטמבר, אוקטובר, נובמבר, דצמבר, 03/2025, 11.24",
  ),
};
const QUARTERS: Readonly<Record<Language, readonly string[]>> = {
  en: list("Q1 2025, Q2, 3rd quarter, 4Q24, quarter ended 31 Mar, H1 2025, Q3/24"),
  de: list("Q1 2025, 2. Quartal, III/2024, 4. Quartal 2024, 1. Halbjahr, Q3/24, Quartal 2"),
  fr: list("T1 2025, 2e trimestre, T3 2024, 4T24, 1er semestre, 3ème trim, T2"),
  es: list("1T 2025, 2º trimestre, 3T24, cuarto trimestre, 1er semestre, T2, trim. 3"),
  he: list("רבעון 1, רבעון שני, רבעון 3 2024, רבעון רביעי, מחצית ראשונה, Q2 2025"),
};
const BANKS: Readonly<Record<Language, readonly string[]>> = {
  en: list(
    "Barclays, HSBC, Northern Trust, State Street, BNY Mellon, Lloyds, JP Morgan, Citibank, NatWest",
  ),
  de: list(
    "Commerzbank, Deutsche Bank, UBS, Sparkasse, DZ Bank, Raiffeisenbank, LBBW, Hauck Aufhäuser, Volksbank",
  ),
  fr: list(
    "BNP Paribas, Société Générale, CACEIS, Crédit Agricole, Natixis, BIL, Pictet, CIC, Banque Postale",
  ),
  es: list(
    "Santander, BBVA, CaixaBank, Sabadell, Bankinter, Cecabank, Inversis, Unicaja, Ibercaja",
  ),
  he: list("בנק לאומי, בנק הפועלים, דיסקונט, מזרחי טפחות, הבינלאומי, בנק ירושלים"),
};
const COUNTRIES: Readonly<Record<Language, readonly string[]>> = {
  en: list("Germany, Switzerland, USA, France, Italy"),
  de: list("USA, Schweiz, Frankreich, Italien, Spanien"),
  fr: list("Suisse, États-Unis, Allemagne, Italie, Espagne"),
  es: list("Alemania, EEUU, Suiza, Francia, Italia"),
  he: list('ארה"ב, גרמניה, שוויץ, צרפת'),
};
const FUND_NAMES = list(
  "Alpha Growth Fund, Nordwind Opportunities, Global Balanced, Fonds Horizon, Euro Credit SICAV, Buyout III, Infra II LP, Family Office Pool, Zukunft Mischfonds, Real Assets Fund, Private Equity IV, Tech Ventures II, Fondo Iberia, Patrimoine, Multi Strategy",
);
const SECURITIES = list(
  "Siemens, Nestlé, Apple Inc, TotalEnergies, Roche, ASML, Iberdrola, SAP SE, LVMH, Unilever, Microsoft Corp, Teva, BASF, Inditex, Novartis, iShares MSCI World, Vanguard S&P 500, Xtrackers DAX, Bund, US Treasury, OAT, Toyota, Air Liquide, Bayer, Check Point, Allianz SE, Coca-Cola",
);
/** Made up, with check digits that fit. */
const ISINS = list(
  "US3416721104, DE6840388546, LU2143044324, FR4451956837, IE2374184042, ES9483669464, IL7234401073, CH4887523164, GB3742569588, US3510349935, DE1524700512, LU4505452699",
);
const CURRENCIES = list("EUR, USD, GBP, CHF, JPY, ILS, SEK");
const SYLLABLES = list(
  "ba, kor, len, mi, tra, vel, son, dar, ri, no, pes, tal, ga, lu, men, sto, fer, wi, chal, bro, zen, qui, hof, ster",
);

const madeUp = (random: Random): string => {
  const name = Array.from({ length: 2 + random.below(2) }, () => random.pick(SYLLABLES)).join("");
  return name.charAt(0).toUpperCase() + name.slice(1);
};

const upTo = (random: Random, most: number): string =>
  String(1 + random.below(most)).padStart(2, "0");

/** What a slot of a pattern may hold. */
export const FILLERS: Readonly<Record<string, (random: Random, language: Language) => string>> = {
  person: (random, language) =>
    `${random.pick(FIRST_NAMES[language])} ${language === "he" || random.chance(0.6) ? random.pick(LAST_NAMES[language]) : madeUp(random)}`,
  company: (random, language) => {
    const name =
      language === "he" || random.chance(0.5) ? random.pick(FIRM_WORDS[language]) : madeUp(random);
    return `${name} ${random.pick(FIRM_FORMS[language])}`;
  },
  city: (random, language) => random.pick(CITIES[language]),
  address: (random, language) => random.pick(STREETS[language]),
  month: (random, language) => random.pick(MONTHS[language]),
  quarter: (random, language) => random.pick(QUARTERS[language]),
  bank: (random, language) => random.pick(BANKS[language]),
  country: (random, language) => random.pick(COUNTRIES[language]),
  fund: (random) => random.pick(FUND_NAMES),
  security: (random) => random.pick(SECURITIES),
  ccy: (random) => random.pick(CURRENCIES),
  class: (random) => random.pick(["A", "B", "I", "R", "D", "I-EUR", "R acc"]),
  year: (random) => random.pick(["2023", "2024", "2025", "2026", "2024/25"]),
  num: (random) => random.digits(2 + random.below(6)),
  amount: (random) => `${1 + random.below(900)}${random.pick([".", ","])}${random.digits(2)}`,
  percent: (random) => `${random.below(7)}${random.pick([".", ","])}${random.digits(2)}%`,
  isin: (random) => random.pick(ISINS),
  date: (random) =>
    `${upTo(random, 28)}${random.pick(["/", ".", "-"])}${upTo(random, 12)}${random.pick(["", ".25", "/2024", "-2025"])}`,
  ref: (random) =>
    random.pick([
      `${random.capitals(2)}${random.digits(6)}`,
      `${random.capitals(1)}-${random.digits(5)}`,
      random.digits(9),
      `${random.digits(4)}/${random.digits(3)}`,
      `REF ${random.digits(6)}`,
    ]),
  s: (random) => random.pick(["", "s"]),
};
