/**
 * TypeScript as the printer sees it: a small tree of expressions and statements over variables that have no names yet.
 * IR becomes this tree, the tree is tidied (early returns, breaks), its variables are declared and named, and it is laid
 * out as text. Precedences are those of the ECMAScript grammar, numbered as the spellings of primitives number them.
 */
import type { Span, Type } from "../ir/types.ts";

/** A local variable of the output. Compared by identity. */
export interface Variable {
  /** What it would like to be called. */
  readonly hint: string | undefined;
  readonly type: Type;
  /** Its name in the text, given by `nameVariables`. */
  name: string;
  /** True if some path leaves it without a value that is never read, which the type checker must be told. */
  unsettled: boolean;
}

export function makeVariable(type: Type, hint: string | undefined): Variable {
  return { hint, type, name: "", unsettled: false };
}

export type Literal = number | boolean | string | null | undefined;

/** `span`: what of the program it says, if that is known. */
export type Expression = { readonly span?: Span | undefined } & (
  | { readonly kind: "variable"; readonly variable: Variable }
  | { readonly kind: "literal"; readonly value: Literal }
  /** Text that stands as it is: a name of the module, a member of the standard library. */
  | { readonly kind: "verbatim"; readonly text: string }
  | { readonly kind: "unary"; readonly operator: string; readonly operand: Expression }
  | {
      readonly kind: "binary";
      readonly operator: string;
      readonly precedence: number;
      readonly rightAssociative: boolean;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "call"; readonly callee: Expression; readonly args: readonly Expression[] }
  | { readonly kind: "new"; readonly callee: string; readonly args: readonly Expression[] }
  | { readonly kind: "member"; readonly object: Expression; readonly name: string }
  /** `isMissable`: in the eyes of the type checker, which takes an element for what the array's type says. */
  | { readonly kind: "index"; readonly object: Expression; readonly index: Expression; readonly isMissable?: boolean }
  | { readonly kind: "conditional"; readonly test: Expression; readonly then: Expression; readonly else: Expression }
  | { readonly kind: "array"; readonly elements: readonly Expression[] }
  | { readonly kind: "object"; readonly fields: readonly { readonly name: string; readonly value: Expression }[] }
  | { readonly kind: "template"; readonly parts: readonly (string | Expression)[] }
  /** `operand!`. */
  | { readonly kind: "assert"; readonly operand: Expression }
  /** `operand as type`. */
  | { readonly kind: "cast"; readonly operand: Expression; readonly type: string }
  | {
      readonly kind: "arrow";
      readonly params: readonly Variable[];
      readonly typed: boolean;
      readonly body: Expression;
    }
  | Closure
);

/** A function written where it is made: `body` reads the variables `captured` of the function around. */
export interface Closure {
  readonly kind: "closure";
  readonly params: readonly Variable[];
  readonly results: readonly Type[];
  readonly captured: readonly Variable[];
  readonly body: readonly Statement[];
  readonly span?: Span | undefined;
}

/** What a statement declares, once `declareVariables` has decided. */
export type Declares = "const" | "let" | undefined;

export type Statement = { readonly span?: Span | undefined } & (
  | { readonly kind: "set"; readonly target: Variable; readonly value: Expression; readonly declares?: Declares }
  | { readonly kind: "declare"; readonly variables: readonly Variable[] }
  /** Functions that may call each other and themselves; they name the variables that they are set to. */
  | { readonly kind: "functions"; readonly functions: readonly { readonly name: Variable; readonly made: Closure }[] }
  /** Takes apart a returned tuple; a hole is a result that nobody reads. */
  | {
      readonly kind: "spread";
      readonly targets: readonly (Variable | undefined)[];
      readonly value: Expression;
      readonly declares?: Declares;
    }
  /** Assigns to an element or a field. */
  | { readonly kind: "write"; readonly target: Expression; readonly value: Expression; readonly adds: boolean }
  | { readonly kind: "run"; readonly expression: Expression }
  | {
      readonly kind: "if";
      readonly test: Expression;
      readonly then: readonly Statement[];
      readonly else: readonly Statement[];
    }
  | {
      readonly kind: "for";
      readonly index: Variable;
      readonly start: Expression;
      readonly test: Expression;
      readonly step: number;
      readonly body: readonly Statement[];
    }
  | { readonly kind: "while"; readonly test: Expression; readonly body: readonly Statement[] }
  /** Runs `body`; what is thrown arrives in the variable `thrown`, and `explained` is thrown in its place. */
  | {
      readonly kind: "guard";
      readonly body: readonly Statement[];
      readonly thrown: Variable;
      readonly explained: Expression;
    }
  | { readonly kind: "break" }
  | { readonly kind: "return"; readonly value: Expression | undefined }
  | { readonly kind: "throw"; readonly error: string; readonly message: Expression | undefined }
);

