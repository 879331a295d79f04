/**
 * The tree as text: parentheses where the grammar needs them and nowhere else, short forms (`+=`, `i++`, `else if`), lines
 * broken at their outermost brackets when they are too long.
 */
import { typeKey } from "../ir/type.ts";
import type { Span } from "../ir/types.ts";
import { concat, endOf, flat, from, idle, join, named, type Piece, text, trimEnd } from "./text.ts";
import {
  asCondition,
  type Closure,
  type Expression,
  expressionsOf,
  isLiteral,
  type Literal,
  partsOf,
  type Statement,
  sameExpression,
  strength,
  type Variable,
} from "./tree.ts";
import { isPlainName, needsAnnotation, printKey, type TypePrinter } from "./types.ts";

const LINE = 110;
/** Stronger than `??`, which does not mix with `&&` and `||`. */
const nullish = 2.5;

/** Comments before statements: the original line of a statement, if it is worth showing. */
export type Commentary = (statement: Statement, text: string) => string | undefined;

export interface Layout {
  readonly statements: (list: readonly Statement[], indent: string) => readonly Piece[];
}

/** A literal as TypeScript text. */
export function literalText(value: Literal): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (Object.is(value, -0)) return "-0";
  return String(value);
}

function strengthOf(e: Expression): number {
  switch (e.kind) {
    case "literal":
      return typeof e.value === "number" && (e.value < 0 || Object.is(e.value, -0)) ? strength.unary : strength.atom;
    case "unary":
      return strength.unary;
    case "binary":
      return e.operator === "??" ? nullish : e.precedence;
    case "conditional":
      return strength.conditional;
    case "cast":
      return strength.relational;
    case "arrow":
    case "closure":
      return strength.lowest + 1;
    case "call":
    case "new":
    case "member":
    case "index":
    case "assert":
      return strength.member;
    case "variable":
    case "verbatim":
    case "array":
    case "object":
    case "template":
      return strength.atom;
    default:
      return e satisfies never;
  }
}

