/**
 * The shapes by which the runtime walks structures: short ones are written where they are used, long and recursive ones
 * are constants of the module.
 */
import { isRecursiveShape, marksOf, shapeOf, shapeText, sizeOfShape } from "../ir/shape.ts";
import { typeKey } from "../ir/type.ts";
import type { Type } from "../ir/types.ts";
import type { RecordShape, Shape } from "../runtime/shape.ts";
import type { Scope } from "./names.ts";

const SHORT = 48;
const LINE = 110;
/** A record of more parts is a constant, too, where another shape holds it. */
const MOST_PARTS = 100;

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
    // A recursive shape reads others later, through its getter; any other must follow those that it is made of.
    const place = shape.kind === "record" && shape.recursive ? texts.push("") - 1 : undefined;
    const flat = `const ${name}: ${runtime("Shape")} = ${shapeText(shape, nameOf)};`;
    const text = flat.length <= LINE ? flat : `const ${name}: ${runtime("Shape")} = ${longText(shape)};`;
    if (place === undefined) texts.push(text);
    else texts[place] = text;
    return name;
  };
  const nameOf = (shape: RecordShape): string | undefined =>
    isRecursiveShape(shape) || sizeOfShape(shape) > MOST_PARTS ? declare(shape, "") : undefined;

  /** As `shapeText`, over several lines. */
  const longText = (shape: Exclude<Shape, string>): string => {
    if (shape.kind !== "record") return shapeText(shape, nameOf);
    const inner = shape.recursive ? "      " : "    ";
    const fields = shape.fields.map(([field, of, variant]) => {
      const name = typeof of !== "string" && of.kind === "record" ? nameOf(of) : undefined;
      return `${inner}[${JSON.stringify(field)}, ${name ?? shapeText(of, nameOf)}${variant ? ", true" : ""}],\n`;
    });
    const member = shape.recursive
      ? `  get fields() {\n    return [\n${fields.join("")}    ] as const;\n  },\n`
      : `  fields: [\n${fields.join("")}  ],\n`;
    const marks = marksOf(shape).map((mark) => `  ${mark},\n`);
    return `{\n  kind: "record",\n${member}${marks.join("")}}`;
  };

  return {
    print: (type) => {
      const shape = shapeOf(type);
      if (typeof shape === "string") return JSON.stringify(shape);
      const isRecursive = isRecursiveShape(shape);
      if (!isRecursive && sizeOfShape(shape) <= SHORT && shapeText(shape).length <= SHORT) return shapeText(shape);
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
