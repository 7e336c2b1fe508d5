/** Portfolio movements: income, trades and currency; written for this project. */
export const INVESTMENTS = `
DIVIDEND
3450.00 DIVIDEND CASH DIVIDEND 1200 SHARES
890.50 Dividende Stück 500 Wertpapierertrag
1250.00 Dividende encaissée actions
15600.00 Dividend income equity holdings ex date
720.00 Dividendengutschrift Aktien
2100.00 CASH DIV ISIN US0378331005 net
4800.00 Fund dividend received ETF distributing units held
330.00 DIVIDENDE ISIN DE0007164600 brutto
9700.00 Scrip dividend cash alternative received
560.00 Special dividend custodian credit
1780.00 Coupon sur actions dividende net
6400.00 Dividend receipt portfolio company
2850.00 Ausschüttung erhalten ETF Bestand ISIN IE00B4L5Y983
410.00 Quarterly dividend ADR less fees
1130.00 Corporate action dividend payment custodian
3980.00 Ertragsgutschrift Aktien Dividende
2240.00 Dividends receivable settled
INTEREST
6250.00 COUPON PAYMENT corporate bond 4.25%
18.40 Credit interest deposit account
2400.00 Zinsgutschrift Anleihe
95.10 Habenzinsen Abschluss
1300.00 Intérêts créditeurs compte
5100.00 Coupon obligation encaissement
12500.00 Bond coupon ISIN XS1234567890
740.00 Interest received term deposit maturity
3600.00 Fixed deposit interest income
8800.00 Government bond coupon semi annual
220.00 Money market deposit interest
4150.00 Kupon Staatsanleihe Zinsertrag
67.00 Interest earned on cash balances
9900.00 Loan note interest receipt investee
1580.00 Stückzinsen erhalten Verkauf Anleihe
310.00 Rémunération du compte intérêts reçus
2670.00 Floating rate note interest payment received
450.00 Festgeld Zinsen Gutschrift
5230.00 T-bill interest accretion received
SECURITY_PURCHASE
-85000.00 BUY 500 SHARES ISIN US5949181045
-250000.00 Purchase bond nominal 250000 settlement
-42000.00 Kauf Aktien Wertpapierabrechnung
-64000.00 Wertpapierkauf Stück ETF
-38000.00 Achat actions avis d'opéré
-120000.00 Achat obligations règlement livraison
-500000.00 Treasury bill purchase auction
-73000.00 Trade settlement bought equity broker
-15500.00 Securities purchase delivery versus payment
-98000.00 BOT ETF UNITS contract note
-310000.00 Investment in portfolio company share purchase
-27000.00 Futures initial margin broker deposit
-54000.00 Acquisition of units in target fund
-210000.00 Wertpapierorder Kauf Anleihe nominal
-46500.00 Subscription to new bond issue allotment paid
-8900.00 Option premium paid call
-175000.00 DVP purchase of equities custodian
-61000.00 Ordre d'achat titres bourse
-33000.00 Exercise of rights issue new shares paid
-2400000.00 Closing payment acquisition of target company shares
SECURITY_SALE
92000.00 SELL 400 SHARES ISIN US0378331005
260000.00 Sale of bond proceeds settlement
47000.00 Verkauf Aktien Wertpapierabrechnung
66000.00 Wertpapierverkauf Stück ETF
39500.00 Vente actions avis d'opéré
118000.00 Vente obligations produit de cession
500000.00 Treasury bill matured principal repayment
71000.00 Trade settlement sold equity broker
16200.00 Securities sale delivery versus payment proceeds
101000.00 SLD ETF UNITS contract note
1850000.00 Exit proceeds portfolio company share sale
100000.00 Bond redemption at maturity nominal
52000.00 Redemption of units in target fund proceeds received
205000.00 Fälligkeit Anleihe Rückzahlung nominal
8300.00 Option premium received written call
180000.00 DVP sale of equities custodian
57000.00 Ordre de vente titres bourse
22500.00 Partial sale of holding proceeds
250000.00 Remboursement obligation échéance
14700.00 Futures margin returned broker
76000.00 Tender offer proceeds shares accepted
FX
-50000.00 FX SPOT EUR/USD
54200.00 FX conversion buy USD sell EUR
-120000.00 Foreign exchange forward settlement
0 Devisenkauf USD gegen EUR
30000.00 Devisenverkauf CHF
-18000.00 Change au comptant EUR GBP
75000.00 FX swap near leg
-75000.00 FX swap far leg
0 Currency conversion between accounts rate 1.0842
-22000.00 Devisentermingeschäft Fälligkeit
41000.00 Opération de change à terme
-9500.00 Currency hedge roll settlement hedged share class
12300.00 Forward contract gain hedging currency
-260000.00 Bought USD sold EUR value date
0 Währungstausch Umrechnung Kurs
-33000.00 Spot deal currency purchase dealing desk
15400.00 NDF fixing settlement
-6700.00 Rolling hedge forward loss currency
`;
