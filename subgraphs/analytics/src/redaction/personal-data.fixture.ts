/** One memo with personal data: its text, and what of it must not leave. */
export interface PersonalForm {
  readonly text: string;
  readonly secrets: readonly string[];
  /** Who it is from or to, as the books have it. */
  readonly counterparty?: string;
}

const form = (text: string, ...secrets: string[]): PersonalForm => ({ text, secrets });
const of = (counterparty: string, text: string, ...secrets: string[]): PersonalForm => ({
  text,
  secrets: [...secrets, counterparty],
  counterparty,
});

const IBANS = [
  form("Refund DE89 3704 0044 0532 0130 00", "3704", "0532"),
  form("Refund DE89370400440532013000", "370400440532013000"),
  form("RefundDE89370400440532013000thanks", "370400440532013000"),
  form("IBAN:DE89370400440532013000/rent", "370400440532013000"),
  form("rent de89-3704-0044-0532-0130-00 june", "3704", "0532"),
  form("GB29NWBK60161331926819 fee", "NWBK", "60161331926819"),
  form("toGB29 NWBK 6016 1331 9268 19fee", "NWBK", "6016"),
  form("FR14 2004 1010 0505 0001 3M02 606 loyer", "2004 1010", "3M02"),
  form("ES9121000418450200051332 alquiler", "21000418450200051332"),
  form("IL620108000000099999999 rent", "0108000000099999999"),
  form("CH93 0076 2011 6238 5295 7 Miete", "0076", "6238"),
  form("NL91ABNA0417164300 rent", "ABNA", "0417164300"),
  form("AT611904300234573201 Gehalt", "1904300234573201"),
  form("BE68 5390 0754 7034 salary", "5390", "0754"),
  form("IT60X0542811101000000123456 fee", "0542811101000000123456"),
  form("DE88 3704 0044 0532 0130 00 mistyped", "3704", "0532"),
];

const CARDS = [
  form("Card 4111 1111 1111 1111 fee", "4111", "1111"),
  form("Card 4111-1111-1111-1111", "4111"),
  form("Card 4111.1111.1111.1111 refund", "4111"),
  form("Card 4111111111111111refund", "4111111111111111"),
  form("card no4111111111111111", "4111111111111111"),
  form("AMEX 3782 822463 10005 travel", "3782", "822463"),
  form("AMEX 378282246310005 travel", "378282246310005"),
  form("card ************4242 fee", "4242"),
  form("card **** **** **** 4242 fee", "4242"),
  form("card XXXX-XXXX-XXXX-4242", "4242"),
  form("card 411111******1111 refund", "411111", "1111"),
  form("card 4111 11XX XXXX 1111", "4111", "1111"),
  form("card ending 4242", "4242"),
  form("card ending in 2024 refund", "2024"),
  form("Karte endet auf 4242", "4242"),
  form("tarjeta terminada en 4242", "4242"),
  form("last 4 digits 2031 of card", "2031"),
  form("card •••• 4242", "4242"),
];

const CONTACTS = [
  form("invoice jane.roe@example.com", "jane", "roe", "example"),
  form("invoice jane.roe(at)example.com", "jane", "roe", "example"),
  form("invoice jane.roe (at) example.com", "jane", "roe", "example"),
  form("invoice grant.price[at]bank.com", "grant.price", "grant", "price"),
  form("invoice price {at} bank [dot] com", "price", "bank"),
  form("invoice price at bank dot com", "price at", "bank dot"),
  form("invoice rent @ bank.com", "rent @", "bank.com"),
  form("mail price@fund.co.uk please", "price@", "fund.co"),
  form("phone +49 30 1234567", "1234567"),
  form("phone +49 (30) 1234-5678 refund", "1234", "5678"),
  form("phone 0171 2345678", "2345678"),
  form("call 0044 20 7946 0958", "7946", "0958"),
  form("tel 02079460958 rent", "02079460958"),
  form("tel. (020) 7946 0958", "7946"),
  form("tel 972-54-123-4567 fee", "4567"),
  form("phone 212.555.0187", "555", "0187"),
  form("phone 054-1234567 rent", "1234567"),
  form("https://pay.example.com/t/AbC123xYz?token=s3cr3t", "AbC123", "s3cr3t", "example"),
  form("www.example.com/user/9981 fee", "example", "9981"),
  form("pay.me/roe?amount=5 rent", "pay.me", "roe"),
  form("bank.com/reset#k=99x refund", "99x", "reset"),
];

