/** Arrays of which nothing says what they hold but what is put into them. */

/** Rows that come from a constructor without a type. */
export function grid(x: number, count: number): number {
  const rows = [];
  for (let i = 0; i < count; i++) rows.push(new Array(2).fill(0));
  rows[1]![0] = x;
  return rows[1]![0] * x + rows[0]![1] + rows.length;
}

/** Each level is made empty, and filled by stores through the one above. */
export function pyramid(x: number, count: number): number {
  // biome-ignore lint/suspicious/noExplicitAny: what the program is about
  const levels: any[] = [];
  for (let i = 0; i < count; i++) {
    levels[i] = [];
    for (let j = 0; j <= i; j++) {
      levels[i][j] = [];
      for (let k = 0; k < 2; k++) levels[i][j].push({ weight: x * (i + j + k), mark: "k" });
    }
  }
  const last = levels[count - 1];
  return last[0][1].weight * last[count - 1][0].weight + last[0][0].mark.length;
}

/** Lists inside of objects that are elements themselves, and buckets that a callback makes. */
export function buckets(xs: number[]): number {
  const found = [];
  for (const x of xs) {
    const near = [];
    near.push(x);
    near.push(x * x);
    found.push({ x, near });
  }
  const rows = Array.from({ length: 2 }, () => []) as number[][];
  for (const [i, { x, near }] of found.entries()) for (const v of near) rows[i % 2]!.push(v * x);
  return rows.reduce((total, row, i) => total + (i + 1) * row.reduce((a, b) => a + b * b, 0), 0);
}

interface Vertex {
  weight: number;
  next: Vertex[];
  tags: Set<string>;
}

/** Empty lists in what a callback gives: the place of the array says of what. */
export function emptyInCallbacks(weights: number[]): number {
  const vertices: Vertex[] = weights.map((weight) => ({ weight, next: [], tags: new Set() }));
  vertices[0]!.next.push(vertices[1]!);
  vertices[1]!.tags.add("seen");
  const rows: number[][] = weights.map(() => []);
  for (const [i, w] of weights.entries()) rows[i % 2]!.push(w * w);
  const boxes: { items: number[]; inner: { lists: number[][] } }[] = Array.from({ length: 2 }, () => {
    return { items: [], inner: { lists: [[]] } };
  });
  boxes[1]!.items.push(rows[0]![0]!);
  boxes[1]!.inner.lists[0]!.push(weights[1]!, 2);
  const scale = boxes[1]!.items[0]! * boxes[1]!.inner.lists[0]![0]!;
  return scale * vertices[0]!.next[0]!.weight * vertices[1]!.tags.size + rows[1]!.length;
}
