/**
 * Instructions as expressions: what each says in TypeScript, given how its operands are said. A value that is written in
 * place brings its own expression along; any other is a variable.
 */
import type { Primitive } from "../core/primitive.ts";
import { isReference, isVariantNumber } from "../ir/type.ts";
import type { Block, Instr, Module, RecordDecl, Type, Value } from "../ir/types.ts";
import { isHostFunction } from "../runtime/host.ts";
import { isBroughtIn } from "./globals.ts";
import type { Reading } from "./idiom.ts";
import type { Placement } from "./placement.ts";
import { copyExpression, mentionsOnce, type StructureContext, shadowExpression } from "./structure.ts";
import {
  binary,
  call,
  choose,
  type Expression,
  type Literal,
  literal,
  makeVariable,
  member,
  negate,
  read,
  sameExpression,
  strength,
  verbatim,
} from "./tree.ts";
import type { VariableOf } from "./variables.ts";

/** The module that is being printed, seen from inside a function. */
export interface ModuleContext extends StructureContext {
  readonly module: Module;
  readonly functionName: (name: string) => string;
  /** A call of a function, with what is handed to it. */
  readonly called: (name: string, args: readonly Expression[]) => Expression;
  /** True if a call of the function does not hand this argument to it: it is read in the function around. */
  readonly isShared: (name: string, argument: number) => boolean;
  readonly globalName: (name: string) => string;
  /** The function as it is written where its only closure is made; undefined if it stands at the top of the module. */
  readonly nested: (name: string, captures: readonly Expression[]) => Expression | undefined;
}

/** Everything that is decided about a function before its text is made. */
export interface FunctionContext {
  readonly module: ModuleContext;
  readonly reading: Reading;
  readonly placement: Placement;
  readonly variable: VariableOf;
  /** Values that the type checker knows to be present, here. */
  readonly present: Set<Value>;
}

/** True if the text of `instr` mentions its operand number `operand` once. */
export function mentionsOperandOnce(instr: Instr, operand: number, guarded: (instr: Instr) => boolean): boolean {
  switch (instr.op) {
    case "apply":
      return !(instr.primitive.spelling.kind === "infix" && instr.args.length === 1);
    case "shadow":
      return mentionsOnce("shadow", (instr.of[operand] as Value).type);
    case "copy":
    case "clear":
      return mentionsOnce(instr.op, instr.structure.type);
    case "accumulate":
      return operand === 2 || !guarded(instr);
    default:
      return true;
  }
}

/** How a value is said at the place where it is used. */
export function valueExpression(value: Value, cx: FunctionContext): Expression {
  const made = cx.reading.definition(value);
  return made && cx.placement.isInPlace(made) ? instrExpression(made, cx) : read(cx.variable(value));
}

/** What a primitive is on the given arguments. */
function applyExpression(primitive: Primitive, args: readonly Expression[], cx: ModuleContext): Expression {
  const { spelling } = primitive;
  const [a, b, c] = args;
  switch (spelling.kind) {
    case "infix":
      if (!a) break;
      return binary(spelling.operator, spelling.precedence, a, b ?? a, spelling.rightAssociative);
    case "prefix":
      if (!a) break;
      return spelling.operator === "!" ? negate(a) : { kind: "unary", operator: spelling.operator, operand: a };
    case "call":
      // A barrier to derivatives, which no longer has anything to stop.
      if (primitive.id === "stopGradient" && a) return a;
      return call(spelling.callee, ...args);
    case "method":
      if (!a) break;
      return call(member(a, spelling.name), ...args.slice(1));
    case "property":
      if (!a) break;
      return member(a, spelling.name);
    case "element":
      if (!a || !b) break;
      return { kind: "index", object: a, index: b };
    case "conditional":
      if (!a || !b || !c) break;
      return { kind: "conditional", test: a, then: b, else: c };
    case "runtime":
      return call(cx.runtime(spelling.name), ...args);
    default:
      return spelling satisfies never;
  }
  throw new Error(`${primitive.id} cannot be spelled with ${args.length} arguments`);
}

