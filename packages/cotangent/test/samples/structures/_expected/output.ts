import { addTo, clear, copy, reinstate, shadowOf, shadowsOf, type Shape, snapshot } from "cotangent/runtime";

export interface Point {
  x: number;
  y: number;
}

export interface Tree {
  value: number;
  left?: Tree | undefined;
  right?: Tree | undefined;
}

export interface TreeBar {
  value: number;
  left?: TreeBar | undefined;
  right?: TreeBar | undefined;
}

export interface PointBar {
  x: number;
  y: number;
}

const treeShape: Shape = {
  kind: "record",
  get fields() {
    return [
      ["value", "number"],
      ["left", { kind: "optional", of: treeShape }],
      ["right", { kind: "optional", of: treeShape }],
    ] as const;
  },
  recursive: true,
};
const shape: Shape = { kind: "array", of: { kind: "array", of: "number" } };
const pointShape: Shape = { kind: "record", fields: [["x", "number"], ["y", "number"]] };

export function shadows(
  v: Float64Array,
  w: Float32Array,
  list: number[],
  rows: number[][],
  p: Point,
  tree: Tree,
): [Float64Array, number[][]] {
  const vBar = new Float64Array(v.length);
  const wBar = new Float64Array(w.length);
  const listBar = new Array<number>(list.length).fill(0);
  const rowsBar = rows.map((row) => new Array<number>(row.length).fill(0));
  const pBar: PointBar = { x: 0, y: 0 };
  const treeBar = shadowOf<TreeBar>(tree, treeShape);
  const [a, b] = shadowsOf<[Float64Array, number[][]]>(true, [v, rows], ["Float64Array", shape]);
  const c = new Float64Array(v.length);
  vBar.fill(0);
  for (let i = 0; i < rowsBar.length; i++) {
    rowsBar[i].fill(0);
  }
  pBar.x = 0;
  pBar.y = 0;
  clear(treeBar, treeShape);
  const t1 = new Float32Array(v);
  const t2 = Array.from(v);
  const t3 = copy<number[][]>(rows, shape);
  const t4 = copy<Point>(p, pointShape);
  addTo(a, v.slice(), "Float64Array");
  addTo(b, t3, shape);
  addTo(listBar, t2, { kind: "array", of: "number" });
  addTo(wBar, t1, "Float64Array");
  addTo(c, a, "Float64Array");
  const t5 = t4.x + pBar.y;
  pBar.x += t5;
  const m = snapshot([list, p], [{ kind: "array", of: "number" }, pointShape]);
  list.push(t5);
  p.x = t5;
  reinstate(m);
  treeBar.value += treeBar.value;
  return [c, b];
}

export function literals(
  x: number,
  n: number,
): [{ name: string; point: Point; pair: [number, boolean] }, number[][], Float64Array] {
  const t1: number[][] = [[x, n], []];
  const t2 = new Array<number>(n).fill(0);
  t1.push(t2);
  const t3 = new Array<number[]>(n).fill(t2);
  t1.push(t3[0]);
  return [{ name: "a \"name\"\n", point: { x, y: x }, pair: [n, x < n] }, t1, new Float64Array([x, n])];
}
