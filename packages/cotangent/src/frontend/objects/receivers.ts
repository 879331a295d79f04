/**
 * Members of object literals that are given the object: methods that say `this`, getters and setters. Such a member is a
 * function value in a field, as other methods are, of a signature whose first parameter is the object that it is called
 * on; a getter of `half` lies in the field `get half`.
 *
 *     const acc = { total: 0, add(v: number) { this.total += v; return this; }, get half() { return this.total / 2; } };
 *     acc.add(x).half         callGet(a."get half", a)  with  a = callAdd(acc.add, acc, x)
 *
 * So no object holds itself, and objects of one type may have members of different code, in arrays and behind interfaces.
 * The record is nominal, by the kinds of object that share it: it may lead back to itself through its members. What would
 * take a member to another object, or call it without one, is refused.
 */
import ts from "typescript";
import { optional, typeKey, unit } from "../../ir/type.ts";
import type { RecordField, Type, Value } from "../../ir/types.ts";
import { type Context, type FunctionNode, isValue, type Operand, quote, refuse, Variable } from "../context.ts";
import { identify } from "../functions/closures.ts";
import { callValue } from "../functions/function-calls.ts";
import { functionAs } from "../functions/function-values.ts";
import { bare } from "../syntax/scan.ts";
import { regroup } from "../types/alternatives.ts";
import { showType } from "../types/show.ts";
import type { Signature } from "../types/signatures.ts";
import { localType } from "../types/types.ts";
import { coerce } from "../values/coerce.ts";
import { asValue, lowerExpression, lowerValue } from "../values/expression.ts";
import { propertyName, spreadRecord } from "../values/literals.ts";
import { thisSymbol } from "./classes.ts";

// ---------------------------------------------------------------------------------------------------------------- this

/** The function whose call says what `this` at `node` is: a member of an object literal. Undefined for any other `this`. */
export function thisFunction(node: ts.Node): FunctionNode | undefined {
  for (let n = node.parent; n; n = n.parent) {
    if (!ts.isArrowFunction(n) && (ts.isFunctionLike(n) || ts.isClassLike(n))) return memberCode(n);
  }
  return undefined;
}

/** The code of a member of an object literal that is called with the object. */
function memberCode(node: ts.Node): FunctionNode | undefined {
  const isOfLiteral = (n: ts.Node): boolean => ts.isObjectLiteralExpression(n.parent);
  if (ts.isMethodDeclaration(node) || ts.isAccessor(node)) return isOfLiteral(node) ? node : undefined;
  if (!ts.isFunctionExpression(node)) return undefined;
  const holder = ts.findAncestor(node, (n) => n !== node && !(ts.isExpression(n) && bare(n) === node));
  return holder && ts.isPropertyAssignment(holder) && bare(holder.initializer) === node && isOfLiteral(holder)
    ? node
    : undefined;
}

const saying = new WeakMap<ts.Node, boolean>();

/** True if the function says `this` of its own. */
function saysThis(fn: FunctionNode): boolean {
  const known = saying.get(fn);
  if (known !== undefined) return known;
  const pending: ts.Node[] = [fn];
  let found = false;
  for (let n = pending.pop(); n && !found; n = pending.pop()) {
    found = n.kind === ts.SyntaxKind.ThisKeyword && thisFunction(n) === fn;
    n.forEachChild((child) => void pending.push(child));
  }
  saying.set(fn, found);
  return found;
}

/** Lets `this` be the object, in the activation of one of its members that begins. */
export function bindThis(cx: Context, fn: FunctionNode, object: Operand): void {
  if (!isValue(object)) throw new Error("no object");
  const variable = new Variable("this", object.type);
  cx.frame.variables.set(thisSymbol(fn), variable);
  cx.write(variable, object);
}

// --------------------------------------------------------------------------------------------------------------- Kinds

/** The members of a property that are given the object. */
interface Receiving {
  readonly get: ts.GetAccessorDeclaration | undefined;
  readonly set: ts.SetAccessorDeclaration | undefined;
  readonly method: FunctionNode | undefined;
}

