import { conductivitiesOf } from '../cell-gradients.js';
import { createFaceSide, createLinkGeometry, linksOf, measureFaceSide, measureLink } from '../cell-links.js';
import { type DiscreteSystem, imageOf } from '../discrete-system.js';
import { fluxCorrections } from '../non-orthogonal-correction.js';

/** By how much the flux through a face changes, relative to itself, with the temperatures beside it: through κ alone. */
interface FluxSlopes {
  /** `[link]` the flux into the first cell, with the share of its correction */
  readonly links: Float64Array;
  /** `[link]` ∂ln U/∂u of the first and of the second cell */
  readonly first: Float64Array;
  readonly second: Float64Array;
  /** `[boundary face]` ∂flux/∂u of the owner through κ, into the domain */
  readonly boundary: Float64Array;
}

/**
 * J z = B z − s (c(z) − c(0)) − Σ_f F_f (∂ln U_f/∂u) z of R(u) = b + s c(u) − B u at κ(u), as a function of z: to what the linear
 * system has come the change of every flux F with κ of the cells beside it,
 *
 *     F = U |S| (…),  1/U = d_P/κ_P + R + d_N/κ_N,  ∂ln U/∂u_P = U d_P κ'_P/κ_P²
 *     Dirichlet face: ∂ln U/∂u_P = κ'_P/κ_P,  Robin face, 1/U = 1/h + δ/κ_P: U δ κ'_P/κ_P²
 *
 * Exact where faces are orthogonal; elsewhere without what κ changes in the least-squares gradients of the correction.
 *
 * @param slopes dκ/du, `[cell]`
 */
export function jacobianProduct(
  system: DiscreteSystem,
  u: Float64Array,
  slopes: Float64Array,
): (z: Float64Array) => Float64Array {
  const { mesh } = system.operator;
  const { first, second, count } = linksOf(system.operator);
  const flux = fluxSlopes(system, u, slopes);
  return (z) => {
    const image = imageOf(system, z);
    for (let link = 0; link < count; link++) {
      const [cell, other] = [first[link], second[link]];
      const change = flux.links[link] * (flux.first[link] * z[cell] + flux.second[link] * z[other]);
      image[cell] -= change;
      image[other] += change;
    }
    for (let i = 0; i < flux.boundary.length; i++) {
      const cell = mesh.owner[mesh.internalFaceCount + i];
      image[cell] -= flux.boundary[i] * z[cell];
    }
    return image;
  };
}

function fluxSlopes(
  { operator, boundaryValues, correctionShare }: DiscreteSystem,
  u: Float64Array,
  slopes: Float64Array,
): FluxSlopes {
  const { mesh, faceCoefficients, boundaryCoefficients, dirichlet, resistances } = operator;
  const { dimension, internalFaceCount, owner, faceAreas } = mesh;
  const conductivities = conductivitiesOf(operator);
  const links = linksOf(operator);
  const corrections = correctionShare > 0 ? fluxCorrections(operator, boundaryValues, u) : undefined;
  const kappa = conductivities.mean;
  const relative = (cell: number) => slopes[cell] / kappa[cell] ** 2;
  const result = {
    links: new Float64Array(links.count),
    first: new Float64Array(links.count),
    second: new Float64Array(links.count),
    boundary: new Float64Array(boundaryValues.length),
  };
  const geometry = createLinkGeometry(dimension);
  for (let link = 0; link < links.count; link++) {
    const [cell, other] = [links.first[link], links.second[link]];
    measureLink(mesh, conductivities, links, link, resistances?.[link] ?? 0, geometry);
    result.links[link] =
      faceCoefficients[link] * (u[other] - u[cell]) +
      (corrections ? correctionShare * corrections.links[link] : 0);
    result.first[link] = geometry.transmittance * geometry.first.distance * relative(cell);
    result.second[link] = geometry.transmittance * geometry.second.distance * relative(other);
  }
  const side = createFaceSide(dimension);
  for (let i = 0; i < boundaryValues.length; i++) {
    const coefficient = boundaryCoefficients[i];
    if (!(coefficient > 0)) continue;
    const face = internalFaceCount + i;
    const cell = owner[face];
    measureFaceSide(mesh, conductivities, cell, face, face, side);
    const into =
      coefficient * (boundaryValues[i] - u[cell]) +
      (corrections ? correctionShare * corrections.boundary[i] : 0);
    result.boundary[i] =
      into *
      (dirichlet[i]
        ? slopes[cell] / kappa[cell]
        : (coefficient / faceAreas[face]) * side.distance * relative(cell));
  }
  return result;
}
