import { InvalidInputError } from '../../../common/errors.js';
import { lineOperator } from '../../../solvers/diffusion-sorption/line-operator.js';
import { type LineEnds, PDEBENCH_MEDIUM, retardation, type SorptionMedium } from '../../../solvers/index.js';
import type { ConstraintFamily, ConstraintProblem, PointwiseResidual, PointwiseRows } from '../residual.js';
import { IDENTITY } from '../residual.js';
import { alongAxis, axisMatrix, composed, pointwiseFactors } from './along-axis.js';
import { centredDifferences, previousValue } from './difference-matrices.js';
import { sorptionBalance, sorptionRate } from './diffusion-sorption-functions.js';
import { linearFunction } from './pointwise-functions.js';
import { framewise, pointsOfFrames, repeatedInTime, spaceTimeCoordinates } from './space-time-grid.js';

export interface SorptionConstraintOptions {
  readonly cells: number;
  readonly frames: number;
  /** Time between frames, s */
  readonly interval: number;
  readonly medium: SorptionMedium;
  /**
   * `balances`: a finite-volume balance of every cell over every interval, scaled by the whole duration and the number of rows, with the
   * ends in the operator and the initial state exact. `paper`: u_t − (D/R) u_xx by differences in rows of weight 1, initial state and ends
   * as further rows, as Chalapathi et al. (2024) have them.
   */
  readonly form: 'balances' | 'paper';
  /**
   * Of the balances: backward differences of first or second order in time, which begin with a step of first order. Both damp what the
   * frames do not resolve.
   */
  readonly timeOrder: 1 | 2;
  /** Of the balances: the ends as the solver has them. */
  readonly ends: LineEnds;
  /**
   * Of the form `paper`: `every-frame` counts each row of the initial state as often as there are frames, which is what the released code
   * does for one expert alone; for comparisons.
   */
  readonly initialRows: 'once' | 'every-frame';
  /** Frames from the first on whose rows count; later ones are answered without. */
  readonly constrainedFrames: number | 'all';
}

export const SORPTION_CONSTRAINT_DEFAULTS: SorptionConstraintOptions = {
  cells: 128,
  frames: 51,
  interval: 10,
  medium: PDEBENCH_MEDIUM,
  form: 'balances',
  timeOrder: 2,
  ends: 'face',
  initialRows: 'once',
  constrainedFrames: 'all',
};

/** Concentrations at the start, one a cell. */
export interface SorptionSample {
  readonly initial: ArrayLike<number>;
}

/** Smallest concentration that rows of the initial state are relative to. */
const SMALLEST_INITIAL = 1e-3;

/**
 * Diffusion with sorption in space and time, `[frame][cell]`, as the data set has it: R(u) u_t = D u_xx, u = 1 at the left, outflow at the
 * right, from a given state.
 *
 * `balances` has rows `equation` (inner cells), `left` and `right` (the cells at the ends, given to every independent expert); the field is
 * the initial state at frame 0 whatever the basis. `paper` has rows `equation`, `initial`, relative to u₀, `left`, u − 1, and `right`,
 * u − D u_x in its sign, which is opposite to that of PDEBench's generator.
 *
 * @throws InvalidInputError for sizes that cannot work and samples of another size
 */
export function diffusionSorptionConstraint(
  options: Partial<SorptionConstraintOptions> = {},
): ConstraintFamily<SorptionSample> {
  const complete = { ...SORPTION_CONSTRAINT_DEFAULTS, ...options };
  const { cells, frames, interval, form } = complete;
  checkOptions(complete);
  const shared = {
    coordinates: spaceTimeCoordinates(
      Float64Array.from({ length: frames }, (_, frame) => frame * interval),
      [Float64Array.from({ length: cells }, (_, cell) => (cell + 0.5) / cells)],
    ),
    dimension: 2,
    grid: [frames, cells],
  };
  const build = form === 'paper' ? paperForm(complete) : balances(complete);
  return {
    name: 'diffusion-sorption',
    options: complete,
    problem({ initial }) {
      if (initial.length !== cells) {
        throw new InvalidInputError(
          `diffusionSorptionConstraint: a sample should have ${cells} initial concentrations, got ${initial.length}`,
        );
      }
      return { ...shared, ...build(initial) };
    },
  };
}

/** Of M at a frame, one and two before. */
const EULER = [1, -1, 0] as const;
const BACKWARD = [1.5, -2, 0.5] as const;

const counted = ({ frames, constrainedFrames }: SorptionConstraintOptions): number =>
  constrainedFrames === 'all' ? frames : constrainedFrames;

type Built = Pick<ConstraintProblem, 'residual' | 'lifting' | 'envelope'>;

