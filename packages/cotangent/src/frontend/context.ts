/**
 * What lowering carries along: the session (one program, the functions made so far, the errors found), the function
 * being built, the lexical frame, and the flow state: which value each variable has on the current path and whether the
 * path still runs. Variables are not memory: assigning one replaces its entry in the flow state, and paths merge by
 * values that `if` and loops yield (Braun et al., Simple and Efficient Construction of SSA Form).
 */
import type ts from "typescript";
import { type CotangentError, type DiagnosticCode, rememberText, report } from "../core/errors.ts";
import type { Primitive } from "../core/primitive.ts";
import type { OperatorRequest } from "../core/request.ts";
import { BlockBuilder } from "../ir/build.ts";
import type { Func, Global, Span, Type, Value } from "../ir/types.ts";
import type { RuleOutputs, RuleVerb } from "../runtime/rules.ts";
import type { Cells } from "./functions/cells.ts";
import type { InnerDerivative } from "./functions/inner-verbs.ts";
import { placedAtCall } from "./library/called-from.ts";
import type { Copied } from "./modules/kept.ts";
import type { MadeConstant, MadeFunction, UnsetRead } from "./modules/made-constants.ts";
import type { Live, LiveScope } from "./modules/running.ts";
import { Absences } from "./objects/absent-fields.ts";
import { Classes } from "./objects/classes.ts";
import type { Making } from "./objects/instances.ts";
import type { Tables } from "./objects/maps.ts";
import type { Internals, SourceProgram } from "./program/source.ts";
import type { Alternatives } from "./types/alternatives.ts";
import type { Closures } from "./types/signatures.ts";
import type { Unions } from "./types/unions.ts";
import { type Gaps, noGaps } from "./values/gaps.ts";
import type { Learning } from "./values/learn.ts";
import { noReads, type Presence } from "./values/presence.ts";

export type FunctionNode =
  | ts.FunctionDeclaration
  | ts.FunctionExpression
  | ts.ArrowFunction
  | ts.MethodDeclaration
  | ts.ConstructorDeclaration
  | ts.AccessorDeclaration;

/** A function whose body is known, with the frame its free variables belong to (none at module level). */
export interface UserFunction {
  readonly kind: "user";
  readonly node: FunctionNode;
  readonly frame: Frame | undefined;
}
/** A function that brings its own derivatives, or has none: see `rules.ts`. The same object for the same function. */
export interface RuledFunction {
  readonly kind: "ruled";
  readonly verb: RuleVerb;
  /** The call that made it, or where it was found in the running program. */
  readonly node: ts.Expression;
  readonly name: string;
  /** The function itself, where it is compiled; else the host's is called. */
  readonly f: KnownFunction | undefined;
  readonly rule: KnownFunction | undefined;
  /** What it gives, in this order, where it writes arguments; else it gives its result. */
  readonly outputs: RuleOutputs | undefined;
  /** What says its type, where `node` does not. */
  readonly declaration?: FunctionNode | undefined;
  /** What generated code imports to call it; undefined where it can import nothing. */
  readonly host: { readonly file: string; readonly exported: string } | undefined;
}

/** What a verb makes of a function: compiled where it is called, see `inner-verbs.ts`. */
export interface DerivedFunction {
  readonly kind: "derived";
  readonly of: KnownFunction | HeldFunction;
  readonly request: OperatorRequest;
  /** The call of the verb. */
  readonly node: ts.CallExpression;
}

/** A function that is only known when the program runs, in a variable of its own, where a verb is applied to it. */
export interface HeldFunction {
  readonly kind: "held";
  readonly variable: Variable;
}
export type KnownFunction =
  | UserFunction
  | { readonly kind: "primitive"; readonly primitive: Primitive }
  | RuledFunction
  | DerivedFunction;

/** The function whose code a known function runs: of a derivative, of whatever order, what it is the derivative of. */
export function codeOf(fn: KnownFunction | HeldFunction): Exclude<KnownFunction, DerivedFunction> | HeldFunction {
  return fn.kind === "derived" ? codeOf(fn.of) : fn;
}

