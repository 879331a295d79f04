/** What is said of keys: fields that are listed or named at run time, maps and sets; a part of the table in `diagnostics.ts`. */
export const keyedDiagnostics = {
  "for-in": {
    title: "`for … in` over {}",
    why: "It enumerates names, which are known of objects with declared fields, and of records indexed by strings.",
    instead: "Use `for (let i = 0; i < xs.length; i++)` or `for … of` over an array.",
  },
  "dynamic-key": {
    title: "a property named by {}",
    why: "A name that is known only when the program runs may be one of several fields if all that it may be are of one type.",
    instead:
      "Give the fields one type, compare the name and read each field by its own, or use an array with a number as index.",
  },
  "listed-fields": {
    title: "the fields of {} are listed here",
    why: "What is listed is known of plain objects all of whose fields are there: not of instances of classes, of arrays, of functions, and not where a field may be missing, since one that holds undefined is listed and one that was never set is not.",
    instead: "Write the fields out, or give the object a type without optional fields.",
  },
  "listed-types": {
    title: "the fields of {} have different types",
    why: "The elements of an array are of one type.",
    instead: "Write the fields out.",
  },
  "key-order": {
    title: "{} is listed, and objects of this type are made with their fields in another order",
    why: "JavaScript lists fields in the order in which an object got them; compiled code has them in the order of the declared type.",
    instead: "Write the fields of the literal in the order of its type.",
  },
  "field-presence": {
    title: "whether {} is a property is asked here",
    why: "A field that holds undefined is one, and a field that was never set is not; to compiled code both are missing. An object may also have fields that its type does not name.",
    instead: "Compare the field's value with `undefined`.",
  },
  "map-key": {
    title: "{}",
    why: "Keys are numbers, strings and booleans, and inside of a program objects and arrays, which are the same by their identity. Functions and values of several kinds have none that compiled code keeps, and objects have another one on the other side of the border, in copies.",
    instead: "Give what is used as a key a number or a name, and use that.",
  },
  "map-outside": {
    title: "{}",
    why: "Compiled code keeps maps, sets and indexed objects in arrays of its own. Arguments, results and constants that it can read from modules are converted; what code outside finds or takes elsewhere is not.",
    instead:
      "Pass it to the function as an argument, export it if it is a constant, or give an array of pairs, `[...map]`.",
  },
  "active-key": {
    title: "the result of {} has keys that may depend on what is differentiated by",
    why: "The derivative of a map or a set has the same keys, and no derivatives of them, which would be lost.",
    instead: "Return an array, `[...map]`, in which they are numbers like others, or use keys that are text.",
  },
  delete: {
    title: "`delete` of {}",
    why: "Objects have the fields of their type as long as they live.",
    instead: "Assign `undefined` to an optional field, or use a Map.",
  },
} as const;
