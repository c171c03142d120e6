/** Faces whose planes differ by less than this are of one plane; the files hold 32-bit numbers. */
const SAME_PLANE = 1e-4;

/**
 * Thickness of a slab of one cell, whose boundary faces of length ℓ have areas ℓ t: two faces side by side on a straight
 * line have centroids (ℓ₁ + ℓ₂)/2 apart, all other pairs on that line more, so t = max (A₁ + A₂)/(2 |x₁ − x₂|).
 *
 * @param centroids `[face][2]`
 * @param normals `[face][2]`, of length 1
 * @returns undefined where no two faces lie on one line
 */
export function slabThickness(
  centroids: Float64Array,
  normals: Float64Array,
  areas: Float64Array,
): number | undefined {
  let thickness = 0;
  for (let i = 0; i < areas.length; i++) {
    for (let j = 0; j < i; j++) {
      const [dx, dy] = [centroids[2 * i] - centroids[2 * j], centroids[2 * i + 1] - centroids[2 * j + 1]];
      const distance = Math.hypot(dx, dy);
      const estimate = (areas[i] + areas[j]) / (2 * distance);
      if (!(estimate > thickness) || !Number.isFinite(estimate)) continue;
      const turn = normals[2 * i] * normals[2 * j] + normals[2 * i + 1] * normals[2 * j + 1];
      const offset = Math.abs(normals[2 * i] * dx + normals[2 * i + 1] * dy);
      if (1 - turn < SAME_PLANE ** 2 && offset < SAME_PLANE * distance) thickness = estimate;
    }
  }
  return thickness > 0 ? thickness : undefined;
}
