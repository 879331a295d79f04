// The program behind the `cotangent` command; it runs on import. The user's program shares this process: what it prints
// goes to standard error, because standard output holds the answer alone.
import { Console } from "node:console";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { styleText } from "node:util";
import { runCommand } from "./commands.ts";
import { loadModule } from "./load.ts";
import type { Host } from "./output.ts";

// By Node's own rules: a terminal that has colours, or FORCE_COLOR; but NO_COLOR has the last word.
const wantsColors = (stream: NodeJS.WriteStream): boolean =>
  !process.env.NO_COLOR && styleText("dim", "?", { stream }) !== "?";

const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

const host: Host = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  lines: () => createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY }),
  load: loadModule,
  cwd: process.cwd(),
  version: manifest.version,
  colors: { out: wantsColors(process.stdout), err: wantsColors(process.stderr) },
};
// What the program throws is to name its own lines.
process.setSourceMapsEnabled(true);
globalThis.console = new Console(process.stderr, process.stderr);
// A reader that has seen enough (`| head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});
process.exitCode = await runCommand(process.argv.slice(2), host);
