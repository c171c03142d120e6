import { InvalidInputError } from '../../common/errors.js';
import { type GenerateOptions, generateTrajectories } from '../generate-trajectories.js';
import type { Trajectories } from '../trajectories.js';
import { type BurgersRequest, drawTrajectory } from './burgers-request.js';
import { type Burgers2dRequest, computeBurgers } from './burgers2d.js';

export type GenerateBurgersOptions = GenerateOptions;

/** Computes the trajectories of a request; trajectory i depends on the request and i alone. */
export async function generateBurgers(
  request: BurgersRequest | Burgers2dRequest,
  options: GenerateBurgersOptions = {},
): Promise<Trajectories> {
  checkRequest(request);
  const { dimension, trajectories, frames, length, interval } = request;
  const points = Array.from({ length: dimension }, () => request.points);
  return generateTrajectories(
    {
      caller: 'generateBurgers',
      file: 'dist/datasets/burgers/burgers-worker.js',
      request,
      compute: computeBurgers,
      perJob: 8,
      version: 1,
      shape: {
        trajectories,
        frames,
        components: dimension,
        points,
        length: points.map(() => length),
        interval,
        viscosity: Float64Array.from({ length: trajectories }, (_, i) =>
          request.dimension === 1 ? drawTrajectory(request, i).viscosity : request.viscosity,
        ),
      },
    },
    options,
  );
}

function checkRequest(request: BurgersRequest | Burgers2dRequest): void {
  for (const key of ['trajectories', 'frames', 'points', 'referencePoints'] as const) {
    if (!Number.isInteger(request[key]) || request[key] < 1) {
      throw new InvalidInputError(`generateBurgers: ${key} must be a positive integer, got ${request[key]}`);
    }
  }
  if (request.referencePoints % request.points !== 0) {
    throw new InvalidInputError(
      `generateBurgers: referencePoints must be a multiple of points, got ${request.referencePoints} and ${request.points}`,
    );
  }
}
