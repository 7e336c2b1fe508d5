import type { PersonalForm } from "./personal-data.fixture.ts";

/** Lines of `text | what must not leave, separated by commas`. */
const formsIn = (lines: string): PersonalForm[] =>
  lines
    .trim()
    .split("\n")
    .map((line) => {
      const [text = "", secrets = ""] = line.split(" | ");
      return { text: text.trim(), secrets: secrets.trim().split(", ") };
    });

/** Names whose words are words of purposes too; none of them stands in a register. */
const ORDINARY_NAMES = formsIn(`
Payment to Will Bond | Will Bond, Bond
Refund Penny Price overpaid fee | Penny, Price
Grant Rich salary June | Grant, Rich
Zahlung an Mark Banks | Mark, Banks
rent from Frank Field | Frank, Field
Olive Grove expenses March | Olive, Grove
WILL BOND RENT | WILL, BOND
GRANT PARK REIMBURSEMENT | GRANT, PARK
bill banks travel expenses | bill banks, banks
Invoice of Bill Cash for legal services | Bill, Cash
SALARY MARK DAY | MARK, DAY
salary Jane Banks | Banks
wages James Law July | Law
Bonus Sarah Swift 2026 | Swift
pension of Margaret Court | Court
refund to Adam Driver | Driver
reimbursement Tom Petty taxi | Petty
FROM ROBIN HOLIDAY SUBSCRIPTION | HOLIDAY
redemption for Elizabeth Long | Long
Dear Grant, your refund | Grant
Dear Mrs Sales, invoice attached | Sales
Hi Bill, rent as agreed | Bill
Regards, Mark | Mark
Kind regards Grant Park | Grant, Park
Payee: Price, Penny | Price, Penny
Payee Banks Mark | Banks, Mark
Beneficiary: Green, May | Green, May
beneficiary name Major Small | Major, Small
c/o Mark Street rent | Mark, Street
attn Rose Market invoice | Rose
Account holder Bill Fine | Bill, Fine
cheque payable to Sterling Price | Sterling, Price
J. Banks salary | Banks
salary J. P. Bond | Bond
Banks, J. bonus | Banks
A. Park consultancy fee | Park
Mark & Penny Banks rent | Mark, Penny, Banks
Bill and June Field loan | Bill, Field
Grant T. Bond expenses | Grant, Bond
Mary-Ann Price salary | Price
Jane Smith-Banks refund | Banks
Mark Kowalski salary | Mark
to Zofia Banks wages | Banks
paid to Xiu Sun | Sun
Prof. Law consultancy | Law
Sir Mark Price dinner | Mark, Price
Mr. & Mrs. Park rent | Park
Ms J Day wages | Day
Dr Green medical | Green
salary Oprah Green & Bill Day | Green, Bill, Day
Wages: Small, Robert | Small
loan to brother Mark Short | Mark, Short
director fee Grant Sterling | Grant, Sterling
Trustee fee to Bill Major | Bill, Major
Michael Dell salary | Dell
Heather Hilton refund | Hilton
Gehalt Anna Strom | Strom
Gehalt Frank Steuer Mai | Steuer
Miete von Peter Haus | Haus
Lohn Jürgen Zoll | Zoll
Überweisung an Karl Neu | Neu
Auslagen Petra Lager | Lager
Honorar Dr. Mark Recht | Mark, Recht
GEHALT KLAUS GRUND | GRUND
LOHN MARK HAUS | MARK, HAUS
Sehr geehrte Frau Stadt, Rechnung | Stadt
Lieber Mark, anbei die Miete | Mark
Empfänger: Mark Strom | Mark, Strom
Auftraggeber Haus, Peter Miete | Haus
zugunsten Sabine Gross | Gross
z.Hd. Herrn Handel | Handel
i.A. Mark Wasser | Mark, Wasser
Kontoinhaber Eva Bau | Bau
Mit freundlichen Grüßen Mark Bahn | Mark, Bahn
Hr. Bar Gehalt | Bar
Familie Haus Nebenkosten | Haus
P. Strom Gehalt | Strom
Rückzahlung Darlehen Uwe Schaden | Schaden
Spesen Oskar Schindler | Schindler
Beitrag Werner Siemens Pension | Siemens
Salaire Jean Petit | Petit
loyer de Marie Janvier | Janvier
Virement de Paul Gros | Gros
virement à Luc Premier | Premier
REMBOURSEMENT SOPHIE PETIT | PETIT
Honoraires Maître Petit | Petit
Chère Mme Loyer, facture | Loyer
Bénéficiaire : Petit Jean | Petit
Bénéficiaire Levy Nathan | Levy
M. Gros loyer | Gros
frais de voyage Claire Courant | Courant
salaire P. Petit | Petit
à l'ordre de Anne Marché | Marché
de la part de Julien Mars | Mars
Cordialement, Petit Luc | Petit
prime pour Hélène Garde | Garde
Compte de Petit, Marc | Petit
note de frais Alain Titre | Titre
titulaire Jacques Carte | Carte
pension Mlle Février | Février
Nómina Luz Mercado | Luz, Mercado
Pago a Julio Seguro | Julio, Seguro
Transferencia a favor de Ana Mesa | Mesa
Alquiler Don Julio Valor | Julio, Valor
Estimado Julio, adjunto factura | Julio
Querida Luz, gracias | Luz
NOMINA CARMEN MERCADO | MERCADO
NÓMINA LUZ MAYO | LUZ
Beneficiario: Mesa García, Pedro | Mesa
Ordenante Mercado Ruiz Luis | Mercado
gastos de viaje de María Mayo | Mayo
Sra. Caja devolución | Caja
D. Julio Valor honorarios | Julio, Valor
salario J. Mercado | Mercado
reembolso Pablo Neto | Neto
cuenta de Luz Bolsa | Luz, Bolsa
titular Julio Costas | Julio
préstamo a Diego Prima | Prima
Saludos, Luz | Luz
משכורת קרן שני | קרן שני, שני
העברה אל יוני נאמן | יוני, נאמן
תשלום לטובת שני שער | שני, שער
שכר דוד ראשון | ראשון
החזר למר נאמן | נאמן
גב' שני שכירות | שני
לכבוד קרן נאמן חשבונית | קרן, נאמן
בברכה, יוני | יוני
מאת שרה נאמן שכירות | נאמן
שכירות יוסף מלון | מלון
הלוואה לרחל שער | שער
משכורת י. נאמן | נאמן
`);

