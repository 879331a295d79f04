/**
 * The fuzzer as one file that Node runs by itself: faster than module by module, and the place where a bug can be planted
 * into a source on its way, without touching the file.
 */
import { mkdirSync, readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

/** A change of a source file: `from` stands in it, once at least. */
export interface SourceEdit {
  /** The file, below `src`. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const packageFolder = fileURLToPath(new URL("../../", import.meta.url));
const cache = `${packageFolder}node_modules/.cache/fuzz/`;

/** Bundles `entry`, a file of this folder, with sources as `edit` makes them; the path of what can be run. */
export async function bundle(
  entry: string,
  name: string,
  edit?: (file: string, text: string) => string,
): Promise<string> {
  mkdirSync(cache, { recursive: true });
  const outfile = `${cache}${name}.mjs`;
  await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    logLevel: "error",
    plugins: [
      {
        name: "edit",
        setup(builder) {
          builder.onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => {
            const text = readFileSync(path, "utf8");
            const file = path.slice(`${packageFolder}src/`.length);
            // What a source finds beside itself is where it was.
            const placed = text.replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href));
            return { contents: edit ? edit(file, placed) : placed, loader: "ts" };
          });
        },
      },
    ],
  });
  return outfile;
}
