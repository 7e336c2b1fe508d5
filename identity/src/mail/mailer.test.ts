import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createMailer } from "./mailer.ts";

const email = { to: "nora@test.example", subject: "Grüße", text: "Hello\n" };

test("writes each email to a file that mail programs open when there is no mail server", async () => {
  const folder = await mkdtemp(join(tmpdir(), "outbox-"));
  const from = "AllFunds <no-reply@localhost>";
  await createMailer({ smtpUrl: undefined, outbox: folder, from })(email);
  const [name = ""] = await readdir(folder);
  expect(name).toMatch(/\.eml$/);
  const content = await readFile(join(folder, name), "utf8");
  expect(content).toContain("To: nora@test.example");
  expect(content).toContain("From: AllFunds <no-reply@localhost>");
  await rm(folder, { recursive: true });
});

test("sends an email through the mail server when there is one", async () => {
  let received = "";
  let inBody = false;
  const server = createServer((socket) => {
    socket.write("220 here\r\n");
    socket.on("data", (chunk) => {
      const text = chunk.toString();
      received += text;
      if (inBody) {
        if (!received.endsWith("\r\n.\r\n")) return;
        inBody = false;
        socket.write("250 accepted\r\n");
      } else if (text.startsWith("DATA")) {
        inBody = true;
        socket.write("354 go on\r\n");
      } else {
        socket.write(text.startsWith("QUIT") ? "221 bye\r\n" : "250 ok\r\n");
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const smtpUrl = `smtp://127.0.0.1:${port}`;
  await createMailer({ smtpUrl, outbox: "unused", from: "no-reply@localhost" })(email);
  server.close();
  expect(received).toContain("RCPT TO:<nora@test.example>");
  expect(received).toContain("Hello");
});