/** Lays out the statements of a function; `end` is where it ends, which a `return` of nothing new says. */
export function makeLayout(types: TypePrinter, comment: Commentary, end?: Span): Layout {
  const nameOf = (v: Variable): Piece => named(v.name, v.hint);
  const typed = (v: Variable): Piece => text`${nameOf(v)}: ${types.print(v.type)}`;

  /** A breakpoint on the line of a statement is to stop before all of it, so its first character is its own. */
  const asStatement = (s: Statement, laid: Piece): Piece => from(originOf(s, end), laid, true);

  const at = (e: Expression, atLeast: number): Piece => {
    const said = expression(e);
    return strengthOf(e) < atLeast ? text`(${said})` : said;
  };
  const list = (elements: readonly Expression[]): Piece => join(elements.map(expression), ", ");

  const expression = (e: Expression): Piece => {
    switch (e.kind) {
      // Values that cost nothing are written wherever they are used, so their one origin says little.
      case "variable":
        return e.variable.name;
      case "literal":
        return literalText(e.value);
      case "verbatim":
        return e.text;
      default:
        return from(e.span, form(e));
    }
  };

  const form = (e: Exclude<Expression, { kind: "variable" | "literal" | "verbatim" }>): Piece => {
    switch (e.kind) {
      case "unary": {
        const operand = at(e.operator === "!" ? asCondition(e.operand) : e.operand, strength.unary);
        // `--x` is another thing than `-(-x)`.
        return flat(operand).startsWith(e.operator) ? text`${e.operator}(${operand})` : text`${e.operator}${operand}`;
      }
      case "binary":
        return binaryText(e);
      case "call":
        return text`${at(e.callee, strength.member)}(${list(e.args)})`;
      case "new":
        return text`new ${e.callee}(${list(e.args)})`;
      case "member": {
        const found = at(e.object, strength.member);
        // The point of `2.toFixed` would be that of a number.
        const object = /^\d+$/.test(flat(found)) ? text`(${found})` : found;
        return isPlainName(e.name) ? text`${object}.${e.name}` : text`${object}[${keyText(e.name)}]`;
      }
      case "index":
        return text`${at(e.object, strength.member)}[${expression(e.index)}]`;
      case "conditional": {
        const test = at(asCondition(e.test), strength.conditional + 0.1);
        return text`${test} ? ${at(e.then, strength.conditional)} : ${at(e.else, strength.conditional)}`;
      }
      case "array":
        return text`[${list(e.elements)}]`;
      case "object":
        return e.fields.length === 0 ? "{}" : text`{ ${join(e.fields.map(fieldText), ", ")} }`;
      case "template": {
        const parts = e.parts.map((p) => (typeof p === "string" ? escapeTemplate(p) : text`\${${expression(p)}}`));
        return text`\`${concat(parts)}\``;
      }
      case "assert":
        return text`${at(e.operand, strength.member)}!`;
      case "cast":
        return text`${at(e.operand, strength.relational + 0.1)} as ${e.type}`;
      case "arrow": {
        const params = join(
          e.params.map((p) => (e.typed ? typed(p) : nameOf(p))),
          ", ",
        );
        const body = expression(e.body);
        return text`(${params}) => ${startsBlock(body) ? text`(${body})` : body}`;
      }
      case "closure":
        throw new Error("a closure is a statement's whole value");
      default:
        return e satisfies never;
    }
  };

  const fieldText = (f: { readonly name: string; readonly value: Expression }): Piece => {
    const value = expression(f.value);
    return flat(value) === f.name ? value : text`${printKey(f.name)}: ${value}`;
  };

  const binaryText = (e: Extract<Expression, { kind: "binary" }>): Piece => {
    const own = e.operator === "??" ? 5 : e.precedence;
    const above = own + 0.1;
    let left = at(e.left, e.rightAssociative ? above : own);
    if (isConfusing(e, e.left) && strengthOf(e.left) >= own) left = text`(${left})`;
    // The grammar has no `-x ** y`.
    if (e.operator === "**" && (e.left.kind === "unary" || strengthOf(e.left) === strength.unary))
      left = text`(${expression(e.left)})`;
    let right =
      e.operator === "**" && strengthOf(e.right) === strength.unary
        ? expression(e.right)
        : at(e.right, e.rightAssociative ? own : above);
    if (isConfusing(e, e.right) && strengthOf(e.right) >= above) right = text`(${right})`;
    // The type checker takes a comparison of two literals for a mistake.
    if ((e.operator === "===" || e.operator === "!==") && e.left.kind === "literal" && e.right.kind === "literal") {
      left = text`(${left} as ${typeof e.left.value})`;
    }
    return text`${left} ${e.operator} ${right}`;
  };

  /** The terms of a sum, or the factors of a product, each on a line of its own; undefined for what is neither. */
  const termLines = (e: Expression, indent: string): Piece | undefined => {
    if (e.kind !== "binary") return undefined;
    const terms: Piece[] = [];
    let rest: Expression = e;
    while (
      rest.kind === "binary" &&
      rest.precedence === e.precedence &&
      !rest.rightAssociative &&
      rest.operator !== "??"
    ) {
      terms.unshift(text`${indent}${rest.operator} ${at(rest.right, rest.precedence + 0.1)}`);
      rest = rest.left;
    }
    return terms.length === 0 ? undefined : join([text`${indent}${at(rest, e.precedence)}`, ...terms], "\n");
  };

  /** The text of an expression broken over lines at its outermost brackets or operators, if the line is too long. */
  const wrap = (e: Expression, before: Piece, indent: string, after: string): Piece => {
    const whole = text`${indent}${before}${expression(e)}${after}`;
    if (whole.flat.length <= LINE) return whole;
    const inner = `${indent}  `;
    const broken = (open: Piece, items: readonly (readonly [string, Expression])[], close: string): Piece =>
      join(
        [
          text`${indent}${before}${open}`,
          ...items.map(([label, item]) => wrap(item, label, inner, ",")),
          `${indent}${close}${after}`,
        ],
        "\n",
      );
    switch (e.kind) {
      case "array":
        return broken(
          "[",
          e.elements.map((x) => ["", x]),
          "]",
        );
      case "object":
        return broken(
          "{",
          e.fields.map((f) => [`${printKey(f.name)}: `, f.value]),
          "}",
        );
      case "call":
        if (e.args.length < 2) return whole;
        return broken(
          text`${at(e.callee, strength.member)}(`,
          e.args.map((x) => ["", x]),
          ")",
        );
      case "binary": {
        const terms = termLines(e, inner);
        return terms ? text`${indent}${trimEnd(before)}\n${terms}${after}` : whole;
      }
      case "conditional":
        return join(
          [
            text`${indent}${before}${at(asCondition(e.test), strength.conditional + 0.1)}`,
            text`${inner}? ${at(e.then, strength.conditional)}`,
            text`${inner}: ${at(e.else, strength.conditional)}${after}`,
          ],
          "\n",
        );
      default:
        return whole;
    }
  };

  const declaration = (s: Extract<Statement, { kind: "set" }>): Piece => {
    const { target, value, declares } = s;
    if (declares === undefined) return `${target.name} = `;
    return text`${declares} ${wantsType(target, value, declares) ? typed(target) : nameOf(target)} = `;
  };

  const closureText = (e: Closure, before: Piece, indent: string): Piece => {
    const results = types.printResults(e.results);
    const params = e.params.map(typed);
    const whole = text`${indent}${before}(${join(params, ", ")}): ${results} => {`;
    const rows = params.map((p) => text`${indent}  ${p},\n`);
    const head =
      whole.flat.length <= LINE ? whole : text`${indent}${before}(\n${concat(rows)}${indent}): ${results} => {`;
    // It ends where its own source does, if it has one.
    const close = e.span && endOf(e.span);
    const inner = close ? makeLayout(types, comment, close).statements : statements;
    return join(
      [head, ...inner(e.body, `${indent}  `), close ? from(close, `${indent}};`) : idle(`${indent}};`)],
      "\n",
    );
  };

  const setText = (s: Extract<Statement, { kind: "set" }>, indent: string): Piece => {
    if (s.value.kind === "closure") return closureText(s.value, declaration(s), indent);
    const short = s.declares === undefined ? shortForm({ kind: "variable", variable: s.target }, s.value) : undefined;
    if (short && isLiteral(short.value, 1) && (short.operator === "+" || short.operator === "-")) {
      return `${indent}${s.target.name}${short.operator}${short.operator};`;
    }
    if (short) return wrap(short.value, `${s.target.name} ${short.operator}= `, indent, ";");
    return wrap(s.value, declaration(s), indent, ";");
  };
  /** A long sum that is returned needs parentheses, since `return` ends with its line. */
  const returnText = (value: Expression, indent: string): Piece => {
    const whole = text`${indent}return ${expression(value)};`;
    const terms = whole.flat.length > LINE ? termLines(value, `${indent}  `) : undefined;
    return terms ? text`${indent}return (\n${terms}\n${indent});` : wrap(value, "return ", indent, ";");
  };

  const spreadText = (s: Extract<Statement, { kind: "spread" }>, indent: string): Piece => {
    const targets = [...s.targets];
    while (targets.length > 0 && targets.at(-1) === undefined) targets.pop();
    const names = targets.map((t) => (t ? nameOf(t) : ""));
    return wrap(s.value, text`${s.declares ? `${s.declares} ` : ""}[${join(names, ", ")}] = `, indent, ";");
  };

  const ifText = (s: Extract<Statement, { kind: "if" }>, indent: string, keyword: string): readonly Piece[] => {
    const [first] = s.then;
    if (s.else.length === 0 && s.then.length === 1 && first && isBrief(first) && keyword === "") {
      const [line] = one(first, "");
      const brief = line && text`${indent}if (${expression(asCondition(s.test))}) ${asStatement(first, line)}`;
      if (brief && !flat(line).includes("\n") && brief.flat.length <= LINE) return [brief];
    }
    const head = wrapTest(asCondition(s.test), text`${indent}${idle(keyword)}if (`, indent);
    const lines = [head, ...statements(s.then, `${indent}  `)];
    const [other] = s.else;
    if (!other) return [...lines, idle(`${indent}}`)];
    if (s.else.length === 1 && other.kind === "if") {
      return [...lines, asStatement(other, join(ifText(other, indent, "} else "), "\n"))];
    }
    return [...lines, idle(`${indent}} else {`), ...statements(s.else, `${indent}  `), idle(`${indent}}`)];
  };
  const wrapTest = (test: Expression, head: Piece, indent: string): Piece => {
    const whole = text`${head}${expression(test)}) {`;
    if (whole.flat.length <= LINE) return whole;
    return text`${head}\n${wrap(test, "", `${indent}  `, "")}\n${indent}) {`;
  };

  const forText = (s: Extract<Statement, { kind: "for" }>, indent: string): Piece => {
    const i = s.index.name;
    const step =
      s.step === 1 ? `${i}++` : s.step === -1 ? `${i}--` : s.step > 0 ? `${i} += ${s.step}` : `${i} -= ${-s.step}`;
    return text`${indent}for (let ${nameOf(s.index)} = ${expression(s.start)}; ${expression(s.test)}; ${step}) {`;
  };

  const one = (s: Statement, indent: string): readonly Piece[] => {
    switch (s.kind) {
      case "set":
        return [setText(s, indent)];
      case "declare":
        return s.variables.map(
          (v) => text`${indent}let ${nameOf(v)}${v.unsettled ? "!" : ""}: ${types.print(v.type)};`,
        );
      case "functions":
        return s.functions.map(({ name, made }) => closureText(made, text`const ${nameOf(name)} = `, indent));
      case "spread":
        return [spreadText(s, indent)];
      case "write": {
        const short = s.adds ? { operator: "+", value: s.value } : shortForm(s.target, s.value);
        const target = expression(s.target);
        if (!short) return [wrap(s.value, text`${target} = `, indent, ";")];
        // `a += -b` reads better as `a -= b`, which is the same number.
        if (short.operator === "+" && short.value.kind === "unary" && short.value.operator === "-") {
          return [wrap(short.value.operand, text`${target} -= `, indent, ";")];
        }
        return [wrap(short.value, text`${target} ${short.operator}= `, indent, ";")];
      }
      case "run":
        return startsBlock(expression(s.expression))
          ? [wrap(s.expression, "(", indent, ");")]
          : [wrap(s.expression, "", indent, ";")];
      case "if":
        return ifText(s, indent, "");
      case "for":
        return [forText(s, indent), ...statements(s.body, `${indent}  `), idle(`${indent}}`)];
      case "while":
        return [
          wrapTest(asCondition(s.test), `${indent}while (`, indent),
          ...statements(s.body, `${indent}  `),
          idle(`${indent}}`),
        ];
      case "guard":
        return [
          idle(`${indent}try {`),
          ...statements(s.body, `${indent}  `),
          idle(`${indent}} catch (${s.thrown.name}) {`),
          text`${indent}  throw ${expression(s.explained)};`,
          idle(`${indent}}`),
        ];
      case "break":
        return [`${indent}break;`];
      case "return":
        return [s.value ? returnText(s.value, indent) : `${indent}return;`];
      case "throw":
        if (s.error === "value" && s.message) return [text`${indent}throw ${expression(s.message)};`];
        return [text`${indent}throw new ${s.error}(${s.message ? expression(s.message) : ""});`];
      default:
        return s satisfies never;
    }
  };

  const statements = (list: readonly Statement[], indent: string): readonly Piece[] =>
    list.flatMap((s) => {
      const lines = one(s, indent);
      const note = comment(s, flat(lines[0] ?? "").trim());
      const laid = asStatement(s, join(lines, "\n"));
      return note === undefined ? [laid] : [idle(`${indent}// ${note}`), laid];
    });

  return { statements };
}

