/** What is said of overloaded values: part of the table of diagnostics. */
export const overloadDiagnostics = {
  "overload-plain": {
    title: "an overloaded value is used as a plain {}",
    why: "JavaScript's own operators and functions would take its number and lose its derivative.",
    instead:
      'Call the functions of `cotangent/overload` (`add(x, y)`, `sin(x)`) or its methods (`x.add(y)`), or mark the function with "use overload", compiled by the plugin or the hook; `value(x)` is the plain number, through which no derivative flows.',
  },
  "overload-differs": {
    title: "{} gives something else on overloaded values than on numbers",
    why: "What JavaScript does not let be overloaded (`===`, a condition, `typeof`, a key of a map) took another way, or the function is another one at each call; its derivative would be that of another function.",
    instead:
      'Mark the function with "use overload", compiled by the plugin or the hook, or compare by `eq(x, y)`, `lt(x, y)` and `value(x)`; the default engine differentiates the program as it is.',
  },
  "overload-outlived": {
    title: "an overloaded value is used after the call that it belongs to",
    why: "Its derivative was computed when the call ended; what is computed with it later is not part of the function.",
    instead: "Return what is needed later as part of the result.",
  },
  "overload-bits": {
    title: "the result is computed by an operation on bits ({})",
    why: "Such a number may steer, as an index or a condition; a result that is made of it has no derivative to speak of.",
    instead: "Use `Math.trunc`, `Math.floor` and arithmetic.",
  },
  "overload-memory": {
    title: "{} of overloaded values",
    why: "They are kept in lists, which have their elements to themselves, and not in the memory of typed arrays.",
    instead: "Use an offset into one array, or the default engine.",
  },
  "overload-key": {
    title: "an overloaded value is a key of a {}",
    why: "Keys are found by what they are and not by their numbers.",
    instead: "Use `value(x)` as the key if no derivative is to flow through it, or the default engine.",
  },
  "overload-branch": {
    title: "a replay of {} would go another way: {}",
    why: "What was recorded is one way through the function; of another one it holds nothing.",
    instead:
      'Record at arguments that go this way, record by `record(f, args, { onBranch: "record" })`, which records each way as it is met, or call the function itself.',
  },
  "overload-shape": {
    title: "a replay of {} with arguments of another shape: {}",
    why: "What was recorded is a run with so many numbers in these places, and everything else as it was.",
    instead:
      'Record at arguments of this shape, or by `record(f, args, { onBranch: "record" })`, which records each shape as it is met.',
  },
} as const;
