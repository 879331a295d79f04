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

/** What may be done to the sources of a bundle. */
export interface Bundling {
  /** The text of a source, below `src`, as the bundle has it. */
  readonly edit?: (file: string, text: string) => string;
  /** Statements that stand before all others. */
  readonly preamble?: string;
  /** Modules that stand in for others, by name. */
  readonly instead?: Readonly<Record<string, string>>;
}

/** Bundles `entry`, a path or a file of this folder; the path of what can be run. */
export async function bundle(entry: string, name: string, options: Bundling = {}): Promise<string> {
  const { edit, preamble = "", instead = {} } = options;
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
    alias: instead,
    banner: { js: preamble },
    ignoreAnnotations: true,
    logLevel: "error",
    plugins: [
      {
        name: "edit",
        setup(builder) {
          builder.onLoad({ filter: /\/packages\/cotangent\/(src|test)\/.*\.ts$/ }, ({ path }) => {
            const text = readFileSync(path, "utf8");
            const isSource = path.startsWith(`${packageFolder}src/`);
            const made = edit && isSource ? edit(path.slice(`${packageFolder}src/`.length), text) : text;
            // What a file finds beside itself is where it was.
            const placed = made.replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href));
            return { contents: placed, loader: "ts" };
          });
        },
      },
    ],
  });
  return outfile;
}
