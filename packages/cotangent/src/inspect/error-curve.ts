/**
 * The curve of the error of a difference against its step, as a picture: on the right truncation, c h^p, on the left
 * rounding, r / h^n, straight lines in logarithmic scale, and where they meet the step that was chosen.
 */
import { plotSvg, raised } from "./plot.ts";

interface Point {
  readonly step: number;
  readonly error: number;
}

/** What is drawn: `errorCurve` of `cotangent/numerical` gives it. */
export interface DrawnCurve {
  readonly points: readonly Point[];
  readonly chosen: Point;
  /** The slopes of the two regimes in doubly logarithmic scale: p, and -n. */
  readonly slopes: { readonly truncation: number; readonly rounding: number };
}

/** The curve as an SVG document. */
export function errorCurveSvg({ points, chosen, slopes }: DrawnCurve, title = "error of a difference"): string {
  const seen = points.filter(({ error }) => error > 0 && Number.isFinite(error));
  const large = seen.filter(({ step }) => step > 4 * chosen.step);
  const small = seen.filter(({ step }) => step < chosen.step / 4);
  const regimes = [
    { part: large, slope: slopes.truncation, label: `truncation, ∝ ${power("h", slopes.truncation)}` },
    { part: small, slope: slopes.rounding, label: `rounding, ∝ ${power("h", slopes.rounding)}` },
  ];
  const lowest = Math.min(...seen.map(({ error }) => error));
  return plotSvg({
    title,
    x: { label: "step h", scale: "logarithmic" },
    y: { label: "error", scale: "logarithmic" },
    curves: [
      {
        label: "error of the difference",
        colour: "forward",
        drawn: "line",
        points: seen.map(({ step, error }) => [step, error] as const),
      },
      ...regimes.flatMap(({ part, slope, label }, i) => {
        const factor = median(part.map(({ step, error }) => error / step ** slope));
        if (factor === undefined) return [];
        const along = [...part, chosen].map(({ step }) => [step, factor * step ** slope] as const);
        const points = along.filter(([, error]) => error >= lowest / 10);
        return [
          { label, colour: i === 0 ? ("reverse" as const) : ("faint" as const), drawn: "broken" as const, points },
        ];
      }),
    ],
    marks: [
      { x: chosen.step, y: Math.max(chosen.error, lowest), label: `chosen: h = ${chosen.step.toExponential(1)}` },
    ],
  });
}

function median(numbers: readonly number[]): number | undefined {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
}

/** h, h², 1/h, 1/h²: a power that is not the zeroth. */
function power(base: string, exponent: number): string {
  const size = Math.abs(exponent);
  const whole = size === 1 ? base : `${base}${raised(size)}`;
  return exponent < 0 ? `1/${whole}` : whole;
}
