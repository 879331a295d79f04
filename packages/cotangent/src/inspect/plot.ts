/**
 * Numbers against numbers, as a picture: axes, linear or logarithmic, with curves, points and marks on them. What is 0 or
 * not finite has no place on a logarithmic axis and is left out.
 */
import { type Colour, lineHeight, round, svgDocument, svgText, widthOf } from "./svg.ts";

/** An axis; a logarithmic one has its ticks at powers of ten. */
export interface Axis {
  readonly label: string;
  readonly scale: "linear" | "logarithmic";
}

/** One curve: points in order, joined or not. Its label is in the legend. */
export interface Curve {
  readonly label: string;
  readonly colour: Colour;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** A line with a dot at each point, dots alone, or a broken line alone. */
  readonly drawn: "line" | "dots" | "broken";
}

/** A point that is pointed out, with its label. */
export interface Mark {
  readonly x: number;
  readonly y: number;
  readonly label: string;
}

export interface Plot {
  /** What readers of the page hear who do not see the picture. */
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly curves: readonly Curve[];
  readonly marks?: readonly Mark[];
}

const width = 640;
const height = 400;
const margin = { left: 76, right: 24, top: 16, bottom: 52 };
/** Ticks of an axis have about this distance at least. */
const tickDistance = 60;

/** The picture as an SVG document. */
export function plotSvg({ title, x, y, curves, marks = [] }: Plot): string {
  const legendHeight = lineHeight * curves.length;
  const top = margin.top + legendHeight + lineHeight + 12;
  const all = curves.flatMap(({ points }) => points);
  const across = scaleOf(
    x,
    all.map((p) => p[0]),
    [margin.left, width - margin.right],
  );
  const up = scaleOf(
    y,
    all.map((p) => p[1]),
    [top + height, top],
  );
  const parts = [
    ...curves.map((curve, i) => legendEntry(curve, margin.top + lineHeight * i)),
    ...across.ticks.flatMap(({ at, text }) => [
      line([at, top], [at, top + height], "line-stroke", 'opacity="0.25"'),
      svgText(at, top + height + lineHeight, text, { colour: "faint", anchor: "middle" }),
    ]),
    ...up.ticks.flatMap(({ at, text }) => [
      line([margin.left, at], [width - margin.right, at], "line-stroke", 'opacity="0.25"'),
      svgText(margin.left - 8, at + 4, text, { colour: "faint", anchor: "end" }),
    ]),
    svgText((margin.left + width - margin.right) / 2, top + height + 2 * lineHeight, x.label, { anchor: "middle" }),
    svgText(8, top - 14, y.label),
  ];
  for (const { points, colour, drawn } of curves) {
    const seen = points.map(([px, py]) => [across.at(px), up.at(py)] as const).filter((p) => p.every(Number.isFinite));
    if (drawn !== "dots") parts.push(path(seen, colour, drawn === "broken"));
    if (drawn !== "broken") parts.push(...seen.map((p) => dot(p, colour, 2.2)));
  }
  for (const { x: px, y: py, label } of marks) {
    const at = [across.at(px), up.at(py)] as const;
    if (!at.every(Number.isFinite)) continue;
    const isLeft = at[0] + 12 + widthOf(label) > width - margin.right;
    parts.push(
      `<circle cx="${round(at[0])}" cy="${round(at[1])}" r="6" fill="none" class="text-stroke" stroke-width="1.5"/>`,
    );
    parts.push(svgText(at[0] + (isLeft ? -12 : 12), at[1] + 18, label, { anchor: isLeft ? "end" : "start" }));
  }
  return svgDocument(width, top + height + margin.bottom, title, parts);
}

interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

function scaleOf({ scale }: Axis, values: readonly number[], [from, to]: readonly [number, number]): Scale {
  const isLogarithmic = scale === "logarithmic";
  // Places on the axis are differences of exponents, which have no limits of their own.
  const read = (value: number): number => (isLogarithmic ? Math.log10(value) : value);
  const finite = values.map(read).filter(Number.isFinite);
  const most = Math.max(1, Math.floor(Math.abs(to - from) / tickDistance));
  let low = Math.min(...finite);
  let high = Math.max(...finite);
  if (finite.length === 0) [low, high] = [0, 1];
  else if (low === high) [low, high] = [low - 1, high + 1];
  const distance = isLogarithmic ? Math.max(1, Math.ceil((high - low) / most)) : roundDistance((high - low) / most);
  const first = Math.floor(low / distance + 1e-9);
  const last = Math.ceil(high / distance - 1e-9);
  const place = (read: number): number => from + ((read / distance - first) / (last - first)) * (to - from);
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * distance);
  return {
    at: (value) => place(read(value)),
    ticks: ticks.map((tick) => ({ at: place(tick), text: isLogarithmic ? powerText(tick) : shortText(tick) })),
  };
}

/** 1, 2 or 5 times a power of ten, not less than `distance`. */
function roundDistance(distance: number): number {
  const power = 10 ** Math.floor(Math.log10(distance));
  return power * ([1, 2, 5, 10].find((n) => n * power >= distance * (1 - 1e-9)) ?? 10);
}

function shortText(tick: number): string {
  return `${Number(tick.toPrecision(6))}`;
}

function powerText(exponent: number): string {
  return exponent === 0 ? "1" : `10${raised(exponent)}`;
}

/** An exponent as it is set. */
export function raised(exponent: number): string {
  return [...`${exponent}`].map((digit) => superscripts[digit]).join("");
}

const superscripts: Readonly<Record<string, string>> = {
  "-": "⁻",
  0: "⁰",
  1: "¹",
  2: "²",
  3: "³",
  4: "⁴",
  5: "⁵",
  6: "⁶",
  7: "⁷",
  8: "⁸",
  9: "⁹",
};

type At = readonly [x: number, y: number];

function line(from: At, to: At, className: string, more = ""): string {
  return `<line x1="${round(from[0])}" y1="${round(from[1])}" x2="${round(to[0])}" y2="${round(to[1])}" class="${className}" ${more}/>`;
}

function path(points: readonly At[], colour: Colour, isBroken: boolean): string {
  const steps = points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${round(x)} ${round(y)}`).join("");
  const broken = isBroken ? ' stroke-dasharray="5 5"' : "";
  return `<path d="${steps}" fill="none" class="${colour}-stroke" stroke-width="1.5"${broken}/>`;
}

function dot([x, y]: At, colour: Colour, radius: number): string {
  return `<circle cx="${round(x)}" cy="${round(y)}" r="${radius}" class="${colour}"/>`;
}

function legendEntry({ label, colour, drawn }: Curve, y: number): string {
  const [left, right] = [margin.left, margin.left + 28];
  const middle = y + lineHeight / 2;
  const sample = [
    ...(drawn === "dots"
      ? []
      : [
          path(
            [
              [left, middle],
              [right, middle],
            ],
            colour,
            drawn === "broken",
          ),
        ]),
    ...(drawn === "broken" ? [] : [dot([(left + right) / 2, middle], colour, 2.2)]),
  ];
  return [...sample, svgText(right + 8, middle + 4, label)].join("\n");
}
