/** A computational graph in the languages of drawing programs: DOT (Graphviz) and Mermaid. Both lay it out themselves. */
import type { Graph, GraphEdge, GraphGroup, GraphNode, NodeKind } from "./graph.ts";

export interface GraphStyle {
  /** Edges into steps say the partial derivative. */
  readonly partials?: boolean | undefined;
}

/** What an edge says. */
export function edgeText({ label, partial }: GraphEdge, { partials = false }: GraphStyle): string {
  return label !== "" ? label : partials ? (partial ?? "") : "";
}

/** Calls `open` and `close` around what stands in each group, and `node` for each node. */
function walk(
  graph: Graph,
  parent: string | undefined,
  visit: {
    readonly node: (node: GraphNode, depth: number) => void;
    readonly open: (group: GraphGroup, depth: number) => void;
    readonly close: (group: GraphGroup, depth: number) => void;
  },
  depth = 1,
): void {
  for (const node of graph.nodes) if (node.group === parent) visit.node(node, depth);
  for (const group of graph.groups) {
    if (group.parent !== parent) continue;
    visit.open(group, depth);
    walk(graph, group.id, visit, depth + 1);
    visit.close(group, depth);
  }
}

const dotShapes: Readonly<Record<NodeKind, string>> = {
  input: "shape=box style=rounded peripheries=2",
  output: "shape=box style=rounded peripheries=2",
  step: "shape=box style=rounded",
  read: "shape=box style=rounded",
  call: "shape=box3d",
  memory: "shape=cylinder",
  carried: "shape=house",
  choice: "shape=diamond",
};

/** The graph for Graphviz. */
export function graphDot(graph: Graph, style: GraphStyle = {}): string {
  const quote = (text: string): string => `"${text.replace(/["\\]/g, "\\$&")}"`;
  const lines = [`digraph ${quote(graph.function)} {`, '  node [fontname="monospace"]; edge [fontname="monospace"];'];
  const indent = (depth: number): string => "  ".repeat(depth);
  walk(graph, undefined, {
    node: ({ id, label, kind }, depth) =>
      lines.push(`${indent(depth)}${id} [label=${quote(label)} ${dotShapes[kind]}];`),
    open: ({ id, label }, depth) =>
      lines.push(
        `${indent(depth)}subgraph cluster_${id} {`,
        `${indent(depth + 1)}label=${quote(label)}; fontname="monospace";`,
      ),
    close: (_, depth) => lines.push(`${indent(depth)}}`),
  });
  for (const edge of graph.edges) {
    const text = edgeText(edge, style);
    const marks = [...(text === "" ? [] : [`label=${quote(text)}`]), ...(edge.kind === "next" ? ["style=dashed"] : [])];
    lines.push(`  ${edge.from} -> ${edge.to}${marks.length > 0 ? ` [${marks.join(" ")}]` : ""};`);
  }
  return `${lines.join("\n")}\n}\n`;
}

const mermaidShapes: Readonly<Record<NodeKind, readonly [string, string]>> = {
  input: ["([", "])"],
  output: ["([", "])"],
  step: ["[", "]"],
  read: ["[", "]"],
  call: ["[[", "]]"],
  memory: ["[(", ")]"],
  carried: ["(", ")"],
  choice: ["{{", "}}"],
};

/** The graph for Mermaid. */
export function graphMermaid(graph: Graph, style: GraphStyle = {}): string {
  const quote = (text: string): string => `"${text.replace(/[#&<>"`]/g, (sign) => `#${sign.charCodeAt(0)};`)}"`;
  const lines = ["flowchart TD"];
  const indent = (depth: number): string => "  ".repeat(depth);
  walk(graph, undefined, {
    node: ({ id, label, kind }, depth) => {
      const [open, close] = mermaidShapes[kind];
      lines.push(`${indent(depth)}${id}${open}${quote(label)}${close}`);
    },
    open: ({ id, label }, depth) => lines.push(`${indent(depth)}subgraph ${id}[${quote(label)}]`),
    close: (_, depth) => lines.push(`${indent(depth)}end`),
  });
  for (const edge of graph.edges) {
    const text = edgeText(edge, style);
    const arrow = edge.kind === "next" ? "-.->" : "-->";
    lines.push(`  ${edge.from} ${arrow}${text === "" ? "" : `|${quote(text)}|`} ${edge.to}`);
  }
  return `${lines.join("\n")}\n`;
}
