/**
 * The shapes by which the runtime walks structures: short ones are written where they are used, long and recursive ones
 * are constants of the module.
 */
import { isRecursiveShape, shapeOf, shapeText } from "../ir/shape.ts";
import { typeKey } from "../ir/type.ts";
import type { Type } from "../ir/types.ts";
import type { RecordShape, Shape } from "../runtime/shape.ts";
import type { Scope } from "./names.ts";

const SHORT = 48;

export interface ShapePrinter {
  readonly print: (type: Type) => string;
  readonly declarations: () => readonly string[];
}

/** `runtime` names a type that must be imported from the runtime. */
export function makeShapePrinter(scope: Scope, runtime: (name: string) => string): ShapePrinter {
  const byShape = new Map<Shape, string>();
  const byType = new Map<string, string>();
  const texts: string[] = [];

  const declare = (shape: Exclude<Shape, string>, hint: string): string => {
    const known = byShape.get(shape);
    if (known) return known;
    const name = scope.claim(hint === "" ? "shape" : `${hint.charAt(0).toLowerCase()}${hint.slice(1)}Shape`);
    byShape.set(shape, name);
    const place = texts.push("") - 1;
    const text = shapeText(shape, nameOf);
    texts[place] = `const ${name}: ${runtime("Shape")} = ${text};`;
    return name;
  };
  const nameOf = (shape: RecordShape): string | undefined => (isRecursiveShape(shape) ? declare(shape, "") : undefined);

  return {
    print: (type) => {
      const shape = shapeOf(type);
      if (typeof shape === "string") return JSON.stringify(shape);
      const isRecursive = isRecursiveShape(shape);
      if (!isRecursive && shapeText(shape).length <= SHORT) return shapeText(shape);
      // Types that are written the same have shapes that are, too, whatever objects stand for them.
      const key = typeKey(type);
      const known = byType.get(key);
      if (known) return known;
      const name = declare(shape, type.kind === "record" ? type.decl.name : "");
      byType.set(key, name);
      return name;
    },
    declarations: () => texts,
  };
}
