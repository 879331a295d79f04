/**
 * What users download: bundles for browsers, minified and compressed, and the package itself. `npm run sizes` measures
 * and compares with `sizes.json`; what differs by more than the tolerance fails, so that a change of size is a decision
 * and not an accident. It also reads the bundles: none may hold the compiler, a module of Node or code made from text.
 */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { gunzipSync, gzipSync } from "node:zlib";
import { type BuildOptions, build } from "esbuild";
import { bundleFacts, fitForBrowsers } from "../e2e/support/bundle.ts";
import { repository } from "../e2e/support/project.ts";
import { pack } from "../e2e/support/tarball.ts";

/** Bytes by what is counted, by what is measured. */
type Sizes = Record<string, Record<string, number>>;

const tolerance = 0.05;
/** Engines that are imported by their subpaths. They make code from text where the page allows it, and do without where not. */
const engines: readonly string[] = ["elemental", "numerical", "overload"].map((name) => `cotangent/${name}, all of it`);
/** So small a difference is none, however small the whole. */
const slack = 32;

const record = new URL("sizes.json", import.meta.url);

async function main(): Promise<number> {
  const measured: Sizes = {};
  const unfit: string[] = [];
  measured["the package"] = measurePackage();
  for (const [name, options] of Object.entries(await bundles())) {
    const { outputFiles } = await build({ ...common, ...options, write: false });
    const [{ text }] = outputFiles;
    measured[name] = { minified: Buffer.byteLength(text), gzip: gzipSync(text, { level: 9 }).length };
    const found = bundleFacts(text);
    const facts = engines.includes(name) ? { ...found, evaluates: [] } : found;
    if (!isDeepStrictEqual(facts, fitForBrowsers))
      unfit.push(`${name} is not fit for browsers: ${JSON.stringify(facts)}`);
  }
  for (const line of unfit) console.error(line);

  if (process.argv.includes("--update")) {
    writeFileSync(record, `${JSON.stringify(measured, undefined, 2)}\n`);
    console.log(table(measured, measured));
    return unfit.length > 0 ? 1 : 0;
  }
  const recorded = JSON.parse(readFileSync(record, "utf8")) as Sizes;
  console.log(table(measured, recorded));
  const isDifferent = rows(measured, recorded).some((row) => row.isDifferent);
  if (isDifferent) {
    console.error(
      `\nSizes differ from bench/sizes.json by more than ${100 * tolerance} %. If that is meant, record them by` +
        " `npm run sizes -- --update`, and say in the commit what they buy.",
    );
  }
  return isDifferent || unfit.length > 0 ? 1 : 0;
}

const common = {
  bundle: true,
  minify: true,
  format: "esm",
  platform: "browser",
  target: "es2022",
  outdir: "unused",
} as const satisfies BuildOptions;

/** What is bundled: each a program that a user could have. */
async function bundles(): Promise<Readonly<Record<string, BuildOptions>>> {
  // Not before packing, which builds them.
  const { openProgram } = await import("cotangent/compiler");
  const { esbuild: cotangent } = await import("cotangent/plugin");
  const from = (contents: string): BuildOptions => ({ stdin: { contents, loader: "ts", resolveDir: repository } });
  const program = openProgram({ cwd: repository });
  const textbook = program.derive("examples/textbook.ts#f", { operator: "grad", argnums: [0, 1] });
  const mixture = program.derive("examples/gmm.ts#loss", { operator: "valueAndGrad" });
  return {
    "cotangent/runtime, all of it": from('export * from "cotangent/runtime";'),
    "cotangent, all of it": from('export * from "cotangent";'),
    ...Object.fromEntries(engines.map((name) => [name, from(`export * from "${name.split(",")[0]}";`)])),
    "the textbook gradient": from(textbook.text),
    "a mixture of Gaussians, value and gradient": from(mixture.text),
    "the example page, by the plugin": {
      entryPoints: [join(repository, "examples/browser/src/main.ts")],
      plugins: [cotangent()],
    },
  };
}

function measurePackage(): Record<string, number> {
  const folder = mkdtempSync(join(tmpdir(), "cotangent-sizes-"));
  try {
    const tarball = pack(folder);
    return { packed: statSync(tarball).size, unpacked: gunzipSync(readFileSync(tarball)).length };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Row {
  readonly cells: readonly string[];
  readonly isDifferent: boolean;
}

function rows(measured: Sizes, recorded: Sizes): readonly Row[] {
  return Object.keys({ ...recorded, ...measured }).flatMap((name) => {
    const [now, before] = [measured[name] ?? {}, recorded[name] ?? {}];
    return Object.keys({ ...before, ...now }).map((kind) => {
      const [is, was] = [now[kind], before[kind]];
      const isDifferent =
        is === undefined || was === undefined || Math.abs(is - was) > Math.max(slack, tolerance * was);
      const change = is === undefined ? "gone" : was === undefined ? "new" : percent(is / was - 1);
      return { cells: [name, kind, bytes(is), bytes(was), isDifferent ? `${change}  !` : change], isDifferent };
    });
  });
}

const bytes = (count: number | undefined): string => count?.toLocaleString("en") ?? "";
const percent = (part: number): string => `${part < 0 ? "" : "+"}${(100 * part).toFixed(1)} %`;

function table(measured: Sizes, recorded: Sizes): string {
  const lines = [["bytes of", "", "now", "recorded", ""], ...rows(measured, recorded).map((row) => row.cells)];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...lines.map((cells) => cells[column].length)));
  return lines
    .map((cells) =>
      cells
        .map((cell, i) => (i < 2 ? cell.padEnd(widths[i]) : i < 4 ? cell.padStart(widths[i]) : cell))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

process.exitCode = await main();
