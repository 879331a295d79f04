/** What is said of functions with rules of their own: a part of the table in `diagnostics.ts`, of which each entry is one. */
export const ruleDiagnostics = {
  "rule-private": {
    title: "{} cannot be reached by generated code",
    why: "The function is called as the program has it, so generated code imports the constant that holds it.",
    instead: "Make it an exported constant of a module: `export const noise = inactive(…)`.",
  },
  "rule-captures": {
    title: "{} captures the local variable {}",
    why: "A rule gives derivatives by the arguments alone, and would lose those by what it captures.",
    instead: "Make it a constant of the module, and pass what it needs as arguments.",
  },
  "rule-argument": {
    title: "a function, a map or an instance of a class is passed to or given by {}",
    why: "A rule has the derivatives by numbers, arrays and plain objects with known fields; the host is given copies of those.",
    instead: "Pass the numbers that are needed in an array or an object with the fields written out.",
  },
  "rule-value": {
    title: "{}, a function with a rule, is stored or chosen at run time",
    why: "A rule belongs to a function that is known where it is called.",
    instead: "Call it directly, or store a function that calls it: `(x) => f(x)`.",
  },
  "rule-engine": {
    title: "{}, a function with a rule of its own, {}",
    why: "A function is taken apart into its operations there, and what a rule says of a derivative is not among them.",
    instead:
      "Use the default engine, or `overload` for first and second derivatives: they take the derivative from the rule. Differences (`numerical`) need none.",
  },
  "other-scalars": {
    title: "{}, {}",
    why: "The program is run there on others than JavaScript's numbers, or noted number by number, and these have no such form.",
    instead: "The compiler, overloading and differences take them (`--engine source`, `overload`, `numerical`).",
  },
  "rule-result": {
    title: "{}",
    why: "`customJvp` takes (primals, tangents) => [value, tangent], `customVjp` takes (...args) => [value, pullback], and the pullback gives one cotangent for each argument, `null` where it holds no numbers.",
    instead: "Return derivatives with the structure of what they belong to.",
  },
  "rule-writes": {
    title: "{} writes into what it is given",
    why: "A call of a function with a rule is one operation, whose arguments are the same afterwards; a pullback may be called several times.",
    instead:
      'Say so, and give derivatives of what is written: `customVjp(f, rule, { outputs: ["result", 0] })`. Or return a new array or object.',
  },
  "rule-replaces": {
    title: "{} changes which arrays and objects an argument holds",
    why: "What a function with a rule writes is put into the caller's arrays and objects, which stay the same ones, of the same lengths.",
    instead: "Write the numbers into the arrays and objects that are there, or return new ones.",
  },
  "rule-shares": {
    title: "the result of {} may share memory with an argument or a constant",
    why: "A call of a function with a rule is one operation, whose result is an array or object of its own.",
    instead: "Return a copy: `x.slice()`.",
  },
  "rule-table": {
    title: "no rules are to be seen in {}",
    why: "Which function has which rule is read off the text: of an object or a list of functions with rules, of a constant that is one, or of a module that exports them.",
    instead:
      "Write the table as a literal, `{ f: customVjp(f, …) }`; a package of rules names its TypeScript under `types` in its package.json.",
  },
  "rule-linearize": {
    title: "`linearize` of a program that calls {} with text or a recursive structure",
    why: "A rule gives tangents together with values, so its arguments are kept for the pushforward, as numbers.",
    instead: "Use `jvp`, or pass the numbers that are needed in an array or a plain object.",
  },
  "rule-circular": {
    title: "the derivative of {} is made by the function itself",
    why: "Its rule applies the function to the tangent or cotangent, so the transposed rule would call itself without end.",
    instead:
      "Write the derivative in the rule without calling the function on it, or give the other rule (`customVjp` for `customJvp`).",
  },
} as const;
