/**
 * Walks over structures that may be deeper than the stack: a list of a million nodes is a structure a million deep. A
 * walk goes down by calling itself, which is fast, as far as `Later` allows; what is further down it leaves until it has
 * come back up.
 */

/** How deep a walk goes down by calling itself. */
const DEEPEST = 100;

type Container = Record<string | number, unknown>;

/** What one walk has left for later. */
export class Later {
  #depth = 0;
  readonly #left: (() => void)[] = [];

  /** Runs `visit`, or leaves it to `finish` if the walk is deep already. */
  visit(visit: () => void): void {
    if (this.#depth >= DEEPEST) {
      this.#left.push(visit);
      return;
    }
    this.#depth++;
    visit();
    this.#depth--;
  }

  /** Sets `container[key]` to what `make` gives, now or in `finish`; keys keep their order. */
  set(container: object, key: string | number, make: () => unknown): void {
    const into = container as Container;
    if (this.#depth >= DEEPEST) into[key] = undefined;
    this.visit(() => {
      into[key] = make();
    });
  }

  /** Does what was left, and what that leaves. */
  finish(): void {
    this.#depth = 0;
    for (let next = this.#left.pop(); next; next = this.#left.pop()) next();
  }
}
