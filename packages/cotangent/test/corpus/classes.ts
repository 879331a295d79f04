/** Classes of the program: instances made, handed about, changed, chosen at run time. */

class Vec3 {
  constructor(
    readonly x: number,
    readonly y: number,
    readonly z: number,
  ) {}
  static zero(): Vec3 {
    return new Vec3(0, 0, 0);
  }
  add(o: Vec3): Vec3 {
    return new Vec3(this.x + o.x, this.y + o.y, this.z + o.z);
  }
  scale(k: number): Vec3 {
    return new Vec3(this.x * k, this.y * k, this.z * k);
  }
  dot(o: Vec3): number {
    return this.x * o.x + this.y * o.y + this.z * o.z;
  }
  get length(): number {
    return Math.sqrt(this.dot(this));
  }
  cross(o: Vec3): Vec3 {
    return new Vec3(this.y * o.z - this.z * o.y, this.z * o.x - this.x * o.z, this.x * o.y - this.y * o.x);
  }
}
export function vec(a: number, b: number, c: number): number {
  const v = new Vec3(a, b, c);
  const w = v.cross(new Vec3(c, a, b)).add(v.scale(2));
  return w.length + Vec3.zero().add(v).dot(w);
}
class Complex {
  constructor(
    public re: number,
    public im = 0,
  ) {}
  static from(v: Complex | number): Complex {
    return typeof v === "number" ? new Complex(v) : v;
  }
  add(o: Complex | number): Complex {
    const c = Complex.from(o);
    return new Complex(this.re + c.re, this.im + c.im);
  }
  mul(o: Complex | number): Complex {
    const c = Complex.from(o);
    return new Complex(this.re * c.re - this.im * c.im, this.re * c.im + this.im * c.re);
  }
  abs(): number {
    return Math.hypot(this.re, this.im);
  }
}
export function mandel(cr: number, ci: number): number {
  const c = new Complex(cr, ci);
  let z = new Complex(0);
  for (let i = 0; i < 6 && z.abs() < 2; i++) z = z.mul(z).add(c);
  return z.mul(2).add(1).abs();
}
abstract class Shape {
  abstract area(): number;
  scaled(k: number): number {
    return k * this.area();
  }
}
class Circle extends Shape {
  constructor(private r: number) {
    super();
  }
  area(): number {
    return Math.PI * this.r ** 2;
  }
}
class Rect extends Shape {
  constructor(
    protected w: number,
    protected h: number,
  ) {
    super();
  }
  area(): number {
    return this.w * this.h;
  }
}
class Square extends Rect {
  constructor(w: number) {
    super(w, w);
  }
  override area(): number {
    return super.area() + 0.5 * this.w;
  }
}
export function shapes(a: number, b: number): number {
  const list: Shape[] = [new Circle(a), new Rect(a, b), new Square(b)];
  list.push(new Square(a * b));
  let s = 0;
  for (const shape of list) s += shape.scaled(2);
  return s + list.reduce((t, q) => t * q.area(), 1);
}
class Stack<T> {
  #items: T[] = [];
  push(v: T): this {
    this.#items.push(v);
    return this;
  }
  pop(): T {
    return this.#items.pop()!;
  }
  get size(): number {
    return this.#items.length;
  }
}
export function rpn(x: number, y: number): number {
  const s = new Stack<number>();
  s.push(x).push(y).push(x);
  for (const op of ["*", "+", "sq"]) {
    switch (op) {
      case "*":
        s.push(s.pop() * s.pop());
        break;
      case "+":
        s.push(s.pop() + s.pop());
        break;
      default: {
        const v = s.pop();
        s.push(v * v);
      }
    }
  }
  return s.pop() * (s.size + 1);
}
class Account {
  private balance = 0;
  history: number[] = [];
  static rate = 0.05;
  constructor(initial: number) {
    this.deposit(initial);
  }
  deposit(v: number): void {
    this.balance += v;
    this.history.push(this.balance);
  }
  set target(v: number) {
    this.balance = (this.balance + v) / 2;
  }
  get value(): number {
    return this.balance * (1 + Account.rate);
  }
}
export function account(x: number, y: number): number {
  const a = new Account(x);
  for (let i = 1; i < 4; i++) a.deposit(i * y * y);
  a.target = x * y;
  return a.value + a.history.reduce((s, h) => s + h * h, 0) * 0.01;
}
class Particle {
  pos: number;
  vel: number;
  constructor(p: number, v: number) {
    this.pos = p;
    this.vel = v;
  }
  step(dt: number): void {
    this.vel -= this.pos * dt;
    this.pos += this.vel * dt;
  }
}
export function simulate(p: number, v: number): number {
  const ps = [new Particle(p, v), new Particle(v, p)];
  for (let i = 0; i < 10; i++) ps.forEach((q) => q.step(0.1));
  return ps[0]!.pos * ps[1]!.pos;
}
class Node2 {
  constructor(
    public value: number,
    public left: Node2 | null = null,
    public right: Node2 | null = null,
  ) {}
  sum(): number {
    return this.value ** 2 + (this.left?.sum() ?? 0) * 2 + (this.right ? this.right.sum() * 3 : 0);
  }
}
export function tree(x: number, y: number): number {
  const t = new Node2(x, new Node2(y, null, new Node2(x * y)), new Node2(x - y));
  t.left!.value *= 2;
  return t.sum();
}
export function dualUser(x: number): number {
  class Dual {
    constructor(
      readonly v: number,
      readonly d: number,
    ) {}
    mul(o: Dual): Dual {
      return new Dual(this.v * o.v, this.v * o.d + this.d * o.v);
    }
    sin(): Dual {
      return new Dual(Math.sin(this.v), Math.cos(this.v) * this.d);
    }
  }
  return new Dual(x, 1).mul(new Dual(x, 1)).sin().d;
}

