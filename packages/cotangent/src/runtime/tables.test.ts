import { expect, it } from "vitest";
import { hashOf } from "./hash.ts";
import type { Shape } from "./shape.ts";
import { copy } from "./structure.ts";
import { indexOf, type Table } from "./tables.ts";

const shape: Shape = {
  kind: "record",
  outside: "set",
  fields: [
    ["keys", { kind: "array", of: { kind: "array", of: "number" } }],
    ["links", "Int32Array"],
    ["count", "number"],
    ["start", "number"],
  ],
};

/** As `placeOf` in `prelude/tables.ts`. */
function placeOf({ keys, links }: Table<unknown>, key: unknown): number {
  const capacity = links.length / 2;
  let at = (links[hashOf(key) & (capacity - 1)] as number) - 1;
  while (at >= 0 && keys[at] !== key) at = (links[capacity + at] as number) - 1;
  return at;
}

it("objects are hashed by what they are, each by a number of its own that stays", () => {
  const objects = Array.from({ length: 100 }, () => [1]);
  const hashes = objects.map(hashOf);
  expect(new Set(hashes).size).toBe(100);
  expect(objects.map(hashOf)).toEqual(hashes);
});

it("a copy of a table finds the copies of its keys, and not what was deleted", () => {
  const keys = Array.from({ length: 20 }, (_, i) => [i]);
  const table: Table<unknown> = { keys, ...indexOf(keys) };
  const capacity = table.links.length / 2;
  const place = placeOf(table, keys[7]);
  // The chain that leads to the deleted entry passes it by.
  const first = hashOf(keys[7]) & (capacity - 1);
  const before = table.links[first] === place + 1 ? first : capacity + previous(table, place);
  table.links[before] = table.links[capacity + place] as number;
  table.links[capacity + place] = -1;
  const copied = copy<Table<unknown>>(table, shape);
  expect(copied.keys.map((key) => placeOf(copied, key))).toEqual(keys.map((_, i) => (i === 7 ? -1 : i)));
  expect(keys.map((key) => placeOf(copied, key))).toEqual(keys.map(() => -1));
});

function previous({ links }: Table<unknown>, place: number): number {
  return links.subarray(links.length / 2).indexOf(place + 1);
}
