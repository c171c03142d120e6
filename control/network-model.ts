import { InvalidInputError } from '../common/errors.js';
import type { ControlContext } from './control-context.js';
import type { ControlTask } from './control-task.js';
import type { FieldModel } from './field-model.js';
import type { ControlSurrogate } from './surrogate-model.js';

/**
 * A network that answers with a field as a model: its predictions, and gradients through its graph, one run for each
 * cotangent. It need not be affine in the controls, though the field is.
 *
 * @throws InvalidInputError where something else than the temperatures of Dirichlet patches is controlled
 */
export function networkModel(
  context: ControlContext,
  { cases, mesh }: ControlTask,
  surrogate: Pick<Required<ControlSurrogate>, 'predict' | 'pullback'>,
): FieldModel {
  const { problem, space } = context;
  for (const { name, quantity, faces } of space.blocks) {
    const patch = mesh.patches.find(({ start, size }) => {
      const face = mesh.internalFaceCount + faces[0];
      return face >= start && face < start + size;
    })!;
    if (quantity === 'temperature' && problem.boundaryConditions[patch.name].type === 'dirichlet') continue;
    throw new InvalidInputError(
      `controlBoundary: a surrogate that answers with a field sees temperatures of dirichlet patches alone, '${name}' is ` +
        'another control; use a basis, or another method',
    );
  }
  const at = (p: Float64Array, source: Float64Array) => ({
    ...problem,
    source,
    boundaryConditions: context.conditionsAt(p),
  });
  let last = space.reference;
  return {
    fields: async (p) => {
      last = p.slice();
      const fields: Float64Array[] = [];
      for (const { source } of cases) fields.push(await surrogate.predict(at(p, source)));
      return fields;
    },
    pullback: async (requests) => {
      const gradients = requests.map(() => new Float64Array(space.count));
      for (const s of new Set(requests.map(({ loadCase }) => loadCase))) {
        const own = requests.flatMap(({ loadCase }, k) => (loadCase === s ? [k] : []));
        const cotangents = own.map((k) => {
          const { cells, weights } = requests[k].cotangent;
          const dense = new Float64Array(mesh.cellCount);
          cells.forEach((cell, i) => {
            dense[cell] += weights[i];
          });
          return dense;
        });
        const found = await surrogate.pullback(at(last, cases[s].source), cotangents);
        own.forEach((k, index) => {
          for (const { faces, first, shapes } of space.blocks) {
            shapes.forEach((shape, j) => {
              gradients[k][first + j] = faces.reduce(
                (sum, face, f) => sum + found[index][face] * shape[f],
                0,
              );
            });
          }
        });
      }
      return gradients;
    },
  };
}
