import { describe, expect, it } from "vitest";
import { FlowNetwork } from "./min-cut.ts";

interface Arc {
  readonly from: number;
  readonly to: number;
  readonly capacity: number;
}

/** A network with `inner` vertices besides the source 0 and the sink 1. */
function build(inner: number, arcs: readonly Arc[]): FlowNetwork {
  const network = new FlowNetwork();
  for (let v = 0; v < inner; v++) network.vertex();
  for (const { from, to, capacity } of arcs) network.edge(from, to, capacity);
  return network;
}

/** The weight of the cut that leaves `side` with the source. */
function weigh(side: ReadonlySet<number>, arcs: readonly Arc[]): number {
  return arcs.reduce((sum, a) => sum + (side.has(a.from) && !side.has(a.to) ? a.capacity : 0), 0);
}

/** Every way to separate the source from the sink. */
function allSides(inner: number): readonly ReadonlySet<number>[] {
  return Array.from({ length: 2 ** inner }, (_, bits) => {
    const chosen = Array.from({ length: inner }, (_, v) => v + 2).filter((v) => (bits >> (v - 2)) & 1);
    return new Set([0, ...chosen]);
  });
}

/** Numbers in [0, 1) from a seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Random arcs away from the source and towards the sink, doubled and circular ones included; some may not be cut. */
function randomArcs(inner: number, random: () => number): readonly Arc[] {
  const below = (bound: number): number => Math.floor(random() * bound);
  const count = 2 + below(4 * (inner + 1));
  return Array.from({ length: count }, () => {
    const from = below(inner + 1);
    return {
      from: from === 0 ? 0 : from + 1,
      to: 1 + below(inner + 1),
      // Few capacities, so that many cuts weigh the same.
      capacity: random() < 0.05 ? Number.POSITIVE_INFINITY : below(4),
    };
  });
}

describe("FlowNetwork", () => {
  it("cuts random graphs as cheaply as any cut, nearest to the sink", () => {
    const random = randomFrom(1);
    let cuts = 0;
    for (let round = 0; round < 600; round++) {
      const inner = 1 + Math.floor(random() * 6);
      const arcs = randomArcs(inner, random);
      const sides = allSides(inner);
      const least = Math.min(...sides.map((side) => weigh(side, arcs)));
      if (least === Number.POSITIVE_INFINITY) {
        expect(() => build(inner, arcs).sourceSide(), JSON.stringify(arcs)).toThrow(RangeError);
        continue;
      }
      if (least > 0) cuts++;
      const found = build(inner, arcs).sourceSide();
      expect(weigh(found, arcs), JSON.stringify(arcs)).toBe(least);
      // Source sides of minimum cuts form a lattice: the cut nearest to the sink has the largest, which holds them all.
      const union = new Set(sides.filter((side) => weigh(side, arcs) === least).flatMap((side) => [...side]));
      expect([...found].sort(), JSON.stringify(arcs)).toEqual([...union].sort());
    }
    expect(cuts).toBeGreaterThan(200);
  });

  it("leaves everything but the sink with the source if nothing leads to the sink", () => {
    expect([...build(2, [{ from: 0, to: 2, capacity: 3 }]).sourceSide()]).toEqual([0, 2, 3]);
  });

  it("separates nothing that cannot be separated", () => {
    const endless = Number.POSITIVE_INFINITY;
    const network = build(1, [
      { from: 0, to: 2, capacity: endless },
      { from: 2, to: 1, capacity: endless },
    ]);
    expect(() => network.sourceSide()).toThrow("cannot be separated");
  });

  it("follows a chain of 100 000 values", () => {
    const length = 100_000;
    const narrow = 70_000;
    const network = new FlowNetwork();
    let last = network.source;
    for (let i = 0; i < length; i++) {
      const next = network.vertex();
      network.edge(last, next, i === narrow ? 1 : 2);
      last = next;
    }
    network.edge(last, network.sink, 2);
    // The sink aside, the vertices before the narrow edge.
    expect(network.sourceSide().size).toBe(narrow + 1);
  });
});
