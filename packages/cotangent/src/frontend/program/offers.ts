/**
 * Which files may hand functions to code that differentiates them, told without opening a program: a call such as
 * `minimize(loss, x0)` names nothing of this package, and most files of a project have none. A module offers such calls
 * if its text, or that of a module it imports, declares something `Differentiable` or passes the package's verbs on.
 * Of installed packages only those are read that depend on this one.
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { isOwnFile } from "./own-package.ts";

/** Finds offers, remembering the texts it has read for as long as they stay the same. */
export class Offers {
  readonly #options: ts.CompilerOptions;
  readonly #resolutions: ts.ModuleResolutionCache;
  readonly #scans = new Map<string, Scan>();
  readonly #dependents = new Map<string, boolean>();

  constructor(options: ts.CompilerOptions) {
    this.#options = options;
    this.#resolutions = ts.createModuleResolutionCache(process.cwd(), (name) => name, options);
  }

  /** The imports of `file` by which its calls may ask for derivatives, by their specifiers. */
  specifiers(file: string, text: string): ReadonlySet<string> {
    if (isOwnFile(file)) return new Set();
    const asking = this.#imports(file, scan(text)).filter(
      ({ specifier, path }) => ownPackage.test(specifier) || (path !== undefined && this.#offers(path, new Set())),
    );
    return new Set(asking.map(({ specifier }) => specifier));
  }

  #offers(file: string, seen: Set<string>): boolean {
    if (seen.has(file) || isOwnFile(file)) return false;
    seen.add(file);
    const found = this.#scanFile(file);
    if (!found) return false;
    return (
      found.isOffer || this.#imports(file, found).some(({ path }) => path !== undefined && this.#offers(path, seen))
    );
  }

  #scanFile(file: string): Scan | undefined {
    let text: string;
    try {
      text = readFileSync(file, "utf8");
    } catch {
      return undefined;
    }
    const known = this.#scans.get(file);
    if (known?.text === text) return known;
    const found = scan(text);
    this.#scans.set(file, found);
    return found;
  }

  /** What a file imports, with the file that may be read for it. */
  #imports(file: string, { specifiers }: Scan): readonly { readonly specifier: string; readonly path?: string }[] {
    return specifiers.map((specifier) => {
      const resolve = (known?: ts.ModuleResolutionCache): ts.ResolvedModuleFull | undefined =>
        ts.resolveModuleName(specifier, file, this.#options, ts.sys, known).resolvedModule;
      // What was not there may have come since.
      const resolvedModule = resolve(this.#resolutions) ?? resolve();
      if (!resolvedModule) return { specifier };
      const { resolvedFileName: path, isExternalLibraryImport } = resolvedModule;
      return isExternalLibraryImport && !this.#dependsOnThis(path) ? { specifier } : { specifier, path };
    });
  }

  /** True if the package that a file belongs to names this one among what it needs. */
  #dependsOnThis(file: string): boolean {
    const folder = dirname(file);
    const known = this.#dependents.get(folder);
    if (known !== undefined) return known;
    let found = false;
    try {
      const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
      found = "cotangent" in { ...manifest.dependencies, ...manifest.peerDependencies };
    } catch {
      found = folder !== dirname(folder) && this.#dependsOnThis(folder);
    }
    this.#dependents.set(folder, found);
    return found;
  }
}

interface Manifest {
  readonly dependencies?: object;
  readonly peerDependencies?: object;
}

interface Scan {
  readonly text: string;
  readonly specifiers: readonly string[];
  readonly isOffer: boolean;
}

const ownPackage = /^cotangent$/;
const offer = /\bDifferentiable\b|\bexport\b[^;]*\bfrom\s*["']cotangent["']/;

function scan(text: string): Scan {
  const { importedFiles } = ts.preProcessFile(text, true, true);
  return { text, specifiers: importedFiles.map((f) => f.fileName), isOffer: offer.test(text) };
}