/** Accounts, cards, addresses and the like, glued and spelled in ways that filters miss. */
const ODD_WRITINGS = formsIn(`
payDE89370400440532013000to | 370400440532013000
IBAN D E 8 9 3 7 0 4 0 0 4 4 0 5 3 2 0 1 3 0 0 0 | 3 7 0 4
IBAN:DE89_3704_0044_0532_0130_00 rent | 3704, 0532
IBAN DE89/3704/0044/0532/0130/00 | 3704, 0532
DE 89 370 400 44 0532013000 Miete | 370 400, 0532013000
iban gb29.nwbk.6016.1331.9268.19 | nwbk, 6016
IBAN FR1420041010050500013M02606loyer | 20041010050500013M02606
virement FR14-2004-1010-0505-0001-3M02-606 | 2004, 3M02
SE4550000000058398257466/hyra | 50000000058398257466
PL61 1090 1014 0000 0712 1981 2874 | 1090, 0712
cuenta ES91 2100 0418 4502 0005 1332Alquiler | 2100 0418, 4502
card 4111–1111–1111–1111 | 4111
card 4111_1111_1111_1111 | 4111
card 4111/1111/1111/1111 | 4111
card 4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 | 4 1 1 1
card 5555 5555 5555 4444exp12/27 | 5555, 4444
visa-4242 refund | 4242
visa x4242 refund | 4242
card no. ...4242 | 4242
card (4242) refund | 4242
tarjeta *4242 compra | 4242
carte n° 4242XXXXXXXX1881 | 4242, 1881
Karte Nr. 4111 11** **** 1111 | 4111, 1111
card # 4111 11 11 11 11 11 11 | 4111
כרטיס 4580-1234-5678-9012 | 4580, 9012
mail price (at) bank (dot) com | price, bank
mail price AT bank DOT com | price, bank
mail price＠bank.com | price, bank
mail market_fees@fund.io | market, fund
mail rent[@]bank.com | rent[, bank.com
mail rent@bank,com | rent@, bank
mail rent at bank.com | rent at, bank.com
mail rent{at}bank{dot}com | bank
mailto:rent@bank.com?subject=x | rent@, bank.com
Mail miete (ät) bank (punkt) de | miete (, bank
courriel loyer arobase banque point fr | banque, arobase
correo pago arroba banco punto es | banco, arroba
phone +44(0)20-7946-0958 | 7946, 0958
tel 030/1234567 | 1234567
tel 030 / 12 34 56 7 | 12 34
tél 06.12.34.56.78 | 12.34, 56.78
tel +33 6 12 34 56 78 | 12 34
móvil 612 345 678 | 612, 345
tel 6 1 2 3 4 5 6 7 8 | 1 2 3
WhatsApp 00972 54 123 4567 | 123 4567
טלפון 054 123 4567 | 123 4567
rent 14a Court Street | 14a, Court Street
rent Flat 3, 22 Park Road | 22 Park, Park Road
delivery One Market Square 5 | Market Square
Miete Neue Marktstr. 12a | Marktstr, 12a
Miete An der Bank 7, 60311 Frankfurt | 60311, Frankfurt
Miete Marktweg 3 | Marktweg
loyer 3 bis, rue du Marché | rue du, Marché
loyer 12, avenue de la Bourse 75002 | Bourse, 75002
loyer 5 place de la Bourse | place de, Bourse
alquiler C/ Mercado 5, 3º B | Mercado 5, Mercado
alquiler Avda. Mercado 12 | Mercado
alquiler Plaza Mercado n° 4 | Mercado
שכירות רח' השוק 5 | השוק
שכירות שדרות ראשון 12 | ראשון
office at 1600 Market St | 1600, Market St
1 Bank St, London EC1A 1BB | EC1A, 1BB, Bank St
sort 12.34.56 acc 12345678 | 12.34.56, 12345678
sort code 123456 | 123456
a/c 12 34 56 78 | 12 34 56
born 1st of May 1980 pension | May, 1980
born in May 1980 | 1980
DOB May 5, 1980 | May, 1980
dob:01011980 | 01011980
Geburtsdatum 5. Mai 1980 | Mai, 1980
date de naissance 5 mai 1980 | mai, 1980
fecha de nacimiento: 5 de mayo de 1980 | mayo, 1980
née en mai 1980 | 1980
תאריך לידה 5 במאי 1980 | 1980
Steuernummer 12/345/67890 | 67890, 345
NIE X1234567L nómina | 1234567
NIF 12.345.678-Z | 345, 678
NINO QQ 12 34 56 C | 12 34 56
SSN 078 05 1120 | 078, 1120
passport no. C 01X 00T 47 | 01X
ת.ז. 12345678-2 | 12345678
MRN: 4432 8871 medical | 4432, 8871
`);

/** Forms written to get around the rules of names, numbers and addresses, in five languages. */
export const HOSTILE_FORMS: readonly PersonalForm[] = [...ORDINARY_NAMES, ...ODD_WRITINGS];
