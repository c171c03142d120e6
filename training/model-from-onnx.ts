import { FileError } from '../common/errors.js';
import { readOnnx } from '../runtime/index.js';
import { type ModelCard, parseModelCard } from './model-card.js';

/** Key of the card in the ONNX file's metadata. */
export const CARD_KEY = 'fieldsmith_card';

/** A model as bytes: the graph with its parameters, and what it is. */
export interface ModelFiles {
  card: ModelCard;
  onnx: Uint8Array;
}

/**
 * A lone ONNX file is a complete model, its card is in the metadata. Browser-safe.
 *
 * @throws FileError for bytes that are no ONNX file, or one without a card
 */
export function modelFromOnnx(onnx: Uint8Array, path = 'model.onnx'): ModelFiles {
  const text = readOnnx(onnx).metadata[CARD_KEY];
  if (text === undefined) {
    throw new FileError(
      `${path} carries no model card (metadata "${CARD_KEY}"); export it with this package, or load its model folder`,
    );
  }
  return { onnx, card: parseModelCard(text, path) };
}
