interface Circle {
  radius: number;
  get area(): number;
}

export function f(circle: Circle): number {
  return circle.area * circle.radius;
}
