import { FieldsmithError } from '../../common/errors.js';
import { writeMeshFile } from '../../geometry/files/index.js';
import type { Mesh } from '../../geometry/index.js';
import { type GuessReport, gradients, heatBalance, type PoissonProblem } from '../../solvers/index.js';
import { changesWithTemperature } from '../problem/build-conductivity.js';
import { surfaceExchange } from '../problem/build-thermal.js';
import type { HeatSection, ThermalSection } from '../problem/thermal-schema.js';
import type { WorkWatch } from '../run-work.js';
import { depthOf } from './depth.js';
import { type Temperatures, temperaturesOf } from './extremes.js';
import type { SolveRequest } from './run-solve.js';
import { solveLinear, solveWithTemperature } from './solve-problem.js';

/** What enters and leaves: W where the part has a depth, W for a metre of depth in the plane without `thickness`. */
export interface HeatFigures {
  readonly unit: 'W' | 'W/m';
  readonly generated: number;
  /** Off the faces of a plate, into it: negative where it is warmer than the air */
  readonly surface: number;
  readonly patches: readonly {
    readonly name: string;
    /** Into the part */
    readonly rate: number;
    /** W/m² */
    readonly meanFlux: number;
  }[];
  readonly relativeImbalance: number;
}

/** What `fieldsmith solve --json` prints of a steady problem. */
export interface SteadyResult {
  readonly kind: 'steady';
  readonly cells: number;
  readonly temperatures: Temperatures;
  readonly heat: HeatFigures;
  readonly certificate: {
    readonly relativeResidual: number;
    readonly tolerance: number;
    readonly iterations: number;
    readonly corrections: number;
    readonly nonOrthogonalCorrection: number;
    readonly preconditioner: string;
    readonly energyError: number | null;
    readonly reason: string;
    /** Where κ depends on the temperature */
    readonly newton?: {
      readonly steps: number;
      /** W/(m K), of all cells */
      readonly conductivity: readonly [least: number, most: number];
    };
  };
  /** Of the surrogate's answer, where there is a model */
  readonly guess?: GuessReport;
  readonly seconds: { readonly setup: number; readonly guess: number; readonly solve: number };
  readonly file?: string;
}

/** @throws FieldsmithError where the solver did not converge; nothing is written then */
export async function solveSteady(
  section: ThermalSection,
  mesh: Mesh,
  heat: HeatSection,
  { out, model, tolerance }: SolveRequest,
  watch: WorkWatch,
): Promise<SteadyResult> {
  const solved = changesWithTemperature(section.conductivity)
    ? await solveWithTemperature(section, mesh, heat, { model, tolerance }, watch)
    : await solveLinear(section, mesh, heat, { model, tolerance }, watch);
  watch.signal.throwIfAborted();
  const { problem, solution, status, certificate, guess, guessed, seconds } = solved;
  if (status !== 'converged') {
    throw new FieldsmithError(
      `solve: no answer within the tolerance ${tolerance}: ${certificate.reason}; nothing was written`,
    );
  }
  const field = { solution, nonOrthogonalCorrection: certificate.nonOrthogonalCorrection };
  if (out !== undefined) {
    const heatFlux = fluxOf(problem, gradients(problem, field));
    const cellData = {
      temperature: solution,
      ...(guessed && { surrogate: guessed }),
      heatFlux,
      source: problem.source as Float64Array,
    };
    const units = { temperature: '°C', surrogate: '°C', heatFlux: 'W/m²', source: 'W/m³' };
    await writeMeshFile(out, mesh, { cellData, vtu: { units }, signal: watch.signal });
  }
  return {
    kind: 'steady',
    cells: mesh.cellCount,
    temperatures: temperaturesOf(mesh, solution),
    heat: heatFigures(section, problem, field),
    certificate,
    ...(guess && { guess }),
    seconds,
    ...(out !== undefined && { file: out }),
  };
}

function heatFigures(
  section: ThermalSection,
  problem: PoissonProblem,
  solved: { solution: Float64Array; nonOrthogonalCorrection: number },
): HeatFigures {
  const { mesh } = problem;
  const balance = heatBalance(problem, solved);
  const exchange = surfaceExchange(section, mesh);
  const volume = mesh.cellVolumes.reduce((sum, each) => sum + each, 0);
  // the air's share of the source belongs to the exchange with it
  const fromAir = exchange ? exchange.reaction * exchange.ambient * volume : 0;
  const { depth, perMetre } = depthOf(section, mesh);
  return {
    unit: perMetre ? 'W/m' : 'W',
    generated: (balance.source - fromAir) * depth,
    surface: (balance.reaction + fromAir) * depth,
    patches: balance.patches.map(({ name, rate, meanFlux }) => ({ name, rate: rate * depth, meanFlux })),
    relativeImbalance: balance.relativeImbalance,
  };
}

/** −κ∇u with three components, as other programs want vectors, `[cell][3]`. */
function fluxOf({ mesh, conductivity }: PoissonProblem, slopes: Float64Array): Float64Array {
  const flux = new Float64Array(3 * mesh.cellCount);
  for (let cell = 0; cell < mesh.cellCount; cell++) {
    const kappa = typeof conductivity === 'number' ? conductivity : (conductivity as Float64Array)[cell];
    for (let k = 0; k < mesh.dimension; k++) flux[3 * cell + k] = -kappa * slopes[mesh.dimension * cell + k];
  }
  return flux;
}
