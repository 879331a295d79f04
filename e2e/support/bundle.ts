/**
 * What a bundle for browsers must not hold, read off its syntax and not off its text, in which a message may well say
 * "eval": code made from text, modules of Node, and the compiler, TypeScript's or ours.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAst } from "rollup/parseAst";

export interface BundleFacts {
  /** Uses of `eval`, of `Function` as constructor, and of the like by name. */
  readonly evaluates: readonly string[];
  /** Modules that are imported from outside the bundle. */
  readonly imports: readonly string[];
  /** Names and texts that only a compiler holds. */
  readonly compiler: readonly string[];
}

/** The facts of a bundle that is fit for a browser. */
export const fitForBrowsers: BundleFacts = { evaluates: [], imports: [], compiler: [] };

/** Property names survive minifying, and so do texts: those of TypeScript's API, and of what ours alone says. */
const compilerNames = new Set(["createSourceFile", "getTypeChecker", "createProgram", "forEachChild"]);
const compilerTexts = [/^#typescript$/, /^typescript$/, /^cotangent\/runtime$/, /lib\.d\.ts/];

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";

/** Reads the facts off the text of an ECMAScript module or a script. Throws if it is not JavaScript. */
export function bundleFacts(text: string): BundleFacts {
  const evaluates: string[] = [];
  const imports: string[] = [];
  const compiler: string[] = [];

  const visit = (node: Node): void => {
    if (node.type === "Identifier" && node.name === "eval") evaluates.push("eval");
    if (node.type === "NewExpression" || node.type === "CallExpression") {
      const { callee } = node;
      if (isNode(callee) && nameOf(callee) === "Function") evaluates.push("Function");
      const [first] = node.arguments as readonly unknown[];
      const isTimer = isNode(callee) && /^set(Timeout|Interval)$/.test(nameOf(callee) ?? "");
      if (isTimer && isNode(first) && typeof first.value === "string") evaluates.push("a timer with text");
      const isRequire = isNode(callee) && callee.type === "Identifier" && callee.name === "require";
      if (isRequire && isNode(first) && typeof first.value === "string") imports.push(first.value);
    }
    const source = /^(Import|Export\w+)(Declaration|Expression)$/.test(node.type) ? node.source : undefined;
    if (isNode(source) && typeof source.value === "string") imports.push(source.value);
    const name = nameOf(node);
    if (name !== undefined && compilerNames.has(name)) compiler.push(name);
    const { value } = node;
    if (node.type === "Literal" && typeof value === "string" && compilerTexts.some((t) => t.test(value))) {
      compiler.push(value);
    }
    // A field may have any name.
    const isNamed = (node.type === "Property" || node.type === "PropertyDefinition") && node.computed === false;
    for (const [field, child] of Object.entries(node)) {
      if (isNamed && field === "key" && node.shorthand !== true) continue;
      if (isNode(child)) visit(child);
      else if (Array.isArray(child)) child.filter(isNode).forEach(visit);
    }
  };
  visit(parseAst(text) as unknown as Node);
  return { evaluates: [...new Set(evaluates)], imports: [...new Set(imports)], compiler: [...new Set(compiler)] };
}

/** `eval` of `eval` and of `globalThis.eval`. */
function nameOf(node: Node): string | undefined {
  if (node.type === "Identifier") return node.name as string;
  if (node.type !== "MemberExpression" || !isNode(node.property)) return undefined;
  const { name, value } = node.property;
  return typeof name === "string" ? name : typeof value === "string" ? value : undefined;
}

/** The facts of all scripts in a folder together. Imports of one another do not count. */
export function folderFacts(folder: string): BundleFacts {
  const scripts = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => /\.m?js$/.test(file));
  if (scripts.length === 0) throw new Error(`no scripts in ${folder}`);
  const all = scripts.map((file) => bundleFacts(readFileSync(join(folder, file), "utf8")));
  return {
    evaluates: all.flatMap((facts) => facts.evaluates),
    imports: all.flatMap((facts) => facts.imports).filter((name) => !name.startsWith(".")),
    compiler: all.flatMap((facts) => facts.compiler),
  };
}
