/** Functions chosen at run time, stored, returned and composed; closures that share what they change. */

type Activation = (v: number) => number;

export function chosen(x: number): number {
  const f = x > 1 ? Math.sin : (v: number) => v * v * x;
  return f(x) + f(2 * x);
}

export function listOfFunctions(x: number, a: number): number {
  const curves: Activation[] = [Math.tanh, (v) => v * a, (v) => Math.exp(-v) + a * x];
  let sum = 0;
  for (const f of curves) sum += f(x);
  return sum * curves[1](a);
}

export function composedByReduce(x: number, a: number): number {
  const steps: Activation[] = [Math.tanh, (v) => v * a, (v) => v + a];
  const all = steps.reduce(
    (f, g) => (v: number) => g(f(v)),
    (v: number) => v,
  );
  return all(x) + all(a);
}

interface Options {
  act: Activation;
  scale: number;
  onDone?: (v: number) => number;
}
function layer(x: number, o: Options): number {
  const y = o.act(x) * o.scale;
  return o.onDone?.(y) ?? y;
}
export function optionsObject(x: number, w: number): number {
  const first: Options = { act: (v) => 1 / (1 + Math.exp(-v * w)), scale: 2 };
  const second: Options = { act: Math.tanh, scale: w, onDone: (v) => v * v };
  return layer(layer(x, first), second);
}

/** Each call makes a variable of its own, which two functions share. */
export function counters(x: number): number {
  const make = (start: number): { next: () => number; get: () => number } => {
    let n = start;
    return {
      next: () => {
        n = n * 2;
        return n;
      },
      get: () => n,
    };
  };
  const c = make(x);
  const d = make(x * x);
  c.next();
  c.next();
  d.next();
  return c.get() + d.get() * d.next();
}

/** A variable of a `for` loop is another one in each iteration. */
export function loopVariables(x: number): number {
  const delayed: (() => number)[] = [];
  for (let i = 0; i < 4; i++) {
    delayed.push(() => i * x);
    if (i === 1) i += 0.5;
  }
  let sum = 0;
  for (let k = 0; k < delayed.length; k++) sum += delayed[k]() * (k + 1);
  return sum;
}

export function wrappedInLoop(x: number): number {
  let f: Activation = (v) => v;
  for (let i = 1; i < 4; i++) {
    const g = f;
    f = (v) => g(v) * x + i;
  }
  return f(x);
}

export function continuations(x: number, y: number): number {
  const sum = (n: number, k: Activation): number => (n <= 0 ? k(x) : sum(n - 1, (v) => k(v * y + n)));
  return sum(4, (v) => v * v);
}

function power(n: number): Activation {
  return n <= 0 ? () => 1 : (v) => v * power(n - 1)(v);
}
export function madeByRecursion(x: number): number {
  return power(3)(x) + power(2)(x * x);
}

export function replacedLater(x: number): number {
  let step: Activation = (v) => v;
  const holder = { run: (v: number) => step(v) };
  const before = holder.run(x);
  step = (v) => v * v * v;
  return before + holder.run(x);
}

export function assignedByRecursion(x: number): number {
  let f: Activation = (t) => t;
  const replace = (n: number): void => {
    if (n > 0) {
      f = (t) => t * t;
      replace(n - 1);
    }
  };
  replace(2);
  return f(x);
}

export function returnedEarly(x: number): number {
  const make = (p: number): Activation => {
    if (p > 1) {
      const k = p * p;
      return (t) => k * t;
    }
    if (p < -9) throw new RangeError("too small");
    return (t) => t;
  };
  return make(x)(x) + make(x / 4)(x);
}

interface Stream {
  head: number;
  tail: () => Stream;
}
export function lazyStream(x: number): number {
  const from = (v: number): Stream => ({ head: v, tail: () => from(v * x) });
  let s = from(x);
  let sum = 0;
  for (let i = 0; i < 4; i++) {
    sum += s.head;
    s = s.tail();
  }
  return sum;
}

export function callbacksOfSeveralForms(x: number, a: number): number {
  const fs: ((v: number, i: number) => number)[] = [(v) => v * a, (v, i) => v ** i, () => a];
  return fs.map((f, i) => f(x, i + 1)).reduce((p, q) => p + q, 0);
}

export function pipeline(x: number, a: number): number {
  const pipe =
    (...fs: Activation[]): Activation =>
    (v) =>
      fs.reduce((acc, f) => f(acc), v);
  return pipe(
    (v) => v * a,
    Math.sin,
    (v) => v + a,
  )(x);
}

