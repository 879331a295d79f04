import { describe, expect, it } from "vitest";
import { primitives } from "../elementals/index.ts";
import { parse } from "../ir/parse.ts";
import type { Block, Value } from "../ir/types.ts";
import { regions } from "../ir/visit.ts";
import { analyzeActivity } from "./activity.ts";

/** The names of the active values of a program, from its function `f`, by the parameters named; each name is used once. */
function activeNames(text: string, by: readonly string[]): readonly string[] {
  const module = parse(text, primitives);
  const params = module.functions.get("f")?.body.params ?? [];
  const activity = analyzeActivity(
    module,
    "f",
    params.map((p) => by.includes(p.hint ?? "")),
  );
  const found: string[] = [];
  const collect = (values: readonly Value[]): void => {
    for (const v of values) if (v.hint !== undefined && activity.isActive(v)) found.push(v.hint);
  };
  const walk = (block: Block): void => {
    collect(block.params);
    for (const instr of block.body) {
      collect(instr.results);
      regions(instr).forEach(walk);
    }
  };
  for (const func of module.functions.values()) walk(func.body);
  return found.sort();
}

describe("numbers", () => {
  const straight = `func f(x: number, k: number) -> number {
  c = const 2
  ck = mul c, k
  u = mul ck, x
  dead = sin x
  y = add u, k
  return y
}
`;
  it("are inactive if they depend on constants and inactive inputs alone, or if no result depends on them", () => {
    expect(activeNames(straight, ["x"])).toEqual(["u", "x", "y"]);
  });
  it("are all inactive if no input is active", () => {
    expect(activeNames(straight, [])).toEqual([]);
  });
  it("are inactive behind a flat function or a comparison", () => {
    expect(
      activeNames(
        `func f(x: number) -> number {
  whole = floor x
  %1 = const 0
  c = lt x, %1
  y = if c {
    yield whole
  } else {
    a = square whole
    yield a
  }
  return y
}
`,
        ["x"],
      ),
    ).toEqual([]);
  });
  it("are active around a loop as soon as one turn makes them so", () => {
    expect(
      activeNames(
        `func f(x: number, n: number) -> number {
  zero = const 0
  y, r, t = for i from zero to n step 1 with p = zero, q = zero, turns = zero {
    one = const 1
    turns1 = add turns, one
    yield q, x, turns1
  }
  return y
}
`,
        ["x"],
      ),
    ).toEqual(["p", "q", "x", "y"]);
  });
});

describe("memory", () => {
  it("that is only read and holds inactive numbers has no shadow", () => {
    expect(
      activeNames(
        `func f(data: Float64Array, w: Float64Array, i: number) -> number {
  d = load data[i]
  v = load w[i]
  y = mul d, v
  return y
}
`,
        ["w"],
      ),
    ).toEqual(["v", "w", "y"]);
  });
  it("has a shadow once an active number is stored in it and read for a result", () => {
    const program = (result: string): string => `func f(x: number, n: number) -> number {
  scratch: Float64Array = allocate n
  %1 = const 0
  store scratch[%1] = x
  v = load scratch[%1]
  z = const 1
  return ${result}
}
`;
    expect(activeNames(program("v"), ["x"])).toEqual(["scratch", "v", "x"]);
    expect(activeNames(program("z"), ["x"])).toEqual([]);
  });
  it("is told apart by field", () => {
    const text = `record Step = {size: number, count: number}

func f(x: number, k: number) -> number {
  s: Step = record x, k
  size = get s.size
  count = get s.count
  y = mul size, count
  return y
}
`;
    expect(activeNames(text, ["x"])).toEqual(["s", "size", "x", "y"]);
    expect(activeNames(text, ["k"])).toEqual(["count", "k", "s", "y"]);
  });
  it("has a shadow if it leads to memory that has one", () => {
    expect(
      activeNames(
        `func f(rows: [Float64Array], names: [string], i: number) -> number {
  row = load rows[i]
  m = length rows
  v = load row[i]
  y = mul v, m
  return y
}
`,
        ["rows"],
      ),
    ).toEqual(["row", "rows", "v", "y"]);
  });
  it("that may be an active argument is active with it", () => {
    const text = `func f(a: Float64Array, b: Float64Array, i: number, k: number) -> number {
  store b[i] = k
  v = load a[i]
  return v
}
`;
    // b may be a, so that what it receives is read back.
    expect(activeNames(text, ["a"])).toEqual(["a", "b", "v"]);
  });
  it("of a detached copy has no shadow", () => {
    const program = (copy: string): string => `func f(a: Float64Array, i: number) -> number {
  own: Float64Array = ${copy} a
  v = load own[i]
  return v
}
`;
    expect(activeNames(program("copy"), ["a"])).toEqual(["a", "own", "v"]);
    expect(activeNames(program("copy.detached"), ["a"])).toEqual([]);
  });
});

it("goes through calls, by argument and result", () => {
  expect(
    activeNames(
      `func scale(p: number, by: number) -> number {
  r = mul p, by
  return r
}

func f(x: number, k: number) -> number {
  y = call scale(x, k)
  return y
}
`,
      ["x"],
    ),
  ).toEqual(["p", "r", "x", "y"]);
});

it("tells which cells hold active numbers, of those that vary", () => {
  const module = parse(
    `record State = {position: number, log: number}

func f(x: number) -> number {
  s: State = record x, x
  y = get s.position
  return y
}
`,
    primitives,
  );
  const activity = analyzeActivity(module, "f", [true]);
  const made = module.functions.get("f")?.body.body[0]?.results[0] as Value;
  const owner = activity.pointsTo.classOf(made);
  expect(activity.isActiveCell(owner, "position")).toBe(true);
  expect(activity.isActiveCell(owner, "log")).toBe(false);
  expect(activity.hasShadow(owner)).toBe(true);
});
