import { dot, norm } from './vectors.js';

/**
 * The last directions z of a solve of A u = b with their images w = A z, orthonormal in w (generalised conjugate residuals,
 * Eisenstat, Elman & Schultz 1983).
 */
export interface ConjugateResiduals {
  /** The image of the newest direction, of length 1 */
  newest(): Float64Array | undefined;
  /**
   * Makes z and w conjugate to those before and goes along them as far as reduces ‖r‖ most, u += (rᵀw) z, r −= (rᵀw) w; z and
   * w are changed and kept. False, and nothing done, where w has nothing new.
   */
  step(z: Float64Array, w: Float64Array, u: Float64Array, r: Float64Array): boolean;
}

/** @param depth directions kept */
export function conjugateResiduals(depth: number): ConjugateResiduals {
  const directions: Float64Array[] = [];
  const images: Float64Array[] = [];
  return {
    newest: () => images[images.length - 1],
    step(z, w, u, r) {
      for (let k = 0; k < images.length; k++) {
        const overlap = dot(w, images[k]);
        add(w, -overlap, images[k]);
        add(z, -overlap, directions[k]);
      }
      const length = norm(w);
      if (!(length > 0)) return false;
      for (let i = 0; i < w.length; i++) {
        w[i] *= 1 / length;
        z[i] *= 1 / length;
      }
      const along = dot(r, w);
      add(u, along, z);
      add(r, -along, w);
      directions.push(z);
      images.push(w);
      if (images.length > depth) {
        directions.shift();
        images.shift();
      }
      return true;
    },
  };
}

function add(x: Float64Array, factor: number, y: Float64Array): void {
  for (let i = 0; i < x.length; i++) x[i] += factor * y[i];
}
