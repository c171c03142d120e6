import {
  assemble,
  compatibleRightHandSide,
  heatBalance,
  multiply,
  type PoissonProblem,
  removeRowSum,
  solve,
} from '../solvers/index.js';
import { describeVerdict, OutsideTrainedRangeError } from '../training/index.js';
import { encodeAnswer, statisticsOf } from './field-answer.js';
import type { EncodedAnswer, Job } from './jobs.js';
import type { MeshLimits } from './mesh-from-request.js';
import type { Surrogates } from './models.js';
import { problemOf } from './problem-from-request.js';
import type { PredictRequest } from './problem-schema.js';

type JobOf<K extends Job['kind']> = Extract<Job, { kind: K }>;

/** Solves to a computed residual. */
export async function solveJob(
  { request, stored, encoding }: JobOf<'solve'>,
  limits: MeshLimits,
  surrogates: Surrogates,
  signal: AbortSignal,
): Promise<EncodedAnswer> {
  const model = request.guess?.model;
  const surrogate = model === undefined ? undefined : await surrogates.open(model);
  const problem = problemOf(request, stored, limits);
  const { relativeTolerance, maximumIterations, preconditioner, nonOrthogonalCorrection, neumannImbalance } =
    request;
  const { solution, residualHistory, guess, ...rest } = await solve(problem, {
    guess: surrogate && ((_, options) => surrogates.encoded.predict(surrogate, request, problem, options)),
    relativeTolerance,
    maximumIterations,
    preconditioner,
    nonOrthogonalCorrection,
    neumannImbalance,
    signal,
  });
  signal.throwIfAborted();
  const { warnings = [], ...verdict } = guess ?? {};
  const certificate = { ...rest, ...(guess && { guess: verdict }) };
  const converged = certificate.status === 'converged';
  return encodeAnswer({
    report: {
      ...described(problem, solution),
      certified: converged,
      certificate,
      warnings: [...(converged ? [] : [`not converged: ${certificate.reason}`]), ...warnings],
    },
    more: {
      ...(request.heatBalance && { heatBalance: patchHeat(problem, { ...certificate, solution }) }),
      residualHistory: Array.from(residualHistory),
    },
    fields: { solution },
    binary: { u: solution },
    mesh: problem.mesh,
    encoding,
  });
}

function described({ mesh }: PoissonProblem, field: Float64Array) {
  const { dimension, cellCount, cellVolumes } = mesh;
  return { mesh: { dimension, cells: cellCount }, statistics: statisticsOf(field, cellVolumes) };
}

function patchHeat(problem: PoissonProblem, solved: Parameters<typeof heatBalance>[1]) {
  const { patches, source, reaction, imbalance, relativeImbalance } = heatBalance(problem, solved);
  return { patches, source, reaction, imbalance, relativeImbalance };
}

/** Predicts: no certificate, but the residual of the prediction and where the problem lies against the trained range. */
export async function predictJob(
  { request, stored, encoding }: JobOf<'predict'>,
  limits: MeshLimits,
  surrogates: Surrogates,
): Promise<EncodedAnswer> {
  const surrogate = await surrogates.open(request.model);
  const problem = problemOf(request, stored, limits);
  const range = surrogate.rangeOf(problem);
  const verdict = describeVerdict(range);
  if (range.outside && request.outOfRange === 'refuse') {
    throw new OutsideTrainedRangeError(`predict: ${verdict}`, range);
  }
  const { neumannImbalance } = request;
  const solution = await surrogates.encoded.predict(surrogate, request, problem, { neumannImbalance });
  return encodeAnswer({
    report: {
      ...described(problem, solution),
      certified: false,
      model: request.model,
      range,
      relativeResidual: relativeResidual(problem, solution, neumannImbalance),
      warnings: range.outside || range.score === null ? [verdict] : [],
    },
    fields: { solution },
    binary: { u: solution },
    mesh: problem.mesh,
    encoding,
  });
}

/** ‖b − Bu‖/‖b‖ of the two-point flux, which surrogates learn. */
function relativeResidual(
  problem: PoissonProblem,
  u: Float64Array,
  neumannImbalance: PredictRequest['neumannImbalance'],
): number {
  const { operator, rightHandSide } = assemble(problem);
  const volumes = operator.mesh.cellVolumes;
  let b = rightHandSide;
  if (operator.singular && neumannImbalance === 'remove') removeRowSum(b, volumes);
  else if (operator.singular) b = compatibleRightHandSide(b, volumes);
  const image = multiply(operator.matrix, u);
  let [residual, scale] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    residual += (b[i] - image[i]) ** 2;
    scale += b[i] ** 2;
  }
  return residual === 0 ? 0 : Math.sqrt(residual / scale);
}
