/**
 * The text of a script as far as positions go: which function starts where the engine says that one does, and which
 * names a piece of it uses. It is parsed as it ran, without a program around it.
 */
import ts from "typescript";
import { bare } from "./scan.ts";
import { isFunctionNode } from "./syntax.ts";

/** A function in a script. */
export interface ScriptFunction {
  readonly form: "function" | "arrow" | "method" | "class" | "accessor";
  /** Where its syntax starts, by which `lower` finds it, and ends. */
  readonly start: number;
  readonly end: number;
  /** Offsets of the names that its parameters bind, in order. */
  readonly binders: readonly number[];
  /** How many parameters it has. */
  readonly parameters: number;
}

/** A name that is read, with the properties that are read off it: `a.b.c`. */
export interface ScriptName {
  readonly start: number;
  readonly name: string;
  readonly members: readonly string[];
}

export interface Script {
  readonly text: string;
  /** The function that the engine takes to start at `offset`: at its list of parameters, an arrow function at its start. */
  readonly functionAt: (offset: number) => ScriptFunction | undefined;
  /** The innermost function around `offset`. */
  readonly functionAround: (offset: number) => ScriptFunction | undefined;
  readonly functions: readonly ScriptFunction[];
  readonly names: readonly ScriptName[];
  /** The offset of a place that is given by line and column, from 0. */
  readonly offsetAt: (line: number, column: number) => number;
  /** Line and column, from 0, of an offset. */
  readonly placeAt: (offset: number) => { readonly line: number; readonly character: number };
}

/** Reads a script. `file` says by its ending whether it is TypeScript. */
export function readScript(text: string, file: string): Script {
  const kind = /\.[cm]?tsx?$/.test(file) ? undefined : ts.ScriptKind.JSX;
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true, kind);
  const functions: ScriptFunction[] = [];
  const byHead = new Map<number, ScriptFunction>();
  const names: ScriptName[] = [];
  const pending: ts.Node[] = [source];
  for (let node = pending.pop(); node; node = pending.pop()) {
    const found = describe(node, source);
    if (found) {
      functions.push(found.fn);
      byHead.set(found.head, found.fn);
    }
    if (ts.isIdentifier(node) && !isMemberName(node)) {
      names.push({ start: node.getStart(source), name: node.text, members: membersOf(node) });
    }
    if (!ts.isTypeNode(node)) node.forEachChild((child) => void pending.push(child));
  }
  const size = (fn: ScriptFunction): number => fn.end - fn.start;
  return {
    text,
    functionAt: (offset) => byHead.get(offset),
    functionAround: (offset) =>
      functions
        .filter((fn) => fn.start <= offset && offset < fn.end)
        .reduce<ScriptFunction | undefined>((best, fn) => (best && size(best) <= size(fn) ? best : fn), undefined),
    functions,
    names,
    offsetAt: (line, column) => (source.getLineStarts()[line] ?? text.length) + column,
    placeAt: (offset) => source.getLineAndCharacterOfPosition(offset),
  };
}

function describe(node: ts.Node, source: ts.SourceFile): { fn: ScriptFunction; head: number } | undefined {
  if (ts.isClassLike(node) && !node.members.some(ts.isConstructorDeclaration)) {
    const start = node.getStart(source);
    return { head: start, fn: { form: "class", start, end: node.end, binders: [], parameters: 0 } };
  }
  const isAccessor = ts.isGetAccessor(node) || ts.isSetAccessor(node);
  if (!isFunctionNode(node) && !isAccessor && !ts.isConstructorDeclaration(node)) return undefined;
  const start = node.getStart(source);
  const open = node.getChildren(source).find((child) => child.kind === ts.SyntaxKind.OpenParenToken);
  const head = ts.isArrowFunction(node) ? start : (open?.getStart(source) ?? start);
  const form = isAccessor
    ? "accessor"
    : ts.isConstructorDeclaration(node)
      ? "class"
      : ts.isArrowFunction(node)
        ? "arrow"
        : ts.isMethodDeclaration(node)
          ? "method"
          : "function";
  const parameters = node.parameters.filter((p) => !(ts.isIdentifier(p.name) && p.name.text === "this"));
  const binders = parameters.flatMap((p) => bindersOf(p.name, source));
  return { head, fn: { form, start, end: node.end, binders, parameters: parameters.length } };
}

function bindersOf(name: ts.BindingName, source: ts.SourceFile): number[] {
  if (ts.isIdentifier(name)) return [name.getStart(source)];
  return name.elements.flatMap((e) => (ts.isBindingElement(e) ? bindersOf(e.name, source) : []));
}

/** `b` in `a.b`, `{ b: … }`: the name of a property, not of a variable. */
function isMemberName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isBindingElement(parent)) return parent.propertyName === node;
  if (ts.isPropertyAssignment(parent) || ts.isMethodDeclaration(parent) || ts.isPropertyDeclaration(parent))
    return parent.name === node;
  return false;
}

function membersOf(node: ts.Identifier): readonly string[] {
  const members: string[] = [];
  let at: ts.Node = node;
  while (ts.isPropertyAccessExpression(at.parent) && bare(at.parent.expression) === at) {
    at = at.parent;
    members.push((at as ts.PropertyAccessExpression).name.text);
  }
  return members;
}
