import { dirname, relative, sep } from 'node:path';
import type { Mesh } from '../../geometry/index.js';
import { formatNumber } from '../../viewer/numbers.js';
import { describePlace, isFlat, patchPlaces } from './patch-places.js';

/** Placeholders that a solve runs with: a few degrees in a part of a few centimetres of aluminium. */
const START = { conductivity: 200, power: 10, temperature: 40, thickness: 0.003 };

/**
 * A problem file for a mesh, to change: all its patches by name with where they lie, heat in the whole part, the largest flat patch
 * at a temperature, and that temperature as what `fieldsmith control` may set.
 *
 * @param path of the problem file, which the mesh is named relative to
 */
export function starterProblem(mesh: Mesh, meshPath: string, path: string): string {
  const places = patchPlaces(mesh);
  const largest = (indices: number[]) =>
    indices.reduce((best, each) => (places[each].area > places[best].area ? each : best), indices[0]);
  const all = places.map((_, index) => index);
  const flat = all.filter((index) => isFlat(places[index]));
  const held = largest(flat.length > 0 ? flat : all);
  const name = (index: number) => asYaml(mesh.patches[index].name);
  const file = relative(dirname(path), meshPath).split(sep).join('/');
  const measure = mesh.dimension === 2 ? 'length' : 'area';
  const conditions = places.map((place, index) => {
    const condition =
      index === held ? `{ type: temperature, value: ${START.temperature} }` : '{ type: insulated }';
    return `  ${name(index)}: ${condition} # ${describePlace(place)}, ${measure} ${formatNumber(place.area, 3)}`;
  });
  return `# Written by fieldsmith mesh to start from: every number here is a placeholder, change it. Lengths are metres.
#   fieldsmith solve ${path} --out field.vtu
#   fieldsmith control ${path} --out runs/control
mesh: { file: ${asYaml(file)} }
${mesh.dimension === 2 ? `thickness: ${START.thickness} # of the plate\n` : ''}conductivity: ${START.conductivity} # W/(m K): aluminium alloys 120 to 235, steels 15 to 60, copper 390

heat: [{ power: ${START.power} }] # W, in the whole part

# each patch: { type: temperature, value: °C }, { type: flux, value: W/m², positive heats }, { type: insulated }
# or { type: convection, coefficient: W/(m² K), ambient: °C }, about 5 to 25 in still air and 1000 to 10000 in water
boundary:
${conditions.join('\n')}

# for fieldsmith control: what it may set, and the temperature in °C that no cell may exceed
controls: [{ name: held, patches: ${name(held)}, quantity: temperature, bounds: [10, ${START.temperature}] }]
limit: { maximum: ${START.temperature + 5} }
`;
}

/** Plain where YAML takes it for a text and nothing else, else quoted. */
function asYaml(text: string): string {
  const plain = /^[A-Za-z][\w./-]*$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text);
  return plain ? text : JSON.stringify(text);
}