/** What of the program a statement says: what its value says, if it has no place of its own. */
function originOf(s: Statement, end: Span | undefined): Span | undefined {
  if (s.span) return s.span;
  switch (s.kind) {
    case "declare":
    case "break":
    case "guard":
    case "functions":
      return undefined;
    case "return":
      // A call that is no call of the program is what the derivative does by itself: the function's as a whole.
      return (s.value && firstSpan(s.value)) ?? (s.value?.kind === "call" ? undefined : end);
    case "set":
    case "spread":
    case "write":
    case "run":
    case "if":
    case "for":
    case "while":
    case "throw": {
      const [first] = expressionsOf(s).flatMap((e) => e.span ?? []);
      return first;
    }
    default:
      return s satisfies never;
  }
}

/** What the first part of an expression says that has a place. */
function firstSpan(e: Expression): Span | undefined {
  if (e.span) return e.span;
  for (const part of partsOf(e)) {
    const found = firstSpan(part);
    if (found) return found;
  }
  return undefined;
}

const bits = new Set(["&", "|", "^", "<<", ">>", ">>>"]);

/** True if the grammar needs no parentheses, but a reader does. */
function isConfusing(outer: Extract<Expression, { kind: "binary" }>, inner: Expression): boolean {
  if (inner.kind !== "binary" || inner.operator === outer.operator) return false;
  if (bits.has(outer.operator)) return true;
  if (outer.operator === "||") return inner.operator === "&&";
  if (outer.operator === "**") return false;
  return outer.precedence === strength.multiplicative && inner.precedence === strength.multiplicative;
}

