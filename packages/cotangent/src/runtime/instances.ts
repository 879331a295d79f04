/**
 * Instances at the border of generated code. Inside it, instances are records of their fields, and which methods they have
 * is known from their types; outside, JavaScript asks the prototype. So what comes in is looked at, and what goes out is
 * given its prototype.
 */
import { RuntimeError } from "./error.ts";

/** A class as generated code imports it. */
interface Class {
  readonly name: string;
  readonly prototype: object;
}

/**
 * Throws `instance-class` unless `value` has the methods of the class: an instance of just this class, and not of one that
 * extends it, or a plain object of its fields, which stands for one.
 */
export function expectInstance(value: object, expected: Class): void {
  const prototype: unknown = Object.getPrototypeOf(value);
  const isKnown = prototype === expected.prototype || prototype === Object.prototype || prototype === null;
  if (!isKnown) refuse(`an instance of ${describe(value)} was passed for one of ${expected.name}`);
  for (const name of Object.getOwnPropertyNames(expected.prototype))
    if (name !== "constructor" && Object.hasOwn(value, name))
      refuse(`the instance of ${expected.name} has a member \`${name}\` of its own`);
}

/** Makes an instance of the class of a record that generated code has made. */
export function becomeInstance(value: object, of: Class): void {
  if (Object.getPrototypeOf(value) !== of.prototype) Object.setPrototypeOf(value, of.prototype);
}

function describe(value: object): string {
  const made: unknown = Reflect.get(value, "constructor");
  return typeof made === "function" ? made.name : "an unknown class";
}

function refuse(what: string): never {
  throw new RuntimeError(
    "instance-class",
    `${what}. The derivative was compiled for the methods of the class that is declared. Pass an instance of that class, or declare the parameter as what it is.`,
  );
}
