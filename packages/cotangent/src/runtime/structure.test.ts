import { describe, expect, it } from "vitest";
import { RuntimeError } from "./error.ts";
import type { Shape } from "./shape.ts";
import { reinstate, snapshot } from "./snapshot.ts";
import { addGrown, addTo, clear, copy, shadowOf, shadowsOf } from "./structure.ts";
import { ReferenceTape, Tape } from "./tape.ts";

const vector: Shape = { kind: "array", of: "number" };
const matrix: Shape = { kind: "array", of: vector };
const point: Shape = {
  kind: "record",
  fields: [
    ["x", "number"],
    ["y", { kind: "optional", of: "number" }],
    ["name", "value"],
    ["data", "Float32Array"],
    ["ids", "Int32Array"],
    ["rows", { kind: "optional", of: matrix }],
  ],
};
const pair: Shape = {
  kind: "record",
  tuple: true,
  fields: [
    ["0", "number"],
    ["1", "value"],
  ],
};
// The fields mention the shape itself.
const list: Shape = {
  kind: "record",
  recursive: true,
  get fields() {
    return [["value", "number"] as const, ["next", { kind: "optional", of: list }] as const];
  },
};

interface List {
  value: number;
  next?: List | undefined;
}

describe("shadowOf", () => {
  it("mirrors a structure with zeros, and null where there is no number", () => {
    const value = { x: 1, name: "n", data: Float32Array.of(1, 2), ids: Int32Array.of(1), rows: [[1], [], [2, 3]] };
    expect(shadowOf(value, point)).toEqual({
      x: 0,
      y: 0,
      name: null,
      data: new Float64Array(2),
      ids: null,
      rows: [[0], [], [0, 0]],
    });
    expect(shadowOf([1, "s"], pair)).toEqual([0, null]);
    expect(shadowOf(["a", "b"], { kind: "array", of: "value" })).toEqual([null, null]);
    expect(shadowOf(3, "number")).toBe(0);
  });

  it("tells a missing number, whose shadow is 0, from a missing structure, which has none", () => {
    expect(shadowOf(undefined, { kind: "optional", of: "number" })).toBe(0);
    expect(shadowOf(undefined, { kind: "optional", of: vector })).toBeUndefined();
    expect(shadowOf(null, { kind: "optional", of: point })).toBeNull();
    expect(shadowOf([undefined, 2], { kind: "array", of: { kind: "optional", of: "number" } })).toEqual([0, 0]);
    const unset = new Array<number[]>(2);
    expect(shadowOf(unset, matrix)).toEqual([undefined, undefined]);
  });

  it("closes a cycle where the structure does", () => {
    const first: List = { value: 1 };
    first.next = { value: 2, next: first };
    const made = shadowOf<List>(first, list);
    expect(made.value).toBe(0);
    expect(made.next?.next).toBe(made);
  });

  it("makes shadows of tapes", () => {
    const numbers = new Tape();
    numbers.values[numbers.grow(1)] = 3;
    const references = new ReferenceTape<number[]>();
    references.values[references.grow(1)] = [1, 2];
    const numbersBar = shadowOf<Tape>(numbers, { kind: "tape", of: "number" });
    const referencesBar = shadowOf<ReferenceTape>(references, { kind: "tape", of: vector });
    expect([numbersBar.length, numbersBar.values[0]]).toEqual([1, 0]);
    expect([referencesBar.length, referencesBar.values[0]]).toEqual([1, [0, 0]]);
  });
});

