interface Node {
  value: number;
}

export function f(weights: Map<Node, number>, node: Node): number {
  return (weights.get(node) ?? 0) * node.value;
}
