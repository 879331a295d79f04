/**
 * A computational graph as a picture. Where things stand is found by the Eclipse Layout Kernel (elkjs: layers from top to
 * bottom, edges at right angles, groups in groups, room for every label), which is loaded when a picture is asked for.
 */
import { edgeText, type GraphStyle } from "./diagram.ts";
import type { Graph, GraphEdge, GraphNode, NodeKind } from "./graph.ts";
import { type Colour, lineHeight, round, svgDocument, svgText, widthOf } from "./svg.ts";

interface Point {
  readonly x: number;
  readonly y: number;
}
interface Size {
  readonly width: number;
  readonly height: number;
}

/** What the layout takes, and gives back with places, of which those of nodes are within what they stand in. */
interface Box extends Partial<Point>, Partial<Size> {
  readonly id: string;
  readonly children?: readonly Box[];
  readonly edges?: readonly Line[];
  readonly layoutOptions?: Readonly<Record<string, string>>;
}
interface Line {
  readonly id: string;
  readonly sources: readonly string[];
  readonly targets: readonly string[];
  readonly labels?: readonly (Partial<Point> & Partial<Size> & { readonly text: string })[];
  readonly sections?: readonly {
    readonly startPoint: Point;
    readonly endPoint: Point;
    readonly bendPoints?: readonly Point[];
  }[];
}

const padding = 12;
const nodeHeight = lineHeight + 10;
const layoutOptions = {
  "elk.algorithm": "layered",
  "elk.direction": "DOWN",
  "elk.hierarchyHandling": "INCLUDE_CHILDREN",
  "elk.json.edgeCoords": "ROOT",
  "elk.edgeLabels.inline": "false",
  "elk.layered.spacing.nodeNodeBetweenLayers": "32",
  "elk.spacing.nodeNode": "20",
  "elk.spacing.edgeLabel": "4",
  "elk.layered.considerModelOrder.strategy": "PREFER_NODES",
  "elk.padding": `[top=${padding},left=${padding},bottom=${padding},right=${padding}]`,
};

/** The picture. Throws an Error that says how to install elkjs where it is not there. */
export async function graphSvg(graph: Graph, style: GraphStyle = {}): Promise<string> {
  const Elk = await loadLayout();
  const layout = async (extra: ReadonlyMap<string, number>): Promise<Box> =>
    (await new Elk().layout(toLayout(graph, style, extra) as never)) as unknown as Box;
  // Groups that turn out narrower than what is written on them are laid out again with more room.
  let laid = await layout(new Map());
  const extra = missingWidths(graph, laid);
  if (extra.size > 0) laid = await layout(extra);
  const parts: string[] = [arrowHeads];
  // Above the lines.
  const nodes: string[] = [];
  const draw = ({ children = [] }: Box, from: Point): void => {
    for (const box of children) {
      const at = { x: from.x + (box.x ?? 0), y: from.y + (box.y ?? 0) };
      const size = { width: box.width ?? 0, height: box.height ?? 0 };
      const group = graph.groups.find(({ id }) => id === box.id);
      const node = graph.nodes.find(({ id }) => id === box.id);
      if (node) nodes.push(...drawNode(node, at, size));
      if (!group) continue;
      const dash = group.kind === "side" ? ' stroke-dasharray="4 3"' : "";
      parts.push(
        `<rect x="${round(at.x)}" y="${round(at.y)}" width="${round(size.width)}" height="${round(size.height)}" rx="6" class="group line-stroke"${dash}/>`,
      );
      nodes.push(...drawLabel(at.x + padding, at.y + lineHeight * 0.85, group.label, "faint"));
      draw(box, at);
    }
  };
  draw(laid, { x: 0, y: 0 });
  for (const line of laid.edges ?? []) {
    const { path, labels } = drawEdge(graph.edges[Number(line.id.slice(1))] as GraphEdge, line);
    parts.push(...path);
    nodes.push(...labels);
  }
  return svgDocument(laid.width ?? 0, laid.height ?? 0, `Computational graph of ${graph.function}`, [
    ...parts,
    ...nodes,
  ]);
}

/** By how much groups are narrower than their labels. */
function missingWidths(graph: Graph, laid: Box): ReadonlyMap<string, number> {
  const labels = new Map(graph.groups.map(({ id, label }) => [id, label]));
  const missing = new Map<string, number>();
  const visit = ({ id, width = 0, children = [] }: Box): void => {
    const label = labels.get(id);
    const lacking = label === undefined ? 0 : widthOf(label) + 2 * padding - width;
    if (lacking > 0) missing.set(id, lacking);
    children.forEach(visit);
  };
  visit(laid);
  return missing;
}

