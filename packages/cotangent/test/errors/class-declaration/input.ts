export function f(x: number): number {
  const Scale = class {
    constructor(readonly by: number) {}
  };
  return new Scale(x).by;
}
