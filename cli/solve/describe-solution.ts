import { formatNumber, formatPercent, formatSeconds } from '../../viewer/numbers.js';
import type { SolveResult } from './run-solve.js';
import type { TransientResult } from './solve-in-time.js';
import type { SteadyResult } from './solve-steady.js';

/** A solution in lines for people. */
export function describeSolution(result: SolveResult): string {
  const lines = result.kind === 'steady' ? steadyLines(result) : transientLines(result);
  return [...(result.title ? [result.title] : []), ...lines].join('\n');
}

function steadyLines({
  temperatures,
  heat,
  certificate,
  guess,
  seconds,
  cells,
  file,
}: SteadyResult): string[] {
  const { highest, lowest, mean } = temperatures;
  const { unit, patches } = heat;
  const rate = (value: number) => `${formatNumber(value)} ${unit}`;
  return [
    `peak      ${formatNumber(highest.value)} °C at (${highest.at.map((x) => formatNumber(x)).join(', ')}) m; ` +
      `lowest ${formatNumber(lowest.value)} °C, mean ${formatNumber(mean)} °C`,
    `heat in   ${[
      `sources ${rate(heat.generated)}`,
      ...(heat.surface === 0 ? [] : [`surface ${rate(heat.surface)}`]),
      // insulated patches say nothing
      ...patches.filter((patch) => patch.rate !== 0).map((patch) => `${patch.name} ${rate(patch.rate)}`),
    ].join(', ')}; closes to ${heat.relativeImbalance.toExponential(1)}`,
    `certified ${cells} cells, residual ${certificate.relativeResidual.toExponential(1)} (asked ${certificate.tolerance}), ` +
      `${certificate.iterations} iterations with ${certificate.preconditioner}` +
      `${certificate.newton ? `, ${certificate.newton.steps} Newton steps, κ ${certificate.newton.conductivity.map((value) => formatNumber(value)).join(' to ')} W/(m K)` : ''}` +
      `${certificate.corrections > 1 ? `, ${certificate.corrections} corrections for oblique faces` : ''}; it says nothing of the mesh: refine and compare`,
    ...(guess ? guessLines(guess, certificate.corrections > 1) : []),
    `time      set-up ${formatSeconds(seconds.setup)}${guess ? `, surrogate ${formatSeconds(seconds.guess)}` : ''}, solve ${formatSeconds(seconds.solve)}`,
    ...(file === undefined
      ? ['--out field.vtu keeps the field']
      : ['', `field     ${file}`, `look      npx fieldsmith view ${file}`]),
  ];
}

function guessLines(guess: NonNullable<SteadyResult['guess']>, corrected: boolean): string[] {
  const { used, reason, relativeEnergyError, iterationsSaved, warnings } = guess;
  const error =
    relativeEnergyError === null ? '' : `, error ${formatPercent(relativeEnergyError)} in the energy norm`;
  const saved = iterationsSaved === null ? '' : `, about ${iterationsSaved.toFixed(0)} iterations saved`;
  return [
    `surrogate ${used ? `used${error}${saved}` : `not used: ${reason}`}`,
    ...(used && corrected
      ? [
          '          the error counts what the correction for oblique faces changes, which surrogates do not know',
        ]
      : []),
    ...warnings.map((warning) => `          ${warning}`),
  ];
}

function transientLines({ peak, course, heat, file, ...rest }: TransientResult): string[] {
  const last = course[course.length - 1];
  return [
    `peak      ${formatNumber(peak.value)} °C at ${formatNumber(peak.time)} s, (${peak.at.map((x) => formatNumber(x)).join(', ')}) m`,
    `at the end, ${formatNumber(last.time)} s: ${formatNumber(last.lowest.value)} to ${formatNumber(last.highest.value)} °C, mean ${formatNumber(last.mean)} °C`,
    `heat      stored ${formatNumber(heat.stored)} ${heat.unit}; balance closes to ${heat.relativeImbalance.toExponential(1)}`,
    `solver    ${rest.cells} cells, ${rest.steps} steps (${rest.rejectedSteps} rejected), ${rest.iterations} iterations, ${formatSeconds(rest.seconds)}`,
    ...(file === undefined
      ? ['--out heat.pvd keeps the fields']
      : ['', `series    ${file}, ${course.length} times`, `look      npx fieldsmith view ${file}`]),
  ];
}
