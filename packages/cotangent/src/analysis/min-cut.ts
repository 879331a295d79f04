/**
 * The minimum cut of a directed graph with capacities, by Dinic's algorithm (Soviet Math. Doklady, 1970): of all ways
 * to separate the source from the sink, one whose cut edges weigh least. Paths are followed without recursion, since
 * chains of values can be long.
 */

interface Edge {
  readonly to: number;
  capacity: number;
  /** Position of the opposite edge in `edges`. */
  readonly back: number;
}

export class FlowNetwork {
  readonly source = 0;
  readonly sink = 1;
  readonly #edges: Edge[] = [];
  readonly #out: number[][] = [[], []];

  /** Adds a vertex and returns its number. */
  vertex(): number {
    return this.#out.push([]) - 1;
  }

  /** Adds an edge; `Infinity` is never cut. */
  edge(from: number, to: number, capacity: number): void {
    if (capacity <= 0) return;
    const at = this.#edges.length;
    this.#edges.push({ to, capacity, back: at + 1 }, { to: from, capacity: 0, back: at });
    this.#out[from]?.push(at);
    this.#out[to]?.push(at + 1);
  }

  /** The vertices on the source's side of a minimum cut; the cut nearest to the sink. Infinite flow is an error. */
  sourceSide(): ReadonlySet<number> {
    for (let levels = this.#levels(); levels[this.sink] !== -1; levels = this.#levels()) this.#saturate(levels);
    const reaches = new Set<number>([this.sink]);
    const pending = [this.sink];
    for (let v = pending.pop(); v !== undefined; v = pending.pop()) {
      for (const e of this.#out[v] ?? []) {
        const edge = this.#edges[e] as Edge;
        const towards = this.#edges[edge.back] as Edge;
        if (towards.capacity > 0 && !reaches.has(edge.to)) {
          reaches.add(edge.to);
          pending.push(edge.to);
        }
      }
    }
    return new Set(this.#out.map((_, v) => v).filter((v) => !reaches.has(v)));
  }

  #levels(): number[] {
    const levels = new Array<number>(this.#out.length).fill(-1);
    levels[this.source] = 0;
    const queue = [this.source];
    for (const v of queue) {
      for (const e of this.#out[v] ?? []) {
        const edge = this.#edges[e] as Edge;
        if (edge.capacity > 0 && levels[edge.to] === -1) {
          levels[edge.to] = (levels[v] as number) + 1;
          queue.push(edge.to);
        }
      }
    }
    return levels;
  }

  #saturate(levels: readonly number[]): void {
    const next = new Array<number>(this.#out.length).fill(0);
    const path: number[] = [];
    let at = this.source;
    for (;;) {
      if (at === this.sink) {
        let flow = Number.POSITIVE_INFINITY;
        for (const e of path) flow = Math.min(flow, (this.#edges[e] as Edge).capacity);
        if (flow === Number.POSITIVE_INFINITY) throw new RangeError("the source cannot be separated from the sink");
        let cut = path.length;
        path.forEach((e, i) => {
          const edge = this.#edges[e] as Edge;
          edge.capacity -= flow;
          (this.#edges[edge.back] as Edge).capacity += flow;
          if (edge.capacity === 0 && i < cut) cut = i;
        });
        path.length = cut;
        at = cut === 0 ? this.source : (this.#edges[path[cut - 1] as number] as Edge).to;
        continue;
      }
      const out = this.#out[at] as number[];
      const position = next[at] as number;
      if (position < out.length) {
        const edge = this.#edges[out[position] as number] as Edge;
        if (edge.capacity > 0 && levels[edge.to] === (levels[at] as number) + 1) {
          path.push(out[position] as number);
          at = edge.to;
        } else next[at] = position + 1;
        continue;
      }
      if (path.length === 0) return;
      const last = path.pop() as number;
      at = (this.#edges[(this.#edges[last] as Edge).back] as Edge).to;
      next[at] = (next[at] as number) + 1;
    }
  }
}
