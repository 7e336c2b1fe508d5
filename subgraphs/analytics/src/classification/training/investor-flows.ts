/** Remittance texts between the fund and its investors; written for this project. */
export const INVESTOR_FLOWS = `
SUBSCRIPTION
250000.00 SUBSCRIPTION CLASS A INVESTOR 10234
1000000.00 Subscription units share class I trade date 2025-03-14
75000.00 SEPA CREDIT subscription monies fund units account 4411
500000.00 Zeichnung Fondsanteile Klasse R
30000.00 GUTSCHRIFT Anteilszeichnung Depot
120000.00 VIREMENT RECU souscription parts classe B
2000000.00 Initial investment new limited partner subscription agreement
45000.00 Investor inflow additional subscription dealing day
18000.00 Regular savings plan subscription units
600000.00 SWIFT MT103 subscription proceeds institutional class
95000.00 Investment into fund by client nominee account
350000.00 Pension scheme contribution to fund units issued
80000.00 Allotment of units order received from distributor platform
150000.00 Subscriptions received in advance of dealing
64000.00 Souscription de parts ordre client
410000.00 Zeichnungsbetrag Anteilschein Ausgabe
27500.00 Purchase of fund units by investor, contract note issued
900000.00 Top-up subscription family office
52000.00 Unit issue settlement transfer agent collection account
33000.00 CREDIT nominee subscription order batch
215000.00 New money investor application form
140000.00 Ausgabe von Anteilen Investor Einzahlung
REDEMPTION
-125000.00 REDEMPTION CLASS A INVESTOR 20771
-480000.00 Redemption proceeds units share class I
-60000.00 SEPA CT redemption payment unit holder
-22000.00 Rücknahme Fondsanteile Auszahlung
-310000.00 RACHAT DE PARTS classe R investisseur
-1500000.00 Full redemption institutional investor withdrawal
-15000.00 Partial redemption dealing day payout
-90000.00 Investor withdrawal units cancelled
-700000.00 Redemptions payable settlement transfer agent
-43000.00 Anteilsrückgabe Auszahlungsbetrag Investor
-260000.00 Rachats à payer règlement porteurs de parts
-85000.00 Payment to exiting unitholder contract note
-37000.00 Systematic withdrawal plan payment to investor
-175000.00 SWIFT redemption proceeds pension scheme
-54000.00 Outflow client nominee redemption order batch
-410000.00 Repurchase of units from holder
-28500.00 Rücknahmeerlös Anteilschein
-630000.00 Switch out redemption leg class B
-19000.00 Redeemed shares cash paid to shareholder of the fund
-240000.00 Final redemption closing account investor
CAPITAL_CALL
3000000.00 CAPITAL CALL NO 4 limited partner contribution
1250000.00 Drawdown notice 7 commitment called
800000.00 Capital contribution LP drawdown
2400000.00 Kapitalabruf Nr 3 Kommanditist Einlage
650000.00 Appel de fonds numéro 5 engagement
-900000.00 Capital call underlying fund III commitment drawdown
-1750000.00 Funding of commitment target fund drawdown notice
-420000.00 Kapitalabruf Zielfonds Infrastruktur
500000.00 Called capital receipt from limited partner
1100000.00 Commitment funding call 2 of 6
-300000.00 Appel de capital fonds cible
2750000.00 LP capital contribution pursuant to call notice
950000.00 Investor drawdown payment private equity commitment
-640000.00 Contribution to co-investment vehicle capital call notice
375000.00 Paid-in capital call equalisation late closer
1400000.00 Unfunded commitment called first closing
820000.00 Einzahlung gemäß Kapitalabruf Zeichner
-210000.00 Drawdown secondary fund commitment
DISTRIBUTION
-450000.00 DISTRIBUTION TO LIMITED PARTNERS Q4
-80000.00 Income distribution distributing class payout
-1200000.00 Return of capital distribution investors
-36000.00 Ausschüttung Fonds Anteilinhaber
-150000.00 Distribution de revenus aux porteurs
-225000.00 Final distribution fund liquidation proceeds to investors
-60000.00 Half-year payout to unitholders distributing shares
-310000.00 LP distribution notice 3
-47000.00 Ertragsausschüttung Klasse D
-98000.00 Dividend paid to shareholders of the fund
-540000.00 Distribution payable exit proceeds portfolio company
-33000.00 Coupon distribution feeder fund investors
-125000.00 Acompte sur dividende versé aux actionnaires
-74000.00 Interim distribution record date holders
-260000.00 Distributions declared paid via paying agent
-41000.00 Zwischenausschüttung Anleger
-185000.00 Carry-free distribution to partners
-900000.00 Recallable distribution to limited partners
`;