/** Binding strengths of the forms that are no primitive. */
export const strength = {
  lowest: 0,
  conditional: 2,
  or: 3,
  and: 4,
  equality: 8,
  relational: 9,
  additive: 11,
  multiplicative: 12,
  unary: 14,
  postfix: 15,
  member: 17,
  atom: 18,
} as const;

export function read(variable: Variable): Expression {
  return { kind: "variable", variable };
}
export function literal(value: Literal): Expression {
  return { kind: "literal", value };
}
export function verbatim(text: string): Expression {
  return { kind: "verbatim", text };
}
export function member(object: Expression, name: string): Expression {
  return { kind: "member", object, name };
}
export function call(callee: Expression | string, ...args: Expression[]): Expression {
  return { kind: "call", callee: typeof callee === "string" ? verbatim(callee) : callee, args };
}
export function binary(
  operator: string,
  precedence: number,
  left: Expression,
  right: Expression,
  rightAssociative = false,
): Expression {
  return { kind: "binary", operator, precedence, rightAssociative, left, right };
}

/** The opposite of a condition; comparisons other than `===` keep their operator, because of NaN. */
export function negate(test: Expression): Expression {
  if (test.kind === "unary" && test.operator === "!") return test.operand;
  if (test.kind === "literal" && typeof test.value === "boolean") return literal(!test.value);
  if (test.kind === "binary") {
    if (test.operator === "===") return { ...test, operator: "!==" };
    if (test.operator === "!==") return { ...test, operator: "===" };
  }
  return { kind: "unary", operator: "!", operand: test };
}

/** What says the same as `test` where only its truth is asked for: no `Boolean(…)`. */
export function asCondition(test: Expression): Expression {
  switch (test.kind) {
    case "call": {
      const [of] = test.args;
      const isTruth = test.callee.kind === "verbatim" && test.callee.text === "Boolean";
      return isTruth && of ? of : test;
    }
    case "unary":
      return test.operator === "!" ? { ...test, operand: asCondition(test.operand) } : test;
    case "binary": {
      const isJunction = test.operator === "&&" || test.operator === "||";
      return isJunction ? { ...test, left: asCondition(test.left), right: asCondition(test.right) } : test;
    }
    default:
      return test;
  }
}

/** `test ? then : otherwise`, as `&&` or `||` where one of them is a boolean literal. */
export function choose(test: Expression, then: Expression, otherwise: Expression): Expression {
  if (isLiteral(then, true) && isLiteral(otherwise, false)) return test;
  if (isLiteral(then, false) && isLiteral(otherwise, true)) return negate(test);
  if (isLiteral(otherwise, false)) return binary("&&", strength.and, test, then);
  if (isLiteral(then, true)) return binary("||", strength.or, test, otherwise);
  if (isLiteral(then, false)) return binary("&&", strength.and, negate(test), otherwise);
  if (isLiteral(otherwise, true)) return binary("||", strength.or, negate(test), then);
  return { kind: "conditional", test, then, else: otherwise };
}

export function isLiteral(e: Expression, value: Literal): boolean {
  return e.kind === "literal" && Object.is(e.value, value);
}

/** The expressions directly inside an expression, in order of evaluation. */
export function partsOf(e: Expression): readonly Expression[] {
  switch (e.kind) {
    case "variable":
    case "literal":
    case "verbatim":
      return [];
    case "unary":
    case "assert":
    case "cast":
      return [e.operand];
    case "binary":
      return [e.left, e.right];
    case "call":
      return [e.callee, ...e.args];
    case "new":
      return e.args;
    case "member":
      return [e.object];
    case "index":
      return [e.object, e.index];
    case "conditional":
      return [e.test, e.then, e.else];
    case "array":
      return e.elements;
    case "object":
      return e.fields.map((f) => f.value);
    case "template":
      return e.parts.filter((p) => typeof p !== "string");
    case "arrow":
      return [e.body];
    case "closure":
      return e.captured.map(read);
    default:
      return e satisfies never;
  }
}

/** `e` with the expressions directly inside it replaced; functions that are written inside keep what they read. */
function mapParts(e: Expression, map: (part: Expression) => Expression): Expression {
  switch (e.kind) {
    case "variable":
    case "literal":
    case "verbatim":
    case "closure":
      return e;
    case "unary":
    case "assert":
    case "cast":
      return { ...e, operand: map(e.operand) };
    case "binary":
      return { ...e, left: map(e.left), right: map(e.right) };
    case "call":
      return { ...e, callee: map(e.callee), args: e.args.map(map) };
    case "new":
      return { ...e, args: e.args.map(map) };
    case "member":
      return { ...e, object: map(e.object) };
    case "index":
      return { ...e, object: map(e.object), index: map(e.index) };
    case "conditional":
      return { ...e, test: map(e.test), then: map(e.then), else: map(e.else) };
    case "array":
      return { ...e, elements: e.elements.map(map) };
    case "object":
      return { ...e, fields: e.fields.map((f) => ({ ...f, value: map(f.value) })) };
    case "template":
      return { ...e, parts: e.parts.map((p) => (typeof p === "string" ? p : map(p))) };
    case "arrow":
      return { ...e, body: map(e.body) };
    default:
      return e satisfies never;
  }
}

