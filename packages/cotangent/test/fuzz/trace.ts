/**
 * Which way a program goes: a run of it that notes every comparison, branch, rounding and kink on the way. Where nearby
 * points are reached by the same way the program is smooth between them, and differences say what its derivative is.
 */
import ts from "typescript";

/** What a run has decided, as one number. */
export interface Way {
  hash: number;
  note: (decided: unknown) => void;
}

export function makeWay(): Way {
  const way: Way = {
    hash: 0,
    note: (decided) => {
      const code =
        typeof decided === "number" ? decided : typeof decided === "string" ? decided.length + 5 : decided ? 3 : 4;
      way.hash = (Math.imul(way.hash, 31) + Math.round(code * 16) + 7) | 0;
    },
  };
  return way;
}

/** What instrumented code calls, by name. */
export function tracers(way: Way): Readonly<Record<string, unknown>> {
  const noted = <T>(value: T): T => {
    way.note(value);
    return value;
  };
  const truth = <T>(value: T): T => {
    way.note(Boolean(value));
    return value;
  };
  const steps = (name: "floor" | "ceil" | "round" | "trunc" | "sign" | "fround") => (x: number) =>
    name === "fround" ? Math.fround(x) : noted(Math[name](x));
  const choice =
    (name: "max" | "min") =>
    (...xs: number[]) => {
      const best = Math[name](...xs);
      for (const x of xs) way.note(x === best);
      return best;
    };
  return {
    // Whether a number is in a set already decides, too: equal numbers are one entry.
    Set: class<T> extends Set<T> {
      override add(value: T): this {
        way.note(this.has(value));
        return super.add(value);
      }
    },
    Map: class<K, V> extends Map<K, V> {
      override set(key: K, value: V): this {
        way.note(this.has(key));
        return super.set(key, value);
      }
    },
    $noted: noted,
    $truth: truth,
    $missing: (value: unknown) => {
      way.note(value === undefined || value === null);
      return value;
    },
    $remainder: (a: number, b: number) => {
      way.note(Math.trunc(a / b));
      return a % b;
    },
    $order: (compare: unknown) =>
      typeof compare === "function"
        ? (a: unknown, b: unknown) => noted(Math.sign(compare(a, b))) && compare(a, b)
        : compare,
    $Math: new Proxy(Math, {
      get(target, property) {
        const name = property as Exclude<keyof Math, symbol>;
        if (name === "max" || name === "min") return choice(name);
        if (name === "abs") return (x: number) => Math.abs(x) * Math.abs(noted(Math.sign(x)));
        if (["floor", "ceil", "round", "trunc", "sign"].includes(name)) return steps(name as "floor");
        return target[name];
      },
    }),
  };
}

const comparisons = new Set([
  ts.SyntaxKind.LessThanToken,
  ts.SyntaxKind.LessThanEqualsToken,
  ts.SyntaxKind.GreaterThanToken,
  ts.SyntaxKind.GreaterThanEqualsToken,
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
  ts.SyntaxKind.BarToken,
  ts.SyntaxKind.AmpersandToken,
  ts.SyntaxKind.CaretToken,
  ts.SyntaxKind.LessThanLessThanToken,
  ts.SyntaxKind.GreaterThanGreaterThanToken,
  ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken,
]);
const searches = new Set(["indexOf", "lastIndexOf", "includes", "findIndex", "has", "delete"]);

/** JavaScript that notes what it decides. */
export function instrument(code: string): string {
  const file = ts.createSourceFile("program.js", code, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
  const inserts: { readonly at: number; readonly text: string; readonly order: number }[] = [];
  let count = 0;
  const wrap = (node: ts.Node, name: string): void => {
    count++;
    inserts.push({ at: node.getStart(), text: `${name}(`, order: count }, { at: node.end, text: ")", order: -count });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node)) {
      const { kind } = node.operatorToken;
      if (comparisons.has(kind)) wrap(node, "$noted");
      if (kind === ts.SyntaxKind.BarBarToken || kind === ts.SyntaxKind.AmpersandAmpersandToken)
        wrap(node.left, "$truth");
      if (kind === ts.SyntaxKind.QuestionQuestionToken) wrap(node.left, "$missing");
      if (kind === ts.SyntaxKind.PercentToken) {
        wrap(node, "$remainder");
        inserts.push(
          { at: node.operatorToken.getStart(), text: ",/*", order: 0 },
          { at: node.operatorToken.end, text: "*/", order: 0 },
        );
      }
    }
    if (ts.isIfStatement(node) || ts.isWhileStatement(node) || ts.isDoStatement(node) || ts.isSwitchStatement(node))
      wrap(node.expression, ts.isSwitchStatement(node) ? "$noted" : "$truth");
    if (ts.isPropertyAccessExpression(node) && node.name.text === "size") wrap(node, "$noted");
    if (ts.isConditionalExpression(node)) wrap(node.condition, "$truth");
    if (ts.isForStatement(node) && node.condition) wrap(node.condition, "$truth");
    if (ts.isIdentifier(node) && node.text === "Math") {
      inserts.push({ at: node.getStart(), text: "$", order: 1e6 });
    }
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const { text } = node.expression.name;
      if (searches.has(text)) wrap(node, "$noted");
      const [compare] = node.arguments;
      if ((text === "sort" || text === "toSorted") && compare) wrap(compare, "$order");
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  // At one place what ends closes before what begins opens; the outer opens first and closes last.
  inserts.sort((a, b) => a.at - b.at || rank(a) - rank(b) || a.order - b.order);
  let made = "";
  let from = 0;
  for (const { at, text } of inserts) {
    made += code.slice(from, at) + text;
    from = at;
  }
  return made + code.slice(from);
}

const rank = ({ text }: { readonly text: string }): number => (text === ")" ? 0 : 1);
