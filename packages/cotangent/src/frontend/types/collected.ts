/**
 * What is asked of a value that a callback gives for an array. The checker takes the type of the elements from what the
 * callback gives, and knows nothing of `[]` there; the place of the array does.
 *
 *     const nodes: Node[] = weights.map((weight) => ({ weight, next: [] }));      `next` is of Node
 */
import ts from "typescript";
import type { Context } from "../context.ts";

/** The checker's type that the array around a callback says of what stands at `node`; undefined where there is none. */
export function collectedType(cx: Context, node: ts.Expression): ts.Type | undefined {
  const { checker } = cx;
  const inner = outermost(node);
  const { parent } = inner;
  if (ts.isPropertyAssignment(parent)) {
    const object = collectedType(cx, parent.parent);
    const property = object && checker.getPropertyOfType(checker.getNonNullableType(object), parent.name.getText());
    return property && checker.getTypeOfSymbolAtLocation(property, node);
  }
  if (ts.isArrayLiteralExpression(parent)) return elementOf(cx, collectedType(cx, parent));
  const callback = ts.isReturnStatement(parent) ? ts.findAncestor(parent, ts.isFunctionLike) : parent;
  const isGiven =
    callback !== undefined &&
    (ts.isArrowFunction(callback) || ts.isFunctionExpression(callback)) &&
    (callback === parent ? callback.body === inner : true);
  const call = isGiven ? outermost(callback).parent : undefined;
  if (!call || !ts.isCallExpression(call) || !collects(call, outermost(callback as ts.Expression))) return undefined;
  return elementOf(cx, checker.getContextualType(call) ?? collectedType(cx, call));
}

function outermost(node: ts.Expression): ts.Expression {
  return ts.isParenthesizedExpression(node.parent) ? outermost(node.parent) : node;
}

/** `xs.map(f)`, `Array.from(xs, f)`. */
function collects({ expression: callee, arguments: [first, second] }: ts.CallExpression, callback: ts.Node): boolean {
  if (!ts.isPropertyAccessExpression(callee)) return false;
  return callee.name.text === "map" ? first === callback : callee.name.text === "from" && second === callback;
}

function elementOf({ checker }: Context, type: ts.Type | undefined): ts.Type | undefined {
  const list = type && checker.getNonNullableType(type);
  return list && checker.isArrayType(list) ? checker.getTypeArguments(list as ts.TypeReference)[0] : undefined;
}
