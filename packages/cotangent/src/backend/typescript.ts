/**
 * IR as TypeScript that a person might have written: values where they are used, loops as loops, early returns, the
 * user's names. The text passes `tsc --strict`, runs as it is once its types are stripped, and imports nothing but the
 * runtime, and that only where it is needed.
 *
 *     func f(x, n) { t = mul(x, x); s = for (0..n, 0) { yield add(s, t) }; yield s }
 *
 *     export function f(x: number, n: number): number {
 *       const t = x * x;
 *       let s = 0;
 *       for (let i = 0; i < n; i++) {
 *         s += t;
 *       }
 *       return s;
 *     }
 */
import { functionEffects } from "../analysis/effects.ts";
import { reachableFunctions } from "../analysis/points-to.ts";
import type { Border } from "../ir/border.ts";
import type { Func, Instr, Module, Span, Value } from "../ir/types.ts";
import { forEachInstr } from "../ir/visit.ts";
import { borderText } from "./border.ts";
import { writeComments } from "./comment.ts";
import { tidy } from "./control.ts";
import { declareVariables } from "./declare.ts";
import { findOriginals, type Originals } from "./equal-lengths.ts";
import { type ModuleContext, mentionsOperandOnce, valueExpression } from "./expression.ts";
import { shrinkFrame } from "./frames.ts";
import { GlobalNames } from "./globals.ts";
import { readIdioms } from "./idiom.ts";
import { findInner, findRecursive, type InnerGroup } from "./inner-functions.ts";
import { makeLayout } from "./layout.ts";
import { nameVariables, Scope } from "./names.ts";
import { placeValues } from "./placement.ts";
import { makeShapePrinter, type ShapePrinter } from "./shapes.ts";
import { blockStatements, findGuards, type StatementContext } from "./statement.ts";
import { concat, endOf, flat, from, idle, join, type Mapping, mappingsOf, named, type Piece, text } from "./text.ts";
import {
  type Closure,
  call,
  type Expression,
  makeVariable,
  read,
  type Statement,
  type Variable,
  verbatim,
} from "./tree.ts";
import { makeTypePrinter, type TypePrinter } from "./types.ts";
import { assignVariables } from "./variables.ts";

export interface ExportedFunction {
  readonly func: string;
  /** The name under which it is exported. */
  readonly name: string;
  /** What it is, in a sentence: its header comment. */
  readonly about?: string | undefined;
  /** What of the program it maps to as a whole, if it has no span of its own. */
  readonly origin?: Span | undefined;
  /** What its arguments and result are outside, where that is something else. */
  readonly border?: Border | undefined;
}

export interface PrintOptions {
  /** Where the runtime is imported from. */
  readonly runtime?: string;
  /** The original line at a place of the program, for comments. */
  readonly source?: (span: Span) => string | undefined;
}

/** A function as far as it goes without names. */
interface Draft {
  readonly func: Func;
  readonly name: string;
  readonly about: string | undefined;
  readonly origin: Span | undefined;
  readonly isExported: boolean;
  readonly params: readonly Variable[];
  readonly body: readonly Statement[];
}

export interface PrintedModule {
  readonly text: string;
  /** Where what is printed comes from, in the order of the text. */
  readonly mappings: readonly Mapping[];
}

/**
 * The text of a module that exports the given functions; what they call is printed with them and not exported. Throws
 * `Error` if a function is missing.
 */
export function printTypeScript(
  module: Module,
  exports: readonly ExportedFunction[],
  options: PrintOptions = {},
): PrintedModule {
  const printed = new ModulePrinter(module, exports, options).print();
  return {
    text: flat(printed),
    get mappings() {
      return mappingsOf(printed);
    },
  };
}

