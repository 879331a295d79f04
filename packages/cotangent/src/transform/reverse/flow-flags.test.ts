import { expect, it } from "vitest";
import { or } from "../../elementals/index.ts";
import { BlockBuilder, freshValue } from "../../ir/build.ts";
import { boolean, number } from "../../ir/type.ts";
import type { Value } from "../../ir/types.ts";
import { anywhere, type Flow } from "../flow.ts";
import { Flags } from "./flow-flags.ts";

const [c, d, e, f] = ["c", "d", "e", "f"].map((hint) => freshValue(boolean, hint)) as [Value, Value, Value, Value];
const is = (value: Value): Flow[number][number] => ({ value, is: true });
const x = freshValue(number);

it("a loop carries flags, each with what it is before and after a turn", () => {
  const [b, inner] = [new BlockBuilder([c, x]), new BlockBuilder([d, x])];
  const flags = new Flags(b, inner);
  expect([flags.sum(anywhere, [[is(d)]]), flags.sum([[is(c)]], anywhere), flags.params]).toEqual([
    anywhere,
    anywhere,
    [],
  ]);
  const summed = flags.sum([[is(c)]], [[is(d)]]) as Flow;
  const [flag] = flags.params as [Value];
  expect(summed).toEqual([[is(flag)]]);
  expect(flags.inits).toEqual([c]);
  const made = inner.instructions.find(({ results }) => results.includes(flags.nexts[0] as Value));
  expect(made).toMatchObject({ op: "apply", primitive: or, args: [flag, d] });
  const open = flags.open();
  flags.close(open, anywhere, anywhere);
  for (const [builder, value] of [
    [b, flags.inits[1]],
    [inner, flags.nexts[1]],
  ] as const)
    expect(builder.instructions.find(({ results }) => results.includes(value as Value))).toMatchObject({
      op: "constant",
      value: true,
    });
  expect(flags.after(open, [e, f])).toEqual([[is(f)]]);
  expect(flags.after(summed, [e, f])).toEqual([[is(e)]]);
  expect(flags.after(anywhere, [e, f])).toBe(anywhere);
});