export function swappedFunctions(x: number): number {
  let f: Activation = (v) => v * x;
  let g: Activation = Math.sin;
  for (let i = 0; i < 3; i++) [f, g] = [g, f];
  return f(x) * 2 + g(x);
}

/** A captured array is the same array, written before and after. */
export function capturedArray(x: number[], a: number): number {
  const scaled = x.map((v) => v * a);
  const readers: ((i: number) => number)[] = [(i) => scaled[i], (i) => scaled[i] * x[i]];
  scaled[0] = a * a;
  let sum = 0;
  for (const read of readers) for (let i = 0; i < x.length; i++) sum += read(i);
  readers[0] = (i) => x[i] ** 2;
  return sum + readers[0](1);
}

export function recursiveVisitor(x: number): number {
  let calls = 0;
  let total = 0;
  const halve = (t: number): number => {
    calls++;
    total += t * x;
    return t < 1 ? t : halve(t / 2);
  };
  return halve(x) * calls + total;
}

interface Tree {
  value: number;
  left?: Tree;
  right?: Tree;
}
export function treeVisitor(tree: Tree): number {
  let sum = 0;
  let deepest: number;
  deepest = 0;
  function visit(node: Tree, depth: number): void {
    sum += node.value ** 2 * depth;
    if (depth > deepest) deepest = depth;
    if (node.left) visit(node.left, depth + 1);
    if (node.right) visit(node.right, depth + 1);
  }
  visit(tree, 1);
  return sum * deepest;
}

export function immediatelyInvoked(x: number): number {
  return (
    (
      (a: number) => (b: number) =>
        a * b
    )(x)(x + 1) + (() => x * x)()
  );
}

/** No function is called, and one that is not there. */
export function noFunctions(x: number): number {
  const fs: Activation[] = [];
  let sum = x;
  for (const f of fs) sum += f(x);
  let last: Activation | undefined;
  for (let i = 0; i < 2; i++) {
    sum += last?.(x) ?? 1;
    last = (v) => v * v * (i + 1);
  }
  return sum;
}

/** Functions that are stored before what they call is declared, and that call themselves through what stores them. */
export function storedRecursion(x: number): number {
  const parity: { even: (n: number) => number; odd: (n: number) => number } = {
    even: (n) => (n === 0 ? x : parity.odd(n - 1) * 2),
    odd: (n) => (n === 0 ? 1 : parity.even(n - 1) + x),
  };
  const tasks: (() => void)[] = [];
  let total = 0;
  tasks.push(() => {
    total += later(x);
  });
  const later = (v: number): number => v * v;
  for (const task of tasks) task();
  return parity.even(4) + total;
}

export function memoized(x: number): number {
  const memoize = (f: (n: number) => number): ((n: number) => number) => {
    const seen: (number | undefined)[] = [];
    for (let i = 0; i < 12; i++) seen.push(undefined);
    return (n) => {
      const known = seen[n];
      if (known !== undefined) return known;
      const made = f(n);
      seen[n] = made;
      return made;
    };
  };
  const fib: (n: number) => number = memoize((n) => (n < 2 ? x + n : fib(n - 1) * x + fib(n - 2)));
  return fib(7);
}

interface Step {
  run: (h: number[]) => number[];
  name: string;
}
export function layersOfNetwork(x: number[], w: number): number {
  const dense = (bias: number): Step => ({ name: "dense", run: (h) => h.map((v, i) => v * w + i * bias) });
  const activation = (f: Activation): Step => ({ name: "activation", run: (h) => h.map((v) => f(v)) });
  const steps = [dense(1), activation(Math.tanh), dense(2), activation((v) => v * v)];
  let h = x;
  for (const step of steps) h = step.run(h);
  return h.reduce((a, b) => a + b, 0);
}

interface Event {
  weight: number;
}
export function eventHandlers(x: number): number {
  const handlers: ((e: Event) => void)[] = [];
  const on = (handler: (e: Event) => void): void => {
    handlers.push(handler);
  };
  let sum = 0;
  on((e) => {
    sum += e.weight * x;
  });
  on((e) => {
    e.weight *= 2;
  });
  on((e) => {
    sum += e.weight;
  });
  const event = { weight: x };
  for (const handler of handlers) handler(event);
  return sum;
}

