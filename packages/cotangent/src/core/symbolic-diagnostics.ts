/** What a formula cannot say: part of the table of diagnostics. */
export const symbolicDiagnostics = {
  "symbolic-control": {
    title: "a variable decides here how the program goes on",
    why: "A formula is what is computed on one path; a condition, an index or the bound of a loop that depends on the variables chooses between paths.",
    instead:
      "Use the default engine, which differentiates control flow; or `Math.max`, `Math.min`, `Math.abs` and `c ? a : b` of numbers, which are parts of formulas.",
  },
  "symbolic-shape": {
    title: "how many numbers {} holds is not known",
    why: "A formula has a variable for each number of the arguments.",
    instead: "Say arguments of the lengths that you mean: the option `at`, on the command line `--at`.",
  },
  "symbolic-length": {
    title: "the formula takes more than {} operations",
    why: "A formula has a part for each operation of the whole run.",
    instead: "Use the default engine, whose code has a loop where the program has one.",
  },
  "symbolic-rounding": {
    title: "a formula is stored into a {}",
    why: "What is stored there is rounded, which no formula says.",
    instead: "Use a Float64Array or a list, or the default engine.",
  },
  "symbolic-view": {
    title: "an array is seen here in the memory of another",
    why: "Formulas are kept in lists, which have their elements to themselves.",
    instead: "Use an offset into the array in the place of `subarray`, or the default engine.",
  },
} as const;
