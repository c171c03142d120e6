import { InvalidInputError } from '../../common/errors.js';

export interface GraphNetworkOptions {
  /** Features per cell, the source as the last. */
  readonly cellFeatures: number;
  /** Features per boundary face. */
  readonly faceFeatures: number;
  /** Features per edge, `dimension + 3`; see `EdgeInputs`. */
  readonly edgeFeatures: number;
  readonly outputs: number;
  /** Width of cells, faces, edges and of the perceptrons between them. */
  readonly width: number;
  /** Rounds of messages, each with weights of its own: how many cells far an answer sees. */
  readonly layers: number;
}

export const GRAPH_NETWORK_DEFAULTS: GraphNetworkOptions = {
  cellFeatures: 13,
  faceFeatures: 11,
  edgeFeatures: 5,
  outputs: 1,
  width: 64,
  layers: 8,
};

export function checkGraphNetworkOptions(options: GraphNetworkOptions): void {
  for (const [key, value] of Object.entries(options)) {
    if (!Number.isInteger(value) || value < 1) {
      throw new InvalidInputError(`graphNetwork: ${key} must be a positive integer, got ${value}`);
    }
  }
}