/** `extra`: room that groups have on their right. */
function toLayout(graph: Graph, style: GraphStyle, extra: ReadonlyMap<string, number>): Box {
  const inside = (parent: string | undefined): Box[] => [
    ...graph.nodes
      .filter(({ group }) => group === parent)
      .map(({ id, label }) => ({ id, width: widthOf(label) + 2 * padding, height: nodeHeight })),
    ...graph.groups
      .filter((group) => group.parent === parent)
      .map(({ id }) => ({
        id,
        children: inside(id),
        layoutOptions: {
          "elk.padding": `[top=${lineHeight + padding},left=${padding},bottom=${padding},right=${padding + (extra.get(id) ?? 0)}]`,
        },
      })),
  ];
  const edges = graph.edges.map((edge, i) => {
    const text = edgeText(edge, style);
    return {
      id: `e${i}`,
      // What leads back in a loop is laid out the other way round, so that what the loop carries stands on top.
      sources: [edge.kind === "next" ? edge.to : edge.from],
      targets: [edge.kind === "next" ? edge.from : edge.to],
      ...(text === "" ? {} : { labels: [{ text, width: widthOf(text), height: lineHeight }] }),
    };
  });
  return { id: "graph", layoutOptions, children: inside(undefined), edges };
}

const arrowHeads =
  '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8Z" class="line"/></marker></defs>';

function drawEdge(
  { kind, label }: GraphEdge,
  { sections = [], labels = [] }: Line,
): { readonly path: readonly string[]; readonly labels: readonly string[] } {
  const dash = kind === "next" ? ' stroke-dasharray="5 4"' : "";
  const stroke = kind === "store" ? "reverse" : "line";
  const paths = sections.map(({ startPoint, bendPoints = [], endPoint }) => {
    const points = [startPoint, ...bendPoints, endPoint];
    const d = rounded(kind === "next" ? points.reverse() : points);
    return `<path d="${d}" fill="none" class="${stroke}-stroke"${dash} marker-end="url(#head)"/>`;
  });
  const texts = labels.flatMap(({ text, x = 0, y = 0 }) =>
    drawLabel(x, y + lineHeight * 0.7, text, label === "" ? "forward" : "faint"),
  );
  return { path: paths, labels: texts };
}

/** A text on a ground of its own, so that a line behind it does not cross it out. */
function drawLabel(x: number, y: number, text: string, colour: Colour): readonly string[] {
  const box = `x="${round(x - 2)}" y="${round(y - lineHeight * 0.62)}" width="${round(widthOf(text) + 4)}" height="${round(lineHeight * 0.85)}"`;
  return [`<rect ${box} rx="3" class="ground"/>`, svgText(x, y, text, { colour })];
}

/** A line through the points with its corners rounded. */
function rounded(points: readonly Point[]): string {
  const radius = 6;
  const at = ({ x, y }: Point): string => `${round(x)} ${round(y)}`;
  const towards = (from: Point, to: Point): Point => {
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    const t = length === 0 ? 0 : Math.min(radius, length / 2) / length;
    return { x: from.x + t * (to.x - from.x), y: from.y + t * (to.y - from.y) };
  };
  return points
    .map((point, i) => {
      const [before, after] = [points[i - 1], points[i + 1]];
      if (!before) return `M${at(point)}`;
      return after ? `L${at(towards(point, before))}Q${at(point)} ${at(towards(point, after))}` : `L${at(point)}`;
    })
    .join("");
}

/** How the outline of a node says what it is. */
const outlines: Readonly<Record<NodeKind, string>> = {
  input: 'rx="15" class="ground forward-stroke" stroke-width="2"',
  output: 'rx="15" class="ground reverse-stroke" stroke-width="2"',
  step: 'rx="4" class="ground line-stroke"',
  call: 'rx="4" class="ground line-stroke" stroke-width="2"',
  read: 'rx="4" class="ground line-stroke" stroke-dasharray="2 3"',
  memory: 'class="ground line-stroke" stroke-width="2"',
  carried: 'rx="15" class="ground line-stroke"',
  choice: 'rx="10" class="ground line-stroke" stroke-dasharray="8 2"',
};

function drawNode({ kind, label }: GraphNode, { x, y }: Point, { width, height }: Size): readonly string[] {
  return [
    `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" ${outlines[kind]}/>`,
    svgText(x + width / 2, y + height / 2 + 4.5, label, { anchor: "middle" }),
  ];
}

async function loadLayout(): Promise<typeof import("elkjs").default> {
  try {
    return (await import("elkjs")).default;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new Error("pictures of graphs are laid out by elkjs, which is not installed: npm install elkjs");
  }
}
