/**
 * Every diagnostic once: what is wrong (`title`, in which `{}` stands for the particular), why it is refused, and what
 * to write instead. The docs page of messages is generated from this table, and `test/errors` holds a case for each
 * one that a program's text can cause. What is not listed here cannot be reported: correct or refused, never dropped.
 */
import { classDiagnostics } from "./class-diagnostics.ts";
import { complexDiagnostics } from "./complex-diagnostics.ts";
import { inspectDiagnostics } from "./inspect-diagnostics.ts";
import { keyedDiagnostics } from "./keyed-diagnostics.ts";
import { overloadDiagnostics } from "./overload-diagnostics.ts";
import { ruleDiagnostics } from "./rule-diagnostics.ts";
import { symbolicDiagnostics } from "./symbolic-diagnostics.ts";

export interface DiagnosticEntry {
  readonly title: string;
  readonly why: string;
  readonly instead: string;
}

const inactiveOnly =
  "Derivatives flow through numbers in variables, arrays and objects; this has no numeric meaning of that kind.";

export const diagnostics = {
  // ------------------------------------------------------------------------------------------------ Finding the target
  "file-not-found": {
    title: "no file {}",
    why: "The file does not exist, or cannot be read.",
    instead: "Check the path; it is taken relative to the working directory.",
  },
  "function-not-found": {
    title: "no function {}",
    why: "The file declares no function, function-valued constant, default export or static method of this name.",
    instead:
      "Name a top-level function as FILE#name, the default export as FILE#default, a static method as FILE#Class.method.",
  },
  "too-deep": {
    title: "the program is nested too deeply ({})",
    why: "The compiler descends into expressions and blocks recursively, and bounds the depth so as not to crash.",
    instead: "Name intermediate results, or write the repetition as a loop.",
  },
  // ------------------------------------------------------------------------------------------------------------- Types
  "any-type": {
    title: "the type of {} is `any` or `unknown`",
    why: "Where the numbers are inside a value is read off its type, and this type does not say.",
    instead: "Declare the type: number, number[], Float64Array, an interface, ….",
  },
  "union-type": {
    title: "the type {} is a union of different kinds of value",
    why: "Values of several kinds (numbers, booleans, texts, arrays, objects) are told apart by `typeof` and `Array.isArray`, and what is done without asking depends on the kind. Arrays of different types cannot be told apart, and a function with a rule of its own takes and gives values of one kind.",
    instead:
      "Use one type (Float64Array rather than `number[] | Float64Array`), a generic parameter, or a union of objects that hold the values; ask `typeof` or `Array.isArray` first.",
  },
  "union-field": {
    title: "the field {} holds different kinds of value in the members of a union",
    why: "The members of a union are compiled to one record, and arrays of different types in one field of it cannot be told apart, nor a method from a value.",
    instead: "Give the fields different names (`text: string` beside `value: number`).",
  },
  "null-and-undefined": {
    title: "the type {} admits both `null` and `undefined`, and nothing else",
    why: "Values that may be null, undefined or something else are told apart; one that can be nothing else is not kept, so that it must be known in the text which of the two it is.",
    instead:
      "Say by a boolean or a text which one it is, or let it be something else, too (`number | null | undefined`).",
  },
  "type-not-taken": {
    title: "values of type {} are not taken",
    why: "Values may be numbers, booleans, strings, arrays, typed arrays, tuples and plain objects of those.",
    instead: "Pass the numbers in an array or a plain object.",
  },
  buffer: {
    title: "{} cannot be followed to the numbers in the buffer",
    why: "Several arrays may lie in one buffer, and then have one memory for their derivatives; that is taken where the buffer is made by the function and all its views have elements of one kind.",
    instead: "Make the views with `subarray` of one array, or convert the elements (`Float64Array.from(other)`).",
  },
  "type-mismatch": {
    title: "values of different types meet here: {}",
    why: "A variable, an array's elements and a function's result have one type each wherever paths join.",
    instead:
      "Declare one type and give every path a value of it. Objects may have different fields, but a field holds one kind of value in all of them.",
  },
  "type-parameter": {
    title: "the type parameter {} is not known here",
    why: "A generic function is specialised to the types of its arguments; nothing at this place says what the parameter stands for.",
    instead:
      "Give the function to be differentiated concrete types, for instance by a small function that calls the generic one.",
  },
  "empty-array": {
    title: "the element type of this empty array is not known",
    why: "Whether an array holds numbers, arrays or objects decides how derivatives flow through it.",
    instead: "Declare it: `const xs: number[] = []`.",
  },
  "possibly-missing": {
    title: "{} may be missing here",
    why: "The value is optional, and no test on this path shows that it is present.",
    instead: "Test it (`if (x !== undefined)`), or give a default (`x ?? 0`).",
  },
  "recursive-result": {
    title: "the result type of the recursive function {} is not known",
    why: "Its recursive call is compiled before its body has shown what it returns.",
    instead: "Declare the result type: `function f(x: number): number`.",
  },
  // --------------------------------------------------------------------------------------------------------- Functions
  "async-function": {
    title: "{} is asynchronous",
    why: "A derivative is computed in one run from call to return; what happens while a promise waits is unknown.",
    instead: "Do the waiting outside, and differentiate the synchronous computation.",
  },
  "generator-function": {
    title: "{} is a generator",
    why: "A generator runs only where something takes what it yields, so it is no function that could be differentiated, stored or chosen at run time.",
    instead:
      "Write a function that takes its values, by for-of or a spread, and returns a number, an array or an object.",
  },
  "generator-object": {
    title: "what a generator yields cannot be taken here. {}",
    why: "Generators are not suspended: their code is put where for-of, a spread, a pattern or `yield*` takes what they yield, once, in the place where the generator is known. `next()` and what it sends are not taken.",
    instead: "Call the generator where its values are taken, or spread it into an array first: `[...values()]`.",
  },
  "unknown-callee": {
    title: "the function called here, {}, is not known at compile time",
    why: "A call is differentiated by compiling the function it calls, whose source must be in the program.",
    instead:
      "Call a declared function, an imported function with TypeScript source, or a function parameter that is given a known function.",
  },
  "library-function": {
    title: "{} has no derivative rule and no TypeScript source",
    why: "Only numeric functions of Math and the array methods listed in docs/limitations.md are known.",
    instead:
      "Write it in TypeScript; or, if its result does not depend on the inputs, compute it outside and pass it in.",
  },
  "function-value": {
    title: "this function cannot be a value",
    why: "A function that is stored, returned or chosen at run time is a record of what it captures, called through its type. That type must have one signature, without type parameters and properties, of types that are taken.",
    instead:
      "Give the place a type of that form, such as (x: number) => number, or call the function directly. Values from outside of the differentiated function hold no functions.",
  },
  "function-result": {
    title: "the result holds a function",
    why: "A derivative is of numbers that are returned; a function that is returned has not computed any.",
    instead: "Call the function inside, and return what it gives.",
  },
  "function-identity": {
    title: "functions are compared here",
    why: "Compiled code does not keep the identity of functions: the same function may be made in several places.",
    instead: "Compare a name or a number that is stored beside the function.",
  },
  "function-parameter": {
    title: "the parameter {} is a function",
    why: "The derivative is compiled for a known function; what the caller passes here is not known.",
    instead: "Differentiate a function that calls this one with the function given: `(x: number) => integrate(f, x)`.",
  },
  "rest-parameter": {
    title: "the rest parameter {} of the function to be differentiated",
    why: "What it gathers must be an array of a type that is declared, and the function must capture no local variables, which it is given behind its arguments.",
    instead:
      "Declare it as an array (`...xs: number[]`) of a function that captures nothing, or take an array: `(xs: number[])`.",
  },
  "spread-argument": {
    title: "a spread argument",
    why: "How many arguments the call has must be known at compile time.",
    instead: "Pass the array itself, or its elements one by one.",
  },
  "shared-variable": {
    title: "nothing says the type of {}, which functions share",
    why: "A variable that a recursive or stored function shares with the function around it is kept in memory, in one place of one type.",
    instead: "Declare its type, or give it a first value.",
  },
  "specialisation-limit": {
    title: "{} needs too many versions",
    why: "A function is compiled once for each combination of argument types and known functions, and here each call asks for a new one.",
    instead: "Pass the same function on in recursive calls, not a new one made around it.",
  },
  "used-before-assigned": {
    title: "{} is used before it is assigned",
    why: "On some path to here the variable has no value; JavaScript would throw or compute with `undefined`.",
    instead: "Move its declaration before the first call that reads it, or initialise it.",
  },
  "arguments-object": {
    title: "`arguments` is not taken",
    why: "What it holds has no declared type.",
    instead: "Name the parameters.",
  },
  ...classDiagnostics,
  ...ruleDiagnostics,
  ...symbolicDiagnostics,
  ...inspectDiagnostics,
  ...complexDiagnostics,
  ...overloadDiagnostics,
  // -------------------------------------------------------------------------------------------------------- Statements
  "recursion-caught": {
    title: "a call of {} under `try`, of a function value that may throw",
    why: "`catch` is given what those functions throw that are known where they are called.",
    instead: "Return a value that says that it failed (`undefined`, `NaN`), and test it at the call.",
  },
  "caught-error": {
    title: "{}",
    why: "Between `throw` and `catch` an error is its class and its message.",
    instead: "Take `name`, `message` or `instanceof` of it, throw it again, or keep its message.",
  },
  "thrown-kinds": {
    title: "too many kinds of values are thrown under one `try`",
    why: "`catch` is compiled once for each type of value that it may be given.",
    instead: "Throw errors with messages, or values of one type.",
  },
  "for-of": {
    title: "`for … of` over {}",
    why: "Loops run over arrays, typed arrays and strings, over `.entries()`, `.keys()` and `.values()` of them, over maps and sets, generators, and objects of the program with `[Symbol.iterator]`, whose `next` says the type of the values, and which have no `return`.",
    instead: "Put the elements in an array first.",
  },
  statement: {
    title: "{} is not taken",
    why: "This kind of statement is not compiled.",
    instead: "Write it with if, loops, assignments and calls.",
  },
  "thrown-value": {
    title: "an error made with more than a message",
    why: "An error is passed on by its class and its message.",
    instead: "Throw `new Error(message)`, or throw an object with what there is to say.",
  },
  ...keyedDiagnostics,
  // ------------------------------------------------------------------------------------------------------- Expressions
  await: {
    title: "`await` is not taken",
    why: "A derivative is computed in one run from call to return.",
    instead: "Do the waiting outside, and differentiate the synchronous computation.",
  },
  expression: {
    title: "{} is not taken",
    why: inactiveOnly,
    instead: "Compute it outside the differentiated function, and pass the result in.",
  },
  operator: {
    title: "the operator `{}` is not taken on these operands",
    why: "Arithmetic takes numbers, `+` also strings; `<` and its like compare two numbers or two texts; `===` compares values of one kind.",
    instead: "Convert the operands to one kind first.",
  },
  "object-as-number": {
    title: "{} is an object, and is used as a number",
    why: "JavaScript would ask its `valueOf` or `Symbol.toPrimitive`, code that stands nowhere in the expression.",
    instead: "Call the method that gives the number, or read the field.",
  },
  bigint: {
    title: "bigint values are not taken",
    why: "Derivatives are of numbers.",
    instead: "Use number.",
  },
  eval: {
    title: "{} runs code that is made when the program runs",
    why: "The code that it runs is not known at compile time.",
    instead: "Write the code in the program.",
  },
  "dynamic-import": {
    title: "`import()` inside a differentiated function",
    why: "What it brings is known only when the program runs, and arrives later.",
    instead: "Import the module at the head of the file.",
  },
  clock: {
    title: "{} reads a clock or a calendar",
    why: "A derivative is of a function whose value depends on its arguments alone; the time is another one at each run.",
    instead: "Read the time outside and pass it in as a number (`t: number`).",
  },
  timer: {
    title: "{} runs code at another time",
    why: "A derivative is computed while the function runs; what happens later is no part of its value.",
    instead: "Do it outside of the function to be differentiated.",
  },
  "number-from-text": {
    title: "{} turns text into a value, or a value into text",
    why: "Where a number becomes text its derivative ends; what is read back would have derivative zero, wrong in silence.",
    instead: "Hand on the number itself; read text and JSON outside and pass in the numbers.",
  },
  "text-read": {
    title: "{} reads what text is made of, into which an active number may have been written",
    why: "Where a number becomes text its derivative ends; what is read back out of the text would have derivative zero, wrong in silence.",
    instead:
      "Decide by the number itself, and read only text that holds none; comparing and printing whole text is taken.",
  },
  proxy: {
    title: "{} changes what reading and writing a member means",
    why: "Memory is read and written as the program says it; code that the language runs instead is not seen.",
    instead: "Read and write the fields directly, or call a function that does.",
  },
  "math-random": {
    title: "{} draws random numbers",
    why: "A derivative is of a function whose value depends on its arguments alone; with random numbers drawn inside, each run is another function.",
    instead: "Draw the numbers outside and pass them in (`noise: Float64Array`).",
  },
  "unknown-field": {
    title: "no field {} in a value of type {}",
    why: "The value that flows here was made without that field, is not an object, or is given by a function with a rule, where it may have fields that its type does not name.",
    instead: "Declare the object's type with all fields, those that may be missing as optional.",
  },
  "object-member": {
    title: "an object literal with {}",
    why: "Which fields an object has must be known, and a spread copies values: it would run getters once and for all, and take methods that say `this` to another object.",
    instead: "Name the fields, spread an object with known fields, or make the object by a function.",
  },
  "array-hole": {
    title: "an array literal with a hole",
    why: "Every element must have a value.",
    instead: "Write the element.",
  },
  "unfilled-array": {
    title: "an array of {} with elements that nothing was stored in",
    why: "`new Array(n)` leaves holes: numbers, objects and arrays may be written there afterwards, but not text, booleans or what may be null, of which a hole would be taken for one. A store past the end leaves some, too, which a method skips where it comes to what is undefined.",
    instead: "Fill it at once (`new Array<number>(n).fill(0)`), or use `Array.from({ length: n }, () => …)`.",
  },
  pattern: {
    title: "this destructuring pattern ({})",
    why: "Arrays and texts are taken apart by position, with a rest element, and maps and sets where nothing runs meanwhile that might change them; objects by name, with a rest of the other fields.",
    instead: "Read the remaining elements or fields one by one.",
  },
  "assignment-target": {
    title: "assignment to {}",
    why: "Variables, array elements and fields can be assigned.",
    instead: "Assign to a local variable, an element or a field.",
  },
  method: {
    title: "the method `{}`",
    why: "It is not among the methods that are compiled, see docs/limitations.md.",
    instead: "Write it as a loop or as a function of your own.",
  },
  "sort-as-text": {
    title: "`{}` without a comparator",
    why: "JavaScript then compares the elements as text, so that 10 comes before 9; typed arrays alone sort as numbers.",
    instead: "Give the order: `xs.sort((a, b) => a - b)`.",
  },
  // ------------------------------------------------------------------------------------------------------ Module state
  "module-state": {
    title: "{} is a module variable that the program changes",
    why: "A derivative is of a function whose value depends on its arguments alone.",
    instead: "Pass it as an argument, or make it a constant, and give copies of it to what changes what it is given.",
  },
  "made-function": {
    title: "{} is a function that is made when its module loads",
    why: "Generated code makes such a function anew where it is called. What this one was made of may have changed by then, or it may remember something from call to call.",
    instead: "Declare it as a function, or make it in the function that calls it.",
  },
  "module-state-write": {
    title: "assignment to {}, a variable of the module",
    why: "A derivative is of a function whose value depends on its arguments alone, and leaves nothing else behind.",
    instead: "Return the value, or write it into an argument.",
  },
  "private-constant": {
    title: "the constant {} is computed when its module loads, and is not exported",
    why: "Generated code makes such a constant itself where all that it is made of stays as it is, and nothing else happens in its making. Any other it reads from its module.",
    instead: "Export it, make it a literal, or pass it as an argument.",
  },
  // --------------------------------------------------------------------------------------------- Operators on functions
  "no-result": {
    title: "{} returns no number",
    why: "There is nothing to differentiate.",
    instead: "Return a number, or name the arguments whose final contents are outputs: `{ outputs: [0] }`.",
  },
  "result-not-scalar": {
    title: "the result of {} is not a number",
    why: "A gradient is of a function with one number as result.",
    instead: "Return a number, or use jacobian, jvp or vjp.",
  },
  "argument-out-of-range": {
    title: "{}",
    why: "`argnums` names parameters of the function, counted from 0.",
    instead: "Give the positions of parameters that the function has.",
  },
  "argument-holds-no-numbers": {
    title: "the argument {} holds no numbers to differentiate",
    why: "Derivatives are with respect to numbers, float typed arrays, and arrays and objects that hold them.",
    instead: "Choose other arguments by `argnums`.",
  },
  "not-differentiable": {
    title: "{} works on the bits of a number that a derivative flows through",
    why: "Bits have no derivative, and zero would be wrong in silence. On integers that only steer (an index, a bound, a comparison) bit operations are fine.",
    instead:
      "Cut off a fraction by `Math.trunc(x)` or `Math.floor(x)`, whose derivative is 0 between jumps; or use `stopGradient` on the operand if nothing is meant to flow.",
  },
  "not-compiled": {
    title: "the call {} was not compiled",
    why: "Derivatives are compiled from the source text; at run time there is only the function.",
    instead:
      "Run the program by `node --import cotangent/register app.ts`, or write the derivative to a file by `cotangent grad FILE#FUNCTION -o OUT.ts`.",
  },
  "not-registered": {
    title: "{} cannot be answered from the derivatives that the function carries ({})",
    why: "A function that arrives as a parameter brings what was compiled where it was handed over, and nothing here can compile the rest.",
    instead:
      "Hand over `differentiable(f, { order: 2 })` for second derivatives (a library declares its parameter `Differentiable<F, 2>`), compiled ahead by the plugin or the hook; or run where a compiler is at hand.",
  },
  "function-not-static": {
    title: "which function {} differentiates is not known at compile time",
    why: "The derivative is compiled for one function, found in the source text of the call.",
    instead:
      "Give it a function that the module declares or imports, or an inline function that uses no local variables.",
  },
  "resolution-differs": {
    title: "the import {} leads to {} by the rules of TypeScript, and to {} in the bundle",
    why: "The derivative would be made of other code than what the bundle runs.",
    instead: "Make the bundler's aliases and the `paths` of tsconfig.json agree.",
  },
  "captured-variable": {
    title: "{}, a local variable of the scope around, is used by the function that is differentiated",
    why: "The derivative is written to a place of its own, where that variable is not known.",
    instead:
      "Call the verb in the program (`grad(f)`), which hands the variable over; or make it a parameter of the function, and leave it out of `argnums`.",
  },
  "captured-assigned": {
    title: "{}, a variable of the scope around, is assigned by the function that is differentiated",
    why: "A derivative gets the values of captured variables when it is called, and has no way to assign them.",
    instead: "Keep the changing value in an array or object, or return it.",
  },
  "captured-function": {
    title: "{}, a function or class of the scope around, is used by the function that is differentiated",
    why: "A call is differentiated by compiling the function it calls; which one this is is not known at compile time.",
    instead: "Declare it by `function` or as `const` with a function, or move it out of the function around.",
  },
  "capture-not-found": {
    title: "the function captures no one variable {}",
    why: "A derivative by captured values is one by variables of the functions around, or by arrays and objects of modules, that the function and those it calls know by this name; numbers of a module are part of the code.",
    instead: "Name a variable as the function names it, or make it a parameter.",
  },
  "captured-hidden": {
    title: "{}, which a captured function uses, is hidden behind another variable of its name",
    why: "The derivative gets the values of captured variables from where the function is defined.",
    instead: "Give the two variables different names.",
  },
  "captures-composed": {
    title: "{} is applied to a derivative of a function that captures local variables",
    why: "`jvp` and `hvp` take their arguments in tuples, through which captured values are not handed on.",
    instead: "Make what is captured a parameter of the function, and leave it out of `argnums`.",
  },
  "derivative-of-itself": {
    title: "the derivative {} needs a derivative of itself",
    why: "The function that is differentiated leads back to the call that asks for its derivative, or calls a function value that may be this very derivative, by its type; there would be no end of derivatives of derivatives.",
    instead:
      "Call the function itself in the recursion, or write the orders out: `grad(grad(f))`; ask for a derivative where it is used, and do not keep it among functions of the same type.",
  },
  "captured-reassigned": {
    title: "{}, which the differentiated function reads from outside, is assigned again",
    why: "Without a build step what a function captures is read when its derivative is compiled, and must stay what it was.",
    instead:
      "Pass it as an argument, or make it a constant; or compile the call, by the plugin or by `node --import cotangent/register`.",
  },
  "captured-unreadable": {
    title: "the value of {} cannot be read in the running program",
    why: "What a function captures is read from its scopes, where this name has no value (yet), or is not to be seen.",
    instead:
      "Call the derivative after the name has its value, or pass it as an argument; or compile the call, by the plugin or by `node --import cotangent/register`.",
  },
  "captured-written": {
    title: "{}, which the differentiated function reads from outside, may be written by it",
    why: "Without a build step what a function captures is constant: derivatives do not flow through it.",
    instead:
      "Pass it as an argument, or make it inside the function; or compile the call, by the plugin or by `node --import cotangent/register`.",
  },
  "source-unseen": {
    title: "the source of {} is not to be seen",
    why: "Without a build step a function is compiled from its text, which is found through the inspector.",
    instead: "Differentiate a function written in JavaScript or TypeScript that is not a class, bound or built in.",
  },
  "value-not-taken": {
    title: "{}",
    why: "Values may be numbers, booleans, strings, arrays, typed arrays, tuples and plain objects of those.",
    instead: "Pass the numbers in an array or a plain object.",
  },
  "options-not-literal": {
    title: "the options of {} are not literal",
    why: "They decide which code is generated, so they must be known at compile time.",
    instead: "Write them in place: `{ argnums: [0, 1] }`.",
  },
  "derivative-wrong": {
    title: "{}",
    why: "The compiled derivatives disagree with differences of the function, or with one another.",
    instead:
      "If the function has a kink or a pole near this point, check at another one; else this is a defect of cotangent.",
  },
  "required-commonjs": {
    title: "require() of the TypeScript file {}",
    why: "Derivatives are compiled for ECMAScript modules, which are loaded by `import`.",
    instead: "Use `import`, or `await import(…)`.",
  },
  "not-taken": {
    title: "{}",
    why: "This is not built yet.",
    instead: "See docs/limitations.md for what is.",
  },
} as const satisfies Readonly<Record<string, DiagnosticEntry>>;

export type DiagnosticCode = keyof typeof diagnostics;
