/**
 * `npm run fuzz:planted [-- --only TEXT] [-- --most N]`: plants one bug at a time and lets the fuzzer look for it, with a
 * fixed seed; prints after how many programs it is found. Exit code 1 if one is not found among the first 2 000.
 */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { bundle, type SourceEdit } from "./bundle.ts";
import { plantedBugs } from "./planted-bugs.ts";

const { values } = parseArgs({ options: { only: { type: "string" }, most: { type: "string", default: "2000" } } });

/** The text with the bug in it. Throws if the place is not there, or not the only one. */
function plant(text: string, { from, to, file }: SourceEdit): string {
  const at = text.indexOf(from);
  if (at < 0 || text.indexOf(from, at + 1) >= 0) throw new Error(`${file} has not one place that says\n${from}`);
  return text.slice(0, at) + to + text.slice(at + from.length);
}

let missed = 0;
for (const bug of plantedBugs.filter(({ name }) => name.includes(values.only ?? ""))) {
  let planted = 0;
  const file = await bundle("main.ts", "planted", {
    edit: (path, text) => {
      if (path !== bug.file) return text;
      planted++;
      return plant(text, bug);
    },
  });
  if (planted !== 1) throw new Error(`${bug.file} is no source`);
  const args = [
    "--max-semi-space-size=64",
    file,
    "--count",
    values.most,
    "--seed",
    "5",
    "--batch",
    "25",
    "--until-failure",
  ];
  const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8", maxBuffer: 1 << 28 });
  const found = /^first failure: program (\d+), (.*)$/m.exec(stdout);
  if (!found) missed++;
  const when = found ? `found after ${Number(found[1]) + 1}` : "NOT FOUND";
  console.log(`${when.padEnd(18)} ${bug.name}${found ? ` (${found[2]})` : ""}`);
}
console.log(missed === 0 ? "all found" : `${missed} not found`);
process.exitCode = missed === 0 ? 0 : 1;
