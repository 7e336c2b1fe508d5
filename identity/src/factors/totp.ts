import type { Pool } from "@allfunds/platform/database";
import { generateSecret, generateURI, verify } from "otplib";
import { toString as toQrCode } from "qrcode";
import type { SecretBox } from "../keys/secret-box.ts";

const SIX_DIGITS = /^\d{6}$/;

export const newTotpSecret = (): string => generateSecret();

/** One sentence for a wrong code, one of another time and one that was used. */
export const WRONG_CODE =
  "The code is not right, or it counts no more. Enter the one that your app shows now.";

/** The QR code with which an authenticator app takes the secret over, as SVG markup. */
export const totpQrCode = (secret: string, email: string): Promise<string> =>
  toQrCode(generateURI({ issuer: "AllFunds", label: email, secret }), { type: "svg", margin: 1 });

/** When a code is checked. */
interface Moment {
  /** How far the clock of a phone may be off, in seconds: 0 accepts the code of the present 30 seconds alone. */
  readonly toleranceSeconds: number;
  readonly nowMs?: number;
}

/** The 30-second step the code belongs to; undefined when it is not that of a step that counts now. */
export async function stepOf(
  secret: string,
  code: string,
  { toleranceSeconds, nowMs = Date.now() }: Moment,
): Promise<number | undefined> {
  const token = code.replaceAll(" ", "");
  if (!SIX_DIGITS.test(token)) return undefined;
  const epoch = Math.floor(nowMs / 1_000);
  const result = await verify({ secret, token, epoch, epochTolerance: toleranceSeconds });
  return result.valid && "timeStep" in result ? result.timeStep : undefined;
}

/** What codes are checked with. */
export interface TotpParts {
  readonly pool: Pool;
  readonly secretBox: SecretBox;
  readonly totpToleranceSeconds: number;
}

/** Stores the secret once a code proves that the user's app has it. False when the code is wrong. */
export async function enrolTotp(
  { pool, secretBox, totpToleranceSeconds: toleranceSeconds }: TotpParts,
  userId: string,
  secret: string,
  code: string,
): Promise<boolean> {
  const step = await stepOf(secret, code, { toleranceSeconds });
  if (step === undefined) return false;
  await storeTotp(pool, secretBox, userId, secret, step);
  return true;
}

/** Replaces the user's secret. `lastStep` is the newest step whose code is used up. */
export async function storeTotp(
  pool: Pick<Pool, "query">,
  secretBox: SecretBox,
  userId: string,
  secret: string,
  lastStep = 0,
): Promise<void> {
  await pool.query(
    `INSERT INTO totp_factor (user_id, sealed, last_step) VALUES ($1, $2, $3)
     ON CONFLICT (user_id) DO UPDATE
     SET sealed = excluded.sealed, last_step = excluded.last_step, created_at = now()`,
    [userId, secretBox.seal(secret, userId), lastStep],
  );
}

/** True once per code: a used code and all earlier ones are refused. */
export async function checkTotp(
  { pool, secretBox, totpToleranceSeconds: toleranceSeconds }: TotpParts,
  userId: string,
  code: string,
): Promise<boolean> {
  const { rows } = await pool.query<{ sealed: Buffer }>(
    "SELECT sealed FROM totp_factor WHERE user_id = $1",
    [userId],
  );
  if (rows[0] === undefined) return false;
  const secret = secretBox.open(rows[0].sealed, userId);
  const step = await stepOf(secret, code, { toleranceSeconds });
  if (step === undefined) return false;
  // Conditional, so that of two requests with the same code only one succeeds.
  const { rowCount } = await pool.query(
    "UPDATE totp_factor SET last_step = $2 WHERE user_id = $1 AND last_step < $2",
    [userId, step],
  );
  return rowCount === 1;
}
