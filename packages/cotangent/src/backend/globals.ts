/**
 * What generated code reads of modules: constants that it imports from where they are defined, static members of classes
 * among them, constants whose data it holds itself, and constants that it makes.
 */
import { reachableFunctions } from "../analysis/points-to.ts";
import { crosses } from "../ir/border.ts";
import type { Global, Module } from "../ir/types.ts";
import { forEachInstr } from "../ir/visit.ts";
import { literalText } from "./layout.ts";
import type { Scope } from "./names.ts";
import { printKey, type TypePrinter } from "./types.ts";

/** True for a global that is something else outside, and that generated code makes its own of each time that it is read. */
export function isBroughtIn({ globals }: Module, name: string): boolean {
  const global = globals.get(name);
  return global?.source.kind === "import" && crosses(global.type);
}

type Import = Extract<Global["source"], { readonly kind: "import" }>;

/** The names of the globals that a module's functions have asked for. */
export class GlobalNames {
  readonly #module: Module;
  readonly #scope: Scope;
  readonly #names = new Map<string, string>();
  /** What is imported, under which name: by its file and the name that it is exported by. */
  readonly #imported = new Map<string, { readonly source: Import; readonly local: string }>();

  constructor(module: Module, scope: Scope) {
    this.#module = module;
    this.#scope = scope;
  }

  /** The text by which a function reads a global. */
  name(name: string): string {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const { source } = this.#global(name);
    const made = source.kind === "import" ? this.#import(name, source) : this.#scope.claim(name);
    this.#names.set(name, made);
    return made;
  }

  /** A static member is read off its class, and a member of a namespace off that, each time. */
  #import(name: string, source: Import): string {
    const [exported = "", ...members] = source.exported.split(".");
    const key = JSON.stringify([source.file, exported]);
    const wanted = members.length === 0 || exported === "default" ? name : exported;
    const local = this.#imported.get(key)?.local ?? this.#scope.claim(wanted);
    this.#imported.set(key, { source: { ...source, exported }, local });
    return [local, ...members].join(".");
  }

  #global(name: string): Global {
    const global = this.#module.globals.get(name);
    if (!global) throw new Error(`no global ${name} in the module`);
    return global;
  }

  imports(): readonly string[] {
    return [...this.#imported.values()].map(({ source: { file, exported }, local }) => {
      // Node imports data only by its kind, and bundlers take that.
      const from = `${JSON.stringify(file)}${file.endsWith(".json") ? ' with { type: "json" }' : ""}`;
      if (exported === "default") return `import ${local} from ${from};`;
      return `import { ${exported === local ? local : `${exported} as ${local}`} } from ${from};`;
    });
  }

  declarations(types: TypePrinter): readonly string[] {
    return [...this.#names].flatMap(([name, local]) => {
      const { source, type } = this.#global(name);
      return source.kind === "literal" ? [`const ${local}: ${types.print(type)} = ${dataText(source.value)};`] : [];
    });
  }

  /** Constants that functions make, which `called` are; each after those that are read for it. */
  made(types: TypePrinter, called: (func: string) => string): readonly string[] {
    const lines = new Map<string, string>();
    const visit = (name: string): void => {
      const { source, type } = this.#global(name);
      const local = this.#names.get(name);
      if (source.kind !== "made" || local === undefined || lines.has(name)) return;
      for (const func of reachableFunctions(this.#module, source.by))
        forEachInstr(func.body, (instr) => {
          if (instr.op === "global" && instr.global !== name) visit(instr.global);
        });
      lines.set(name, `const ${local}: ${types.print(type)} = ${called(source.by)}();`);
    };
    for (const name of this.#names.keys()) visit(name);
    return [...lines.values()];
  }
}

/** Data as TypeScript text. Throws `TypeError` for what is no data. */
function dataText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(dataText).join(", ")}]`;
  switch (typeof value) {
    case "number":
    case "boolean":
    case "string":
    case "undefined":
      return literalText(value);
    case "object": {
      if (value === null) return "null";
      if (ArrayBuffer.isView(value)) return `new ${value.constructor.name}([${(value as Float64Array).join(", ")}])`;
      const fields = Object.entries(value).map(([key, field]) => `${printKey(key)}: ${dataText(field)}`);
      return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
    }
    default:
      throw new TypeError(`a ${typeof value} is no data`);
  }
}