class ModulePrinter {
  readonly #module: Module;
  readonly #exports: readonly ExportedFunction[];
  readonly #options: PrintOptions;
  readonly #scope = new Scope();
  readonly #functions = new Map<string, string>();
  readonly #globals: GlobalNames;
  readonly #imports = new Map<string, string>();
  /** Functions that are written where their only closure is made. */
  readonly #nested = new Set<string>();
  #originals: Originals = new Map();
  #recursive: ReadonlySet<string> = new Set();
  /** The recursive functions that are written inside of another, by their names. */
  readonly #inner = new Map<string, { readonly group: InnerGroup; readonly variable: Variable }>();
  readonly #types: TypePrinter;
  readonly #shapes: ShapePrinter;

  constructor(module: Module, exports: readonly ExportedFunction[], options: PrintOptions) {
    this.#module = module;
    this.#exports = exports;
    this.#options = options;
    this.#globals = new GlobalNames(module, this.#scope);
    this.#types = makeTypePrinter((name) => this.#import(name, true));
    this.#shapes = makeShapePrinter(this.#scope, (name) => this.#import(name, true));
  }

  print(): Piece {
    const reachable = this.#reachable();
    this.#findNested(reachable);
    this.#originals = findOriginals(reachable, this.#module, (func) => this.#isExported(func));
    const recursive = findRecursive(reachable);
    this.#recursive = new Set(recursive.flatMap((group) => [...group]));
    const placed = new Set([...this.#exports.map(({ func }) => func), ...this.#nested]);
    for (const group of findInner(reachable, recursive, placed)) {
      for (const { name } of group.members) {
        const hint = withoutPrefix(name, group.owner);
        this.#inner.set(name, { group, variable: makeVariable({ kind: "undefined" }, hint) });
      }
    }
    const order = reachable.filter(({ name }) => !this.#nested.has(name) && !this.#inner.has(name));
    for (const { func, name, border } of this.#exports) {
      if (!this.#functions.has(func) && !border) this.#functions.set(func, this.#scope.take(name));
      else this.#scope.take(name);
    }
    const faces = this.#exports.flatMap((e) => (e.border ? [this.#face(e, e.border)] : []));
    for (const func of order) {
      if (!this.#functions.has(func.name)) this.#functions.set(func.name, this.#scope.claim(func.name || "f"));
    }
    // Interfaces in the order of the signatures that name them.
    for (const func of order) {
      for (const p of func.body.params) this.#types.print(p.type);
      this.#types.printResults(func.results);
    }
    const drafts = order.map((func) => this.#draft(func));
    const globals = this.#globals.declarations(this.#types);
    const functions = drafts.map((d) => this.#functionText(d));
    const made = this.#globals.made(this.#types, (func) => this.#functionName(func));
    const again = this.#exports.filter(({ func, name, border }) => !border && this.#functions.get(func) !== name);
    const aliases = again.map(({ func, name }) => `export { ${this.#functions.get(func)} as ${name} };`);
    const declarations = this.#types.declarations();
    const parts = [
      this.#importTexts().join("\n"),
      globals.join("\n"),
      declarations.join("\n\n"),
      this.#shapes.declarations().join("\n"),
      // What they call stands below, where functions may.
      made.join("\n"),
      ...faces,
      ...functions,
      aliases.join("\n"),
    ];
    const printed = parts.filter((p) => flat(p) !== "");
    return text`${join(printed, "\n\n")}\n`;
  }

  /** The function that is exported in the place of one that has another type inside. */
  #face({ func: of, name }: ExportedFunction, border: Border): string {
    const func = this.#module.functions.get(of);
    if (!func) throw new Error(`no function ${of} in the module`);
    const inside = this.#functions.get(of) ?? this.#scope.claim(`${name}Inside`);
    this.#functions.set(of, inside);
    return borderText(func, border, name, inside, {
      type: this.#types.print,
      results: this.#types.printResults,
      shape: this.#shapes.print,
      runtime: (wanted, isType) => this.#import(wanted, isType),
      claim: (wanted) => this.#scope.claim(wanted),
    });
  }

  /** The exported functions and all that they call, callers first. */
  #reachable(): readonly Func[] {
    const found = new Map<string, Func>();
    const visit = (name: string): void => {
      if (found.has(name)) return;
      const func = this.#func(name);
      found.set(name, func);
      forEachInstr(func.body, (instr) => {
        if (instr.op === "call" || instr.op === "closure") visit(instr.callee);
        const constant = instr.op === "global" ? this.#module.globals.get(instr.global)?.source : undefined;
        if (constant?.kind === "made") visit(constant.by);
      });
    };
    for (const { func } of this.#exports) visit(func);
    return [...found.values()];
  }

  #findNested(functions: readonly Func[]): void {
    const mentions = new Map<string, number>();
    const captured = new Set<string>();
    for (const func of functions) {
      forEachInstr(func.body, (instr) => {
        if (instr.op !== "call" && instr.op !== "closure") return;
        mentions.set(instr.callee, (mentions.get(instr.callee) ?? 0) + 1);
        if (instr.op === "closure" && instr.captures.length > 0) captured.add(instr.callee);
      });
    }
    const exported = new Set(this.#exports.map(({ func }) => func));
    for (const name of captured) if (mentions.get(name) === 1 && !exported.has(name)) this.#nested.add(name);
  }

  #import(name: string, isType: boolean): string {
    const known = this.#imports.get(name);
    if (known && (isType || !known.startsWith("type "))) return known.replace("type ", "");
    const local = known?.replace("type ", "") ?? this.#claimImported(name);
    this.#imports.set(name, isType ? `type ${local}` : local);
    return local;
  }

  /** What is imported is a name of values and of types: the program may have an interface that is called `Shape`, too. */
  #claimImported(name: string): string {
    const { names } = this.#types;
    let local = this.#scope.claim(name);
    while (names.has(local)) local = this.#scope.claim(name);
    return names.take(local);
  }

  #importTexts(): readonly string[] {
    const lines: string[] = [];
    const names = [...this.#imports].map(([name, local]) => {
      const bare = local.replace("type ", "");
      const mark = local === bare ? "" : "type ";
      return mark + (bare === name ? name : `${name} as ${bare}`);
    });
    const byName = (a: string, b: string): number => {
      const [x, y] = [a.replace("type ", "").toLowerCase(), b.replace("type ", "").toLowerCase()];
      return x < y ? -1 : x > y ? 1 : 0;
    };
    const from = JSON.stringify(this.#options.runtime ?? "cotangent/runtime");
    if (names.length > 0) lines.push(`import { ${names.sort(byName).join(", ")} } from ${from};`);
    return [...lines, ...this.#globals.imports()];
  }

  #context(owner: Func): ModuleContext {
    return {
      module: this.#module,
      runtime: (name) => this.#import(name, false),
      shape: (type) => verbatim(this.#shapes.print(type)),
      type: (type) => this.#types.print(type),
      functionName: (name) => this.#functionName(name),
      called: (name, args) => {
        const inner = this.#inner.get(name);
        if (!inner) return call(this.#functionName(name), ...args);
        const { params } = this.#func(name).body;
        const kept = args.filter((_, i) => !inner.group.shared.has(params[i] as Value));
        return call(read(inner.variable), ...kept);
      },
      isShared: (name, i) => {
        const param = this.#inner.get(name) && this.#func(name).body.params[i];
        return param !== undefined && (this.#inner.get(name)?.group.shared.has(param) ?? false);
      },
      globalName: (name) => this.#globals.name(name),
      nested: (name, captures) => {
        const func = this.#nested.has(name) ? this.#module.functions.get(name) : undefined;
        return func && this.#closure(func, captures, this.#isExported(owner));
      },
    };
  }

  /** A function on what the function around it has in variables; other captures get variables of their own. */
  #closure(func: Func, captures: readonly Expression[], isResult: boolean): Expression {
    const { params } = func.body;
    const own = params.slice(0, params.length - captures.length);
    const captured = new Map<Value, Variable>();
    const first: Statement[] = [];
    captures.forEach((value, i) => {
      const param = params[own.length + i] as Value;
      const variable = value.kind === "variable" ? value.variable : makeVariable(param.type, param.hint);
      if (value.kind !== "variable") first.push({ kind: "set", target: variable, value });
      captured.set(param, variable);
    });
    const { params: variables, statements } = this.#statements(func, captured);
    const shown = variables.slice(0, own.length);
    const outer = captures.flatMap((c) => (c.kind === "variable" ? [c.variable] : []));
    const guard = (body: readonly Statement[]): readonly Statement[] => (isResult ? this.#guarded(func, body) : body);
    return {
      kind: "closure",
      params: shown,
      results: func.results,
      captured: outer,
      body: guard(declareVariables([...first, ...statements], [...shown, ...outer])),
    };
  }

  /** The recursive functions that `owner` has inside of it and that are written before `instr`. */
  #innerFunctions(owner: Func, instr: Instr, cx: StatementContext): readonly Statement[] {
    const groups = new Set([...this.#inner.values()].map(({ group }) => group));
    return [...groups].flatMap((group): readonly Statement[] => {
      if (group.owner !== owner.name || group.before !== instr) return [];
      const first: Statement[] = [];
      const outer = new Map<Value, Variable>();
      for (const [param, source] of group.shared) {
        if (outer.has(source)) continue;
        const value = valueExpression(source, cx);
        // A variable that is set again and again is slower where functions share it.
        const isShared = value.kind === "variable" && !cx.changes(source);
        const variable = isShared ? value.variable : makeVariable(source.type, source.hint ?? param.hint);
        if (!isShared) first.push({ kind: "set", target: variable, value });
        outer.set(source, variable);
      }
      const functions = group.members.map((func) => ({
        name: this.#innerVariable(func.name),
        made: this.#innerFunction(func, group, outer),
      }));
      return [...first, { kind: "functions", functions, span: group.members[0]?.span }];
    });
  }

  #innerFunction(func: Func, { shared, members }: InnerGroup, outer: ReadonlyMap<Value, Variable>): Closure {
    const taken = new Map<Value, Variable>();
    for (const param of func.body.params) {
      const source = shared.get(param);
      if (source) taken.set(param, outer.get(source) as Variable);
    }
    const { params, statements } = this.#statements(func, taken);
    const shown = params.filter((_, i) => !taken.has(func.body.params[i] as Value));
    const captured = [...new Set(taken.values())];
    const body = declareVariables(statements, [
      ...shown,
      ...captured,
      ...members.map(({ name }) => this.#innerVariable(name)),
    ]);
    return { kind: "closure", params: shown, results: func.results, captured, body, span: func.span };
  }

  #innerVariable(name: string): Variable {
    const inner = this.#inner.get(name);
    if (!inner) throw new Error(`${name} is not inside of another function`);
    return inner.variable;
  }

  #functionName(name: string): string {
    const local = this.#functions.get(name);
    if (local === undefined) throw new Error(`no function ${name} in the module`);
    return local;
  }

  #func(name: string): Func {
    const func = this.#module.functions.get(name);
    if (!func) throw new Error(`no function ${name} in the module`);
    return func;
  }

  /** The statements of a function, and the variables of its parameters, of which some are given. */
  #statements(
    func: Func,
    captured: ReadonlyMap<Value, Variable> = new Map(),
  ): { readonly params: readonly Variable[]; readonly statements: readonly Statement[] } {
    const guards = findGuards(func, this.#module, this.#originals);
    const reading = readIdioms(func.body);
    const isGuarded = (instr: Instr): boolean => guards.get(instr) !== "none";
    const module = this.#context(func);
    const once = (instr: Instr, operand: number): boolean =>
      instr.op === "call" && module.isShared(instr.callee, operand)
        ? false
        : mentionsOperandOnce(instr, operand, isGuarded);
    const placement = placeValues(func, this.#module, reading, once);
    const variable = assignVariables(func, placement, reading, captured);
    const cx: StatementContext = {
      module,
      innerFunctions: (instr) => this.#innerFunctions(func, instr, cx),
      reading,
      placement,
      variable,
      present: new Set(),
      guards,
      isInLoop: false,
      changes: (value) => {
        const made = reading.definition(value)?.op;
        if (made === undefined) return !func.body.params.includes(value);
        return made === "if" || made === "for" || made === "while";
      },
    };
    const untidy = blockStatements(func.body, cx, (values) => {
      if (values.length === 0) return [];
      const said = values.map((v) => valueExpression(v, cx));
      const value: Expression = said.length === 1 ? (said[0] as Expression) : { kind: "array", elements: said };
      return [{ kind: "return", value }];
    });
    const tidied = tidy(untidy);
    const params = func.body.params.map(variable);
    if (!this.#recursive.has(func.name)) return { params, statements: tidied };
    const { writes } = functionEffects(func.name, this.#module);
    return { params, statements: shrinkFrame(tidied, params, writes) };
  }

  #draft(func: Func): Draft {
    const { params, statements } = this.#statements(func);
    const exported = this.#exports.find((e) => e.func === func.name);
    const body = declareVariables(statements, params);
    return {
      func,
      name: this.#functions.get(func.name) as string,
      about: exported?.about,
      origin: func.span ?? exported?.origin,
      isExported: exported !== undefined && !exported.border,
      params,
      body: exported ? this.#guarded(func, body) : body,
    };
  }

  #isExported(func: Func): boolean {
    return this.#exports.some((e) => e.func === func.name);
  }

  /** Where the caller enters what may call itself too deep, the engine's error for it becomes one with a code. */
  #guarded(func: Func, body: readonly Statement[]): readonly Statement[] {
    // A guard at every depth would make frames larger for nothing.
    if (this.#recursive.has(func.name)) return body;
    if (!reachableFunctions(this.#module, func.name).some(({ name }) => this.#recursive.has(name))) return body;
    const thrown = makeVariable({ kind: "undefined" }, "error");
    const explained = call(this.#import("stackError", false), read(thrown));
    return [{ kind: "guard", body, thrown, explained }];
  }

  #functionText({ func, name, about, origin, isExported, params, body }: Draft): Piece {
    nameVariables(params, body, this.#scope);
    const { source } = this.#options;
    const end = origin && endOf(origin);
    const layout = makeLayout(this.#types, writeComments(source), end);
    const mark = isExported ? "export " : "";
    const needed = params.findLastIndex((p) => p.type.kind !== "optional" || p.type.absent === "null") + 1;
    const typed = params.map((p, i) => {
      const shown = named(p.name, p.hint);
      return i >= needed && p.type.kind === "optional"
        ? text`${shown}?: ${this.#types.print(p.type.of)}`
        : text`${shown}: ${this.#types.print(p.type)}`;
    });
    const results = this.#types.printResults(func.results);
    const whole = text`${mark}function ${name}(${join(typed, ", ")}): ${results} {`;
    const rows = typed.map((p) => text`  ${p},\n`);
    const head = whole.flat.length <= LINE ? whole : text`${mark}function ${name}(\n${concat(rows)}): ${results} {`;
    const note = about ?? originOf(func, source, head.flat);
    const comment = note === undefined ? [] : [idle(`/** ${note.replaceAll("*/", "* /")} */`)];
    return from(origin, join([...comment, head, ...layout.statements(body, "  "), from(end, "}")], "\n"));
  }
}

/** `gForward` for `fReverseGForward` inside of `fReverse`. */
function withoutPrefix(name: string, owner: string): string {
  const rest = name.startsWith(owner) ? name.slice(owner.length) : "";
  return rest === "" ? name : rest.charAt(0).toLowerCase() + rest.slice(1);
}

const LINE = 110;

/** Where the function comes from, unless it has the same head there. */
function originOf(func: Func, source: PrintOptions["source"], head: string): string | undefined {
  const line =
    func.span &&
    source?.(func.span)
      ?.trim()
      .replace(/\s*\{?\s*$/, "");
  const bare = (text: string): string => text.replace(/^export /, "").replace(/[\s{;]/g, "");
  return line && bare(line) !== bare(head) ? `From \`${line}\`.` : undefined;
}
