import { randomUUID } from "node:crypto";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Transporter } from "nodemailer";

export interface Letter {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Takes a letter over; resolves when it is on its way. */
export type Mailer = (letter: Letter) => Promise<void>;

// Loaded with the first letter: most starts of the service send none.
const nodemailer = () => import("nodemailer");

/** Sends through an SMTP server. */
export function smtpMailer(smtpUrl: string, from: string): Mailer {
  let transport: Promise<Pick<Transporter, "sendMail">> | undefined;
  return async (letter) => {
    transport ??= nodemailer().then(({ createTransport }) => createTransport(smtpUrl));
    await (await transport).sendMail({ from, ...letter });
  };
}

/** Writes each letter to a file that any mail program opens: the mail of a system without a mail server. */
export function outboxMailer(folder: string, from: string): Mailer {
  return async (letter) => {
    const { createTransport } = await nodemailer();
    const transport = createTransport({ streamTransport: true, buffer: true });
    const { message } = await transport.sendMail({ from, ...letter });
    await mkdir(folder, { recursive: true });
    const stamp = new Date().toISOString().replaceAll(/[:.]/g, "-");
    const file = join(folder, `${stamp}-${randomUUID().slice(0, 8)}.eml`);
    // Renamed into place: whoever watches the folder never reads half a letter.
    await writeFile(`${file}.part`, message as Buffer, { mode: 0o600 });
    await rename(`${file}.part`, file);
  };
}
