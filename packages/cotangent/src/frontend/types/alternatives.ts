/**
 * Kinds of object that may stand in one place: the members of a union, objects with more fields than their place asks
 * for. They are alternatives of one record, which has the fields of all; a field that some lack is optional, and an
 * object has it as a property or not, as in JavaScript:
 *
 *     { kind: "circle"; r: number } | { kind: "rect"; w: number; h: number }
 *     { kind: string; r?: number; w?: number; h?: number }
 *
 * So a reference has one type wherever it goes, and two names for one object never disagree about it. Which kinds belong
 * together is found out while lowering: a union says so, and so does an object that is put where another kind was
 * expected. What was laid out before it was known is laid out anew, by lowering once more (as in `cells.ts`).
 */
import ts from "typescript";
import { sameType } from "../../ir/type.ts";
import type { RecordDecl, Type } from "../../ir/types.ts";
import type { Context } from "../context.ts";
import { excludesMissing, isTaken, tryType } from "./types.ts";

/** Kinds of object that share one record. */
export interface Group {
  readonly members: readonly ts.Type[];
  /** The name of the first union that joined them. */
  readonly name: string;
  /** A union that is by itself: what it holds depends on type parameters, or does not go with what else its members are in. */
  readonly isApart?: boolean;
}

/** Which kinds of object are alternatives of one record; what one attempt at lowering found is known to the next. */
export class Alternatives {
  readonly #groups = new Map<ts.Type, Group>();
  readonly #apart = new Map<ts.Type, Group>();
  readonly #laidOut = new Set<ts.Type>();
  readonly #layouts = new WeakMap<RecordDecl, Group>();
  /** Kinds were joined that had been laid out apart in this attempt. */
  grown = false;

  /** A new attempt begins. */
  restart(): void {
    this.grown = false;
    this.#laidOut.clear();
  }

  /** The kinds that share their record with `type`, itself among them. */
  of(type: ts.Type): Group {
    return this.#groups.get(type) ?? { members: [type], name: "" };
  }

  /** The group of a union that is by itself. */
  apart(union: ts.Type): Group | undefined {
    return this.#apart.get(union);
  }
  setApart(union: ts.Type, members: readonly ts.Type[], name: string): Group {
    const group = { members, name, isApart: true };
    this.#apart.set(union, group);
    return group;
  }

  /** True if the kinds are in one group. */
  areJoined(types: readonly ts.Type[]): boolean {
    const [first, ...others] = types;
    return first === undefined || others.every((t) => this.of(first).members.includes(t));
  }

  /** Makes one group of kinds of object, unless `admits` says that one record cannot hold them all. */
  tryJoin(types: readonly ts.Type[], name: string, admits: () => boolean): boolean {
    const before = new Map(this.#groups);
    const { grown } = this;
    const members = [...new Set(types.flatMap((t) => this.of(t).members))];
    const known = types.map((t) => this.of(t).name).find((n) => n !== "");
    const group: Group = { members, name: known ?? name };
    for (const member of members) this.#groups.set(member, group);
    if (members.some((m) => this.#laidOut.has(m))) this.grown = true;
    if (admits()) return true;
    this.#groups.clear();
    for (const [type, old] of before) this.#groups.set(type, old);
    this.grown = grown;
    return false;
  }

  /** Remembers that `decl` is the record of a group. */
  lay(group: Group, decl: RecordDecl): void {
    if (!group.isApart) for (const type of group.members) this.#laidOut.add(type);
    this.#layouts.set(decl, group);
  }

  /** The kinds that a record was laid out for. */
  layout(type: Type): Group | undefined {
    return type.kind === "record" ? this.#layouts.get(type.decl) : undefined;
  }

  /** True if an object of a record's kinds may have the property without a value in it. */
  mayHoldUndefined(checker: ts.TypeChecker, record: Type, name: string): boolean {
    const group = this.layout(record);
    if (!group) return true;
    return group.members.some((kind) => {
      const property = checker.getPropertyOfType(kind, name);
      if (!property) return false;
      const type = checker.getTypeOfSymbol(property);
      return (property.flags & ts.SymbolFlags.Optional) !== 0 || !excludesMissing(type);
    });
  }
}

/** Thrown where objects of two kinds turned out to meet: lowering starts over. */
export class Regrouped extends Error {}

/**
 * Throws `Regrouped` if values of both types could be of one, were some of their objects alternatives of one record. To
 * be asked where the two meet and are not the same.
 */
export function regroup(cx: Context, a: Type, b: Type): void {
  const { alternatives, entry } = cx.session;
  const met = new Set<Type>();
  const walk = (x: Type, y: Type): void => {
    if (x.kind === "optional") return walk(x.of, y);
    if (y.kind === "optional") return walk(x, y.of);
    if (x.kind === "array" && y.kind === "array") return walk(x.element, y.element);
    if (x.kind !== "record" || y.kind !== "record" || met.has(x) || sameType(x, y)) return;
    met.add(x);
    const [left, right] = [alternatives.layout(x), alternatives.layout(y)];
    const kinds = [left, right].flatMap((g) => (g && !g.isApart ? g.members.slice(0, 1) : []));
    const [kind, other] = kinds;
    if (kind && other && entry && !alternatives.areJoined(kinds)) {
      if (alternatives.tryJoin(kinds, "", () => isTaken(cx, kind, entry.node))) throw new Regrouped();
    }
    for (const { name, type } of x.decl.fields) {
      const field = y.decl.fields.find((f) => f.name === name);
      if (field) walk(type, field.type);
    }
  };
  walk(a, b);
}

/**
 * As `regroup`, where a field is named that an object was made without: by its declared type it may have one, so that it is
 * of that kind, too.
 */
export function regroupAsDeclared(cx: Context, object: Type, node: ts.Expression): void {
  const isAccess = ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
  const declared = isAccess ? tryType(cx, cx.checker.getTypeAtLocation(node.expression), node) : undefined;
  if (declared) regroup(cx, declared, object);
}
