/** What constructs with the values of a union have in common: made, declared, assigned, put into lists, read in loops. */
import { nested, statement, turn, variable } from "./constructs.ts";
import { type Declaration, declare } from "./declarations.ts";
import {
  type Construct,
  indented,
  type Maker,
  numberVariable,
  type Provider,
  type Scope,
  withVariables,
} from "./maker.ts";

export interface Union {
  /** Its declaration, whose name its variables have as their type. */
  readonly type: Declaration;
  /** What variables and lists are called. */
  readonly hint: string;
  readonly listHint: string;
  /** What constructs that declare one, assign one, and that make and change lists of them are called. */
  readonly names: Readonly<Record<"value" | "variable" | "assigned" | "list" | "store", string>>;
  /** A value of one member. */
  readonly one: (m: Maker, s: Scope) => string;
  /** A value that goes with any other in a conditional; one more of `one` if not given. */
  readonly other?: (m: Maker, s: Scope) => string;
  /** The function of the module that makes a number of a value. */
  readonly measure: string;
  /** Statements that put `value` into `list`, at an index of 0 or 1. */
  readonly stores: (m: Maker, list: string, value: string) => readonly string[];
}

/** A value of one of two members. The checker is not to know which. */
function memberOf({ type, one, other = one }: Union, m: Maker, s: Scope): string {
  declare(m, type);
  return `(${m.condition(s)} ? ${one(m, s)} : ${other(m, s)}) as ${type}`;
}

export function constructsOf(union: Union): readonly Construct[] {
  const { type, hint, listHint, names, one, stores } = union;
  return [
    statement(names.value, (m, s) => {
      const name = m.fresh(hint);
      return { lines: [`const ${name} = ${memberOf(union, m, s)};`], scope: withVariables(s, variable(name, type)) };
    }),
    statement(names.variable, (m, s) => {
      const name = m.fresh(hint);
      return {
        lines: [`let ${name}: ${type} = ${memberOf(union, m, s)};`],
        scope: withVariables(s, variable(name, type, { isAssignable: true })),
      };
    }),
    statement(names.assigned, (m, s) => {
      const to = m.variable(s, (v) => v.type === type && v.isAssignable);
      if (!to) return undefined;
      m.mutates(s);
      const other = m.variable(s, (v) => v.type === type);
      return { lines: [`${to.name} = ${other && m.once(3) ? `${other.name} as ${type}` : memberOf(union, m, s)};`] };
    }),
    statement(names.list, (m, s) => {
      const [name, shared] = [m.fresh(listHint), m.variable(s, (v) => v.type === type)];
      declare(m, type);
      return {
        lines: [`const ${name}: ${type}[] = [${shared?.name ?? one(m, s)}, ${one(m, s)}, ${one(m, s)}];`],
        scope: withVariables(s, variable(name, `${type}[]`)),
      };
    }),
    statement(names.store, (m, s) => {
      const list = m.variable(s, (v) => v.type === `${type}[]`);
      if (!list) return undefined;
      m.mutates(s);
      const from = m.variable(s, (v) => v.type === type);
      return { lines: [m.pick(stores(m, list.name, from && m.once(2) ? from.name : one(m, s)))] };
    }),
  ];
}

/** A loop over a list of the union, whose turns begin with `lines`, which put the number so far and `each` into `sum`. */
export function loopOf(
  { type, hint }: Union,
  name: string,
  lines: (sum: string, each: string) => readonly string[],
  over: (list: string) => string = (list) => list,
): Construct {
  return nested(name, (m, s) => {
    const list = m.variable(s, (v) => v.type === `${type}[]`);
    if (!list) return undefined;
    const [it, sum] = [m.fresh(hint), m.fresh("sum")];
    m.mutates({ ...s, loopDepth: s.loopDepth + 1 });
    const scope = withVariables(turn(s), variable(it, type));
    return {
      lines: [
        `let ${sum} = ${m.leaf(s)};`,
        `for (const ${it} of ${over(list.name)}) {`,
        ...indented([...lines(sum, it), ...m.block(scope, 1)]),
        "}",
      ],
      scope: withVariables(s, numberVariable(sum)),
    };
  });
}

export function providersOf(union: Union): readonly Provider[] {
  const { type, one, measure } = union;
  const read: Provider["read"] = (_, { name }) => [`Math.sin(${measure}(${name}))`];
  return [
    {
      variable: variable("", type),
      write: (m, s, name) => [`const ${name} = ${memberOf(union, m, s)};`],
      read,
    },
    {
      variable: variable("", type, { isAssignable: true }),
      write: (m, s, name) => [`let ${name}: ${type} = ${memberOf(union, m, s)};`],
      read,
    },
    {
      variable: variable("", `${type}[]`),
      write: (m, s, name) => {
        declare(m, type);
        return [`const ${name}: ${type}[] = [${one(m, s)}, ${one(m, s)}];`];
      },
      read: (m, { name }) => [`Math.sin(${measure}(${name}[${m.below(2)}]))`],
    },
  ];
}
