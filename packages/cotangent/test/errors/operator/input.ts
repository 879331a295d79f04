export function f(x: number, isLeft: boolean, isRight: boolean): number {
  return isLeft < isRight ? x : 2 * x;
}
