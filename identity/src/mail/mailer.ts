import { randomUUID } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Transporter } from "nodemailer";

export interface Email {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Takes an email over; resolves when it is on its way. */
export type Mailer = (email: Email) => Promise<void>;

interface MailSettings {
  /** The SMTP server; without one emails are written to the outbox folder. */
  readonly smtpUrl: string | undefined;
  readonly outbox: string;
  readonly from: string;
}

export const createMailer = ({ smtpUrl, outbox, from }: MailSettings): Mailer =>
  smtpUrl === undefined ? outboxMailer(outbox, from) : smtpMailer(smtpUrl, from);

// Loaded with the first email: most starts of the service send none.
const nodemailer = () => import("nodemailer");

function smtpMailer(smtpUrl: string, from: string): Mailer {
  let transport: Promise<Pick<Transporter, "sendMail">> | undefined;
  return async (email) => {
    transport ??= nodemailer().then(({ createTransport }) => createTransport(smtpUrl));
    await (await transport).sendMail({ from, ...email });
  };
}

/** Writes each email to a file that any mail program opens. */
function outboxMailer(folder: string, from: string): Mailer {
  return async (email) => {
    const { createTransport } = await nodemailer();
    const transport = createTransport({ streamTransport: true, buffer: true });
    const { message } = await transport.sendMail({ from, ...email });
    await mkdir(folder, { recursive: true });
    const stamp = new Date().toISOString().replaceAll(/[:.]/g, "-");
    const file = join(folder, `${stamp}-${randomUUID().slice(0, 8)}.eml`);
    // Renamed into place: a program that watches the folder never reads half an email.
    try {
      await writeFile(`${file}.part`, message as Buffer, { mode: 0o600 });
      await rename(`${file}.part`, file);
    } catch (error) {
      // A full disk is no reason to keep half of it.
      await rm(`${file}.part`, { force: true });
      throw error;
    }
  };
}
