/** Bank, tax and financing movements; written for this project. */
export const BANKING = `
BANK_CHARGES
-12.50 ACCOUNT MAINTENANCE FEE
-4.90 Kontoführungsgebühr
-25.00 Wire transfer fee outgoing
-8.00 SWIFT charges OUR
-15.20 Frais bancaires tenue de compte
-3.50 Commission de mouvement
-38.75 Sollzinsen Überziehung
-120.00 Brokerage commission
-6.00 Bank charges foreign payment
-45.00 Debit interest overdraft
-2.20 Buchungsposten Entgelt
-10.00 SEPA instant payment charge
-19.90 Monthly account package price
-74.00 Negative interest on credit balance deposit
-31.00 Agios intérêts débiteurs
-5.75 Card annual fee
-14.00 Entgeltabschluss Konto
-60.00 Confirmation letter fee bank
-9.30 Frais sur virement international
-27.00 Correspondent bank charges deducted
-88.00 Broker transaction costs clearing
-17.40 Verwahrentgelt Guthaben Bank
-22.00 Cash management service charge e-banking
TAX
-8300.00 WITHHOLDING TAX dividend
-2150.00 Quellensteuer Dividende
-640.00 Kapitalertragsteuer Solidaritätszuschlag
-1280.00 Retenue à la source
-14500.00 Taxe d'abonnement trimestre
-5600.00 VAT payment quarter tax office
-4300.00 Umsatzsteuer Voranmeldung Finanzamt
-7800.00 TVA direction des finances publiques
-23000.00 Corporation tax instalment
-9700.00 Körperschaftsteuer Vorauszahlung
1900.00 Tax reclaim refund withholding
2600.00 Steuererstattung Finanzamt
3100.00 VAT refund tax authority
-410.00 Stamp duty share transfer
-3300.00 Gewerbesteuer Stadtkasse
-1250.00 Financial transaction tax
-6100.00 Impôt sur les sociétés acompte
1450.00 Remboursement crédit d'impôt
-880.00 Subscription tax UCITS authority
-530.00 Grundsteuer Bescheid
-2700.00 Revenue commissioners exit tax
-7200.00 HMRC PAYE tax payment
LOAN
1500000.00 Loan drawdown credit facility
-250000.00 Loan repayment principal
-12500.00 Loan interest payment facility
-80000.00 Tilgung Darlehen
-6400.00 Darlehenszinsen Kredit
600000.00 Darlehensauszahlung
-30000.00 Remboursement emprunt échéance
-4700.00 Intérêts sur prêt bancaire
2000000.00 Subscription line borrowing
-2000000.00 Repayment of subscription credit line
-18000.00 Mortgage instalment property loan
-5500.00 Commitment fee undrawn revolving facility
300000.00 Shareholder loan received
-100000.00 Bridge loan repaid
-9000.00 Term loan instalment bank
450000.00 Advance under revolving credit facility
-150000.00 Loan granted to portfolio company
750000.00 Mise à disposition crédit
-23000.00 Annuität Kredit Rate
175000.00 Shareholder loan repayment received principal
OWN_TRANSFER
0 TRANSFER BETWEEN OWN ACCOUNTS
-100000.00 Internal transfer to deposit account
100000.00 Internal transfer from current account
0 Umbuchung eigenes Konto
-50000.00 Übertrag Tagesgeldkonto
50000.00 Kontoübertrag intern
0 Virement interne compte à compte
-75000.00 Virement de trésorerie entre nos comptes
75000.00 Cash pooling sweep
-200000.00 Zero balancing sweep to master account
0 Account to account transfer liquidity
-30000.00 Funding of operating account own transfer
30000.00 Umbuchung Festgeld Rückführung eigenes Konto
-60000.00 Book transfer same customer
60000.00 Liquidity transfer between fund accounts
0 Rebalancing of cash accounts internal
-500000.00 Placement term deposit from current account
500000.00 Return of term deposit principal to current account
0 Compte courant vers compte épargne transfert
`;