function balances(options: SorptionConstraintOptions): (initial: ArrayLike<number>) => Built {
  const { cells, frames, interval, medium, timeOrder, ends } = options;
  const grid = [frames, cells];
  const { lower, diagonal, upper, constant } = lineOperator(cells, 1 / cells, medium.diffusivity, ends);
  const flow = axisMatrix(cells, (i) =>
    [[i - 1, lower[i]] as const, [i, diagonal[i]] as const, [i + 1, upper[i]] as const].filter(
      ([column]) => column >= 0 && column < cells,
    ),
  );
  const flows = alongAxis(grid, 1, flow);
  const before = alongAxis(grid, 0, previousValue(frames));
  const weightsAt = (point: number) => (timeOrder === 1 || point < 2 * cells ? EULER : BACKWARD);
  const count = (counted(options) - 1) * cells;
  const common = {
    weights: ((counted(options) - 1) * interval) / Math.sqrt(count),
    terms: ['u', 'before', 'earlier', 'flow'],
    g: sorptionBalance(retardation(medium), interval, weightsAt, (point) => constant[point % cells]),
  };
  const ofCells = (wanted: (cell: number) => boolean) => pointsOfFrames(counted(options), cells, 1, wanted);
  const end = { ...common, scope: 'every-expert', sampling: 'all' } as const;
  const residual: PointwiseResidual = {
    kind: 'pointwise',
    points: frames * cells,
    terms: { u: IDENTITY, before, earlier: composed(before, before), flow: flows },
    rows: [
      {
        ...common,
        name: 'equation',
        points: ofCells((cell) => cell > 0 && cell < cells - 1),
        scope: 'own',
        sampling: 'drawn',
      },
      { ...end, name: 'left', points: ofCells((cell) => cell === 0) },
      { ...end, name: 'right', points: ofCells((cell) => cell === cells - 1) },
    ],
    linear: false,
  };
  const envelope = pointwiseFactors(framewise(frames, cells, (frame) => (frame === 0 ? 0 : 1)));
  return (initial) => ({ residual, envelope, lifting: repeatedInTime(initial, frames) });
}

function paperForm(options: SorptionConstraintOptions): (initial: ArrayLike<number>) => Built {
  const { cells, frames, interval, medium, initialRows } = options;
  const grid = [frames, cells];
  const times = Float64Array.from({ length: frames }, (_, frame) => frame * interval);
  const positions = Float64Array.from({ length: cells }, (_, cell) => (cell + 0.5) / cells);
  const along = alongAxis(grid, 1, centredDifferences(positions));
  const terms = {
    u: IDENTITY,
    u_t: alongAxis(grid, 0, centredDifferences(times)),
    u_x: along,
    u_xx: composed(along, along),
  };
  const given = { scope: 'every-expert', sampling: 'all' } as const;
  const equation: PointwiseRows = {
    name: 'equation',
    // a centred difference in time at the last of some frames reaches beyond them
    points: pointsOfFrames(options.constrainedFrames === 'all' ? frames : counted(options) - 1, cells),
    weights: 1,
    scope: 'own',
    sampling: 'drawn',
    terms: ['u', 'u_t', 'u_xx'],
    g: sorptionRate(retardation(medium), medium.diffusivity),
  };
  const ends: PointwiseRows[] = [
    {
      ...given,
      name: 'left',
      points: pointsOfFrames(counted(options), cells, 1, (cell) => cell === 0),
      weights: 1,
      terms: ['u'],
      g: linearFunction([1], () => 1),
    },
    {
      ...given,
      name: 'right',
      points: pointsOfFrames(counted(options), cells, 1, (cell) => cell === cells - 1),
      weights: 1,
      terms: ['u', 'u_x'],
      g: linearFunction([1, -medium.diffusivity]),
    },
  ];
  // a row that counts k times is one of √k times the weight
  const copies = Math.sqrt(initialRows === 'every-frame' ? frames : 1);
  return (initial) => {
    const start: PointwiseRows = {
      ...given,
      name: 'initial',
      points: pointsOfFrames(1, cells),
      weights: Float64Array.from(initial, (value) => copies / Math.max(SMALLEST_INITIAL, value)),
      terms: ['u'],
      g: linearFunction([1]),
      target: Float64Array.from(initial),
    };
    const residual: PointwiseResidual = {
      kind: 'pointwise',
      points: frames * cells,
      terms,
      rows: [equation, start, ...ends],
      linear: false,
    };
    return { residual };
  };
}

function checkOptions({
  cells,
  frames,
  interval,
  timeOrder,
  constrainedFrames,
}: SorptionConstraintOptions): void {
  const refuse = (what: string) => {
    throw new InvalidInputError(`diffusionSorptionConstraint: ${what}`);
  };
  if (!Number.isInteger(cells) || cells < 3) refuse(`cells must be an integer of at least 3, got ${cells}`);
  if (!Number.isInteger(frames) || frames < 2)
    refuse(`frames must be an integer of at least 2, got ${frames}`);
  if (!(interval > 0)) refuse(`interval must be positive, got ${interval}`);
  if (constrainedFrames !== 'all' && !(constrainedFrames >= 2 && constrainedFrames <= frames)) {
    refuse(`constrainedFrames must be from 2 to ${frames}, got ${constrainedFrames}`);
  }
  if (timeOrder !== 1 && timeOrder !== 2) refuse(`timeOrder must be 1 or 2, got ${timeOrder}`);
}
