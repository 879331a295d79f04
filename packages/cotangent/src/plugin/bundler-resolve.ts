/** How the bundler that runs the plugin resolves an import, which is to mean what it meant to the compiler. */
import { realpathSync } from "node:fs";
import { dirname } from "node:path";
import { report } from "../core/errors.ts";
import type { Import } from "../frontend/program/imports.ts";

/** The id that the bundler gives an import; undefined if it finds nothing or cannot be asked. */
export type BundlerResolve = (specifier: string, importer: string) => Promise<string | undefined>;

/** What of a hook's context is asked, by bundler. */
interface HookContext {
  readonly resolve?: (
    specifier: string,
    importer: string,
    options: { readonly skipSelf: boolean },
  ) => Promise<{ readonly id: string; readonly external?: unknown } | null>;
  readonly getNativeBuildContext?: (() => object) | undefined;
}
interface EsbuildContext {
  readonly build: {
    readonly resolve: (
      specifier: string,
      options: { readonly importer: string; readonly resolveDir: string; readonly kind: "import-statement" },
    ) => Promise<{ readonly path: string; readonly external: boolean; readonly errors: readonly unknown[] }>;
  };
}
interface WebpackContext {
  readonly loaderContext: {
    readonly getResolve: (options: {
      readonly dependencyType: "esm";
    }) => (folder: string, specifier: string) => Promise<string | false>;
  };
}

/** The resolution of the bundler whose hook runs with `context`. */
export function bundlerResolve(context: HookContext): BundlerResolve {
  const { resolve } = context;
  if (resolve) {
    return async (specifier, importer) => {
      const found = await resolve.call(context, specifier, importer, { skipSelf: true });
      return found && !found.external ? found.id : undefined;
    };
  }
  const native = context.getNativeBuildContext?.() ?? {};
  if (isEsbuild(native)) {
    return async (specifier, importer) => {
      const options = { importer, resolveDir: dirname(importer), kind: "import-statement" } as const;
      const found = await native.build.resolve(specifier, options);
      return found.errors.length > 0 || found.external ? undefined : found.path;
    };
  }
  if (isWebpack(native)) {
    const ask = native.loaderContext.getResolve({ dependencyType: "esm" });
    return async (specifier, importer) => {
      try {
        return (await ask(dirname(importer), specifier)) || undefined;
      } catch {
        return undefined;
      }
    };
  }
  return async () => undefined;
}

/** Reports `resolution-differs` where an import leads the bundler to another file than the compiler. */
export async function checkResolutions(imports: readonly Import[], resolve: BundlerResolve): Promise<void> {
  for (const { specifier, importer, file } of imports) {
    const found = (await resolve(specifier, importer))?.replace(/[?#].*$/, "");
    if (found === undefined || isSameFile(found, file)) continue;
    report("resolution-differs", undefined, `\`${specifier}\` in ${importer}`, file, found);
  }
}

function isSameFile(a: string, b: string): boolean {
  try {
    return realpathSync(a) === realpathSync(b);
  } catch {
    // Not a file: a module that another plugin makes up.
    return false;
  }
}

function isEsbuild(native: object): native is EsbuildContext {
  return "build" in native && typeof (native.build as { readonly resolve?: unknown }).resolve === "function";
}

function isWebpack(native: object): native is WebpackContext {
  return "loaderContext" in native && native.loaderContext !== undefined;
}
