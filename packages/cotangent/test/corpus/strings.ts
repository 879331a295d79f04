/**
 * Text that steers: tokenizers and parsers whose numbers are parameters, names that select cases, and the methods of
 * strings, on text that no active number was written into.
 */

/** The formula `text` in the variables a, b and c, by recursive descent over its characters. */
export function formula(text: string, a: number, b: number, c: number): number {
  let at = 0;
  const peek = (): string => (at < text.length ? text.charAt(at) : "");
  function factor(): number {
    while (peek() === " ") at++;
    if (peek() === "-") {
      at++;
      return -factor();
    }
    if (peek() === "(") {
      at++;
      const inner = sum();
      at++;
      return inner;
    }
    const start = at;
    while ((peek() >= "0" && peek() <= "9") || peek() === ".") at++;
    if (at > start) return parseFloat(text.slice(start, at));
    const name = peek();
    at++;
    return name === "a" ? a : name === "b" ? b : c;
  }
  function product(): number {
    let value = factor();
    while (peek() === "*" || peek() === "/") {
      const operator = peek();
      at++;
      const right = factor();
      value = operator === "*" ? value * right : value / right;
    }
    return value;
  }
  function sum(): number {
    let value = product();
    while (peek() === "+" || peek() === "-") {
      const operator = peek();
      at++;
      value = operator === "+" ? value + product() : value - product();
    }
    return value;
  }
  return sum();
}

/** Reverse Polish notation, split at blanks, on a stack. */
export function polish(program: string, x: number, y: number): number {
  const stack: number[] = [];
  for (const word of program.split(" ")) {
    if (word === "x") stack.push(x);
    else if (word === "y") stack.push(y);
    else if (word === "dup") {
      const top = stack.pop()!;
      stack.push(top, top);
    } else if ("+*-".includes(word)) {
      const right = stack.pop()!;
      const left = stack.pop()!;
      stack.push(word === "+" ? left + right : word === "*" ? left * right : left - right);
    } else stack.push(Number(word));
  }
  return stack[stack.length - 1]!;
}

/** Letters are layers: what each does depends on its case and its place. */
export function layers(plan: string, x: number): number {
  let h = x;
  let place = 0;
  for (const letter of plan) {
    place++;
    const name = letter.toLowerCase();
    const isStrong = name !== letter;
    if (name === "s") h = Math.sin(h * (isStrong ? 2 : 1));
    else if (name === "t") h = Math.tanh(h + place);
    else if (name === "q") h = h * h * (isStrong ? 0.5 : 0.1);
    else break;
  }
  return h * plan.length;
}

/** Names that select: prefixes, suffixes, positions and padding. */
export function selected(names: readonly string[], weights: readonly number[]): number {
  let total = 0;
  names.forEach((name, i) => {
    const w = weights[i] as number;
    const key = name.trim();
    const dot = key.indexOf(".");
    const last = key.lastIndexOf(".");
    if (key.startsWith("exp")) total += Math.exp(w);
    if (key.endsWith("2")) total += w * w;
    if (dot >= 0) total += w ** 3 * (last - dot + 1) * Number(key.substring(dot + 1, dot + 2));
    if (key.at(-1) === "!") total -= w;
    if (key.at(9) === undefined) total += 0.5 * w;
    if (key < "m") total *= w;
    if (key.padStart(6, "0").startsWith("00")) total += 2 * w;
    if (key.repeat(2).length > 8) total += w / 3;
  });
  return total;
}

/** A polynomial whose coefficients are digits, and whose variable is told by its code. */
export function digits(text: string, x: number, scale: number): number {
  let value = 0;
  for (let i = 0; i < text.length; i++) value = value * x + (text.charCodeAt(i) - 48) * scale;
  const first = text[0];
  const beyond = text[text.length];
  if (first !== undefined && first === "3") value *= x;
  if (beyond === undefined) value += scale * scale;
  if (text[2]! < "5") value -= x * scale;
  return value;
}

/** Numbers in a table of text: lines, cells, signs. */
export function table(csv: string, p: readonly number[]): number {
  let total = 0;
  for (const line of csv.split("\n")) {
    const cells = line.split(",");
    const name = (cells[0] ?? "").toUpperCase();
    const weight = +(cells[1] ?? "1");
    const index = Number.parseInt(cells[2] ?? "0", 10);
    const by = p[index] as number;
    total += name === "LIN" ? weight * by : name === "SQ" ? weight * by * by : weight * Math.sin(by);
  }
  return total;
}

/** Labels are made of numbers, compared as a whole and padded; nothing is read back out of them. */
export function labelled(x: number, y: number): number {
  const label = `${x}`.padStart(12);
  const other = String(y).toUpperCase();
  return label === other ? x : x * y + Math.sin(x);
}

/** Characters beyond the basic plane are one each, where iteration takes them. */
export function planes(text: string, x: number): number {
  const characters = [...text];
  let value = x;
  for (const c of text) value = c.length === 2 ? value * value : value + x;
  return value * characters.length + text.split("").length * x + Array.from(text).length;
}

/** A scanner by a regular expression, whose match is there whole. */
export function scanned(text: string, x: number): number {
  let at = 0;
  let y = x;
  const next = (): string => {
    const m = /^[a-z]+|^[0-9.]+/.exec(text.slice(at));
    if (!m) throw new SyntaxError(`nothing is read at ${at}`);
    at += m[0].length;
    return m[0] === "half" ? "0.5" : m[0];
  };
  while (at < text.length) {
    const token = next();
    y = token === "sin" ? Math.sin(y) : y * Number(token);
  }
  return y;
}

/** Positions that are elements, or may be undefined: what is missing is left out, or 0 where another one follows. */
export function spans(text: string, x: number): number {
  const options: { from?: number; until?: number } = text.length > 5 ? { from: 1 } : {};
  const marks = text.length > 5 ? [1, 3, 12] : [2, 4];
  const { from } = options;
  let sum = 0;
  for (let i = 0; i < marks.length; i++) {
    sum += x ** text.slice(marks[i], marks[i + 1]).length + text.slice(from, marks[i]).length * x;
    sum += text.padStart(marks[i], ".").indexOf("b", from) + text.lastIndexOf("b", marks[i + 1]) * Math.sin(x);
    if (i === 1) options.until = marks[0];
  }
  const bases = [16, 2];
  return sum * text.slice(options.until).length + parseInt("1f", bases[0]) * x;
}