/** A value of the given type that is never read. */
function placeholder(type: Type): Expression {
  switch (type.kind) {
    case "number":
      return literal(Number.NaN);
    case "boolean":
      return literal(false);
    case "string":
      return literal("");
    case "undefined":
      return literal(undefined);
    case "optional":
      return literal(type.absent === "null" ? null : undefined);
    default:
      return { kind: "cast", operand: literal(undefined), type: "never" };
  }
}

function yielded(block: Block): Value {
  const [value] = block.end.kind === "yield" ? block.end.values : [];
  if (!value) throw new Error("a conditional expression has a branch without a value");
  return value;
}

/** The values that are present where `condition` is true, as far as TypeScript sees it, too. */
export function presentWhen(condition: Value, truth: boolean, cx: FunctionContext): readonly Value[] {
  const made = cx.reading.definition(condition);
  if (!made || !cx.placement.isInPlace(made)) return [];
  if (made.op === "present") {
    const tested = cx.reading.definition(made.value);
    return truth && !(tested && cx.placement.isInPlace(tested)) ? [made.value] : [];
  }
  if (made.op !== "apply") return [];
  const [a, b] = made.args as [Value, Value];
  if (made.primitive.id === "not") return presentWhen(a, !truth, cx);
  const together = (made.primitive.id === "and" && truth) || (made.primitive.id === "or" && !truth);
  return together ? [...presentWhen(a, truth, cx), ...presentWhen(b, truth, cx)] : [];
}

/** Runs `make` where the given values are known to be present. */
export function withPresent<T>(values: readonly Value[], cx: FunctionContext, make: () => T): T {
  const added = values.filter((v) => !cx.present.has(v));
  for (const v of added) cx.present.add(v);
  try {
    return make();
  } finally {
    for (const v of added) cx.present.delete(v);
  }
}

/** An object without the variant fields that are missing: left out here where that is known, else when it is made. */
function recordExpression({ fields }: RecordDecl, values: readonly Value[], cx: FunctionContext): Expression {
  const given = fields.flatMap((field, i) => {
    const value = values[i] as Value;
    const made = cx.reading.definition(value);
    const isLeftOut = field.variant && made?.op === "constant" && made.value === undefined;
    const isThere = made?.op === "wrap" && made.value.type.kind !== "optional";
    return isLeftOut ? [] : [{ field, value, isCertain: value.type.kind !== "optional" || isThere }];
  });
  const object: Expression = {
    kind: "object",
    fields: given.map(({ field, value }) => ({ name: field.name, value: valueExpression(value, cx) })),
  };
  const open = given.filter(({ field, isCertain }) => field.variant && !isCertain);
  if (open.length === 0) return object;
  const names = open.map(({ field }) => literal(field.name));
  return call(cx.module.runtime("withoutMissing"), object, { kind: "array", elements: names });
}

/** An instruction with one result as an expression. */
export function instrExpression(instr: Instr, cx: FunctionContext): Expression {
  const said = bareExpression(instr, cx);
  // What is no more than its operand comes from where the operand does.
  return said.span || !instr.span ? said : { ...said, span: instr.span };
}

function readGlobal({ global, results }: Instr & { op: "global" }, { module }: FunctionContext): Expression {
  const read = verbatim(module.globalName(global));
  if (!isBroughtIn(module.module, global)) return read;
  const { type } = results[0] as Value;
  return call(`${module.runtime("insideOf")}<${module.type(type)}>`, read, module.shape(type));
}

