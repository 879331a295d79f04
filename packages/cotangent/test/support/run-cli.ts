/** The command line in this process, from the root of the repository. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runCommand } from "../../src/cli/commands.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "../../../..");

/** Runs a command: its exit code and what it prints. */
export async function runCli(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  let out = "";
  let err = "";
  const code = await runCommand([...args], {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    lines: async function* () {},
    load: (file) => import(file),
    cwd: root,
    colors: { out: false, err: false },
  });
  return { code, out, err };
}
