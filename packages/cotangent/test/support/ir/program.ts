/** A program that is given as text of IR, and where it is run. */
export interface IrProgram {
  readonly name: string;
  /** Its function is `f`. */
  readonly text: string;
  /** At which it is run: arguments that all have derivatives, but for those not in `argnums`. */
  readonly args: () => unknown[];
  readonly argnums?: readonly number[];
  /** It takes something as data that is not, or rounds: differences tell nothing of it. */
  readonly isRough?: true;
}