function bareExpression(instr: Instr, cx: FunctionContext): Expression {
  const say = (v: Value): Expression => valueExpression(v, cx);
  const type = (): Type => (instr.results[0] as Value).type;
  switch (instr.op) {
    case "constant":
      return constantExpression(instr.value);
    case "unset":
      return placeholder(type());
    case "apply":
      return applyExpression(instr.primitive, instr.args.map(say), cx.module);
    case "text":
      return textExpression(instr.parts, cx);
    case "global":
      return readGlobal(instr, cx);
    case "wrap":
      return say(instr.value);
    case "present": {
      const absent = instr.value.type.kind === "optional" ? instr.value.type.absent : "undefined";
      if (absent === "nullish") return binary("!=", strength.equality, say(instr.value), literal(null));
      return binary("!==", strength.equality, say(instr.value), literal(absent === "null" ? null : undefined));
    }
    case "isNull":
      return binary("===", strength.equality, say(instr.value), literal(null));
    case "unwrap": {
      const operand = say(instr.value);
      const certain = cx.present.has(instr.value) || (operand.kind === "index" && !operand.isMissable);
      return certain ? operand : { kind: "assert", operand };
    }
    case "array": {
      const elements: Expression = { kind: "array", elements: instr.elements.map(say) };
      const made = type();
      return made.kind === "array" && made.storage !== "Array"
        ? { kind: "new", callee: made.storage, args: [elements] }
        : elements;
    }
    case "allocate":
      return allocation(type(), say(instr.length), instr.fill && say(instr.fill), instr.holes ?? false, cx);
    case "record": {
      const made = type();
      if (made.kind !== "record") throw new Error("record gives a record");
      if (made.decl.isTuple) return { kind: "array", elements: instr.fields.map(say) };
      return recordExpression(made.decl, instr.fields, cx);
    }
    case "view": {
      const bounds = instr.end ? [instr.start, instr.end] : [instr.start];
      return call(member(say(instr.array), "subarray"), ...bounds.map(say));
    }
    case "length":
      return member(say(instr.array), "length");
    case "load": {
      const { type: of } = instr.array;
      const isMissable = of.kind === "array" && of.element.kind === "optional";
      return { kind: "index", object: say(instr.array), index: say(instr.index), isMissable };
    }
    case "getField":
      return isVariantNumber(instr.record.type, instr.field)
        ? binary("??", strength.or, member(say(instr.record), instr.field), literal(0))
        : member(say(instr.record), instr.field);
    case "pop":
      return { kind: "assert", operand: call(member(say(instr.array), "pop")) };
    case "same":
      return binary("===", strength.equality, say(instr.left), say(instr.right));
    case "shadow":
      return shadowExpression(say(instr.of[0] as Value), (instr.of[0] as Value).type, instr.shared, cx.module);
    case "copy":
      return copyExpression(say(instr.structure), instr.structure.type, type(), cx.module);
    case "snapshot":
      return call(
        cx.module.runtime("snapshot"),
        { kind: "array", elements: instr.of.map(say) },
        { kind: "array", elements: instr.of.map((v) => cx.module.shape(v.type)) },
      );
    case "tape":
      return tapeExpression(type(), instr.pooled, cx.module);
    case "grow":
    case "shrink":
      return call(member(say(instr.tape), instr.op), say(instr.by));
    case "slots":
      return member(say(instr.tape), "values");
    case "reader":
      return call(cx.module.runtime("reader"), say(instr.tape));
    case "call":
      return cx.module.called(instr.callee, instr.args.map(say));
    case "closure":
      return closureExpression(instr, instr.captures.map(say), cx);
    case "host":
      return hostExpression(instr, cx);
    case "if": {
      const idiom = cx.reading.idiom(instr);
      if (idiom?.kind === "default") return binary("??", strength.or, say(idiom.optional), say(idiom.otherwise));
      const test = say(instr.condition);
      const then = withPresent(presentWhen(instr.condition, true, cx), cx, () => say(yielded(instr.then)));
      const otherwise = withPresent(presentWhen(instr.condition, false, cx), cx, () => say(yielded(instr.else)));
      return orDefault(test, then, otherwise) ?? choose(test, then, otherwise);
    }
    case "store":
    case "accumulate":
    case "setField":
    case "accumulateField":
    case "push":
    case "clear":
    case "addTo":
    case "reinstate":
    case "release":
    case "for":
    case "while":
      throw new Error(`${instr.op} is no expression`);
    default:
      return instr satisfies never;
  }
}