function receivingOf(property: ts.Symbol): Receiving | undefined {
  const own = (property.declarations ?? []).filter((d) => ts.isObjectLiteralExpression(d.parent));
  const get = own.find(ts.isGetAccessor);
  const set = own.find(ts.isSetAccessor);
  const method = own.map(receivingMethod).find((m) => m !== undefined);
  return get || set || method ? { get, set, method } : undefined;
}

function receivingMethod(member: ts.Node): FunctionNode | undefined {
  const fn = memberCode(ts.isPropertyAssignment(member) ? bare(member.initializer) : member);
  return fn && !ts.isAccessor(fn) && saysThis(fn) ? fn : undefined;
}

/** True for a member of an object literal that says `this`, which is what it is called on. */
export function isReceiving(fn: FunctionNode): boolean {
  return memberCode(fn) !== undefined && saysThis(fn);
}

/** True if a member of the literal is given the object. */
function receives(literal: ts.ObjectLiteralExpression): boolean {
  return literal.properties.some((m) => ts.isAccessor(m) || receivingMethod(m) !== undefined);
}

const kinds = new WeakMap<ts.TypeChecker, WeakMap<ts.Node, ts.Type>>();

/** The first type that was found for the objects of a literal: the checker makes a new one each time that it is asked. */
function kindOfLiteral(cx: Context, literal: ts.ObjectLiteralExpression, type: ts.Type): ts.Type {
  const found = kinds.get(cx.checker) ?? new WeakMap<ts.Node, ts.Type>();
  kinds.set(cx.checker, found);
  const known = found.get(literal);
  if (!known) found.set(literal, type);
  return known ?? type;
}

/**
 * The type that stands for all that the checker has for the objects of one literal (as it is written, widened, as `this`
 * sees it), where a member of it is given the object; any other type itself.
 */