/** A variable whose paths brought what cannot be one value; refused only where it is read. */
export interface Poison {
  readonly kind: "poison";
  /** `reported` where the diagnostic has been given already. */
  readonly code: DiagnosticCode | "reported";
  readonly detail: string;
}

export function poison(code: Poison["code"], detail: string): Poison {
  return { kind: "poison", code, detail };
}

/** What a call of a generator gives: its body runs where something takes what it yields. See `generators.ts`. */
export interface GeneratorCall {
  readonly kind: "generator";
  readonly fn: UserFunction;
  /** The activation, in which the parameters are bound; of one that is called as a function only what it is called with. */
  readonly frame: Frame;
  readonly operands: readonly Operand[];
  readonly isCalled: boolean;
  /** Whether something has taken from it, as the flow knows it. */
  readonly taken: Variable;
}

/** What an expression denotes at compile time. */
export type Operand = Value | KnownFunction | GeneratorCall | Poison;

export function isValue(operand: Operand | undefined): operand is Value {
  return operand !== undefined && "id" in operand;
}
const functionKinds: ReadonlySet<string> = new Set([
  "user",
  "primitive",
  "ruled",
  "derived",
] satisfies KnownFunction["kind"][]);

export function isFunction(operand: Operand | undefined): operand is KnownFunction {
  return operand !== undefined && "kind" in operand && functionKinds.has(operand.kind);
}
export function isGenerator(operand: Operand | undefined): operand is GeneratorCall {
  return operand !== undefined && "kind" in operand && operand.kind === "generator";
}

let nextVariable = 0;

/** A local variable of one activation of a function; compared by identity. */
export class Variable {
  readonly id: number;
  readonly name: string;
  /** Its declared type, if that says one kind of value: used where a loop needs a type before a value is known. */
  readonly declared: Type | undefined;
  readonly symbol: ts.Symbol | undefined;
  /** Its value is in memory: see `cells.ts`. */
  readonly boxed: boolean;
  /** `id` is given where one variable stands for another in keys. */
  constructor(name: string, declared: Type | undefined, symbol?: ts.Symbol, boxed = false, id = nextVariable++) {
    this.id = id;
    this.name = name;
    this.declared = declared;
    this.symbol = symbol;
    this.boxed = boxed;
  }
}

/** An activation of a function: its variables, what its type parameters stand for, and where its `return` leads. */
export class Frame {
  readonly node: FunctionNode | undefined;
  readonly parent: Frame | undefined;
  readonly variables = new Map<ts.Symbol, Variable>();
  readonly typeArguments = new Map<ts.Type, Type>();
  readonly result: Variable;
  readonly returnCode: number;
  /** Variables compared with `undefined` somewhere in the function. */
  tested: ReadonlySet<ts.Symbol> | undefined;
  /** Around the code of a class while an instance is being made, see `instances.ts`: the instance, and the class. */
  making: Making | undefined;
  makingOwner: ts.Node | undefined;
  /** In a constructor: what `super(…)` does. */
  superCall: ((call: ts.CallExpression) => void) | undefined;
  /** Of a generator: what happens with the values that it yields. */
  consumer: Consumer | undefined;
  /** What a function of the running program sees: where names that no frame has are looked up. */
  live: LiveScope | undefined;
  constructor(node: FunctionNode | undefined, parent: Frame | undefined, result: Variable, returnCode: number) {
    this.node = node;
    this.parent = parent;
    this.result = result;
    this.returnCode = returnCode;
  }
  /** The symbol of a variable of this frame or one around it. */
  symbolOf(variable: Variable): ts.Symbol | undefined {
    for (const [symbol, own] of this.variables) if (own === variable) return symbol;
    return this.parent?.symbolOf(variable);
  }
  /** The variable a symbol means here, in this frame or one around it. */
  find(symbol: ts.Symbol): Variable | undefined {
    return this.variables.get(symbol) ?? this.parent?.find(symbol);
  }
}

