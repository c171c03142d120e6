import { existsSync, readFileSync } from 'node:fs';
import { type StepMetrics, writeFileAtomically } from 'fieldsmith/training';

/** Error on held-out samples during a training, as docs/results/npsolver-curves.json holds it. */
export interface Curve {
  readonly task: string;
  readonly arm: string;
  readonly seed: number;
  /** [steps, processor minutes, relative L2 error] */
  readonly points: readonly (readonly [number, number, number])[];
}

export function readCurves(path: string): Curve[] {
  if (!existsSync(path)) return [];
  return (JSON.parse(readFileSync(path, 'utf8')) as { curves: Curve[] }).curves;
}

/** Adds the curve of a run, in place of an earlier one of the same task, arm and seed. */
export function writeCurve(
  path: string,
  { task, arm, seed, history }: Omit<Curve, 'points'> & { readonly history: readonly StepMetrics[] },
): void {
  let minutes = 0;
  const points: [number, number, number][] = [];
  for (const { step, processorSeconds, probe } of history) {
    minutes += processorSeconds / 60;
    if (probe) points.push([step, Number(minutes.toFixed(3)), Number(probe.relativeL2.toPrecision(5))]);
  }
  const others = readCurves(path).filter(
    (curve) => curve.task !== task || curve.arm !== arm || curve.seed !== seed,
  );
  writeFileAtomically(path, `${JSON.stringify({ curves: [...others, { task, arm, seed, points }] })}\n`);
}
