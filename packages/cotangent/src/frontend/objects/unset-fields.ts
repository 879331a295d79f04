/**
 * Fields that are read before they are set. Until its first assignment a field is undefined, whatever its type says, while
 * the compiled record holds NaN, false or nothing there. So the code that `new` runs is followed from statement to
 * statement, into the methods that an instance of just this class has, with the fields that are certainly set by then
 * (definite assignment, across calls); a read of another one is refused. Where `this` has become a value, whatever the
 * program calls next may read through it: its names are looked for in all code that the call may lead to.
 *
 *     set(if c S else T) = set(S) ∩ set(T),    set(while c S) = set(before),    set(throw) = everything
 */
import ts from "typescript";
import { refuse } from "../context.ts";
import { mentions } from "../functions/closures.ts";
import type { Internals } from "../program/source.ts";
import { bare } from "../syntax/scan.ts";
import {
  ancestry,
  baseOf,
  extendsSomething,
  findMember,
  isStatic,
  type MemberKind,
  memberName,
  membersLike,
  ownConstructor,
  ownFields,
  parameterProperties,
  thisOwner,
} from "./classes.ts";

const { SyntaxKind: K } = ts;

/** Names of fields that are certainly set; undefined where control does not come. */
type State = ReadonlySet<string> | undefined;

const checked = new WeakSet<ts.ClassLikeDeclaration>();

/** Refuses a class whose making reads a field, of a type without undefined, that is not certainly set by then. */
export function checkFieldsAreSet(internals: Internals, node: ts.ClassLikeDeclaration): void {
  if (checked.has(node)) return;
  const assignment = new Assignment(internals, node);
  assignment.construct(node);
  assignment.finish();
  checked.add(node);
}

class Assignment {
  readonly #internals: Internals;
  readonly #made: ts.ClassLikeDeclaration;
  readonly #classes: readonly ts.ClassLikeDeclaration[];
  /** Fields that undefined is no value of. */
  readonly #fields = new Set<string>();
  /** Functions that were made and see `this`: any call may run them. */
  readonly #waiting = new Set<ts.FunctionLikeDeclaration>();
  /** What was followed already, with what was set, and what was set then; undefined while it is followed. */
  readonly #followed = new Map<ts.Node, Map<string, State>>();
  #hasEscaped = false;
  #set: State = new Set();
  #exits: State[] = [];
  #atSuper: (() => void) | undefined;

