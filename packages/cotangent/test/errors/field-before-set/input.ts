class Base {
  r: number;
  constructor() {
    this.r = this.look();
  }
  look(): number {
    return 0;
  }
}

class Derived extends Base {
  m = 4;
  override look(): number {
    return this.m === undefined ? 7 : this.m;
  }
}

export function f(x: number): number {
  return new Derived().r * x;
}