class Pair {
  constructor(
    public x: number,
    public y: number,
  ) {}
}
export function swarm(a: number, b: number): number {
  const pairs = [new Pair(a, b), new Pair(b, a)];
  let s = 0;
  for (const p of pairs) {
    p.x *= 2;
    s += p.x * p.y;
  }
  const [first] = pairs;
  if (first) first.y = s;
  return s * pairs[0]!.y;
}

class Counter {
  n = 0;
  inc = (v: number): void => {
    this.n += v;
  };
}
/** A field that is a function and holds on to its instance. */
export function arrowField(a: number): number {
  const c = new Counter();
  [a, a * a].forEach(c.inc);
  const d = new Counter();
  d.inc(a);
  return c.n * d.n;
}

class Line {
  constructor(readonly x: number) {}
  plus(o: Line): Line {
    return new Line(this.x + o.x);
  }
  chain(n: number): Line {
    return n === 0 ? this : this.plus(this).chain(n - 1);
  }
}
export function chained(a: number): number {
  return new Line(a).chain(3).x;
}
export function methodInCallback(a: number): number {
  const v = new Line(a);
  const f = (w: number): number => v.plus(new Line(w)).x;
  return [1, 2, a].map(f).reduce((p, q) => p * q);
}

abstract class Form {
  abstract area(): number;
  twice(): number {
    return 2 * this.area();
  }
}
class Quad extends Form {
  constructor(private s: number) {
    super();
  }
  area(): number {
    return this.s ** 2;
  }
}
class Disc extends Form {
  constructor(private r: number) {
    super();
  }
  area(): number {
    return 3 * this.r ** 2;
  }
  override twice(): number {
    return super.twice() + 1;
  }
}
/** Which class an instance has changes from turn to turn. */
export function chosenAtRunTime(a: number): number {
  let s: Form = a > 1 ? new Quad(a) : new Disc(a);
  let t = 0;
  for (let i = 0; i < 3; i++) {
    t += s.twice();
    s = i === 0 ? new Disc(t / 10) : new Quad(t / 20);
  }
  return t + (s instanceof Quad ? s.area() : 0);
}

class Tree {
  constructor(
    readonly v: number,
    readonly kids: Tree[] = [],
  ) {}
  sum(): number {
    return this.v ** 2 + this.kids.reduce((s, k) => s + k.sum() * 2, 0);
  }
}
export function treeOfInstances(a: number): number {
  return new Tree(a, [new Tree(a * 2), new Tree(3, [new Tree(a)])]).sum();
}

class Sum {
  #t = 0;
  add(v: number): this {
    this.#t += v;
    return this;
  }
  get total(): number {
    return this.#t;
  }
  set total(v: number) {
    this.#t = v * 2;
  }
}
export function privateState(a: number): number {
  const c = new Sum().add(a).add(a * a);
  c.total += a;
  const d = c;
  d.add(1);
  return c.total * a;
}

