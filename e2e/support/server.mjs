// Starts the real server with fresh demo data in a folder of its own, and takes both away.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const program = process.env.PARTNER_CENTER_PROGRAM ?? "target/release/partner-center";
const folder = mkdtempSync(join(tmpdir(), "partner-center-e2e-"));
execFileSync(program, ["--data-dir", folder, "demo", "--customers", "600"], { stdio: "inherit" });

// The receivers of webhooks in the tests are on this machine.
const flags = ["--message-centre", "--webhooks-allow-private"];
const server = spawn(program, ["--data-dir", folder, "serve", "--port", process.argv[2], ...flags], {
  stdio: "inherit",
});
const end = () => server.kill("SIGTERM");
process.on("SIGTERM", end);
process.on("SIGINT", end);
server.on("exit", (code) => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(code ?? 1);
});
