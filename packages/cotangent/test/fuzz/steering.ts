/**
 * Goals for programs, so that each pair of constructs meets often in few programs. Pairs are counted over the programs of
 * a chapter; the next program's goals are constructs that have met least. What a program is depends on those before it in
 * its chapter alone, so that a seed and a number stand for it, whatever has been checked.
 */

/** How many programs are counted together. */
export const chapterLength = 10_000;

/** How many constructs a program is told to have. */
const goalCount = 6;

export class Steering {
  readonly #names: readonly string[];
  readonly #index: ReadonlyMap<string, number>;
  /** How often a pair has met, or was tried in vain, by `i * n + j`. */
  readonly #met: Float32Array;

  constructor(names: readonly string[]) {
    this.#names = names;
    this.#index = new Map(names.map((name, i) => [name, i]));
    this.#met = new Float32Array(names.length * names.length);
  }

  /** Constructs that have met each other least, as far as a few draws of `choose` find them. */
  goals(choose: (below: number) => number): ReadonlySet<string> {
    const n = this.#names.length;
    const met = (i: number, j: number): number => (i === j ? 1e6 : (this.#met[i * n + j] as number));
    const least = <T>(count: number, draw: () => T, cost: (drawn: T) => number): T => {
      let best = draw();
      for (let k = 1; k < count; k++) {
        const other = draw();
        if (cost(other) < cost(best)) best = other;
      }
      return best;
    };
    const [first, second] = least(
      400,
      () => [choose(n), choose(n)] as const,
      ([i, j]) => met(i, j),
    );
    const goals = [first, second];
    while (goals.length < goalCount)
      goals.push(
        least(
          40,
          () => choose(n),
          (k) => goals.reduce((sum, g) => sum + met(g, k), 0),
        ),
      );
    // A pair that cannot be must not be tried for ever.
    for (const i of goals) for (const j of goals) if (i !== j) this.#add(i, j, 0.3);
    return new Set(goals.map((i) => this.#names[i] as string));
  }

  /** Counts what a program has. */
  note(used: ReadonlySet<string>): void {
    const found = [...used].flatMap((name) => this.#index.get(name) ?? []);
    for (const i of found) for (const j of found) if (i !== j) this.#add(i, j, 1);
  }

  #add(i: number, j: number, count: number): void {
    const at = i * this.#names.length + j;
    this.#met[at] = (this.#met[at] as number) + count;
  }
}
