/** Which groups of a regular expression take part in every match: those outside of alternatives and of what may be left out. */

interface Group {
  readonly around: Group | undefined;
  readonly number: number;
  hasAlternatives: boolean;
  mayBeLeftOut: boolean;
}

/** Of each capturing group, in order. */
export function certainGroups(source: string): readonly boolean[] {
  const whole: Group = { around: undefined, number: 0, hasAlternatives: false, mayBeLeftOut: false };
  const found: Group[] = [];
  let at = whole;
  for (let i = 0; i < source.length; i++) {
    const c = source[i];
    if (c === "\\") i++;
    else if (c === "[") i = endOfClass(source, i);
    else if (c === "|") at.hasAlternatives = true;
    else if (c === "(") {
      const isNamed = /^\(\?<[^=!]/.test(source.slice(i));
      const isCapturing = isNamed || source[i + 1] !== "?";
      const isNegative = /^\(\?<?!/.test(source.slice(i));
      at = { around: at, number: isCapturing ? found.length + 1 : 0, hasAlternatives: false, mayBeLeftOut: isNegative };
      if (isCapturing) found.push(at);
    } else if (c === ")") {
      if (/^(?:[*?]|\{0*[,}])/.test(source.slice(i + 1))) at.mayBeLeftOut = true;
      at = at.around ?? whole;
    }
  }
  return found.map((group) => {
    if (group.mayBeLeftOut) return false;
    for (let g = group.around; g; g = g.around) if (g.mayBeLeftOut || g.hasAlternatives) return false;
    return true;
  });
}

/** The end of `[…]`, in which of these marks only the backslash means something. */
function endOfClass(source: string, start: number): number {
  let i = start + 1;
  for (; i < source.length && source[i] !== "]"; i++) if (source[i] === "\\") i++;
  return i;
}