/**
 * Where control may be: the exit codes that are possible on this path, 0 meaning that it runs on to the next statement.
 * `value` tells them apart at run time, where there are several.
 */
export interface Exit {
  readonly codes: ReadonlySet<number>;
  readonly value: Value | undefined;
}
export const running: Exit = { codes: new Set([0]), value: undefined };
export const stopped: Exit = { codes: new Set(), value: undefined };

/** The state of one path. A declared variable has an entry, `undefined` while it has no value. */
export interface Flow {
  readonly values: Map<Variable, Operand | undefined>;
  exit: Exit;
}

/** Code that takes what a generator yields, and the place that it is written at. */
export interface Consumer {
  readonly node: ts.Node;
  readonly frame: Frame;
  readonly targets: readonly Target[];
  /** Variables that no syntax names. */
  readonly hidden: readonly Variable[];
  /** Control may leave it by an exit. */
  readonly take: (cx: Context, item: Operand) => void;
  /** Inside of a generator that is a function: the consumer as a function value, and the code that it has left with. */
  readonly called: { readonly each: Variable; readonly stop: Variable; readonly inMemory: boolean } | undefined;
}

/** Thrown where a diagnostic would follow from one that has been given already. */
export class AlreadyReported extends Error {}

/** Where `break` and `continue` lead. */
export interface Target {
  readonly labels: readonly string[];
  readonly breakCode: number;
  readonly continueCode: number | undefined;
  readonly frame: Frame;
  /** A labelled block: reached by its label alone. */
  readonly blockOnly?: boolean;
}

/**
 * A `try` around the path: where a `throw` leads. What is thrown waits in a variable for its kind, and each kind has an
 * exit code of its own, so that `catch` finds a value whose type is known.
 */
export interface Handler {
  /** By the kind of what is thrown, see `thrown.ts`. */
  readonly kinds: Map<string, { readonly code: number; readonly variable: Variable }>;
  /** Variables that no kind has taken yet; they have been in the flow since before the `try`. */
  readonly free: Variable[];
}

/** Thrown inside an expression after which nothing runs (a call that always throws). */
export class NothingFollows extends Error {}

export interface Specialisation {
  readonly name: string;
  /** Set when the body is done; until then a recursive call goes by `assumed`. */
  results: readonly Type[] | undefined;
  assumed: readonly Type[] | undefined;
  /** Under `try` the function gives its outcome before its result, see `outcome.ts`: the types that it may throw. */
  thrown?: readonly Type[] | undefined;
}

/** In which order objects have their fields, as far as the program can see it. */
export interface Keys {
  /** Types of which fields are listed somewhere. */
  readonly listed: Map<string, ts.Node>;
  /** Types of which an object was made with its fields in another order. */
  readonly reordered: Set<string>;
  /** Objects that have their fields in the order of their type. */
  readonly ordered: WeakSet<Value>;
  /** Fields of an object went to another one. */
  copied: boolean;
  /** The program lists fields, as an earlier lowering has shown. */
  readonly lists: boolean;
}