describe("shadowsOf", () => {
  const row = [1, 2];
  const floats: Shape = "Float64Array";

  it("gives one shadow to an object met twice, only if shared", () => {
    const [a, b] = shadowsOf<[number[][], number[]]>(true, [[row, row], row], [matrix, vector]);
    expect(a[0]).toBe(b);
    expect(a[1]).toBe(b);
    const [c, d] = shadowsOf<[number[][], number[]]>(false, [[row, row], row], [matrix, vector]);
    expect(c[0]).not.toBe(c[1]);
    expect(c[0]).not.toBe(d);
  });

  it("gives one shadow to two views of the same memory, and two to disjoint ones", () => {
    const { buffer } = Float64Array.of(1, 2, 3, 4);
    const views = [new Float64Array(buffer), new Float64Array(buffer), new Float64Array(buffer, 0, 0)];
    const [a, b, empty] = shadowsOf<Float64Array[]>(true, views, [floats, floats, floats]);
    expect(a).toBe(b);
    expect(empty).not.toBe(a);
    const halves = [new Float64Array(buffer, 0, 2), new Float64Array(buffer, 16, 2)];
    const [left, right] = shadowsOf<Float64Array[]>(true, halves, [floats, floats]);
    expect(left).not.toBe(right);
  });

  it.each<[string, (buffer: ArrayBuffer) => unknown[], Shape[]]>([
    ["shifted", (b) => [new Float64Array(b, 0, 3), new Float64Array(b, 8, 3)], [floats, floats]],
    ["shorter", (b) => [new Float64Array(b), new Float64Array(b, 0, 1)], [floats, floats]],
    ["of other floats", (b) => [new Float64Array(b), new Float32Array(b)], [floats, "Float32Array"]],
    ["of integers", (b) => [new Int32Array(b, 0, 1), new Float64Array(b)], ["Int32Array", floats]],
    [
      "inside structures",
      (b) => [[new Float64Array(b)], new Float64Array(b, 8, 2)],
      [{ kind: "array", of: floats }, floats],
    ],
  ])("refuses views that overlap only in part: %s", (_, views, shapes) => {
    const values = views(new ArrayBuffer(32));
    expect(() => shadowsOf(true, values, shapes)).toThrow(RuntimeError);
    expect(() => shadowsOf(true, values, shapes)).toThrow(
      expect.objectContaining({ code: "overlapping-views" }) as Error,
    );
    expect(() => shadowsOf(false, values, shapes)).not.toThrow();
  });

  it("takes integer views of one buffer, which have no shadow", () => {
    const buffer = new ArrayBuffer(8);
    expect(shadowsOf(true, [new Int32Array(buffer), new Int32Array(buffer)], ["Int32Array", "Int32Array"])).toEqual([
      null,
      null,
    ]);
  });
});

describe("clear", () => {
  it("sets every number to zero and leaves the rest", () => {
    const bar = { x: 1, y: 2, name: null, data: Float64Array.of(3), ids: null, rows: [[4], undefined] };
    clear(bar, point);
    expect(bar).toEqual({ x: 0, y: 0, name: null, data: Float64Array.of(0), ids: null, rows: [[0], undefined] });
    const cyclic: List = { value: 1 };
    cyclic.next = cyclic;
    clear(cyclic, list);
    expect(cyclic.value).toBe(0);
    const tape = new ReferenceTape<number[]>([[1]], 1);
    clear(tape, { kind: "tape", of: vector });
    expect(tape.values).toEqual([[0]]);
    clear(null, "value");
  });
});

describe("copy", () => {
  it("copies to any depth and keeps sharing", () => {
    const row = [1, 2];
    const from = {
      x: 1,
      y: undefined,
      name: "n",
      data: Float32Array.of(1),
      ids: Int32Array.of(2),
      rows: [row, row],
      extra: row,
    };
    const made = copy<typeof from>(from, point);
    expect(made).toEqual(from);
    expect(made.rows[0]).not.toBe(row);
    expect(made.rows[0]).toBe(made.rows[1]);
    expect(made.data).not.toBe(from.data);
    expect(made.ids).not.toBe(from.ids);
    const loop: List = { value: 1 };
    loop.next = loop;
    const copied = copy<List>(loop, list);
    expect(copied).not.toBe(loop);
    expect(copied.next).toBe(copied);
  });

  it("changes the storage of numbers where the shape says so", () => {
    expect(copy(Float32Array.of(1, 2), "Float64Array")).toEqual(Float64Array.of(1, 2));
    expect(copy([1, 2], "Float32Array")).toEqual(Float32Array.of(1, 2));
    expect(copy(Float64Array.of(1, 2), vector)).toEqual([1, 2]);
  });

  it("keeps the prototype of an instance", () => {
    class Point {
      x = 1;
      rows = [[1]];
      norm(): number {
        return this.x;
      }
    }
    const from = new Point();
    const made = copy<Point>(from, point);
    expect(made).toBeInstanceOf(Point);
    expect(made.norm()).toBe(1);
    expect(made.rows[0]).not.toBe(from.rows[0]);
  });

  it("copies tapes", () => {
    const tape = new ReferenceTape<number[]>([[1]], 1);
    const made = copy<ReferenceTape<number[]>>(tape, { kind: "tape", of: vector });
    (made.values[0] as number[])[0] = 2;
    expect(tape.values).toEqual([[1]]);
    expect(made.length).toBe(1);
    const numbers = new Tape(Float64Array.of(1), 1);
    expect(copy<Tape>(numbers, { kind: "tape", of: "number" }).values).toEqual(Float64Array.of(1));
  });

  it("copies views that overlap in part to views that do", () => {
    const buffer = new ArrayBuffer(40);
    const views = [new Float64Array(buffer, 0, 3), new Float64Array(buffer, 8, 3), new Float64Array(buffer, 32, 1)];
    const copies = copy<Float64Array[]>(views, { kind: "array", of: { kind: "optional", of: "Float64Array" } });
    const [a, b, apart] = copies as [Float64Array, Float64Array, Float64Array];
    a[1] = 7;
    expect(b[0]).toBe(7);
    expect(views[0]?.[1]).toBe(0);
    expect(apart.buffer).not.toBe(a.buffer);
  });

  it("refuses elements of different kinds in one memory, and snapshots", () => {
    const buffer = new ArrayBuffer(32);
    const views = { floats: new Float64Array(buffer), integers: new Int32Array(buffer, 8) };
    const shape: Shape = {
      kind: "record",
      fields: [
        ["floats", "Float64Array"],
        ["integers", "Int32Array"],
      ],
    };
    expect(() => copy(views, shape)).toThrow(RuntimeError);
    expect(() => copy(snapshot([], []), "snapshot")).toThrow("cannot be walked");
  });
});

