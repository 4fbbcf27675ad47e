// A real HTTP server that receives webhooks, keeps them, and answers as it is told.
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export type Got = { id: string; signatures: string[]; timestamp: string; body: string };

export class Receiver {
  readonly got: Got[] = [];
  status = 204;
  private readonly server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (part: string) => (body += part));
    request.on("end", () => {
      const header = (name: string) => String(request.headers[name] ?? "");
      const signatures = header("webhook-signature").split(" ");
      this.got.push({ id: header("webhook-id"), signatures, timestamp: header("webhook-timestamp"), body });
      response.writeHead(this.status).end();
    });
  });

  /** Listens on a free port; answers the address. */
  async start(): Promise<string> {
    await new Promise<void>((ready) => this.server.listen(0, "127.0.0.1", ready));
    // What is forgotten must not keep the tests from ending.
    this.server.unref();
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** Whether a message is signed with a secret, by the words of the Standard Webhooks specification. */
export function isSigned(got: Got, secret: string): boolean {
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const expected = createHmac("sha256", key).update(`${got.id}.${got.timestamp}.${got.body}`).digest();
  return got.signatures.some((one) => {
    const given = Buffer.from(one.replace("v1,", ""), "base64");
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}
