import type { ImplicitMethod } from './runge-kutta.js';
import type { Stage } from './stage-solver.js';
import type { TransientSettings } from './transient-options.js';

/** Keeps fields at the times asked for, from a parabola (one stage: a line) through what a step has computed. */
export function frameRecorder({ start, end, times, onFrame }: TransientSettings) {
  const wanted = times ?? Array.from({ length: 21 }, (_, i) => start + (i / 20) * (end - start));
  const kept: number[] = [];
  const fields: Float64Array[] = [];
  let next = 0;
  const keep = (time: number, field: Float64Array) => {
    kept.push(time);
    fields.push(field);
    onFrame?.(time, field);
    next++;
  };
  return {
    times: kept,
    fields,
    start(field: Float64Array) {
      while (next < wanted.length && wanted[next] <= start) keep(wanted[next], field.slice());
    },
    step(from: number, to: number, method: ImplicitMethod, before: Float64Array, stages: readonly Stage[]) {
      while (next < wanted.length && (wanted[next] <= to || to === end)) {
        const s = (wanted[next] - from) / (to - from);
        const nodes = method.firstStageExplicit ? method.nodes : [0, ...method.nodes];
        const states = method.firstStageExplicit
          ? stages.map(({ u }) => u)
          : [before, ...stages.map(({ u }) => u)];
        keep(wanted[next], interpolate(nodes, states, s));
      }
    },
  };
}

/** Lagrange's polynomial through states at nodes, at s. */
function interpolate(nodes: readonly number[], states: readonly Float64Array[], s: number): Float64Array {
  const weights = nodes.map((node, i) =>
    nodes.reduce((product, other, j) => (j === i ? product : (product * (s - other)) / (node - other)), 1),
  );
  return states[0].map((_, cell) => weights.reduce((sum, weight, i) => sum + weight * states[i][cell], 0));
}