describe("addTo", () => {
  it("adds number by number", () => {
    const target = { x: 1, y: 1, name: null, data: Float64Array.of(1), ids: null, rows: [[1], [2, 3]] };
    addTo(target, { x: 10, y: 20, name: null, data: [5], ids: null, rows: [[7], [8, 9]] }, point);
    expect(target).toEqual({ x: 11, y: 21, name: null, data: Float64Array.of(6), ids: null, rows: [[8], [10, 12]] });
    const tuple = [1, null];
    addTo(tuple, [2, null], pair);
    expect(tuple).toEqual([3, null]);
    const tape = new Tape(Float64Array.of(1, 5), 1);
    addTo(tape, new Tape(Float64Array.of(2, 5), 1), { kind: "tape", of: "number" });
    expect([...tape.values]).toEqual([3, 5]);
  });

  it("adds a pair of objects once, however often it is reached", () => {
    const target = [1];
    const source = [10];
    const other = [100];
    addTo([target, target, target, target, target], [source, source, other, source, other], matrix);
    expect(target).toEqual([111]);
    const loop: List = { value: 1 };
    loop.next = loop;
    addTo(loop, loop, list);
    expect(loop.value).toBe(2);
  });

  it("refuses structures of different lengths, or with something missing", () => {
    const mismatch = expect.objectContaining({ code: "structure-mismatch" }) as Error;
    expect(() => addTo([1], [1, 2], vector)).toThrow(mismatch);
    expect(() => addTo([[1]], [[1], [2]], matrix)).toThrow(mismatch);
    expect(() => addTo([[1]], [undefined], matrix)).toThrow(mismatch);
    addTo([undefined], [null], matrix);
  });

  it("adds what both have, where arrays may have grown", () => {
    const rows = [[1], [2, 3]];
    addGrown(rows, [[10, 20], [30], [40]], matrix);
    expect(rows).toEqual([[11], [32, 3]]);
    const parts: (number[] | undefined)[] = [[1], undefined];
    addGrown(parts, [undefined, [2]], matrix);
    expect(parts).toEqual([[1], undefined]);
  });
});

describe("snapshot and reinstate", () => {
  it("put contents back into the same objects, any number of times", () => {
    const row = [1, 2];
    const p = { x: 1, name: "n", data: Float32Array.of(1), ids: Int32Array.of(2), rows: [row, row] };
    const tuple = [1, "t"];
    const tape = new Tape(Float64Array.of(1, 2), 2);
    const references = new ReferenceTape<number[]>([row], 1);
    const shapes: Shape[] = [point, pair, { kind: "tape", of: "number" }, { kind: "tape", of: vector }];
    const taken = snapshot([p, tuple, tape, references], shapes);
    for (let i = 0; i < 2; i++) {
      Object.assign(p, { x: 9, y: 9, name: "m", rows: [] });
      p.data[0] = 9;
      p.ids[0] = 9;
      row.push(9);
      row[0] = 9;
      tuple[0] = 9;
      tape.shrink(2);
      tape.values[tape.grow(1)] = 9;
      references.shrink(1);
      reinstate(taken);
      expect(p).toEqual({
        x: 1,
        name: "n",
        data: Float32Array.of(1),
        ids: Int32Array.of(2),
        rows: [
          [1, 2],
          [1, 2],
        ],
      });
      expect("y" in p).toBe(false);
      expect(p.rows[0]).toBe(row);
      expect(tuple).toEqual([1, "t"]);
      expect([tape.length, tape.values[0], tape.values[1]]).toEqual([2, 1, 2]);
      expect([references.length, references.values[0]]).toEqual([1, row]);
    }
  });

  it("take cycles and what is missing", () => {
    const loop: List = { value: 1 };
    loop.next = loop;
    const taken = snapshot([loop, undefined], [list, { kind: "optional", of: vector }]);
    loop.value = 2;
    loop.next = undefined;
    reinstate(taken);
    expect(loop.value).toBe(1);
    expect(loop.next).toBe(loop);
  });
});