type Recursive = (self: Recursive, n: number) => number;
export function selfApplication(x: number): number {
  const factorial: Recursive = (self, n) => (n <= 1 ? x : n * self(self, n - 1));
  const step: Recursive = (self, n) => (n <= 0 ? x * x : x + self(self, n - 2));
  const both = [factorial, step];
  return both[0](factorial, 4) + both[1](both[1], 5);
}

export function changedParameter(x: number): number {
  const make = (p: number): (() => number)[] => {
    const read = () => p;
    p = p * 2;
    return [
      read,
      () => {
        p += x;
        return p;
      },
    ];
  };
  const [read, add] = make(x);
  return read() + add() * read();
}

/** A function in the head of a loop sees the variables of no iteration. */
export function functionInLoopHead(x: number): number {
  let sum = 0;
  for (let i = 0, first = (v: number) => v * i + x; i < 3; i++) sum += first(i) + i * x;
  const delayed: (() => void)[] = [];
  for (let i = 0, n = 3; i < n; i++) {
    delayed.push(() => {
      sum += i * n * x;
      n--;
    });
  }
  for (const f of delayed) {
    f();
    f();
  }
  return sum;
}

export function keptFromLoop(x: number): number {
  const make = (k: number): Activation => {
    let c = k;
    return (v) => {
      c += x;
      return v * c;
    };
  };
  let kept: Activation = (v) => v;
  for (let i = 0; i < 3; i++) {
    const made = make(i * x);
    if (i === 1) kept = made;
  }
  return kept(x) + kept(1);
}

const rate = 1.5;
const steps: Activation[] = [Math.sin, (v) => v * rate, (v) => v + 1];
export function functionsOfModule(x: number): number {
  let value = x;
  for (const step of steps) value = step(value) * x;
  return value + steps[1].call(undefined, x);
}

/** What is thrown by known functions in a loop over a generator arrives at the catch around it. */
export function caughtFromGenerator(x: number): number {
  function* rising(): Generator<number> {
    yield x;
    if (x > 1) throw new RangeError("too large");
    yield 2 * x;
  }
  let sum = 0;
  try {
    for (const v of rising()) sum += v * v;
  } catch {
    sum *= 3;
  }
  return sum;
}

class Gauge {
  calls = 0;
  constructor(public by: number) {}
  times(v: number): number {
    this.calls++;
    return v * this.by;
  }
  all(vs: number[]): number {
    return vs.map(this.times.bind(this)).reduce((a, b) => a + b, 0);
  }
}

/** Methods bound to an object: their own or another, that changes afterwards, in an array. */
export function boundMethods(x: number, y: number): number {
  const a = new Gauge(x);
  let b = new Gauge(y);
  const own = a.times.bind(a);
  const other = a.times.bind(b);
  const list = [own, other, b.times.bind(a)];
  a.by *= x;
  b.by += x;
  b = new Gauge(0);
  return list.reduce((s, f, i) => s + f(i + 1), a.all([x, y])) * own(y) + a.calls + b.calls;
}

/** Functions that are values take and give maps, sets, objects indexed by strings, and values of several kinds. */
export function structuresByValues(x: number, y: number): number {
  const counters = { fresh: () => new Map([["a", x]]), keys: (m: Map<string, number>) => new Set(m.keys()) };
  const counts = counters.fresh();
  const changes: ((m: Map<string, number>) => number)[] = [
    (m) => (m.get("a") ?? 1) * y,
    (m) => {
      m.set("b", x * y);
      return m.size;
    },
  ];
  let sum = changes.reduce((s, change) => s + change(counts), 0);
  for (const name of counters.keys(counts)) sum += name.length * (counts.get(name) ?? 1);
  const tables: (() => Record<string, number>)[] = [() => ({ a: x }), () => ({ b: y, cc: 2 })];
  for (const table of tables) for (const [name, v] of Object.entries(table())) sum += name.length * v * v;
  const several: ((v: number | number[]) => number | number[])[] = [
    (v) => (typeof v === "number" ? [v, v * y] : v[0]),
    (v) => v,
  ];
  const texts = [(): number | string => x * x, (): number | string => "abc"];
  for (const f of several) {
    const v = f(f(sum));
    sum = typeof v === "number" ? v * 0.5 : v[1];
  }
  for (const f of texts) {
    const v = f();
    sum += typeof v === "string" ? v.length * y : v;
  }
  return sum;
}
