/** Instances that come from outside and go there: looked at when they come in, with their prototypes when they go. */

export class Vec {
  x: number;
  y: number;
  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }
  dot(o: Vec): number {
    return this.x * o.x + this.y * o.y;
  }
  add(o: Vec): Vec {
    return new Vec(this.x + o.x, this.y + o.y);
  }
  scale(k: number): Vec {
    return new Vec(this.x * k, this.y * k);
  }
  get norm(): number {
    return Math.sqrt(this.dot(this));
  }
  move(o: Vec, k: number): this {
    this.x += k * o.x;
    this.y += k * o.y;
    return this;
  }
}

export class Tree {
  value: number;
  children: Tree[];
  constructor(value: number, children: Tree[] = []) {
    this.value = value;
    this.children = children;
  }
  sum(): number {
    return this.children.reduce((s, child) => s + 0.5 * child.sum(), this.value * this.value);
  }
}

export class Temperature {
  celsius: number;
  constructor(celsius: number) {
    this.celsius = celsius;
  }
  get fahrenheit(): number {
    return this.celsius * 1.8 + 32;
  }
  set fahrenheit(value: number) {
    this.celsius = (value - 32) / 1.8;
  }
}

export const origin = new Vec(0.1, 0.2);

/** A method of one instance, called with another, and with one of the module. */
export function distance(a: Vec, b: Vec): number {
  return a.add(b.scale(-2)).dot(b.add(origin)) + a.norm;
}

/** Instances in a list, and others that the program makes. */
export function weighted(list: Vec[], k: number): number {
  let total = new Vec(0, 0);
  for (const v of list) total = total.add(v.scale(k));
  return total.norm;
}

/** A method that changes the caller's instance, by way of itself too. */
export function pushed(a: Vec, b: Vec): number {
  a.move(b, 0.5).move(a, 0.1);
  return a.dot(b);
}

/** New instances and the caller's own in one result. */
export function several(a: Vec, k: number): { first: Vec; all: Vec[] } {
  a.x *= k;
  return { first: a.scale(k), all: [a, a.add(a)] };
}

/** The checks are made once, and not in each recursion. */
export function total(t: Tree): number {
  return t.sum() + t.children.reduce((s, child) => s + total(child) * t.value, 0);
}

export function planted(x: number): Tree {
  return new Tree(x, [new Tree(x * x), new Tree(2 * x, [new Tree(1)])]);
}

/** An element of the caller's list is replaced by an instance, and one is put behind. */
export function replaced(list: Vec[], k: number): number {
  const [first] = list as [Vec];
  list[0] = first.scale(k);
  list.push(new Vec(k, 1));
  let s = 0;
  for (const v of list) s += v.norm * v.dot(first);
  return s;
}

export function warmed(t: Temperature, by: number): Temperature {
  t.fahrenheit += by * by;
  return new Temperature(t.celsius * t.fahrenheit);
}

/** Its derivative has weights in single precision, too. */
export class Layer {
  weights: Float32Array;
  constructor(weights: Float32Array) {
    this.weights = weights;
  }
  of(x: number): number {
    return this.weights.reduce((sum, w) => sum + Math.sin(w * x), 0);
  }
}

export function layered(layer: Layer, x: number): number {
  return layer.of(x);
}
