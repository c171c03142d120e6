/** Wave numbers below N/3, so that no product of two of them is aliased onto a third. */
export const keptWaves = (points: number) => Math.ceil(points / 3);

/** The wave numbers kept along one axis. */
export interface AxisModes {
  /** Signed wave numbers and the row of the full transform that holds each */
  readonly waves: number[];
  readonly rows: number[];
}

export function axisModes(points: number, axis: number, keep: 'all' | 'dealiased'): AxisModes {
  const half = points / 2;
  const kept = keep === 'all' ? half + 1 : keptWaves(points);
  const waves = Array.from({ length: kept }, (_, wave) => wave);
  if (axis > 0) {
    const negative = keep === 'all' ? half - 1 : kept - 1;
    for (let wave = -negative; wave < 0; wave++) waves.push(wave);
  }
  return { waves, rows: waves.map((wave) => (wave < 0 ? points + wave : wave)) };
}

/** Integer wave numbers and positions of all modes; see `PeriodicTransform`. */
export function modeTables(points: readonly number[], axes: readonly AxisModes[], modes: number) {
  const waves = axes.map(() => new Float64Array(modes));
  const position = new Uint32Array(modes);
  for (let mode = 0; mode < modes; mode++) {
    let rest = mode;
    let scale = 1;
    for (let axis = axes.length - 1; axis >= 0; axis--) {
      const { waves: values, rows } = axes[axis];
      const index = rest % values.length;
      rest = (rest - index) / values.length;
      waves[axis][mode] = values[index];
      position[mode] += scale * rows[index];
      scale *= points[axis];
    }
  }
  return { waves, position };
}
