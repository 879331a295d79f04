/** Bundles the fuzzer and runs it with the arguments given: what `npm run fuzz` calls. */
import { spawnSync } from "node:child_process";
import { bundle } from "./bundle.ts";

const file = await bundle("main.ts", "fuzz");
const { status } = spawnSync(
  process.execPath,
  ["--enable-source-maps", "--max-semi-space-size=64", file, ...process.argv.slice(2)],
  {
    stdio: "inherit",
  },
);
process.exitCode = status ?? 1;