/** Puts what `replace` gives in the place of expressions, outer before inner, in `s` and the statements inside it. */
export function mapStatement(s: Statement, replace: (e: Expression) => Expression | undefined): Statement {
  const map = (e: Expression): Expression => replace(e) ?? mapParts(e, map);
  const mapAll = (list: readonly Statement[]): readonly Statement[] =>
    list.map((inner) => mapStatement(inner, replace));
  switch (s.kind) {
    case "set":
    case "spread":
      return { ...s, value: map(s.value) };
    case "write":
      return { ...s, target: map(s.target), value: map(s.value) };
    case "run":
      return { ...s, expression: map(s.expression) };
    case "if":
      return { ...s, test: map(s.test), then: mapAll(s.then), else: mapAll(s.else) };
    case "for":
      return { ...s, start: map(s.start), test: map(s.test), body: mapAll(s.body) };
    case "while":
      return { ...s, test: map(s.test), body: mapAll(s.body) };
    case "return":
      return s.value ? { ...s, value: map(s.value) } : s;
    case "throw":
      return s.message ? { ...s, message: map(s.message) } : s;
    case "guard":
      return { ...s, body: mapAll(s.body), explained: map(s.explained) };
    case "declare":
    case "functions":
    case "break":
      return s;
    default:
      return s satisfies never;
  }
}

/** The expressions directly inside a statement (not those of the statements inside it). */
export function expressionsOf(s: Statement): readonly Expression[] {
  switch (s.kind) {
    case "set":
    case "spread":
      return [s.value];
    case "write":
      return [s.target, s.value];
    case "run":
      return [s.expression];
    case "if":
    case "while":
      return [s.test];
    case "for":
      return [s.start, s.test];
    case "return":
      return s.value ? [s.value] : [];
    case "throw":
      return s.message ? [s.message] : [];
    case "guard":
      return [s.explained];
    case "functions":
      return s.functions.map(({ made }) => made);
    case "declare":
    case "break":
      return [];
    default:
      return s satisfies never;
  }
}

/** The lists of statements directly inside a statement. */
export function bodiesOf(s: Statement): readonly (readonly Statement[])[] {
  switch (s.kind) {
    case "if":
      return [s.then, s.else];
    case "for":
    case "while":
    case "guard":
      return [s.body];
    default:
      return [];
  }
}

/** The variables that a statement gives a value, those of the statements inside it not counted. */
export function targetsOf(s: Statement): readonly Variable[] {
  switch (s.kind) {
    case "set":
      return [s.target];
    case "declare":
      return s.variables;
    case "spread":
      return s.targets.filter((t) => t !== undefined);
    case "functions":
      return s.functions.map(({ name }) => name);
    default:
      return [];
  }
}

/** Calls `visit` for every read of a variable in `e`. */
export function forEachRead(e: Expression, visit: (variable: Variable) => void): void {
  if (e.kind === "variable") visit(e.variable);
  for (const part of partsOf(e)) forEachRead(part, visit);
}

export function reads(e: Expression, variable: Variable): boolean {
  return (e.kind === "variable" && e.variable === variable) || partsOf(e).some((part) => reads(part, variable));
}

/** True if both expressions are certain to have the same value when evaluated one after the other. */
export function sameExpression(a: Expression, b: Expression): boolean {
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case "variable":
      return a.variable === (b as typeof a).variable;
    case "literal":
      return Object.is(a.value, (b as typeof a).value);
    case "verbatim":
      return a.text === (b as typeof a).text;
    case "member":
      return a.name === (b as typeof a).name && sameExpression(a.object, (b as typeof a).object);
    case "index":
      return sameExpression(a.object, (b as typeof a).object) && sameExpression(a.index, (b as typeof a).index);
    case "binary":
      return (
        a.operator === (b as typeof a).operator &&
        sameExpression(a.left, (b as typeof a).left) &&
        sameExpression(a.right, (b as typeof a).right)
      );
    case "unary":
      return a.operator === (b as typeof a).operator && sameExpression(a.operand, (b as typeof a).operand);
    case "assert":
      return sameExpression(a.operand, (b as typeof a).operand);
    default:
      // The rest makes something new, or is not worth comparing.
      return false;
  }
}
