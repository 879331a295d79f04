/** What a run on complex numbers cannot do: part of the table of diagnostics. */
export const complexDiagnostics = {
  "complex-continuation": {
    title: "`{}` is not analytic at {}",
    why: "A complex step reads the derivative off the value at a complex number, which only a function that is analytic around the point has.",
    instead: "Use the default engine, which knows what is agreed on at kinks and poles, or another point.",
  },
  "complex-view": {
    title: "an array is seen here in the memory of another",
    why: "Complex numbers are kept in lists, which have their elements to themselves.",
    instead: "Use an offset into the array in the place of `subarray`, or the default engine.",
  },
  "complex-underflow": {
    title: "the imaginary part of `{}` is too small for a double",
    why: "A complex step carries derivatives times a tiny number, and here the product vanishes.",
    instead: "Compute with logarithms of what is as small as this, or use the default engine.",
  },
} as const;
