/**
 * Which parameters are declared `Differentiable<F, Order>`: the checker shows it by an optional property that nothing
 * has, through aliases, unions, options objects and declaration files of whatever copy of the package.
 */
import ts from "typescript";

const brand = "~cotangent.order";

/** The order of derivatives that the place of an expression expects its function to bring; undefined if none. */
export function expectedOrder(checker: ts.TypeChecker, node: ts.Expression): 1 | 2 | undefined {
  const type = checker.getContextualType(node);
  return (type && orderOf(checker, type)) ?? declaredOrder(checker, node);
}

/** The order that a parameter is declared with: for `<F extends Differentiable<…>>(f: F)` the context is the argument. */
function declaredOrder(checker: ts.TypeChecker, node: ts.Expression): 1 | 2 | undefined {
  const { parent } = node;
  if (!ts.isCallExpression(parent) && !ts.isNewExpression(parent)) return undefined;
  const parameters = checker.getResolvedSignature(parent)?.getDeclaration()?.parameters;
  const parameter = parameters?.[parent.arguments?.indexOf(node) ?? -1];
  return parameter && orderOf(checker, checker.getTypeAtLocation(parameter));
}

/** The order of a type made by `Differentiable<F, Order>`; undefined for any other. */
export function orderOf(checker: ts.TypeChecker, type: ts.Type): 1 | 2 | undefined {
  const present = checker.getNonNullableType(type);
  const known = checker.getBaseConstraintOfType(present) ?? present;
  if (known.isUnion()) {
    const orders = known.types.flatMap((member) => orderOf(checker, member) ?? []);
    return orders.includes(2) ? 2 : orders[0];
  }
  const property = known.getProperty(brand);
  if (!property) return undefined;
  const declared = checker.getNonNullableType(checker.getTypeOfSymbol(property));
  const members = declared.isUnion() ? declared.types : [declared];
  return members.some((t) => t.isNumberLiteral() && t.value === 1) ? 1 : 2;
}
