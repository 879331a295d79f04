/**
 * A user's module with derivatives in it: each call of a verb replaced by the import of a derivative, each function that
 * is handed on with its derivatives registered beside it. Edits of the text, so that every line stays where it was.
 *
 *     const slope = grad(f);             const slope = __cotangent_0;
 *     minimize(loss, x0);                minimize(__cotangent_1(loss, { valueAndGrad: __cotangent_2, … }), x0);
 *
 * A derivative of a function that captures local variables is called with them first: a function beside the definition
 * gives their values of the moment.
 */
import MagicString from "magic-string";
import { applyOverloadEdits, overloadImport } from "../api/overloaded-text.ts";
import type { DiagnosticParts } from "../core/errors.ts";
import type { SourceMap } from "../core/source-map.ts";
import type { Asked, RegistrationSite, Site } from "../frontend/verbs/calls.ts";
import { type Overloaded, overloadDirective, overloadEdits } from "../frontend/verbs/overloaded.ts";
import { type DerivativeRequest, derivativeExport } from "./derivative-id.ts";
import { toParts } from "./parts.ts";

/** Where rewritten code finds what it imports. */
export interface Imports {
  /** The module `cotangent/runtime`. */
  readonly runtime: string;
  /** The module `cotangent/overload`. */
  readonly overload: string;
  /** The module that exports `refuse`, where a refused call is to fail when it runs. */
  readonly support?: string;
  readonly derivative: (request: DerivativeRequest) => string;
}

export interface Edited {
  readonly code: string;
  readonly map: SourceMap;
}

/** `text` with its sites edited and `append` behind it; undefined if there is nothing to do. */
export function editModule(
  file: string,
  text: string,
  sites: readonly Site[],
  append: string,
  from: Imports,
): Edited | undefined {
  const editor = new Editor(text, from);
  const regions = editor.overload(file, text);
  if (sites.length === 0 && append === "" && regions.length === 0) return undefined;
  // What is run on overloaded values asks for derivatives when it runs.
  const isOutside = ({ start }: Site): boolean => !regions.some((r) => r.start <= start && start < r.end);
  for (const site of sites.filter(isOutside)) editor.edit(site);
  return editor.finish(file, append);
}

class Editor {
  readonly #edits: MagicString;
  readonly #from: Imports;
  readonly #names = new Map<string, string>();
  readonly #lines: string[] = [];
  /** The functions beside definitions, by where they are and what they give. */
  readonly #captured = new Map<string, string>();

  /** What names of ours begin with, and nothing else in the text. */
  readonly #prefix: string;

  constructor(text: string, from: Imports) {
    let prefix = "__cotangent_";
    while (text.includes(prefix)) prefix = `_${prefix}`;
    this.#prefix = prefix;
    this.#edits = new MagicString(text);
    this.#from = from;
  }

  /** Rewrites what says "use overload", and tells where that is. */
  overload(file: string, text: string): Overloaded["regions"] {
    if (!text.includes(overloadDirective)) return [];
    const name = `${this.#prefix}overload`;
    const { edits, regions } = overloadEdits(file, text, name, false);
    applyOverloadEdits(this.#edits, edits);
    if (edits.length > 0) this.#lines.push(overloadImport(name, this.#from.overload));
    return regions;
  }

  edit(site: Site): void {
    switch (site.kind) {
      case "verb": {
        this.#edits.overwrite(site.start, site.end, this.#derivative(site.asked));
        return;
      }
      case "registration": {
        this.#register(site);
        return;
      }
      case "refused": {
        // A call that is left as it is finds its derivative when it runs, or says that it can't.
        if (site.isOpen || this.#from.support === undefined) return;
        this.#edits.overwrite(site.start, site.end, this.#refusal(site.error.all.map(toParts)));
        return;
      }
      default:
        site satisfies never;
    }
  }

  finish(file: string, append: string): Edited {
    const imports = this.#lines.length === 0 ? "" : `\n${this.#lines.join("\n")}\n`;
    this.#edits.append(append + imports);
    return {
      code: this.#edits.toString(),
      map: this.#edits.generateMap({ source: file, includeContent: true, hires: "boundary" }) as SourceMap,
    };
  }

  #register({ start, end, argument, property, asked, order, isScalar }: RegistrationSite): void {
    const name = this.#import(this.#from.runtime, "registerDerivatives");
    const derive = (verb: string): string =>
      `${verb}: ${this.#derivative({ ...asked, applications: [...asked.applications, { verb, options: {} }] })}`;
    const first = [...(isScalar ? ["valueAndGrad"] : []), "jvp", "vjp"];
    const second = order === 2 && isScalar ? ["hvp", "hessian"] : [];
    const derivatives = [...first, ...second].map(derive).join(", ");
    if (argument.start > start) this.#edits.remove(start, argument.start);
    if (end > argument.end) this.#edits.remove(argument.end, end);
    this.#edits.appendLeft(start, `${property === undefined ? "" : `${property}: `}${name}(`);
    this.#edits.prependRight(end, `, { ${derivatives} })`);
  }

  #refusal(parts: readonly DiagnosticParts[]): string {
    const refuse = this.#import(this.#from.support as string, "refuse");
    return `${refuse}(JSON.parse(${JSON.stringify(JSON.stringify(parts))}))`;
  }

  #derivative({ target, applications, captured }: Asked): string {
    const name = this.#import(this.#from.derivative({ target, applications }), derivativeExport);
    if (!captured) return name;
    const { names, beside } = captured;
    const values = `({ ${names.map((n) => (n === "this" ? "this: this" : n)).join(", ")} })`;
    if (beside === undefined) return `${name}(() => ${values})`;
    const key = `${beside} ${values}`;
    let giver = this.#captured.get(key);
    if (giver === undefined) {
      giver = `${this.#prefix}captured_${this.#captured.size}`;
      this.#captured.set(key, giver);
      // An arrow has the `this` of where it stands.
      const made = names.includes("this")
        ? `const ${giver} = () => ${values};`
        : `function ${giver}() { return ${values}; }`;
      this.#edits.appendLeft(beside, `; ${made}`);
    }
    return `${name}(${giver})`;
  }

  #import(module: string, exported: string): string {
    const key = `${module} ${exported}`;
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const name = `${this.#prefix}${this.#names.size}`;
    this.#names.set(key, name);
    this.#lines.push(`import { ${exported} as ${name} } from ${JSON.stringify(module)};`);
    return name;
  }
}
