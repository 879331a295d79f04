/** A module's text rewritten for overloaded values, with the import of what it calls at its end. */
import MagicString from "magic-string";
import type { SourceMap } from "../core/source-map.ts";
import { type OverloadEdit, overloadEdits } from "../frontend/verbs/overloaded.ts";

/** A name that the text does not have. */
function freshName(text: string, wanted: string): string {
  let name = wanted;
  while (text.includes(name)) name = `_${name}`;
  return name;
}

/** Makes the edits, in their order. */
export function applyOverloadEdits(to: MagicString, edits: readonly OverloadEdit[]): void {
  for (const edit of edits) {
    switch (edit.kind) {
      case "open":
        to.prependRight(edit.at, edit.text);
        break;
      case "close":
        to.appendLeft(edit.at, edit.text);
        break;
      case "replace":
        if (edit.start === edit.end) to.appendLeft(edit.start, edit.text);
        else to.overwrite(edit.start, edit.end, edit.text, { contentOnly: true });
        break;
      default:
        edit satisfies never;
    }
  }
}

/** The import by which rewritten code has `name`. */
export function overloadImport(name: string, module: string): string {
  return `import { rewritten as ${name} } from ${JSON.stringify(module)};`;
}

/** The whole of a module, rewritten. */
export function overloadText(file: string, text: string): { readonly code: string; readonly map: SourceMap } {
  const name = freshName(text, "__cotangent_o");
  const edits = new MagicString(text);
  applyOverloadEdits(edits, overloadEdits(file, text, name, true).edits);
  // Before everything else, and on the first line, so that all others stay where they are.
  edits.prepend(overloadImport(name, "cotangent/overload"));
  return {
    code: edits.toString(),
    map: edits.generateMap({ source: file, includeContent: true, hires: "boundary" }) as SourceMap,
  };
}
