/** What is said of classes and their instances: a part of the table in `diagnostics.ts`, of which each entry is one. */
export const classDiagnostics = {
  "this-value": {
    title: "`this` is not taken here",
    why: "What it is is known in members of a class's instances and of object literals that the function makes, in arrow functions inside of them, and, with plugin and hook, in functions that a member of a class differentiates.",
    instead: "Pass the object as a parameter, make it inside the function, or write a class.",
  },
  "class-instance": {
    title: "{} makes an instance of a class that is not taken",
    why: "Classes that the program declares are compiled; of the library's what they do is not known.",
    instead: "Use an array, a plain object, or a class of your own.",
  },
  "class-base": {
    title: "the class {} extends a class that the program does not contain",
    why: "What the base's constructor does and which members it has is not known; of the library's, errors can be extended.",
    instead: "Hold an instance of the other class in a field, or use a class of your own.",
  },
  "generic-hierarchy": {
    title: "the class {} has type parameters and extends, or is extended by, another class",
    why: "Instances of classes that extend one another are compiled to one layout.",
    instead: "Use a generic class without inheritance, or a hierarchy without type parameters.",
  },
  "class-fields": {
    title: "classes of one hierarchy declare the field {} with different types",
    why: "Instances of classes that extend one another are compiled to one layout.",
    instead: "Give one of the fields another name.",
  },
  "class-captures": {
    title: "the class {} uses variables of the function around it",
    why: "Such a class is another one each time that the function, or the loop, makes it, and its instances remember which. Only a class at the top of the function to be differentiated is made once.",
    instead: "Hand what it uses to the constructor, and keep it in a field.",
  },
  "class-decorated": {
    title: "the class {} has decorators",
    why: "A decorator may put other code in the place of what it decorates.",
    instead: "Write what the decorator does.",
  },
  "field-before-set": {
    title: "the field {} may be read before it is set",
    why: "While an instance is being made, a field is undefined until its initialiser or its first assignment has run, whatever its type says; those of a derived class come after the whole of the base's constructor, and one declared with `!` (`m!: number`) when somebody sets it.",
    instead:
      "Set the field first, in the constructor or with an initial value, or declare it with undefined in its type (`m: number | undefined`) if code is meant to see that.",
  },
  "constructor-result": {
    title: "a constructor that returns a value",
    why: "`new` would give that object and not the instance.",
    instead: "Choose the object in a function that calls `new`.",
  },
  "class-outside": {
    title: "{}",
    why: "Generated code tells by the prototype which methods an instance from outside has, and gives one to what it has made. That takes a class that its module exports (plugin and hook see to it), without inheritance, private names (`#x`) and questions by `instanceof`.",
    instead:
      "Pass and return the numbers as a plain object, and make the instance inside the function; or export a class of that kind.",
  },
  "unbound-method": {
    title: "the method {} is used without being called",
    why: "A method that is taken from its object has forgotten the object; `bind` gives it back where it is known which class's method it is.",
    instead: "Write a function that calls it: `(x) => object.method(x)`.",
  },
  "class-declaration": {
    title: "a class that is a value",
    why: "Which class a variable holds is not followed, unless it is a constant: `const Scale = class { … }`.",
    instead: "Declare the class by a statement, or as a constant: `class Scale { … }`.",
  },
  accessor: {
    title: "{} is a getter or setter, here or in other objects of the type",
    why: "Reading or writing it runs code, which must be known: all objects of the type have it as a getter or setter, written in their literals, or all have a field.",
    instead: "Use a plain field in all of them, write a method, or write a class.",
  },
  "generic-object": {
    title: "{} makes objects whose members are given the object, and whose type depends on type parameters",
    why: "A method that says `this`, a getter or a setter is compiled for one type of object.",
    instead: "Give the object a type without type parameters, or write a generic class.",
  },
} as const;
