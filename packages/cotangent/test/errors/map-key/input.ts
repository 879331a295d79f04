interface Node {
  value: number;
}

export function f(x: number): number {
  const node: Node = { value: x };
  const weights = new Map<Node, number>();
  weights.set(node, 2 * x);
  return (weights.get(node) ?? 0) * node.value;
}
