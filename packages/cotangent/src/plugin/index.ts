/**
 * The bundler plugin, for Vite, Rollup, Rolldown, webpack, Rspack and esbuild alike (unplugin). It runs before other
 * transforms: a user's module gets its verb calls replaced by imports, and each import is answered by a derivative
 * module compiled here. So a bundle holds derivatives and no compiler, and needs no `eval`.
 */
import { existsSync } from "node:fs";
import { createUnplugin } from "unplugin";
import { CotangentError } from "../core/errors.ts";
import type { SourceMap } from "../core/source-map.ts";
import { toBundlerMessage } from "./bundler-message.ts";
import { bundlerResolve, checkResolutions } from "./bundler-resolve.ts";
import { derivativeExport, derivativeId, readDerivativeId } from "./derivative-id.ts";
import { Rewriter } from "./rewrite.ts";

export interface PluginOptions {
  /** The tsconfig file that says how the sources are read; by default the nearest one above each file. */
  readonly tsconfig?: string;
}

const derivatives = /[?&]cotangent=/;

/** A plugin, as far as configurations need to know: no bundler's types have to be installed to read these. */
interface NamedPlugin {
  readonly name: string;
}
interface SetupPlugin extends NamedPlugin {
  // biome-ignore lint/suspicious/noExplicitAny: the bundler's own type, which need not be installed
  readonly setup: (build: any) => void | Promise<void>;
}
interface AppliedPlugin {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly apply: (compiler: any) => void;
}

/**
 * The plugin for each bundler. It belongs before plugins that transform TypeScript; those must transform what they are
 * given, and not load files by themselves.
 */
export interface CotangentPlugin {
  readonly vite: (options?: PluginOptions) => NamedPlugin;
  readonly rollup: (options?: PluginOptions) => NamedPlugin;
  readonly rolldown: (options?: PluginOptions) => NamedPlugin;
  readonly webpack: (options?: PluginOptions) => AppliedPlugin;
  readonly rspack: (options?: PluginOptions) => AppliedPlugin;
  readonly esbuild: (options?: PluginOptions) => SetupPlugin;
}

/** `cotangent.vite()`, `cotangent.rollup()`, `cotangent.webpack()`, `cotangent.esbuild()`, …. */
export const cotangent: CotangentPlugin = createUnplugin<PluginOptions | undefined, false>(
  (options = {}, { framework }) => {
    /** The files that the text of each module was made from. */
    const made = new Map<string, ReadonlySet<string>>();
    const rewriter = new Rewriter(
      { runtime: "cotangent/runtime", overload: "cotangent/overload", derivative: derivativeId },
      options,
    );
    return {
      name: "cotangent",
      enforce: "pre",

      resolveId: {
        filter: { id: derivatives },
        handler: (id) => id,
      },

      load: {
        filter: { id: derivatives },
        async handler(id) {
          const request = readDerivativeId(id);
          if (!request) return undefined;
          rewriter.refresh();
          try {
            const { code, map, files, imports } = rewriter.derivativeModule(request);
            for (const file of files) this.addWatchFile(file);
            made.set(id, new Set(files));
            await checkResolutions(imports, bundlerResolve(this));
            return { code, map: toMutable(map) };
          } catch (error) {
            if (!(error instanceof CotangentError)) throw error;
            if (error.file !== undefined) this.addWatchFile(error.file);
            this.addWatchFile(request.target.file);
            this.error(toBundlerMessage(error, framework));
            // Bundlers that collect errors go on with a module that is complete.
            return `export const ${derivativeExport} = undefined;`;
          }
        },
      },

      transform: {
        filter: { id: { include: /\.[cm]?[jt]sx?$/, exclude: [/[\\/]node_modules[\\/]/, derivatives] } },
        handler(code, id) {
          const file = id.replace(/\\/g, "/");
          if (!existsSync(file)) return undefined;
          rewriter.refresh();
          rewriter.setText(file, code);
          const sites = rewriter.sites(file, code);
          const refused = sites.flatMap((site) => (site.kind === "refused" ? site.error.all : []));
          const [first, ...others] = refused;
          // What the sites were read from: a name may come to mean another function.
          const files = sites.length > 0 ? rewriter.filesBehind(file, code) : [];
          for (const other of files) if (other !== file) this.addWatchFile(other);
          made.set(id, new Set(files));
          if (first) this.error(toBundlerMessage(new CotangentError(first, others), framework));
          const edited = rewriter.userModule(file, code, sites);
          return edited && { code: edited.code, map: toMutable(edited.map) };
        },
      },

      vite: {
        // Derivatives import the runtime in the middle of the first page load; found then, it would reload the page.
        config: () => ({ optimizeDeps: { exclude: ["cotangent"] } }),
        // A derivative depends on the file that asks for it, if the function is there. Vite looks for the page along
        // importers, and would turn in that circle and update nothing. Of the edit itself both hear by their file.
        hotUpdate({ file, modules }) {
          const { moduleGraph } = this.environment;
          for (const [id, module] of moduleGraph.idToModuleMap) {
            // Of an importer Vite keeps the text, whatever that was made from.
            if (made.get(id)?.has(file)) moduleGraph.invalidateModule(module);
          }
          for (const [id, derivative] of moduleGraph.idToModuleMap) {
            if (!derivatives.test(id) || derivative.file === null) continue;
            for (const own of moduleGraph.getModulesByFile(derivative.file) ?? []) own.importers.delete(derivative);
          }
          return modules;
        },
      },
    };
  },
);

export const { vite, rollup, rolldown, webpack, rspack, esbuild } = cotangent;
// biome-ignore lint/style/noDefaultExport: plugins of bundlers are imported so
export { cotangent as default };

/** A map as bundlers declare maps; they may write into it. */
function toMutable({ version, sources, sourcesContent, names, mappings }: SourceMap): {
  version: number;
  sources: string[];
  sourcesContent: (string | null)[];
  names: string[];
  mappings: string;
} {
  return { version, sources: [...sources], sourcesContent: [...sourcesContent], names: [...names], mappings };
}