const famous = ["PI", "E", "LN2", "LN10", "LOG2E", "LOG10E", "SQRT2", "SQRT1_2"] as const;

function constantExpression(value: Literal): Expression {
  const name = famous.find((n) => Math[n] === value);
  return name ? verbatim(`Math.${name}`) : literal(value);
}

/** `x !== undefined ? x : y` as `x ?? y`, where both mean the same. */
function orDefault(test: Expression, then: Expression, otherwise: Expression): Expression | undefined {
  if (test.kind !== "binary" || test.operator !== "!==" || test.left.kind !== "variable") return undefined;
  if (test.right.kind !== "literal" || test.right.value != null || !sameExpression(test.left, then)) return undefined;
  return binary("??", strength.or, then, otherwise);
}

function textExpression(parts: readonly Value[], cx: FunctionContext): Expression {
  const pieces: (string | Expression)[] = parts.map((v) => {
    const said = valueExpression(v, cx);
    return said.kind === "literal" ? String(said.value) : said;
  });
  return pieces.every((p) => typeof p === "string") ? literal(pieces.join("")) : { kind: "template", parts: pieces };
}

function allocation(
  type: Type,
  length: Expression,
  fill: Expression | undefined,
  holes: boolean,
  cx: FunctionContext,
): Expression {
  if (type.kind !== "array") throw new Error("allocate gives an array");
  const isTyped = type.storage !== "Array";
  const callee = isTyped ? type.storage : `Array<${cx.module.type(type.element)}>`;
  const made: Expression = { kind: "new", callee, args: [length] };
  if (holes) return made;
  const filler = fill ?? (!isTyped && type.element.kind === "number" ? literal(0) : undefined);
  return filler ? call(member(made, "fill"), filler) : made;
}

function tapeExpression(type: Type, pooled: boolean, cx: ModuleContext): Expression {
  if (type.kind !== "tape") throw new Error("tape gives a tape");
  if (type.element.kind === "number") {
    return pooled ? call(cx.runtime("takeTape")) : { kind: "new", callee: cx.runtime("Tape"), args: [] };
  }
  const element = `<${cx.type(type.element)}>`;
  return pooled
    ? call(cx.runtime("takeReferences") + element)
    : { kind: "new", callee: cx.runtime("ReferenceTape") + element, args: [] };
}

/** A call into the host. Numbers go and come as they are; structures by copy, which the runtime sees to. */
export function hostExpression(instr: Extract<Instr, { op: "host" }>, cx: FunctionContext): Expression {
  const args = instr.args.map((a) => valueExpression(a, cx));
  if (!instr.imported && isHostFunction(instr.callee)) return call(cx.module.runtime(instr.callee), ...args);
  if (!instr.imported) return call(instr.callee, ...args);
  const callee = cx.module.globalName(instr.callee);
  if (![...instr.args, ...instr.results].some((v) => isReference(v.type))) return call(callee, ...args);
  return call(cx.module.runtime("callInactive"), verbatim(callee), ...args);
}

/** A function value: the function itself, written here or by name, or an arrow that passes what is captured as the last arguments. */
export function closureExpression(
  instr: Extract<Instr, { op: "closure" }>,
  captures: readonly Expression[],
  cx: FunctionContext,
): Expression {
  const nested = cx.module.nested(instr.callee, captures);
  if (nested) return nested;
  const name = cx.module.functionName(instr.callee);
  if (instr.captures.length === 0) return verbatim(name);
  const callee = cx.module.module.functions.get(instr.callee);
  if (!callee) throw new Error(`no function ${instr.callee} in the module`);
  const params = callee.body.params.slice(0, callee.body.params.length - instr.captures.length);
  const variables = params.map((p) => makeVariable(p.type, p.hint));
  return { kind: "arrow", params: variables, typed: true, body: call(name, ...variables.map(read), ...captures) };
}