function isBrief(s: Statement): boolean {
  if ((s.kind === "set" || s.kind === "spread") && s.declares !== undefined) return false;
  return s.kind !== "if" && s.kind !== "for" && s.kind !== "while" && s.kind !== "declare";
}

function keyText(name: string): string {
  return /^(0|[1-9]\d*)$/.test(name) ? name : JSON.stringify(name);
}

function escapeTemplate(text: string): string {
  return text.replace(/[\\`]|\$\{/g, (m) => `\\${m}`).replace(/\r/g, "\\r");
}

const shortOperators = new Set(["+", "-", "*", "/", "%", "**", "&", "|", "^", "<<", ">>", ">>>"]);

/** `target = target + e` as `target += e`. */
function shortForm(target: Expression, value: Expression): { operator: string; value: Expression } | undefined {
  if (value.kind !== "binary" || !shortOperators.has(value.operator)) return undefined;
  if (sameExpression(value.left, target)) return { operator: value.operator, value: value.right };
  const commutes = value.operator === "+" || value.operator === "*";
  if (commutes && sameExpression(value.right, target)) return { operator: value.operator, value: value.left };
  return undefined;
}

/** True if the type must be written, because TypeScript would infer another one. */
function wantsType(target: Variable, value: Expression, declares: "const" | "let"): boolean {
  // TypeScript takes `a && b` for one of its sides, and asks for their types again where a loop comes back to them.
  if (target.type.kind === "boolean") {
    let first = value;
    while (first.kind === "binary" && (first.operator === "&&" || first.operator === "||")) first = first.left;
    return declares === "const" && first !== value && first.kind === "variable";
  }
  if (target.type.kind === "number" || target.type.kind === "string") return false;
  if (!needsAnnotation(target.type)) return false;
  if (declares === "let") return true;
  switch (value.kind) {
    case "new":
    case "closure":
      return false;
    case "array":
      return value.elements.length === 0 || typeKey(target.type) !== "[number]";
    case "object":
    case "conditional":
    case "literal":
    case "arrow":
      return true;
    case "call":
      // `xs.map((x) => [null, 0])` would be an array of arrays, and no tuples.
      return value.callee.kind === "member" && value.callee.name === "map" && /#|undefined/.test(typeKey(target.type));
    default:
      return target.type.kind === "optional" && value.kind === "index";
  }
}

/** True if a statement or a body that begins with this text would be taken for a block: `{ a: f() }`. */
function startsBlock(piece: Piece): boolean {
  return flat(piece).startsWith("{");
}