const PLACES = [
  form("rent 221B Baker Street London", "221B", "Baker", "London"),
  form("Miete Hauptstraße 5, 10115 Berlin", "Hauptstr", "10115", "Berlin"),
  form("Miete Lange Strasse 17 Mai", "Lange", "17"),
  form("Rent 14 Market Street", "14", "Market Street"),
  form("rent 7 Green Park Lane", "7", "Green Park"),
  form("loyer 12 rue de la Paix 75002 Paris", "Paix", "75002", "12 rue"),
  form("alquiler Calle Mayor 45, 28013 Madrid", "45", "28013", "Madrid", "Calle Mayor"),
  form("Miete Am Markt Platz 3", "Markt Platz", "3"),
  form("rent P.O. Box 4711", "4711"),
  form("Postfach 123 Miete", "123"),
  form("rent SW1A 2AA", "SW1A", "2AA"),
  form("שכירות רחוב הרצל 14", "הרצל", "14"),
  form("office rent 4 New Court Road", "4", "New Court"),
];

const NUMBERS = [
  form("sort code 12-34-56", "12-34-56"),
  form("Flat 3B, 22 Baker Street, London NW1 6XE", "NW1", "6XE"),
  form("collected at sw1a2aa by courier", "sw1a"),
  form("sort code 20-12-25 account 12345678", "20-12-25", "12345678"),
  form("sort 12 34 56", "12 34 56"),
  form("SSN 078-05-1120 payroll", "078", "1120"),
  form("tax id 12/345/67890", "345", "67890"),
  form("Steuer-ID 12 345 678 901", "345", "901"),
  form("AHV 756.1234.5678.97", "1234", "5678"),
  form("DNI 12345678Z alquiler", "12345678"),
  form("passport C01X00T47 visa", "C01X00T47"),
  form("teudat zehut 012345678", "012345678"),
  form("account no 1234567 rent", "1234567"),
  form("Kundennr 4711-0815", "4711", "0815"),
  form("BSN 123.456.782 fee", "123.456", "782"),
  form("NHS 943 476 5919", "943", "5919"),
  form("licence plate B-MX 1234", "MX", "1234"),
  form("employee 48213 salary", "48213"),
];

const BIRTHS = [
  form("payroll born 12.03.1980", "1980", "12.03"),
  form("payroll born on 3 March 2012", "3 March", "2012"),
  form("DOB 1980-03-12 pension", "1980", "03-12"),
  form("D.O.B. 03/12/2001 insurance", "03/12", "2001"),
  form("geb. 12.3.80 Gehalt", "12.3"),
  form("geboren am 12. März 1980", "März", "1980"),
  form("né le 12/03/1980", "1980", "12/03"),
  form("nacida el 12 de marzo de 1980", "marzo", "1980"),
  form("insurance 12/03/1975", "1975", "12/03"),
  form("birthday 1999 gift", "1999"),
];

const NAMES = [
  form("salary Jane Roe", "Jane", "Roe"),
  form("rent from Müller, Hans-Peter", "Müller", "Hans", "Peter"),
  form("Mr Grant rent", "Grant"),
  form("Frau May Gehalt", "May"),
  form("Mrs. Rose Price refund", "Rose", "Price"),
  form("loyer Mme Dupont-Martin", "Dupont", "Martin"),
  form("nómina Señora García López", "García", "López"),
  form("משכורת דוד כהן", "דוד", "כהן"),
  form("Gehalt Herr Bond", "Bond"),
  form("O'Neill, Sinéad bonus", "Neill", "Sinéad"),
  of("Grant Price", "refund Grant Price June", "Grant"),
  of("Rose May", "salary MAY ROSE", "ROSE"),
  of("Mark Bond", "bonus mark bond 2026", "bond", "Bond"),
  of("Bill Sales", "expenses of Bill Sales", "Bill Sales"),
  of("Christian Banks", "salary", "Christian", "Banks"),
];

/** A hundred forms and more of what identifies a person or an account. */
export const PERSONAL_FORMS: readonly PersonalForm[] = [
  ...IBANS,
  ...CARDS,
  ...CONTACTS,
  ...PLACES,
  ...NUMBERS,
  ...BIRTHS,
  ...NAMES,
];