/** One lowering of one target. */
export class Session {
  readonly source: SourceProgram;
  readonly internals: Internals;
  readonly functions = new Map<string, Func>();
  readonly globals = new Map<string, Global>();
  readonly specialisations = new Map<string, Specialisation>();
  /** Functions with rules, by the call that makes them and what it is given. */
  readonly ruledBy = new Map<string, RuledFunction>();
  /** Where code of modules stands that is in no function. */
  ofModules: Frame | undefined;
  /** Derivatives that the program itself asks for. */
  readonly derivatives = new Map<string, InnerDerivative>();
  /** How many versions of one function exist. */
  readonly versions = new Map<FunctionNode, number>();
  readonly errors: CotangentError[] = [];
  /** TypeScript's errors in what has been reached. */
  readonly checked = new Map<ts.Node, readonly CotangentError[]>();
  /** Types of declarations, where no type parameter occurs in them. */
  readonly typeCache = new Map<ts.Type, Type>();
  /** Constants by their value: what is known at compile time. */
  readonly constants = new WeakMap<Value, number | boolean | string | undefined | null>();
  /** See `bounds.ts`: whether in-bounds proofs were used, and whether anything shortens an array. */
  readonly bounds = { trusted: true, used: false, popped: false };
  /** Whether arrays were taken not to overlap in part, and whether there are views, which may. Goes with `trusted`. */
  readonly overlap = { ignored: false, views: false };
  /** The types of values that a default stands in for. */
  readonly asked = new WeakMap<ts.Node, Type>();
  /** Where names are looked up in the running program, if it is at hand. */
  live: Live | undefined;
  /** Parameters of the entry that are known to hold nothing. */
  readonly missing = new Map<Value, undefined | null>();
  readonly liveFrames = new Map<LiveScope, Frame>();
  /** Where types are found by trying, if they are. */
  learning: Learning | undefined;
  depth = 0;
  /** Arrays that hold all that a rest parameter receives. */
  readonly gathered = new WeakSet<Value>();
  /** Maps, sets and indexed objects that modules hold: functions are compiled apart for them, which nothing writes. */
  readonly tablesOfModules = new WeakSet<Value>();
  /** The built-in classes of the errors that some `catch` may see, and whether one is thrown again out of the function. */
  caught = { classes: new Set<string>(), rethrown: false };
  /** The messages of errors that the language raises by itself, which no `catch` of the program is to see. */
  readonly raised = new WeakSet<Value>();
  /** How many calls have been inlined. */
  inlined = 0;
  #nextCode = 1;
  /** Exit codes of rows of branches whose rest is still to be lowered (`inRow`). */
  readonly postponed = new Set<number>();

  /** Variables that are cells, see `cells.ts`. */
  readonly cells: Cells;
  /** Functions that are values, see `signatures.ts`. */
  readonly closures: Closures;
  /** Which kinds of object share a record, see `alternatives.ts`. */
  readonly alternatives: Alternatives;
  /** Fields that objects were taken not to have, see `absent-fields.ts`. */
  readonly absences = new Absences();
  readonly classes = new Classes();
  /** Constants of modules that generated code makes as the module does, see `made-constants.ts`. */
  readonly made = new Map<ts.Symbol, MadeConstant>();
  readonly madeFunctions: MadeFunction[] = [];
  /** Where constants are read that are undefined before they are made, instead of being an error, see `made-constants.ts`. */
  readonly unset: UnsetRead[] = [];
  /** Constants of modules that are copied, see `kept.ts`. */
  readonly copied: Copied[] = [];
  readonly tables: Tables;
  readonly unions: Unions;
  /** The types of objects with members that are given the object, by their names, see `receivers.ts`. */
  readonly objects = new Map<string, Type>();
  /** See `gaps.ts`. */
  gaps: Gaps = noGaps(false);
  /** See `presence.ts`. */
  presence: Presence = noReads(new Set());
  /** See `properties.ts`. */
  keys: Keys = { listed: new Map(), reordered: new Set(), ordered: new WeakSet(), copied: false, lists: false };
  /** The function that is asked for. */
  entry: UserFunction | undefined;
  /** The call of the program whose code in the prelude is being lowered. */
  libraryCall: ts.Node | undefined;
  /** Instances whose class is known. */
  readonly exact = new WeakMap<Value, ts.ClassLikeDeclaration>();

  constructor(
    source: SourceProgram,
    internals: Internals,
    cells: Cells,
    closures: Closures,
    alternatives: Alternatives,
  ) {
    this.source = source;
    this.internals = internals;
    this.cells = cells;
    this.closures = closures;
    this.tables = closures.tables;
    this.unions = closures.unions;
    this.alternatives = alternatives;
  }
  get checker(): ts.TypeChecker {
    return this.internals.checker;
  }
  /** A code for a new target of early exits. */
  exitCode(): number {
    return this.#nextCode++;
  }
  /** Remembers an error, once per place. */
  collect(found: CotangentError): void {
    const error = placedAtCall(this, found);
    const same = (e: CotangentError): boolean =>
      e.code === error.code &&
      e.span?.start === error.span?.start &&
      e.file === error.file &&
      e.message === error.message;
    if (!this.errors.some(same)) this.errors.push(error);
  }
}

