/**
 * The tree as text: parentheses where the grammar needs them and nowhere else, short forms (`+=`, `i++`, `else if`), lines
 * broken at their outermost brackets when they are too long.
 */
import { typeKey } from "../ir/type.ts";
import {
  type Expression,
  isLiteral,
  type Literal,
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
  readonly expression: (e: Expression) => string;
  readonly statements: (list: readonly Statement[], indent: string) => readonly string[];
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

export function makeLayout(types: TypePrinter, comment: Commentary): Layout {
  const typed = (v: Variable): string => `${v.name}: ${types.print(v.type)}`;

  const at = (e: Expression, atLeast: number): string => {
    const text = expression(e);
    return strengthOf(e) < atLeast ? `(${text})` : text;
  };

  const expression = (e: Expression): string => {
    switch (e.kind) {
      case "variable":
        return e.variable.name;
      case "literal":
        return literalText(e.value);
      case "verbatim":
        return e.text;
      case "unary": {
        const operand = at(e.operand, strength.unary);
        // `--x` is another thing than `-(-x)`.
        return operand.startsWith(e.operator) ? `${e.operator}(${operand})` : e.operator + operand;
      }
      case "binary":
        return binaryText(e);
      case "call":
        return `${at(e.callee, strength.member)}(${e.args.map(expression).join(", ")})`;
      case "new":
        return `new ${e.callee}(${e.args.map(expression).join(", ")})`;
      case "member": {
        const object = at(e.object, strength.member);
        return isPlainName(e.name) ? `${object}.${e.name}` : `${object}[${keyText(e.name)}]`;
      }
      case "index":
        return `${at(e.object, strength.member)}[${expression(e.index)}]`;
      case "conditional": {
        const test = at(e.test, strength.conditional + 0.1);
        return `${test} ? ${at(e.then, strength.conditional)} : ${at(e.else, strength.conditional)}`;
      }
      case "array":
        return `[${e.elements.map(expression).join(", ")}]`;
      case "object":
        return e.fields.length === 0 ? "{}" : `{ ${e.fields.map(fieldText).join(", ")} }`;
      case "template":
        return `\`${e.parts.map((p) => (typeof p === "string" ? escapeTemplate(p) : `\${${expression(p)}}`)).join("")}\``;
      case "assert":
        return `${at(e.operand, strength.member)}!`;
      case "cast":
        return `${at(e.operand, strength.relational + 0.1)} as ${e.type}`;
      case "arrow": {
        const params = e.params.map((p) => (e.typed ? typed(p) : p.name)).join(", ");
        const body = expression(e.body);
        return `(${params}) => ${e.body.kind === "object" ? `(${body})` : body}`;
      }
      default:
        return e satisfies never;
    }
  };

  const fieldText = (f: { readonly name: string; readonly value: Expression }): string => {
    const value = expression(f.value);
    return value === f.name ? value : `${printKey(f.name)}: ${value}`;
  };

  const binaryText = (e: Extract<Expression, { kind: "binary" }>): string => {
    const own = e.operator === "??" ? 5 : e.precedence;
    const above = own + 0.1;
    let left = at(e.left, e.rightAssociative ? above : own);
    if (isConfusing(e, e.left) && strengthOf(e.left) >= own) left = `(${left})`;
    // The grammar has no `-x ** y`.
    if (e.operator === "**" && (e.left.kind === "unary" || strengthOf(e.left) === strength.unary))
      left = `(${expression(e.left)})`;
    let right =
      e.operator === "**" && strengthOf(e.right) === strength.unary
        ? expression(e.right)
        : at(e.right, e.rightAssociative ? own : above);
    if (isConfusing(e, e.right) && strengthOf(e.right) >= above) right = `(${right})`;
    // The type checker takes a comparison of two literals for a mistake.
    if ((e.operator === "===" || e.operator === "!==") && e.left.kind === "literal" && e.right.kind === "literal") {
      left = `(${left} as ${typeof e.left.value})`;
    }
    return `${left} ${e.operator} ${right}`;
  };

  /** `text` of an expression broken over lines at its outermost brackets or operators, if the line is too long. */
  const wrap = (e: Expression, before: string, indent: string, after: string): string => {
    const flat = `${indent}${before}${expression(e)}${after}`;
    if (flat.length <= LINE) return flat;
    const inner = `${indent}  `;
    const list = (open: string, items: readonly (readonly [string, Expression])[], close: string): string =>
      [
        `${indent}${before}${open}`,
        ...items.map(([label, item]) => wrap(item, label, inner, ",")),
        `${indent}${close}${after}`,
      ].join("\n");
    switch (e.kind) {
      case "array":
        return list(
          "[",
          e.elements.map((x) => ["", x]),
          "]",
        );
      case "object":
        return list(
          "{",
          e.fields.map((f) => [`${printKey(f.name)}: `, f.value]),
          "}",
        );
      case "call":
        if (e.args.length < 2) return flat;
        return list(
          `${at(e.callee, strength.member)}(`,
          e.args.map((x) => ["", x]),
          ")",
        );
      case "binary": {
        const terms: string[] = [];
        let rest: Expression = e;
        while (
          rest.kind === "binary" &&
          rest.precedence === e.precedence &&
          !rest.rightAssociative &&
          rest.operator !== "??"
        ) {
          terms.unshift(`${inner}${rest.operator} ${at(rest.right, rest.precedence + 0.1)}`);
          rest = rest.left;
        }
        if (terms.length === 0) return flat;
        return [`${indent}${before.trimEnd()}`, `${inner}${at(rest, e.precedence)}`, ...terms].join("\n") + after;
      }
      case "conditional":
        return [
          `${indent}${before}${at(e.test, strength.conditional + 0.1)}`,
          `${inner}? ${at(e.then, strength.conditional)}`,
          `${inner}: ${at(e.else, strength.conditional)}${after}`,
        ].join("\n");
      default:
        return flat;
    }
  };

  const declaration = (s: Extract<Statement, { kind: "set" }>): string => {
    const { target, value, declares } = s;
    if (declares === undefined) return `${target.name} = `;
    return `${declares} ${wantsType(target, value, declares) ? typed(target) : target.name} = `;
  };

  const setText = (s: Extract<Statement, { kind: "set" }>, indent: string): string => {
    const short = s.declares === undefined ? shortForm({ kind: "variable", variable: s.target }, s.value) : undefined;
    if (short && isLiteral(short.value, 1) && (short.operator === "+" || short.operator === "-")) {
      return `${indent}${s.target.name}${short.operator}${short.operator};`;
    }
    if (short) return wrap(short.value, `${s.target.name} ${short.operator}= `, indent, ";");
    return breakReturn(s.value, declaration(s), indent);
  };
  /** A long sum after `=` starts on the same line if it can. */
  const breakReturn = (value: Expression, before: string, indent: string): string => {
    const text = wrap(value, before, indent, ";");
    if (before === "return " && value.kind === "binary" && text.includes("\n")) {
      const body = text.split("\n").slice(1).join("\n").replace(/;$/, "");
      return `${indent}return (\n${body}\n${indent});`;
    }
    return text;
  };

  const spreadText = (s: Extract<Statement, { kind: "spread" }>, indent: string): string => {
    const targets = [...s.targets];
    while (targets.length > 0 && targets.at(-1) === undefined) targets.pop();
    const names = targets.map((t) => t?.name ?? "").join(", ");
    return wrap(s.value, `${s.declares ? `${s.declares} ` : ""}[${names}] = `, indent, ";");
  };

  const ifText = (s: Extract<Statement, { kind: "if" }>, indent: string, keyword: string): readonly string[] => {
    const test = expression(s.test);
    const [first] = s.then;
    if (s.else.length === 0 && s.then.length === 1 && first && isBrief(first) && keyword === "") {
      const [line] = one(first, "");
      const text = `${indent}if (${test}) ${line}`;
      if (line && !line.includes("\n") && text.length <= LINE) return [text];
    }
    const head = wrapTest(s.test, `${keyword === "" ? indent : `${indent}${keyword}`}if (`, indent);
    const lines = [head, ...statements(s.then, `${indent}  `)];
    const [other] = s.else;
    if (!other) return [...lines, `${indent}}`];
    if (s.else.length === 1 && other.kind === "if") return [...lines, ...ifText(other, indent, "} else ")];
    return [...lines, `${indent}} else {`, ...statements(s.else, `${indent}  `), `${indent}}`];
  };
  const wrapTest = (test: Expression, head: string, indent: string): string => {
    const flat = `${head}${expression(test)}) {`;
    if (flat.length <= LINE) return flat;
    const broken = wrap(test, "", `${indent}  `, "");
    return `${head}\n${broken}\n${indent}) {`;
  };

  const forText = (s: Extract<Statement, { kind: "for" }>, indent: string): string => {
    const i = s.index.name;
    const step =
      s.step === 1 ? `${i}++` : s.step === -1 ? `${i}--` : s.step > 0 ? `${i} += ${s.step}` : `${i} -= ${-s.step}`;
    return `${indent}for (let ${i} = ${expression(s.start)}; ${expression(s.test)}; ${step}) {`;
  };

  const one = (s: Statement, indent: string): readonly string[] => {
    switch (s.kind) {
      case "set":
        return [setText(s, indent)];
      case "declare": {
        const plain = s.variables.map((v) => `${v.name}${v.unsettled ? "!" : ""}: ${types.print(v.type)}`);
        return plain.map((v) => `${indent}let ${v};`);
      }
      case "spread":
        return [spreadText(s, indent)];
      case "write": {
        const short = s.adds ? { operator: "+", value: s.value } : shortForm(s.target, s.value);
        const target = expression(s.target);
        if (!short) return [wrap(s.value, `${target} = `, indent, ";")];
        // `a += -b` reads better as `a -= b`, which is the same number.
        if (short.operator === "+" && short.value.kind === "unary" && short.value.operator === "-") {
          return [wrap(short.value.operand, `${target} -= `, indent, ";")];
        }
        return [wrap(short.value, `${target} ${short.operator}= `, indent, ";")];
      }
      case "run":
        return [wrap(s.expression, "", indent, ";")];
      case "if":
        return ifText(s, indent, "");
      case "for":
        return [forText(s, indent), ...statements(s.body, `${indent}  `), `${indent}}`];
      case "while":
        return [wrapTest(s.test, `${indent}while (`, indent), ...statements(s.body, `${indent}  `), `${indent}}`];
      case "break":
        return [`${indent}break;`];
      case "return":
        return [s.value ? breakReturn(s.value, "return ", indent) : `${indent}return;`];
      case "throw":
        return [`${indent}throw new ${s.error}(${s.message ? expression(s.message) : ""});`];
      default:
        return s satisfies never;
    }
  };

  const statements = (list: readonly Statement[], indent: string): readonly string[] =>
    list.flatMap((s) => {
      const lines = one(s, indent);
      const note = comment(s, (lines[0] ?? "").trim());
      return note === undefined ? lines : [`${indent}// ${note}`, ...lines];
    });

  return { expression, statements };
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
  if (target.type.kind === "number" || target.type.kind === "boolean" || target.type.kind === "string") return false;
  if (!needsAnnotation(target.type)) return false;
  if (declares === "let") return true;
  switch (value.kind) {
    case "new":
      return false;
    case "array":
      return value.elements.length === 0 || typeKey(target.type) !== "[number]";
    case "object":
    case "conditional":
    case "literal":
    case "arrow":
      return true;
    default:
      return target.type.kind === "optional" && value.kind === "index";
  }
}
