// Getters and setters, of a class and of those that extend it.
class Length {
  constructor(
    public value: number,
    public scale = value * 2,
    readonly unit = scale + 1,
  ) {}
  get scaled(): number {
    return this.value * this.scale;
  }
  set scaled(to: number) {
    this.value = to / this.scale;
  }
}

class Bounded extends Length {
  override get scaled(): number {
    return super.scaled + this.unit;
  }
  override set scaled(to: number) {
    super.scaled = Math.min(to, 9) * this.value;
    super.scaled += to;
  }
  next(): number {
    return super.scaled++ * this.value;
  }
}

/** Setters of the base, and parameters that are fields in the defaults of later ones. */
export function inheritedSetters(x: number, y: number): number {
  const one = new Bounded(x);
  const all: Length[] = [one, new Length(y, x), new Bounded(x, y, 3)];
  let sum = 0;
  for (const l of all) {
    l.scaled = y;
    l.scaled *= l.value;
    sum += l.scaled * l.unit;
  }
  return sum + one.next() * one.value;
}