/** A class that captures, and a constructor that is left early. */
export function localClass(a: number): number {
  class Early {
    x: number;
    y: number;
    constructor(v: number) {
      this.x = v * a;
      if (v > 1) {
        this.y = this.x * 2;
        return;
      }
      this.y = v;
    }
  }
  return new Early(a).y + new Early(0.5).y * a;
}

class Link {
  next: Link | null = null;
  constructor(public v: number) {}
  last(): Link {
    return this.next ? this.next.last() : this;
  }
  push(v: number): void {
    this.last().next = new Link(v);
  }
}
export function linkedInstances(a: number): number {
  const l = new Link(a);
  l.push(a * a);
  l.push(3 * a);
  let s = 0;
  for (let n: Link | null = l; n; n = n.next) s = s * 2 + n.v;
  return s;
}

class Outer {
  #v = 1;
  constructor(x: number) {
    this.#v = x;
  }
  outer(): number {
    return this.#v;
  }
}
class Inner extends Outer {
  #v = 2;
  constructor(x: number) {
    super(x);
    this.#v = x * x;
  }
  inner(): number {
    return this.#v;
  }
}
/** A private name is another one in each class. */
export function privateNames(x: number): number {
  const i = new Inner(x);
  return i.outer() * 100 + i.inner();
}

class Twice extends Form {
  constructor(public x: number) {
    super();
  }
  area(): number {
    return this.x * 2;
  }
}
class Cubed extends Form {
  constructor(public x: number) {
    super();
  }
  area(): number {
    return this.x ** 3;
  }
}
/** Classes that look the same are the same type, and still have methods of their own. */
export function lookAlike(x: number): number {
  const list: Twice[] = [x > 100 ? new Twice(x) : new Cubed(x)];
  list.push(new Twice(x), new Cubed(2 * x));
  let s = 0;
  for (const form of list) s = s * x + form.area();
  return s + (list[0] instanceof Cubed ? x : 0);
}

class Begun {
  first: number = this.half();
  constructor(readonly whole: number) {}
  half(): number {
    return this.whole / 2;
  }
}
/** Fields come to be before the parameters of the constructor are assigned. */
export function orderOfFields(x: number): number {
  const b = new Begun(x);
  return Number.isNaN(b.first) ? b.whole * 5 : b.first;
}

/** An argument that is an instance is a structure of its fields. */
class Body {
  constructor(
    readonly mass: number,
    public velocity: number,
  ) {}
}
export function kinetic(b: Body): number {
  b.velocity *= 2;
  return 0.5 * b.mass * b.velocity ** 2;
}

class Fractal {
  kids: Fractal[] = [];
  constructor(
    depth: number,
    public w: number,
  ) {
    if (depth > 0) this.kids.push(new Fractal(depth - 1, w * 0.5), new Fractal(depth - 1, w * w));
  }
  total(): number {
    return this.w + this.kids.reduce((s, k) => s + k.total() * this.w, 0);
  }
}
class Halves {
  left: Halves | null;
  right: Halves | null;
  v: number;
  constructor(xs: number[], depth = 1) {
    const m = Math.floor(xs.length / 2);
    this.v = xs[m];
    this.left = m > 0 ? new Halves(xs.slice(0, m), depth + 1) : null;
    this.right = m + 1 < xs.length ? new Halves(xs.slice(m + 1), depth + 1) : null;
    xs[m] = 0;
    this.v *= depth * (this.left?.v ?? 1);
  }
  sum(): number {
    return this.v ** 2 + (this.left?.sum() ?? 0) * 0.5 + (this.right?.sum() ?? 0);
  }
}

/** Constructors that make instances of their own class. */
export function grownByConstructors(x: number, xs: number[]): number {
  return new Fractal(3, x).total() + new Halves(xs).sum() * xs.reduce((a, b) => a + b, x);
}

/** Classes that are constants: extended, asked after, one that sees the variables around it. */
export function classConstants(x: number): number {
  const Counted = class {
    constructor(public by: number) {
      made++;
    }
    get value(): number {
      return this.by * x;
    }
  };
  let made = 0;
  const Base = class {
    constructor(public a: number) {}
    f(): number {
      return this.a ** 2;
    }
  };
  class Twice extends Base {
    override f(): number {
      return super.f() * 2;
    }
    copy(): Twice {
      return new Twice(this.a * 1.5);
    }
  }
  const list = [new Base(x), new Twice(x).copy(), new Base(2)];
  const counted = new Counted(x).value * new Counted(2).value;
  return list.reduce((s, b) => s + b.f() ** 2 * (b instanceof Twice ? 3 : 1), counted * made);
}
