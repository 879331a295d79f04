/**
 * Constants of modules that a function reads beside arguments that it writes. A constant has no shadow, so an argument
 * that is the constant itself, or that shares a part with it, would change behind the derivative's back: that is refused
 * when the derivative is called.
 */

import { mayBeOneObject } from "../../analysis/points-to.ts";
import type { ParameterMemory } from "../../analysis/writes.ts";
import { type BlockBuilder, buildFunc } from "../../ir/build.ts";
import { isReference, sameType } from "../../ir/type.ts";
import type { Func, Global, Module, RecordDecl, Type, Value } from "../../ir/types.ts";
import { derivedName } from "../../transform/names.ts";
import { emitCall, paramsOf } from "./around.ts";
import { constantsRead } from "./lift-constants.ts";

/** `func` behind a test that no argument it writes shares anything with a constant that it reads; undefined where none could. */
export function guardConstants(module: Module, func: Func, { written }: ParameterMemory): Func | undefined {
  if (written.size === 0) return undefined;
  const pairs = [...written].flatMap((i) =>
    constantsRead(module, func.name)
      .filter((g) => {
        const parts = partTypes(g.type);
        return partTypes((func.body.params[i] as Value).type).some((t) => parts.some((p) => mayBeOneObject(p, t)));
      })
      .map((g) => [i, g] as const),
  );
  if (pairs.length === 0) return undefined;
  return buildFunc(
    derivedName(module.functions, func.name, "guarded"),
    paramsOf(func),
    (b, ...args) => {
      for (const [i, constant] of pairs) emitTest(b, i, args[i] as Value, constant);
      return emitCall(b, func, args);
    },
    func.span,
  );
}

/** The types of the arrays and objects in a structure, itself among them; each record once. */
function partTypes(type: Type, met = new Set<RecordDecl>()): readonly Type[] {
  switch (type.kind) {
    case "optional":
      return partTypes(type.of, met);
    case "array":
      return [type, ...partTypes(type.element, met)];
    case "record":
      if (met.has(type.decl)) return [];
      met.add(type.decl);
      return [type, ...type.decl.fields.flatMap((f) => partTypes(f.type, met))];
    default:
      return [];
  }
}

function emitTest(b: BlockBuilder, position: number, arg: Value, { name, type }: Global): void {
  const whole = b.global(name, type);
  emitParts(b, arg, partTypes(type), [], (at, part) => {
    emitParts(at, whole, [part.type], [], (inner, other) => {
      if (!mayBeOneObject(part.type, other.type)) return;
      const place =
        sameType(part.type, arg.type) && part === arg
          ? `the argument ${position}, which is written, must not be`
          : `the argument ${position}, which is written, must not share`;
      const shared = other === whole ? `the constant ${name}` : `a part of the constant ${name}`;
      inner.if(inner.same(part, other), (then) => {
        then.throw("RangeError", then.constant(`${place} ${shared}`));
        return [];
      });
    });
  });
}

/** Calls `visit` where a part of `value` is at hand, for those parts that have one of `wanted` in them. */
function emitParts(
  b: BlockBuilder,
  value: Value,
  wanted: readonly Type[],
  open: readonly RecordDecl[],
  visit: (b: BlockBuilder, part: Value) => void,
): void {
  const { type } = value;
  const holds = (t: Type): boolean => partTypes(t, new Set(open)).some((p) => wanted.some((w) => mayBeOneObject(w, p)));
  if (!isReference(type) || !holds(type)) return;
  switch (type.kind) {
    case "optional":
      b.if(b.present(value), (then) => {
        emitParts(then, then.unwrap(value), wanted, open, visit);
        return [];
      });
      return;
    case "array":
      visit(b, value);
      if (!holds(type.element)) return;
      b.for({ start: b.constant(0), end: b.length(value), step: 1 }, [], (inner, i) => {
        emitParts(inner, inner.load(value, i as Value), wanted, open, visit);
        return [];
      });
      return;
    case "record":
      if (open.includes(type.decl)) return;
      visit(b, value);
      for (const f of type.decl.fields) {
        if (holds(f.type)) emitParts(b, b.getField(value, f.name), wanted, [...open, type.decl], visit);
      }
      return;
    default:
      return;
  }
}