  constructor(internals: Internals, made: ts.ClassLikeDeclaration) {
    this.#internals = internals;
    this.#made = made;
    this.#classes = ancestry(internals.checker, made);
    for (const c of this.#classes) {
      for (const f of ownFields(c)) {
        const type = internals.checker.getTypeAtLocation(f);
        const kinds = type.isUnion() ? type.types : [type];
        if (!kinds.some((t) => t.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Any)))
          this.#fields.add(memberName(f.name) ?? "");
      }
    }
  }

  /** What `new` runs for one class of the chain. */
  construct(node: ts.ClassLikeDeclaration): void {
    const base = baseOf(this.#internals.checker, node);
    const initialise = (): void => {
      for (const p of parameterProperties(node)) this.#assign(memberName(p.name));
      for (const m of node.members) {
        if (!ts.isPropertyDeclaration(m) || isStatic(m) || !m.initializer) continue;
        this.#visit(m.initializer);
        this.#assign(memberName(m.name));
      }
    };
    const made = ownConstructor(node);
    if (!made) {
      if (base) this.construct(base);
      initialise();
      return;
    }
    const outer = this.#atSuper;
    for (const p of made.parameters) this.#visit(p);
    this.#atSuper = () => {
      if (base) this.construct(base);
      this.#atSuper = outer;
      initialise();
    };
    if (!extendsSomething(node)) this.#atSuper();
    this.#body(made);
    this.#atSuper = outer;
  }

  /** Refuses fields that are left unset where nobody else has seen to it: those declared with `!`, above all. */
  finish(): void {
    const { strictPropertyInitialization, strict } = this.#internals.program.getCompilerOptions();
    const isSeenTo = (strictPropertyInitialization ?? strict) !== false;
    for (const field of this.#classes.flatMap((c) => ownFields(c))) {
      const isOpen = ts.isPropertyDeclaration(field) && (field.exclamationToken !== undefined || !isSeenTo);
      if (isOpen) this.#read(memberName(field.name), field);
    }
  }

  #assign(name: string | undefined): void {
    if (this.#set && name !== undefined) this.#set = new Set([...this.#set, name]);
  }

  #isUnset(name: string | undefined): boolean {
    return name !== undefined && this.#fields.has(name) && this.#set?.has(name) === false;
  }

  #read(name: string | undefined, node: ts.Node): void {
    if (name !== undefined && this.#isUnset(name)) refuse(node, "field-before-set", `\`${name}\``);
  }

  /** Runs a function's code to its end, by whichever way out. */
  #body(node: ts.FunctionLikeDeclaration): void {
    if (!node.body) return;
    const outer = this.#exits;
    this.#exits = [];
    this.#visit(node.body);
    this.#set = this.#exits.reduce(meet, this.#set);
    this.#exits = outer;
  }

  /** What a call does; once more is nothing new with the same fields set, nor is a call inside of itself. */
  #follow(node: ts.FunctionLikeDeclaration): void {
    const key = [...(this.#set ?? []), this.#hasEscaped, this.#waiting.size].sort().join();
    const known = this.#followed.get(node) ?? new Map<string, State>();
    this.#followed.set(node, known);
    if (known.has(key)) {
      this.#set = known.get(key) ?? this.#set;
      return;
    }
    known.set(key, this.#set);
    for (const p of node.parameters) this.#visit(p);
    this.#body(node);
    known.set(key, this.#set);
  }

  /** Code that may run or not. */
  #maybe(...nodes: readonly (ts.Node | undefined)[]): State {
    const before = this.#set;
    for (const n of nodes) if (n) this.#visit(n);
    const after = this.#set;
    this.#set = before;
    return after;
  }

  #visit(node: ts.Node): void {
    if (ts.isTypeNode(node) || ts.isClassLike(node)) return;
    if (ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node) || ts.isArrowFunction(node)) {
      this.#waiting.add(node);
      if (this.#hasEscaped) this.#lookFor(node, node);
      return;
    }
    if (ts.isIfStatement(node)) {
      this.#visit(node.expression);
      const then = this.#maybe(node.thenStatement);
      if (node.elseStatement) this.#visit(node.elseStatement);
      this.#set = meet(then, this.#set);
      return;
    }
    if (ts.isConditionalExpression(node)) {
      this.#visit(node.condition);
      const whenTrue = this.#maybe(node.whenTrue);
      this.#visit(node.whenFalse);
      this.#set = meet(whenTrue, this.#set);
      return;
    }
    if (ts.isIterationStatement(node, false) || ts.isSwitchStatement(node) || ts.isLabeledStatement(node)) {
      // Of what runs several times the later ones see names that the first one gave to `this`.
      for (let turn = 0; turn < 2; turn++) node.forEachChild((child) => void this.#maybe(child));
      return;
    }
    if (ts.isTryStatement(node)) {
      const tried = this.#maybe(node.tryBlock);
      const caught = node.catchClause ? this.#maybe(node.catchClause) : tried;
      if (node.finallyBlock) this.#visit(node.finallyBlock);
      else this.#set = meet(tried, caught);
      return;
    }
    if (ts.isCaseOrDefaultClause(node)) {
      const statements: ts.Node[] = [];
      node.forEachChild((child) => void statements.push(child));
      this.#maybe(...statements);
      return;
    }
    if (ts.isReturnStatement(node) || ts.isThrowStatement(node) || ts.isBreakOrContinueStatement(node)) {
      node.forEachChild((child) => this.#visit(child));
      if (ts.isReturnStatement(node)) this.#exits.push(this.#set);
      this.#set = undefined;
      return;
    }
    if (ts.isBinaryExpression(node)) return this.#binary(node);
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const callee = bare(node.expression);
      const isMethod = ts.isCallExpression(node) && ts.isPropertyAccessExpression(callee) && isSelf(callee.expression);
      if (!isMethod && callee.kind !== K.SuperKeyword) this.#visit(callee);
      const before = this.#set;
      for (const a of node.arguments ?? []) this.#visit(a);
      if (ts.isCallChain(node)) this.#set = before;
      if (ts.isCallExpression(node) && callee.kind === K.SuperKeyword) this.#atSuper?.();
      else this.#call(node, callee, node.arguments ?? []);
      return;
    }
    if (ts.isPropertyAccessExpression(node)) {
      if (!isSelf(node.expression)) this.#visit(node.expression);
      this.#access(node, "get");
      return;
    }
    if (ts.isVariableDeclaration(node) && ts.isObjectBindingPattern(node.name) && node.initializer) {
      if (!isSelf(node.initializer)) this.#visit(node.initializer);
      this.#visit(node.name);
      if (isSelf(node.initializer)) {
        for (const e of node.name.elements) this.#read(e.dotDotDotToken ? [...this.#unset()][0] : nameOf(e), e);
      }
      return;
    }
    if (ts.isBindingElement(node) && this.#hasEscaped && ts.isObjectBindingPattern(node.parent))
      this.#read(nameOf(node), node);
    if (node.kind === K.ThisKeyword && thisOwner(node)) {
      this.#hasEscaped = true;
      const { parent } = node;
      const isListed =
        ts.isSpreadAssignment(parent) ||
        ts.isElementAccessExpression(parent) ||
        (ts.isBinaryExpression(parent) && parent.operatorToken.kind === K.InKeyword) ||
        (ts.isCallExpression(parent) && /^(Object\.|structuredClone$)/.test(parent.expression.getText()));
      if (isListed) this.#read([...this.#unset()][0], parent);
      for (const f of this.#waiting) this.#lookFor(f, node);
      return;
    }
    node.forEachChild((child) => this.#visit(child));
  }

  #unset(): readonly string[] {
    return [...this.#fields].filter((f) => this.#isUnset(f));
  }

  #binary(node: ts.BinaryExpression): void {
    const kind = node.operatorToken.kind;
    const left = bare(node.left);
    const isLogical =
      kind === K.AmpersandAmpersandToken ||
      kind === K.BarBarToken ||
      kind === K.QuestionQuestionToken ||
      kind === K.AmpersandAmpersandEqualsToken ||
      kind === K.BarBarEqualsToken ||
      kind === K.QuestionQuestionEqualsToken;
    if (isLogical) {
      this.#visit(left);
      this.#maybe(node.right);
      return;
    }
    if (kind === K.EqualsToken && ts.isPropertyAccessExpression(left)) {
      if (!isSelf(left.expression)) this.#visit(left.expression);
      this.#visit(node.right);
      this.#access(left, "set");
      return;
    }
    this.#visit(left);
    this.#visit(node.right);
  }

  /** `this.name` (or `super.name`), read or assigned; of another object where it may be this one. */
  #access(node: ts.PropertyAccessExpression, kind: "get" | "set"): void {
    const name = memberName(node.name);
    if (!isSelf(node.expression)) {
      if (!this.#hasEscaped) return;
      if (kind === "get" && this.#mayBeOurs(node.name)) this.#read(name, node);
      const symbol = this.#internals.checker.getSymbolAtLocation(node.name);
      if (symbol && !(symbol.flags & ts.SymbolFlags.Method) && membersLike(this.#internals, symbol).length > 0)
        this.#lookFor(node.name, node);
      return;
    }
    const member = this.#memberOf(node, kind);
    if (member) this.#follow(member);
    else if (kind === "set") this.#assign(name);
    else if (this.#memberOf(node, "method")) this.#hasEscaped = true;
    else this.#read(name, node);
  }

  #memberOf(node: ts.PropertyAccessExpression, kind: MemberKind): ts.FunctionLikeDeclaration | undefined {
    const { checker } = this.#internals;
    const owner = thisOwner(node);
    const from = node.expression.kind === K.SuperKeyword && owner ? baseOf(checker, owner) : this.#made;
    const name = memberName(node.name);
    return from && name !== undefined ? findMember(checker, from, name, kind)?.node : undefined;
  }

  #call(node: ts.Node, callee: ts.Expression, args: readonly ts.Expression[]): void {
    const { checker } = this.#internals;
    if (ts.isPropertyAccessExpression(callee) && isSelf(callee.expression)) {
      const method = this.#memberOf(callee, "method");
      if (method) return this.#follow(method);
      this.#access(callee, "get");
    }
    if (this.#unset().length === 0) return;
    const symbol = checker.getSymbolAtLocation(ts.isPropertyAccessExpression(callee) ? callee.name : callee);
    const declared = symbol?.declarations?.every((d) => d.getSourceFile().isDeclarationFile) === true;
    const takesFunction = args.some((a) => checker.getTypeAtLocation(a).getCallSignatures().length > 0);
    if (declared && !takesFunction) return;
    for (const f of this.#waiting) {
      const before = this.#set;
      this.#follow(f);
      this.#set = before;
    }
    if (!this.#hasEscaped || declared) return;
    const code = symbol?.valueDeclaration;
    const isKnown = code && (ts.isFunctionLike(code) || ts.isClassLike(code) || ts.isVariableDeclaration(code));
    // Which function a parameter or a field holds is not known here.
    if (!isKnown) this.#read(this.#unset()[0], node);
    this.#lookFor(callee, node);
  }

  /** Refuses if what `code` mentions, or is, leads to code that names a field which is not set. */
  #lookFor(code: ts.Node, at: ts.Node): void {
    if (this.#unset().length === 0) return;
    const { checker } = this.#internals;
    const seen = new Set<ts.Node>();
    const pending: ts.Node[] = [code];
    for (let n = pending.pop(); n; n = pending.pop()) {
      if (seen.has(n)) continue;
      seen.add(n);
      this.#named(n, at);
      for (const symbol of mentions(checker, n)) {
        for (const member of membersLike(this.#internals, symbol)) pending.push(member);
        const declaration = symbol.valueDeclaration;
        if (!declaration || declaration.getSourceFile().isDeclarationFile) continue;
        if (ts.isClassLike(declaration)) pending.push(...ancestry(checker, declaration).flatMap(codeOfNew));
        else if (ts.isFunctionLike(declaration)) pending.push(declaration);
        else if (ts.isVariableDeclaration(declaration) && declaration.initializer)
          pending.push(declaration.initializer);
      }
    }
  }

  #named(code: ts.Node, at: ts.Node): void {
    const visit = (n: ts.Node): void => {
      const name = ts.isPropertyAccessExpression(n) ? n.name : ts.isBindingElement(n) ? (n.propertyName ?? n.name) : n;
      const isNamed = name !== n && (ts.isIdentifier(name) || ts.isPrivateIdentifier(name));
      if (isNamed && this.#isUnset(memberName(name)) && this.#mayBeOurs(name)) this.#read(memberName(name), at);
      n.forEachChild(visit);
    };
    visit(code);
  }

  /** False if the name is surely that of a field of another class. */
  #mayBeOurs(name: ts.Node): boolean {
    const owners = this.#internals.checker.getSymbolAtLocation(name)?.declarations?.map((d) => d.parent) ?? [];
    const isOther = (o: ts.Node): boolean => ts.isClassLike(o) && !this.#classes.includes(o);
    return owners.length === 0 || !owners.every(isOther);
  }
}

/** The code that `new` of one class runs, its bases apart. */
function codeOfNew(node: ts.ClassLikeDeclaration): readonly ts.Node[] {
  const made = ownConstructor(node);
  const initial = node.members.filter((m) => ts.isPropertyDeclaration(m) && !isStatic(m) && m.initializer);
  return made ? [made, ...initial] : initial;
}

function isSelf(node: ts.Expression): boolean {
  const { kind } = bare(node);
  return (kind === K.ThisKeyword || kind === K.SuperKeyword) && thisOwner(bare(node)) !== undefined;
}

function nameOf(e: ts.BindingElement): string | undefined {
  const name = e.propertyName ?? e.name;
  return ts.isIdentifier(name) ? name.text : undefined;
}

function meet(a: State, b: State): State {
  if (!a || !b) return a ?? b;
  return new Set([...a].filter((f) => b.has(f)));
}
