/**
 * What all pictures share: an SVG document that is legible on light and on dark pages, since it asks for the colours of the
 * reader's scheme and has no ground of its own, and how wide text is.
 */

/** Colours by what they say, on light and on dark. */
const colours = {
  text: ["#1f2328", "#e6edf3"],
  faint: ["#59636e", "#9198a1"],
  line: ["#818b98", "#7d8590"],
  forward: ["#0550ae", "#79c0ff"],
  reverse: ["#a40e26", "#ffa198"],
  group: ["#59636e0d", "#b1bac412"],
  ground: ["#ffffff", "#0d1117"],
} as const;

export type Colour = keyof typeof colours;

const fontSize = 13;
/** Of a line of text. */
export const lineHeight = 20;
/** Wider than the letters of common monospaced fonts are, so that no reader's font makes labels overlap. */
const letterWidth = fontSize * 0.62;

/** How wide a text is, in the font of the pictures. */
export function widthOf(text: string): number {
  return [...text.replace(/\p{M}/gu, "")].length * letterWidth;
}

function escapeXml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

/** A text whose left end, middle or right end, by `anchor`, is at (x, y), on its base line. */
export function svgText(
  x: number,
  y: number,
  text: string,
  { colour = "text", anchor = "start", weight }: { colour?: Colour; anchor?: string; weight?: "bold" } = {},
): string {
  const marks = `${anchor === "start" ? "" : ` text-anchor="${anchor}"`}${weight ? ` font-weight="${weight}"` : ""}`;
  return `<text x="${round(x)}" y="${round(y)}" class="${colour}"${marks} xml:space="preserve">${escapeXml(text)}</text>`;
}

export function round(x: number): number {
  return Math.round(x * 10) / 10;
}

/** The document: `title` is what readers of the page hear who do not see it. */
export function svgDocument(width: number, height: number, title: string, parts: readonly string[]): string {
  const rules = (scheme: 0 | 1): string =>
    Object.entries(colours)
      .map(([name, pair]) => `.${name} { fill: ${pair[scheme]}; } .${name}-stroke { stroke: ${pair[scheme]}; }`)
      .join(" ");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${Math.ceil(width)}" height="${Math.ceil(height)}" viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}" role="img" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="${fontSize}">`,
    `<title>${escapeXml(title)}</title>`,
    `<style>${rules(0)} @media (prefers-color-scheme: dark) { ${rules(1)} }</style>`,
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}
