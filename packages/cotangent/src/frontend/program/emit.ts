/**
 * From TypeScript to what an engine runs: types erased, enums and decorators turned into code, with the map back to the
 * source.
 */
import remapping, { type SourceMapInput } from "@jridgewell/remapping";
import ts from "typescript";
import type { SourceMap } from "../../core/source-map.ts";

export interface TranspileOptions {
  /** The path of the text, which the source map names by its last part. */
  readonly file: string;
  /** The map of the text, if that was made of others: the result maps to those. */
  readonly map?: SourceMap | undefined;
  readonly experimentalDecorators?: boolean;
}

/** JavaScript and the map from it to what it was made of. */
export interface Transpiled {
  /** Without a comment that names the map. */
  readonly code: string;
  readonly map: SourceMap;
}

/** JavaScript (an ECMAScript module) for a TypeScript module. Types are not checked; imports that only types need are left out. */
export function transpile(text: string, options: TranspileOptions): Transpiled {
  const { file, map, experimentalDecorators = false } = options;
  return emit(text, file, map, {
    moduleDetection: ts.ModuleDetectionKind.Force,
    experimentalDecorators,
    emitDecoratorMetadata: experimentalDecorators,
    ...(file.endsWith("x") ? { jsx: ts.JsxEmit.ReactJSX } : {}),
  });
}

/** The same as the body of a function of `require` and `exports`. */
export function transpileToFunctionBody(text: string, { file, map }: TranspileOptions): Transpiled {
  return emit(text, file, map, { module: ts.ModuleKind.CommonJS, moduleDetection: ts.ModuleDetectionKind.Force });
}

function emit(text: string, file: string, map: SourceMap | undefined, options: ts.CompilerOptions): Transpiled {
  const { outputText, sourceMapText } = ts.transpileModule(text, {
    fileName: file,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      sourceMap: true,
      inlineSources: true,
      ...options,
    },
  });
  if (sourceMapText === undefined) throw new Error(`${file} was transpiled without a map`);
  const own = JSON.parse(sourceMapText) as SourceMap;
  return {
    code: outputText.slice(0, outputText.lastIndexOf("//# sourceMappingURL=")),
    map: map ? compose(own, map) : own,
  };
}

/** The map to what `inner` maps to, from a text that `outer` maps to the one that `inner` is of. */
function compose(outer: SourceMap, inner: SourceMap): SourceMap {
  // Its types ask for lists that may be changed; they are not.
  const input = (map: SourceMap): SourceMapInput => map as SourceMapInput;
  const text = remapping(input(outer), (_, { depth }) => (depth === 1 ? input(inner) : undefined)).toString();
  return JSON.parse(text) as SourceMap;
}
