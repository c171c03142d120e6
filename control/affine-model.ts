import { type AffineFields, fieldsAt, pulledBack } from './affine-fields.js';
import type { FieldModel } from './field-model.js';

/** Affine fields as a model. */
export const affineModel = (affine: AffineFields): FieldModel => ({
  fields: async (p) => fieldsAt(affine, p),
  pullback: async (requests) =>
    requests.map(({ loadCase, cotangent }) => pulledBack(affine, loadCase, cotangent)),
});
