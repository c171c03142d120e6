import {
  ClampToEdgeWrapping,
  DataTexture,
  DoubleSide,
  LinearFilter,
  ShaderMaterial,
  Vector2,
  Vector3,
} from 'three';
import { type ColourMapName, colourTable, missingValueColour } from './colour-maps.js';

const tableSize = 256;
/** Stands for "no number" in the value attribute, where NaN is not portable. */
export const missingValue = -1e30;

/**
 * Colours a `value` attribute through a 1D table: t = (value − range.x) / (range.y − range.x), outside clamped.
 * A new range or colour map changes uniforms and 256 texels, never the attribute. Colours are written as the table
 * has them (sRGB), unlit in 2D; `shading` 1 dims faces that look away, so that a 3D body has shape.
 */
export function createFieldMaterial(shading: 0 | 1): ShaderMaterial {
  return new ShaderMaterial({
    side: DoubleSide,
    // lines on the surface are drawn at its depth
    polygonOffset: true,
    polygonOffsetFactor: 1,
    polygonOffsetUnits: 1,
    uniforms: {
      table: { value: null },
      range: { value: new Vector2(0, 1) },
      shading: { value: shading },
      missing: { value: new Vector3(...missingValueColour.map((channel) => channel / 255)) },
    },
    vertexShader: /* glsl */ `
      attribute float value;
      flat varying float cellValue;
      varying vec3 viewPosition;
      void main() {
        cellValue = value;
        vec4 view = modelViewMatrix * vec4(position, 1.0);
        viewPosition = view.xyz;
        gl_Position = projectionMatrix * view;
      }`,
    fragmentShader: /* glsl */ `
      uniform sampler2D table;
      uniform vec2 range;
      uniform float shading;
      uniform vec3 missing;
      flat varying float cellValue;
      varying vec3 viewPosition;
      void main() {
        float t = clamp((cellValue - range.x) / (range.y - range.x), 0.0, 1.0);
        float centre = (t * ${tableSize - 1}.0 + 0.5) / ${tableSize}.0;
        vec3 colour = cellValue < ${(missingValue / 10).toExponential()} ? missing : texture2D(table, vec2(centre, 0.5)).rgb;
        vec3 normal = normalize(cross(dFdx(viewPosition), dFdy(viewPosition)));
        gl_FragColor = vec4(colour * mix(1.0, 0.72 + 0.28 * abs(normal.z), shading), 1.0);
      }`,
  });
}

/** The map as a texture of one row. */
export function createColourTexture(map: ColourMapName): DataTexture {
  const texture = new DataTexture(colourTable(map, tableSize), tableSize, 1);
  texture.magFilter = LinearFilter;
  texture.minFilter = LinearFilter;
  texture.wrapS = ClampToEdgeWrapping;
  texture.needsUpdate = true;
  return texture;
}