/** The deepest nesting of syntax that is followed. */
const deepest = 600;

/** Lowering of one IR function: the builder of the current region, and the flow state on the current path. */
export class Context {
  readonly session: Session;
  frame: Frame;
  b: BlockBuilder;
  flow: Flow;
  /** Functions whose bodies are being inlined, innermost last. */
  readonly inlining: FunctionNode[] = [];
  targets: Target[] = [];
  /** The `try`s around the path, innermost last. */
  readonly handlers: Handler[] = [];
  /** The classes of which `new` is making instances in this function. */
  readonly making: ts.ClassLikeDeclaration[] = [];
  /** How often control may have left on the way that is lowered again, see `resume.ts`. */
  resumed = 0;
  /** A statement of this function was refused. */
  failed = false;

  constructor(session: Session, frame: Frame) {
    this.session = session;
    this.frame = frame;
    this.b = new BlockBuilder();
    this.flow = { values: new Map(), exit: running };
  }
  get checker(): ts.TypeChecker {
    return this.session.checker;
  }

  /** A constant that lowering can see through, see `known`. */
  constant(value: number | boolean | string | undefined | null, hint?: string): Value {
    const made = this.b.constant(value, hint);
    this.session.constants.set(made, value);
    return made;
  }
  isKnown(value: Value): boolean {
    return this.session.constants.has(value);
  }
  /** The value of a constant; undefined also for what is not one. */
  known(value: Value): number | boolean | string | undefined | null {
    return this.session.constants.get(value);
  }

  /** Runs `lower` with instructions attributed to `node`; bounds the depth of recursion. */
  at<T>(node: ts.Node, lower: () => T): T {
    const before = this.b.span;
    const { b } = this;
    b.span = spanOf(node);
    if (++this.session.depth > deepest) refuse(node, "too-deep", `more than ${deepest} levels`);
    try {
      return lower();
    } finally {
      this.session.depth--;
      b.span = before;
    }
  }

  declare(symbol: ts.Symbol | undefined, name: string, declared?: Type): Variable {
    const variable = new Variable(name, declared, symbol, this.session.cells.has(symbol));
    if (symbol) this.frame.variables.set(symbol, variable);
    return variable;
  }
  read(variable: Variable): Operand | undefined {
    return this.flow.values.get(variable);
  }
  write(variable: Variable, operand: Operand | undefined): void {
    this.flow.values.set(variable, operand);
  }
}

/** The files that messages may show, by the names that spans have. */
const announced = new WeakMap<ts.SourceFile, string>();

/** The place of a piece of syntax. */
export function spanOf(node: ts.Node): Span {
  const source = node.getSourceFile();
  const file = announced.get(source) ?? announce(source);
  return { file, start: node.getStart(source), end: node.end };
}

function announce(source: ts.SourceFile): string {
  const file = source.fileName.replace(/\\/g, "/");
  announced.set(source, file);
  rememberText(file, source.text);
  return file;
}

/** Throws a diagnostic about a piece of syntax. */
export function refuse(node: ts.Node, code: DiagnosticCode, ...details: readonly string[]): never {
  return report(code, spanOf(node), ...details);
}

/** Throws the diagnostic that a poisoned variable holds. */
export function refusePoison(node: ts.Node, { code, detail }: Poison): never {
  if (code === "reported") throw new AlreadyReported();
  return refuse(node, code, detail);
}

/** The operand; the diagnostic it holds, if it is poison, is thrown. */
export function unpoisoned(operand: Operand, node: ts.Node): Operand {
  return !isValue(operand) && operand.kind === "poison" ? refusePoison(node, operand) : operand;
}

const longestQuote = 40;

/** The source text of `node`, shortened, in backquotes: for messages. */
export function quote(node: ts.Node): string {
  const text = node.getText().replace(/\s+/g, " ");
  return `\`${text.length > longestQuote ? `${text.slice(0, longestQuote - 1)}…` : text}\``;
}