export function kindOf(cx: Context, type: ts.Type): ts.Type {
  const literal = type.symbol?.valueDeclaration;
  if (!literal || !ts.isObjectLiteralExpression(literal) || !receives(literal)) return type;
  if ((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Instantiated) return type;
  return kindOfLiteral(cx, literal, type);
}

/** The type of the objects that a literal makes: the same each time. */
export function typeOfLiteral(cx: Context, literal: ts.ObjectLiteralExpression): ts.Type {
  return kindOfLiteral(cx, literal, cx.checker.getTypeAtLocation(literal));
}

/** The name of the record that kinds of object share, if members of some are given the object. */
export function receivingName(cx: Context, members: readonly ts.Type[]): string | undefined {
  const isReceiving = members.some((kind) => cx.checker.getPropertiesOfType(kind).some(receivingOf));
  return isReceiving ? `objects ${members.map(identify).sort().join()}` : undefined;
}

/** True for the type of objects with members that are given the object. */
function isReceivingType(cx: Context, type: Type | undefined): type is Type & { kind: "record" } {
  return type?.kind === "record" && cx.session.objects.has(type.decl.nominal ?? "");
}

/** How a property's types are found. */
export interface Conversion {
  readonly node: ts.Node;
  readonly convert: (type: ts.Type) => Type;
  /** The types of parameters and results of a function. */
  readonly parts: (type: ts.Type) => Parts;
}

type Parts = Pick<Signature, "params" | "results" | "hasRest">;

/** What functions of all these types can be called with and give: some take fewer parameters, some give nothing. */
function widest(all: readonly Parts[]): Parts | undefined {
  const params = all.map((p) => p.params).reduce((a, b) => (b.length > a.length ? b : a), []);
  const results = all.map((p) => p.results).find((r) => r.length > 0) ?? [];
  const fits = (own: readonly Type[], wanted: readonly Type[]): boolean =>
    own.every((t, i) => typeKey(t) === typeKey(wanted[i] ?? unit));
  const hasRest = all.every((p) => p.hasRest);
  const fitting = all.every(
    (p) => (p.hasRest ?? false) === hasRest && fits(p.params, params) && fits(p.results, results),
  );
  return fitting ? { params, results, hasRest } : undefined;
}

/**
 * The fields that hold the members of a property that are given the object, of the type `self`; undefined for a property
 * that is no more than a field. Refuses a property that is a getter or setter in some of the kinds and a field in others.
 */
export function receivingFields(
  cx: Context,
  self: Type & { kind: "record" },
  property: string,
  symbols: readonly ts.Symbol[],
  isVariant: boolean,
  { node, convert, parts }: Conversion,
): readonly RecordField[] | undefined {
  const own = symbols.map(receivingOf);
  const found = own.filter((r) => r !== undefined);
  if (found.length === 0) return undefined;
  const member = (name: string, { params, ...parts }: Parts, shown: string): Type => {
    const { closures } = cx.session;
    const { type } = closures.member(`${self.decl.nominal}.${name}`, shown);
    return closures.complete(type, { params: [self, ...params], ...parts }).type;
  };
  const shown = `${property.charAt(0).toUpperCase()}${property.slice(1)}`;
  const isOptional = symbols.some((s) => s.flags & ts.SymbolFlags.Optional);
  const fieldOf = (name: string, type: Type): RecordField =>
    isVariant ? { name, type: optional(type), variant: true } : { name, type: isOptional ? optional(type) : type };
  const typeOf = (symbol: ts.Symbol): ts.Type => cx.checker.getTypeOfSymbolAtLocation(symbol, node);
  if (found.some((r) => r.method)) {
    const asked = widest(symbols.map((s) => parts(cx.checker.getNonNullableType(typeOf(s)))));
    if (!asked || found.some((r) => r.get || r.set)) return refuse(node, "union-field", `\`${property}\``);
    return [fieldOf(property, member(property, asked, shown))];
  }
  // What only a declaration says may be there is what the objects have.
  const isField = symbols.some((s, i) => !own[i] && !(s.declarations ?? []).every(isDeclaration));
  const [get, set] = [found.some((r) => r.get), found.some((r) => r.set)];
  const isMixed = found.some((r) => (r.get !== undefined) !== get || (r.set !== undefined) !== set);
  if (isField || isMixed || isOptional) return refuse(node, "accessor", `\`${property}\``);
  const types = symbols.map((s) => convert(typeOf(s)));
  const [type = unit] = types;
  const written = found.map((r) => r.set && convert(cx.checker.getTypeAtLocation(r.set.parameters[0] ?? r.set)));
  if ([...types, ...written].some((t) => t && typeKey(t) !== typeKey(type)))
    return refuse(node, "union-field", `\`${property}\``);
  return [
    ...(get
      ? [fieldOf(getterOf(property), member(getterOf(property), { params: [], results: [type] }, `Get${shown}`))]
      : []),
    ...(set
      ? [fieldOf(setterOf(property), member(setterOf(property), { params: [type], results: [] }, `Set${shown}`))]
      : []),
  ];
}

function isDeclaration(declaration: ts.Declaration): boolean {
  return ts.isPropertySignature(declaration) || (ts.isAccessor(declaration) && !declaration.body);
}

function getterOf(name: string): string {
  return `get ${name}`;
}
function setterOf(name: string): string {
  return `set ${name}`;
}

// -------------------------------------------------------------------------------------------------------------- Making

/**
 * An object literal of which members are given the object, or that stands in a place of such objects, whose type is
 * `asked`; undefined for any other.
 */
export function receivingLiteral(
  cx: Context,
  node: ts.ObjectLiteralExpression,
  own: ts.Type,
  asked: Type | undefined,
): Value | undefined {
  const type = receives(node) ? localType(cx, own, node) : asked;
  if (!isReceivingType(cx, type)) {
    const odd = node.properties.find((m) => ts.isAccessor(m) || receivingMethod(m));
    return odd && refuse(odd, "accessor", quote(odd.name ?? odd));
  }
  if (asked) regroup(cx, type, asked);
  const values = new Map<string, { value: Value; node: ts.Node }>();
  const fieldOf = (name: string): RecordField | undefined => type.decl.fields.find((f) => f.name === name);
  const put = (name: string, operand: Operand, member: ts.Node): void => {
    const field = fieldOf(name);
    if (fieldOf(getterOf(name)) ?? fieldOf(setterOf(name))) refuse(member, "accessor", `\`${name}\``);
    if (!field) return refuse(member, "unknown-field", `\`${name}\``, `\`${showType(type)}\``);
    const value = asValue(cx, functionAs(cx, operand, field.type, member), member);
    values.set(name, { value: coerce(cx, value, field.type, member), node: member });
  };
  for (const member of node.properties) {
    if (ts.isSpreadAssignment(member)) {
      const spread = new Map<string, { value: Value; node: ts.Node }>(values);
      spreadRecord(cx, lowerValue(cx, member.expression), member, spread);
      for (const [name, { value }] of spread) if (values.get(name)?.value !== value) put(name, value, member);
      continue;
    }
    const name = propertyName(cx, member.name);
    if (ts.isPropertyAssignment(member)) {
      if (name === "__proto__") refuse(member, "object-member", "a prototype");
      put(name, lowerExpression(cx, member.initializer), member);
    } else if (ts.isShorthandPropertyAssignment(member)) put(name, lowerExpression(cx, member.name), member);
    else {
      const fn = { kind: "user", node: member, frame: cx.frame } as const;
      if (ts.isMethodDeclaration(member)) put(name, fn, member);
      else {
        const field = fieldOf(ts.isGetAccessor(member) ? getterOf(name) : setterOf(name));
        if (!field) return refuse(member, "accessor", `\`${name}\``);
        const value = asValue(cx, functionAs(cx, fn, field.type, member), member);
        values.set(field.name, { value: coerce(cx, value, field.type, member), node: member });
      }
    }
  }
  const contents = type.decl.fields.map((f) => {
    const given = values.get(f.name);
    if (given) return given.value;
    return f.type.kind === "optional"
      ? cx.b.missing(f.type, f.name)
      : refuse(node, "type-mismatch", `an object without \`${f.name}\` and ${showType(type)}`);
  });
  return cx.b.record(contents, type);
}

// --------------------------------------------------------------------------------------------------------------- Using

function field(cx: Context, { type }: { readonly type: Type }, name: string): RecordField | undefined {
  return isReceivingType(cx, type) ? type.decl.fields.find((f) => f.name === name) : undefined;
}

function signatureOf(cx: Context, { type }: RecordField): Signature | undefined {
  return cx.session.closures.of(type.kind === "optional" ? type.of : type);
}

/** The method in a field, if it is to be called with its object; what has been evaluated to find it is not repeated. */
export function receivingMethodOf(cx: Context, object: { readonly type: Type }, name: string): RecordField | undefined {
  const found = field(cx, object, name);
  return found && signatureOf(cx, found)?.isMember ? found : undefined;
}

/** As `readGetter`, where the name may be a method's. Refuses to read one without calling it. */
export function readReceiving(cx: Context, object: Value, name: string, node: ts.Node): Value | undefined {
  if (receivingMethodOf(cx, object, name)) return refuse(node, "unbound-method", quote(node));
  return readGetter(cx, object, name, node);
}

/** What the getter of this name gives; undefined if the object has none. */
export function readGetter(cx: Context, object: Value, name: string, node: ts.Node): Value | undefined {
  const getter = field(cx, object, getterOf(name));
  if (!getter) {
    if (field(cx, object, setterOf(name))) refuse(node, "unknown-field", `\`${name}\``, "an object that only sets it");
    return undefined;
  }
  return asValue(cx, callValue(cx, memberOf(cx, object, getter.name), [object], node), node);
}

/** True if assigning `name` of the object runs a setter. Refuses where it has only a getter. */
export function hasSetter(cx: Context, object: Value, name: string, node: ts.Node): boolean {
  const hasGetter = field(cx, object, getterOf(name)) !== undefined;
  const found = field(cx, object, setterOf(name)) !== undefined;
  if (hasGetter && !found) refuse(node, "assignment-target", quote(node));
  return found;
}

/** Runs the setter of this name. */
export function writeReceiving(cx: Context, object: Value, name: string, operand: Operand, node: ts.Node): void {
  callValue(cx, memberOf(cx, object, setterOf(name)), [object, operand], node);
}

/** The getter or setter in a field: where not all objects of the type have it, the checker says that this one has. */
function memberOf(cx: Context, object: Value, name: string): Value {
  const held = cx.b.getField(object, name);
  return held.type.kind === "optional" ? cx.b.unwrap(held) : held;
}
